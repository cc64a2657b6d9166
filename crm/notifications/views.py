from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from crm.notifications import services


@method_decorator(login_not_required, name="dispatch")
@method_decorator(csrf_exempt, name="dispatch")
class DigestStopView(View):
    """Stop the digest from the link in the mail, without signing in. Opening the page only asks: mail scanners open links.

    No CSRF token: a mail program's own “unsubscribe” button posts here (RFC 8058), and the signed link is the proof.
    """

    http_method_names = ["get", "head", "post"]

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.member = services.membership_of(kwargs["token"])

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.show(request)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        if self.member is not None:
            services.set_digest(self.member, wanted=request.POST.get("again") == "1")
        return self.show(request, done=True)

    def show(self, request: HttpRequest, *, done: bool = False) -> HttpResponse:
        if self.member is None:
            raise Http404(_("This link is incomplete."))
        context = {"member": self.member, "done": done, "title": _("Your daily digest")}
        response = render(request, "notifications/digest_stop.html", context)
        response["Referrer-Policy"] = "no-referrer"  # the address itself is the key
        return response
