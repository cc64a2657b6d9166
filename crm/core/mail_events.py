"""What became of an e-mail after it left: delivered, opened, clicked, sent back, called spam. Told by the provider.

Reports come twice, late and in any order. The webhook writes each down once (:func:`take`); a job follows it. What a report
does is the same whenever it comes: each moment keeps the earliest of its kind, and a message sent back stays so.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import mailer
from crm.core.events import Event, publish
from crm.core.jobs import daily, enqueue, every, job
from crm.core.models import MailEvent, OutgoingEmail

logger = structlog.get_logger(__name__)
Kind = MailEvent.Kind
Status = OutgoingEmail.Status

KEPT = timedelta(days=90)
LOOKED_FOR = timedelta(days=2)  # a report that comes before our own commit, or is of another sender of the same account
BATCH = 500
MOMENTS = {
    Kind.DELIVERED: "delivered_at",
    Kind.OPENED: "opened_at",
    Kind.CLICKED: "clicked_at",
    Kind.BOUNCED: "bounced_at",
    Kind.COMPLAINED: "complained_at",
}
LOST = {Kind.BOUNCED, Kind.REFUSED}  # nobody has it, or will
READ = {Kind.DELIVERED, Kind.OPENED, Kind.CLICKED, Kind.COMPLAINED, Kind.UNSUBSCRIBED}  # somebody has it


@dataclass(frozen=True, kw_only=True)
class MailComplained(Event):
    """Somebody called a message spam."""

    email_id: int


@dataclass(frozen=True, kw_only=True)
class MailUnsubscribed(Event):
    """Somebody asked the provider for no more messages."""

    email_id: int


@dataclass(frozen=True)
class Report:
    """``word`` is what we gave the provider with the message, ``number`` what it calls it. ``is_final``: the address itself
    does not work, as far as the provider knows.
    """

    provider: str
    kind: str
    number: str = ""
    word: str = ""
    event: str = ""
    recipient: str = ""
    happened_at: datetime | None = None
    said: str = ""
    is_final: bool = False


def take(report: Report) -> bool:
    """Write it down, once, and ask a worker to follow it; returns whether it was new."""
    happened_at = min(report.happened_at or timezone.now(), timezone.now())
    identity = report.event
    if not identity or len(identity) > 64:
        parts = (report.event, report.kind, report.number, report.recipient, happened_at if report.happened_at else "")
        identity = hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
    event, created = MailEvent.objects.get_or_create(
        provider=report.provider[:20],
        identity=identity,
        kind=report.kind,
        defaults={
            "number": report.number[:250],
            "word": report.word[:80],
            "recipient": report.recipient[:254].lower(),
            "happened_at": happened_at,
            "said": report.said[:500],
            "is_final": report.is_final,
        },
    )
    if created:
        enqueue(follow, event_id=event.pk)
    return created


@job(label=_("Follow what became of an e-mail"))
def follow(*, event_id: int) -> str:
    with transaction.atomic():
        event = MailEvent.objects.select_for_update().filter(pk=event_id, followed_at=None).first()
        if event is None:
            return "followed already"
        email = _email_of(event)
        if email is None:
            return "not ours, or not yet"
        _apply(event, email)
        event.email, event.followed_at, event.recipient, event.said = email, timezone.now(), "", ""
        event.save()
    return event.kind


def _email_of(event: MailEvent) -> OutgoingEmail | None:
    rows = OutgoingEmail.objects.select_for_update(no_key=True)
    if event.word:
        return rows.filter(pk=mailer.number_behind(event.word)).first()
    known = Q(provider_number=event.number) & (Q(recipient__iexact=event.recipient) | Q(recipient=""))
    return rows.filter(known).first() if event.number else None


def _apply(event: MailEvent, email: OutgoingEmail) -> None:
    changed = {}
    if moment := MOMENTS.get(event.kind):
        changed[moment] = Least(Coalesce(F(moment), event.happened_at), event.happened_at)
    if event.kind in LOST:
        changed |= {"status": Status.FAILED, "error": event.said or _("The message came back.")}
    elif event.kind in READ and email.status == Status.SENDING:  # it was in doubt: now it is known
        changed |= {"status": Status.SENT, "sent_at": event.happened_at, "error": ""}
    if changed:
        OutgoingEmail.objects.filter(pk=email.pk).update(**changed)
    if email.organization_id is None:
        return
    told = {"organization_id": email.organization_id, "email_id": email.pk, "cause": "job"}
    if event.kind in LOST and event.is_final:
        publish(mailer.MailReturned(said=event.said, **told))
    elif event.kind == Kind.COMPLAINED:
        publish(MailComplained(**told))
    elif event.kind == Kind.UNSUBSCRIBED:
        publish(MailUnsubscribed(**told))


@job(schedule=every(minutes=10), label=_("Follow reports about e-mails that came too early"))
def follow_early_reports() -> int:
    """A report may come before the process that sent the message wrote down its number."""
    since = timezone.now() - LOOKED_FOR
    waiting = MailEvent.objects.filter(followed_at=None, created_at__gt=since).order_by("pk")
    return sum(follow(event_id=pk) in Kind.values for pk in list(waiting.values_list("pk", flat=True)[:BATCH]))


@job(schedule=daily(at="03:50"), label=_("Forget old reports about e-mails"))
def forget_old_reports() -> int:
    """What they told is kept with the e-mail; those of nobody’s message hold an address, and go first."""
    now = timezone.now()
    old = Q(created_at__lt=now - KEPT) | Q(followed_at=None, created_at__lt=now - LOOKED_FOR)
    return MailEvent.objects.filter(old).delete()[0]
