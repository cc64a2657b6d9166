"""Where the provider of e-mail reports what became of each message; signed as that provider signs.

django-anymail checks the signature (or the name and password in the address, ``ANYMAIL_WEBHOOK_SECRET``) and reads the report; a
false one is answered 400 and nothing of it is kept.
"""

from anymail.signals import EventType, RejectReason, tracking
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt

from crm.core import mail_events
from crm.core.models import MailEvent
from crm.core.text import clean

KINDS = {
    EventType.DELIVERED: MailEvent.Kind.DELIVERED,
    EventType.OPENED: MailEvent.Kind.OPENED,
    EventType.CLICKED: MailEvent.Kind.CLICKED,
    EventType.BOUNCED: MailEvent.Kind.BOUNCED,
    EventType.REJECTED: MailEvent.Kind.REFUSED,
    EventType.FAILED: MailEvent.Kind.REFUSED,
    EventType.COMPLAINED: MailEvent.Kind.COMPLAINED,
    EventType.UNSUBSCRIBED: MailEvent.Kind.UNSUBSCRIBED,
}
NO_SUCH_ADDRESS = {RejectReason.INVALID, RejectReason.BOUNCED}
# How providers call a box that is full and the like, by the word of their report that says so. The last are SparkPost's classes.
PASSING = {
    "Type": {"softbounce"}, "type": {"soft", "transient", "temporary"}, "event": {"soft_bounce"},
    "bounceType": {"transient", "undetermined"}, "hard_bounce": {"false"}, "severity": {"temporary"},
    "bounce_class": {"20", "21", "22", "23", "24", "40", "70"},
}  # fmt: skip


@csrf_exempt
@login_not_required
def mail_webhook(request: HttpRequest, provider: str) -> HttpResponse:
    if not settings.MAIL_PROVIDER or provider != settings.MAIL_PROVIDER:
        raise Http404
    for path in (f"/{provider}/tracking/", f"/{provider}/"):
        try:
            view, args, kwargs = resolve(path, "anymail.urls")
        except Resolver404:
            continue
        return view(request, *args, **kwargs)
    raise Http404


@receiver(tracking, dispatch_uid="crm.core.mail_webhook")
def heard(sender: type, event, esp_name: str, **kwargs) -> None:
    """Write down what a provider reports; anything else (queued, deferred…) changes nothing."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    said = event.mta_response or event.description
    mail_events.take(
        mail_events.Report(
            provider=esp_name,
            kind=kind,
            number=_text(event.message_id),
            word=_text(metadata.get("merci")),
            event=_text(event.event_id),
            recipient=_text(event.recipient),
            happened_at=event.timestamp,
            said=_text(said),
            is_final=event.reject_reason in NO_SUCH_ADDRESS and not _is_passing(event),
        )
    )


def _text(value: object) -> str:
    """In one line, without what a database refuses: the words of any mail server of the world come by here."""
    return clean("" if value is None else str(value))


def _is_passing(event) -> bool:
    """Whether the provider says that this bounce may not be the last word about the address."""
    parts = [event.esp_event]
    for part in parts:
        if not isinstance(part, dict):
            continue
        if any(str(part.get(name, "")).lower() in words for name, words in PASSING.items()):
            return True
        parts += part.values()
    return False
