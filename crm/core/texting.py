"""The one way out for text messages: through Twilio, where it is set up, by a job, once per key.

Like :mod:`crm.core.mailer`: claimed before it is sent, tried again only where the provider surely has nothing, left “being
sent” where nobody can know. What became of it is told by signed reports (:func:`heard`), in any order, twice or not at all.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.core import mailer, twilio
from crm.core.events import Event, publish
from crm.core.jobs import daily, enqueue, every, job
from crm.core.models import OutgoingText

logger = structlog.get_logger(__name__)

MOST = 480  # characters of one message: three parts of 160
HELP = _("Up to 160 characters travel as one message, up to 70 with letters such as ç or ê.")
KEPT = timedelta(days=90)
# The alphabet of GSM 03.38: with any other character a part holds 70 (67 of several) instead of 160 (153).
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = set("^{}\\[~]|€\f")  # take the place of two
Status = OutgoingText.Status
UNKNOWN = Q(status=Status.SENDING) | Q(status=Status.FAILED, error=twilio.DOUBT)  # whether the provider has it
CHECKS: dict[str, Callable[[OutgoingText], None]] = {}


@dataclass(frozen=True, kw_only=True)
class TextStopped(Event):
    """The person answered STOP: the provider takes no message to them any more."""

    text_id: int


def is_ready() -> bool:
    """Whether text messages can be sent from here."""
    return twilio.is_set_up()


def parts_of(text: str) -> int:
    """In how many parts it travels, and is paid for (GSM 03.38)."""
    if all(char in GSM or char in GSM_TWICE for char in text):
        size, alone, several = len(text) + sum(char in GSM_TWICE for char in text), 160, 153
    else:
        size, alone, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if size <= alone else math.ceil(size / several)


def checked_on_leaving(prefix: str) -> Callable:
    """Declare what is looked at once more when texts whose key begins with ``prefix:`` leave: the function raises
    :class:`~crm.core.mailer.NoLongerTrue` for one that must stay here.
    """

    def declare(function: Callable[[OutgoingText], None]) -> Callable:
        CHECKS[prefix] = function
        return function

    return declare


@transaction.atomic
def send(*, key: str, to: str, text: str, organization) -> OutgoingText:
    """Queue one message to a number in E.164; a second call with the same ``key`` returns the first row and sends nothing."""
    row, created = OutgoingText.objects.get_or_create(
        key=key, defaults={"organization": organization, "recipient": to, "text": text}
    )
    if created:
        enqueue(deliver, text_id=row.pk)
    return row


@job(label=_("Send a text message"), by_hand=False)
def deliver(*, text_id: int) -> str:
    """Hand one message to the provider. Claimed before it is sent, so two workers never send the same row."""
    mine = OutgoingText.objects.filter(pk=text_id, status=Status.QUEUED, attempts__lt=mailer.MAX_ATTEMPTS)
    if not mine.update(status=Status.SENDING, attempts=F("attempts") + 1, claimed_at=timezone.now()):
        return "skipped"
    row = OutgoingText.objects.get(pk=text_id)
    try:
        check_again(row)
    except mailer.NoLongerTrue as error:
        _close(row, error)
        return "no longer true"
    except Exception as error:
        _try_again(row, error)
        raise
    try:
        return hand_over(row)
    except twilio.NotTaken as error:
        _try_again(row, error)
        raise


def check_again(row: OutgoingText) -> None:
    """Whether it may still leave; raises :class:`~crm.core.mailer.NoLongerTrue`."""
    if check := CHECKS.get(row.key.partition(":")[0]):
        check(row)


def hand_over(row: OutgoingText) -> str:
    """Give one message that was claimed to the provider: “sent”, “refused” or “in doubt”. Raises
    :class:`~crm.core.twilio.NotTaken`: the provider has nothing.
    """
    try:
        number = twilio.post(to=row.recipient, text=row.text, report_to=_report_to(row))
    except twilio.Refused as error:
        with transaction.atomic():
            _close(row, error)
            if error.code == twilio.STOPPED:
                _tell_stopped(row)
        return "refused"
    except twilio.Unclear as error:
        # Nobody can know whether it has the message. A report may still tell (heard); nothing is sent twice.
        _mine(row).update(error=str(error)[:2000])
        logger.error("text_in_doubt", text_id=row.pk, error=type(error).__name__)
        return "in doubt"
    # A report may be quicker than we are, and tell already that it failed.
    OutgoingText.objects.filter(pk=row.pk).update(provider_number=number)
    OutgoingText.objects.filter(UNKNOWN, pk=row.pk).update(status=Status.SENT, sent_at=timezone.now(), error="")
    return "sent"


def _mine(row: OutgoingText) -> QuerySet[OutgoingText]:
    """The row, as long as nobody else claimed it since."""
    return OutgoingText.objects.filter(pk=row.pk, status=Status.SENDING, attempts=row.attempts)


def _report_to(row: OutgoingText) -> str:
    """Where to tell what became of it; nothing where Twilio could not reach us."""
    if not settings.SITE_URL.startswith("https://"):
        return ""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('text_webhook')}?word={mailer.sign(f'text-{row.pk}')}"


def _close(row: OutgoingText, error: object, status: str = Status.FAILED) -> None:
    _mine(row).update(status=status, error=str(error)[:2000])


def _try_again(row: OutgoingText, error: Exception) -> None:
    """The provider does not have it: trying again is safe, until the attempts are used up."""
    given_up = row.attempts >= mailer.MAX_ATTEMPTS
    _close(row, error, Status.FAILED if given_up else Status.QUEUED)
    logger.warning("text_not_sent", text_id=row.pk, attempts=row.attempts, error=type(error).__name__)


def _tell_stopped(row: OutgoingText) -> None:
    publish(TextStopped(organization_id=row.organization_id, cause="job", text_id=row.pk))


@transaction.atomic
def heard(*, word: str, status: str, code: str = "") -> bool:
    """What the provider reports of a message; returns whether it is one of ours. ``code``: why it failed.

    The same whatever the order, and told twice: somebody who has it has it, whatever is told besides.
    """
    signed = mailer.unsign(word)
    if signed is None or not signed.startswith("text-"):
        return False
    rows = OutgoingText.objects.filter(pk=int(signed.removeprefix("text-")))
    now = timezone.now()
    if status in twilio.ARRIVED:
        told = {"delivered_at": Least(Coalesce(F("delivered_at"), now), now), "sent_at": Coalesce(F("sent_at"), now)}
        rows.update(status=Status.SENT, error="", **told)
    elif status in twilio.LEFT:  # it was in doubt: now it is known
        rows.filter(UNKNOWN).update(status=Status.SENT, sent_at=now, error="")
    elif status in twilio.LOST:
        lost = rows.filter(UNKNOWN | Q(status=Status.SENT), delivered_at=None)
        if lost.update(status=Status.FAILED, error=code or "?") and code == twilio.STOPPED:
            _tell_stopped(rows.get())
    return True


def forget(texts: QuerySet[OutgoingText]) -> None:
    """The words of these messages and their numbers go, and those still waiting leave no more. That one was sent stays."""
    texts.filter(status=Status.QUEUED).update(status=Status.FAILED)
    texts.update(recipient="", text="", error="")


@job(schedule=every(minutes=30), label=_("Send text messages that were left waiting"))
def deliver_forgotten() -> int:
    """A job can be lost (the secret key that signs the queue was changed); the message must not be. Whether one arrived of
    which nothing was heard, nobody knows: it is not sent again, and says so. Whoever looks after a batch looks after its own.
    """
    alone = OutgoingText.objects.filter(batch="")
    silent = alone.filter(status=Status.SENDING, claimed_at__lt=timezone.now() - mailer.IN_DOUBT_AFTER)
    silent.update(status=Status.FAILED, error=twilio.DOUBT)
    waiting = alone.filter(status=Status.QUEUED, created_at__lt=timezone.now() - mailer.FORGOTTEN_AFTER)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    for pk in ids:
        enqueue(deliver, text_id=pk)
    return len(ids)


@job(schedule=daily(at="03:40"), label=_("Forget the words of old text messages"))
def forget_old_texts() -> int:
    """After 90 days only the fact remains here; what was written stays with the donor."""
    old = OutgoingText.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(text="")
    return old.exclude(status=Status.QUEUED).update(text="")
