from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from crm.core.phones import show_phone
from crm.core.web.framed import framed
from crm.core.web.paging import paginate
from crm.core.web.views import FormView, PageMixin, ScopedView
from crm.notifications import inbox, kinds, queries, services
from crm.notifications.forms import NoticePreferencesForm
from crm.notifications.models import Notification


class NotificationListView(PageMixin, ScopedView):
    """What the person was told, newest first. By POST: ``open`` one, which reads it and leads to it; or read ``all`` of them."""

    permission = "notifications.view"
    model = Notification
    template_name = "notifications/notification_list.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        page = paginate(self.get_queryset().newest_first(), request.GET)
        told = kinds.told(self.membership, page.records)
        for one in page.records:
            one.told, one.about = told.get(one.pk), kinds.KINDS.get(one.kind)
        return self.render({"page": page, "now": timezone.now().isoformat()})

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        self.check("notifications.change")
        asked = request.POST.get("open", "")
        if asked.isdecimal() and len(asked) < 19:
            one = get_object_or_404(self.get_queryset(), pk=int(asked))
            inbox.read(one)
            told = kinds.told(self.membership, [one]).get(one.pk)
            return self.go(told.url if told and told.url else self.url("inbox:notification_list"))
        try:
            until = parse_datetime(request.POST.get("all", ""))
        except ValueError:
            until = None
        if until is not None and timezone.is_aware(until):
            inbox.read_all(self.membership, until=min(until, timezone.now()))
        return self.go(self.url("inbox:notification_list"))

    def get_context(self, **context) -> dict:
        return super().get_context(title=gettext_lazy("Notifications"), **context)


class CountView(ScopedView):
    """How many wait, as JSON: pages that stay open ask now and then."""

    permission = "notifications.view"
    is_background = True  # nobody is there because a page asks by itself

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        unread = inbox.unread_count(self.membership)
        said = ngettext("Notifications, %(said)s unread", "Notifications, %(said)s unread", unread)
        label = said % {"said": inbox.badge(unread)} if unread else _("Notifications")
        return JsonResponse({"badge": inbox.badge(unread) if unread else "", "label": label})


class PreferencesView(FormView):
    """What one wants to be told in this organization, how, and when not."""

    permission = "notifications.change"
    form_class = NoticePreferencesForm
    service = services.save_preferences
    title = gettext_lazy("What I am told")
    submit_label = gettext_lazy("Save")
    success_message = gettext_lazy("Your preferences are saved.")
    template_name = "notifications/preferences.html"

    def get_initial(self) -> dict:
        known = queries.preferences_of(self.membership)
        return {
            "here": [code for code in kinds.KINDS if code not in known.silenced],
            "by_email": known.by_email,
            "by_text": known.by_text,
            "text_to": show_phone(known.text_to) if known.text_to else "",
            "quiet_from": known.quiet_from,
            "quiet_until": known.quiet_until,
            "quiet_days": known.quiet_days,
        }

    def get_success_url(self) -> str:
        return self.url("inbox:notification_list")


class DigestView(PageMixin, ScopedView):
    """The digest as it would come now: what it looks like, before its hour."""

    permission = "notifications.view"
    template_name = "notifications/digest.html"
    title = gettext_lazy("My digest")

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        now = timezone.now()
        draft = services.draft_digest(self.membership, on=queries.day_of(self.membership, now), now=now)
        return self.render({"draft": draft, "title": self.title})


class DigestBodyView(ScopedView):
    """The e-mail alone, for the frame of that page."""

    permission = "notifications.view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        html = services.preview_digest(self.membership, now=timezone.now())
        if not html:
            raise Http404
        return framed(html)


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
