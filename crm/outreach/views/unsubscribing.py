"""The page on which somebody stops e-mails for good, from a link in one of them; no account, one click."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from crm.outreach import services, unsubscribing


# The address itself is the key, and mail programs post to it without a page of ours (RFC 8058): there is no token to ask for.
@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class UnsubscribeView(View):
    """A GET asks: programs that look into links before a person does must not unsubscribe anybody."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(token, done=False)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        found = self.found(token)
        services.unsubscribe(found.contact, found.mailing)
        return self.show(token, done=True)

    def found(self, token: str) -> unsubscribing.WayOut:
        found = unsubscribing.way_out_behind(token)
        if found is None:
            raise Http404(_("This link is not complete. Copy the whole of it, or answer the e-mail."))
        return found

    def show(self, token: str, *, done: bool) -> HttpResponse:
        organization = self.found(token).contact.organization
        context = {"organization": organization, "done": done, "title": _("Unsubscribe")}
        response = render(self.request, "outreach/unsubscribe.html", context)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        response["Cache-Control"] = "private, no-store"
        return response
