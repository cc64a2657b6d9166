"""The one way out for e-mail: rendered in the recipient's language, HTML and text, by a job, once per key."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from crm.core import provider, smtp
from crm.core.errors import DomainError
from crm.core.events import Event, publish
from crm.core.jobs import daily, enqueue, every, job
from crm.core.models import OutgoingEmail

logger = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3

# Older than any attempt can last: a row still “sending” after this was left by a worker that died.
IN_DOUBT_AFTER = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
# The line went dead while the server was taking the message: it may have it, or not.
UNKNOWN_OUTCOME = (TimeoutError, SMTPServerDisconnected, ConnectionError)
Status = OutgoingEmail.Status
# What is forgotten of a message that leaves once more.
AFRESH = {
    "error": "", "sent_at": None, "provider_number": "", "delivered_at": None, "bounced_at": None, "complained_at": None
}  # fmt: skip

FILLERS: dict[str, Callable[[OutgoingEmail], dict[str, str]]] = {}
ATTACHED: dict[str, Callable[[OutgoingEmail], list["Attachment"]]] = {}
CHECKS: dict[str, Callable[[OutgoingEmail], None]] = {}


@dataclass(frozen=True, kw_only=True)
class MailReturned(Event):
    """A message came back, or was refused, because its address does not work. ``said``: the server’s words."""

    email_id: int
    said: str


class Attachment(NamedTuple):
    name: str
    content: bytes
    kind: str  # such as application/pdf


class NoLongerTrue(Exception):
    """Raised while a mail is made ready to leave: it must not leave any more. Its text says why."""


def filled_on_leaving(prefix: str) -> Callable:
    """Declare what is put into mails whose key begins with ``prefix:``, at the moment they leave.

    The function takes the stored mail and returns ``{text to replace: value}``. So a secret (the link of an invitation)
    is in the recipient's mailbox and nowhere else: not in the table of mails, not in the job queue, not in a back-up.
    """

    def declare(function: Callable[[OutgoingEmail], dict[str, str]]) -> Callable:
        FILLERS[prefix] = function
        return function

    return declare


def attached_on_leaving(prefix: str) -> Callable:
    """Declare what goes with mails whose key begins with ``prefix:``, read at the moment they leave: no file is stored
    twice. The function may raise :class:`NoLongerTrue`; the mail then stays here.
    """

    def declare(function: Callable[[OutgoingEmail], list[Attachment]]) -> Callable:
        ATTACHED[prefix] = function
        return function

    return declare


def checked_on_leaving(prefix: str) -> Callable:
    """Declare what is looked at once more when mails whose key begins with ``prefix:`` leave: the function raises
    :class:`NoLongerTrue` for one that must stay here.
    """

    def declare(function: Callable[[OutgoingEmail], None]) -> Callable:
        CHECKS[prefix] = function
        return function

    return declare


def _attachments(email: OutgoingEmail) -> list[Attachment]:
    function = ATTACHED.get(email.key.partition(":")[0])
    return function(email) if function else []


def _filled(email: OutgoingEmail) -> tuple[str, str]:
    text, html = email.text, email.html
    filler = FILLERS.get(email.key.partition(":")[0])
    for place, value in (filler(email) if filler else {}).items():
        text, html = text.replace(place, value), html.replace(place, value)
    return text, html


def _plain(name: str, context: dict) -> str:
    """A text template: what is shown is not HTML, so nothing is escaped in it."""
    return get_template(name).template.render(Context(context, autoescape=False))


def render(template: str, context: dict) -> tuple[str, str, str]:
    """Subject, text and HTML (empty where the template has none) of ``templates/email/<template>``, in the present language."""
    lines = _plain(f"email/{template}/subject.txt", context).splitlines()
    subject = " ".join(line.strip() for line in lines if line.strip())
    text = re.sub(r"\n{3,}", "\n\n", _plain(f"email/{template}/body.txt", context)).strip() + "\n"
    try:
        html = get_template(f"email/{template}/body.html")
    except TemplateDoesNotExist:
        return subject, text, ""
    return subject, text, html.render(context)


def frame(language: str, organization) -> dict:
    """What the frame of every e-mail needs."""
    return {"language": language, "site_url": settings.SITE_URL, "organization": organization}


@transaction.atomic
def send(
    *,
    key: str,
    to: str,
    template: str,
    context: dict,
    language: str,
    organization=None,
    headers: dict | None = None,
) -> OutgoingEmail:
    """Queue one message; a second call with the same ``key`` returns the first row and sends nothing.

    ``template`` is a folder of ``templates/email``: ``subject.txt``, ``body.txt`` and, where it exists, ``body.html``.
    """
    existing = OutgoingEmail.objects.filter(key=key).first()
    if existing:
        return existing
    with translation.override(language):
        subject, text, html = render(template, frame(language, organization) | context)
    email, created = OutgoingEmail.objects.get_or_create(
        key=key,
        defaults={
            "organization": organization,
            "recipient": to,
            "language": language,
            "subject": subject[:250],
            "text": text,
            "html": html,
            "headers": headers or {},
        },
    )
    if created:
        enqueue(deliver, email_id=email.pk)
    return email


def made_ready(email: OutgoingEmail, connection) -> EmailMultiAlternatives:
    """The message as it leaves. Raises :class:`NoLongerTrue`, and :class:`ValueError` for one that can never be sent."""
    prefix = email.key.partition(":")[0]
    if check := CHECKS.get(prefix):
        check(email)
    text, html = _filled(email)
    attachments = _attachments(email)
    message = EmailMultiAlternatives(
        email.subject, text, to=[email.recipient], headers=email.headers, connection=connection
    )
    if html:
        message.attach_alternative(html, "text/html")
    for attachment in attachments:
        message.attach(*attachment)
    message.message()
    provider.remember(message, word_of(email))
    return message


def word_of(email: OutgoingEmail) -> str:
    """What a provider keeps with a message and tells with each report: signed, as one account may serve several sites."""
    return sign(str(email.pk))


def number_behind(word: str) -> int | None:
    """Of which e-mail this is the word (:func:`word_of`); nothing for one that was not made here."""
    text = unsign(word) or ""
    return int(text) if text.isdigit() else None


def sign(text: str) -> str:
    """A word for a provider, which only this installation can have made."""
    return _signer().sign(text)


def unsign(word: str) -> str | None:
    """What was signed; nothing where it was not here."""
    try:
        return _signer().unsign(word)
    except signing.BadSignature:
        return None


def _signer() -> signing.Signer:
    return signing.Signer(salt="crm.core.mailer", sep=".")


def close(
    email: OutgoingEmail, status: str, error: object = "", *, number: str = "", held: QuerySet | None = None
) -> bool:
    """Write down how it ended. ``number``: what the provider calls it. ``held``: the row, as long as it is ours to close; returns
    whether it was.
    """
    sent_at = timezone.now() if status == Status.SENT else None
    found = {"status": status, "error": str(error)[:2000], "sent_at": sent_at, "provider_number": number}
    rows = OutgoingEmail.objects.filter(pk=email.pk) if held is None else held
    return bool(rows.update(**found))


@transaction.atomic
def refused_for_good(email: OutgoingEmail, error: Exception, *, held: QuerySet | None = None) -> None:
    """The server refuses it with 5xx: trying again would change nothing. An address that does not exist is told."""
    said = smtp.words_of(error)
    if not close(email, Status.FAILED, said, held=held):
        return
    about_address = isinstance(error, SMTPRecipientsRefused) and smtp.code_of(error) in smtp.NO_SUCH_ADDRESS
    if about_address and email.organization_id:
        publish(MailReturned(organization_id=email.organization_id, cause="job", email_id=email.pk, said=said[:500]))


def _refused(email: OutgoingEmail, error: Exception) -> None:
    """The server does not have the message: trying again is safe, until the attempts are used up."""
    given_up = email.attempts >= MAX_ATTEMPTS
    close(email, Status.FAILED if given_up else Status.QUEUED, error)
    logger.warning("email_not_sent", email_id=email.pk, attempts=email.attempts, error=type(error).__name__)


@job(label=_("Send an e-mail"), by_hand=False)
def deliver(*, email_id: int) -> str:
    """Hand one message to the mail server. Claimed before it is sent, so two workers never send the same row."""
    claimed = OutgoingEmail.objects.filter(pk=email_id, status=Status.QUEUED, attempts__lt=MAX_ATTEMPTS).update(
        status=Status.SENDING, attempts=F("attempts") + 1, claimed_at=timezone.now()
    )
    if not claimed:
        return "skipped"
    email = OutgoingEmail.objects.get(pk=email_id)
    connection = get_connection()
    try:
        message = made_ready(email, connection)
    except NoLongerTrue as error:
        close(email, Status.FAILED, error)
        return "no longer true"
    except ValueError as error:  # a header or address that can never be sent: trying again would change nothing
        close(email, Status.FAILED, error)
        logger.error("email_impossible", email_id=email_id, error=type(error).__name__)
        return "impossible"
    except Exception as error:
        _refused(email, error)
        raise
    try:
        connection.open()
    except Exception as error:
        _refused(email, error)
        raise
    try:
        message.send()
    except UNKNOWN_OUTCOME as error:
        # Nobody can know whether the server took it. It stays “being sent” for a person to decide on (send_again).
        OutgoingEmail.objects.filter(pk=email_id).update(error=str(error)[:2000])
        logger.error("email_in_doubt", email_id=email_id, error=type(error).__name__)
        return "in doubt"
    except SMTPRecipientsRefused as error:
        if smtp.code_of(error) < 500:
            _refused(email, error)
            raise
        refused_for_good(email, error)
        return "refused"
    except Exception as error:
        _refused(email, error)
        raise
    finally:
        connection.close()
    # A provider may be quicker than we are, and have reported already that it came back.
    still = OutgoingEmail.objects.filter(pk=email_id, status=Status.SENDING)
    close(email, Status.SENT, number=provider.number_of(message), held=still)
    return "sent"


def undelivered() -> QuerySet[OutgoingEmail]:
    """What a person should know about: refused for good, or left half-sent by a worker that died."""
    in_doubt = Q(status=Status.SENDING, claimed_at__lt=timezone.now() - IN_DOUBT_AFTER)
    one_by_one = OutgoingEmail.objects.filter(batch="")  # a batch is looked after where it was begun
    return one_by_one.filter(Q(status=Status.FAILED) | in_doubt).order_by("-created_at", "-pk")


@transaction.atomic
def send_again(email: OutgoingEmail) -> OutgoingEmail:
    """A person decided that this message must go (again): as many attempts as the first time."""
    known = undelivered().filter(pk=email.pk).exclude(text="")
    if not known.update(status=Status.QUEUED, attempts=0, **AFRESH):
        raise DomainError(_("This e-mail has already left, or its text is no longer kept."), code="gone")
    enqueue(deliver, email_id=email.pk)
    email.refresh_from_db()
    return email


def forget(emails: QuerySet[OutgoingEmail]) -> None:
    """The words of these mails and their addresses go, and those still waiting leave no more. That one was sent stays."""
    emails.filter(status=Status.QUEUED).update(status=Status.FAILED)
    emails.update(recipient="", subject="", text="", html="", headers={}, error="")


@job(schedule=every(minutes=60), label=_("Send e-mails that were left waiting"))
def deliver_forgotten() -> int:
    """A job can be lost (the secret key that signs the queue was changed); the message must not be."""
    waiting = OutgoingEmail.objects.filter(
        batch="", status=Status.QUEUED, created_at__lt=timezone.now() - FORGOTTEN_AFTER
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    for pk in ids:
        enqueue(deliver, email_id=pk)
    return len(ids)


@job(schedule=daily(at="03:40"), label=_("Forget the text of old e-mails"))
def forget_old_emails() -> int:
    """The wording of system mails is not kept for ever: 90 days, then only the fact (key, address, time) remains. What still
    waits (a mailing that is paused) keeps its words: it must not leave empty.
    """
    old = OutgoingEmail.objects.filter(created_at__lt=timezone.now() - timedelta(days=90)).exclude(text="")
    old = old.exclude(status=Status.QUEUED)
    return old.update(text="", html="")
