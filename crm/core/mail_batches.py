"""Many e-mails of one batch over one connection to the mail server, each once, at the pace the server bears.

The rows of a batch wait in the table of :mod:`crm.core.mailer`; whoever looks after the batch calls :func:`deliver_batch` until
nothing waits. What may go wrong, and what becomes of the message:

- the server cannot be reached, or refuses the sender: nobody's message is at fault; all wait (:attr:`Outcome.trouble`);
- it refuses this recipient or this text for good (5xx): failed, with its words;
- it asks to come back later (4xx), as grey lists do: tried again after :data:`PAUSES`, then failed;
- the line goes dead after the last dot: the server may have the message or not (:data:`~crm.core.mailer.UNKNOWN_OUTCOME`). It
  stays “being sent” for a person to decide on, and is never sent again by itself. The same holds for a process that is killed
  between that dot and our commit. Before the dot, the server has nothing (:mod:`crm.core.smtp`): the message simply waits.
"""

import smtplib
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from crm.core import mailer, provider, smtp
from crm.core.models import OutgoingEmail

logger = structlog.get_logger(__name__)
Status = OutgoingEmail.Status

MAX_ATTEMPTS = 5
PAUSES = [
    timedelta(seconds=seconds * settings.MAIL_PATIENCE) for seconds in (0, 60, 120, 300, 600)
]  # before each attempt
AT_A_TIME = 50  # rows read together
_LOST = (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError)
UNSENT = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)  # the server said so


class _Taken(Exception):
    """Another process is sending this very message, or somebody withdrew it a moment ago."""


class _Trouble(Exception):
    """The server does not talk to us: its words."""


@dataclass
class Outcome:
    """Of one call: e-mails sent, refused for good; ``trouble`` is why the server cannot be used at present, if so."""

    sent: int = 0
    refused: int = 0
    trouble: str = ""


def waiting(batch: str) -> QuerySet[OutgoingEmail]:
    return OutgoingEmail.objects.filter(batch=batch, status=Status.QUEUED)


def in_doubt(batch: str) -> QuerySet[OutgoingEmail]:
    """Those that the server may have or not. While a batch is being sent, the one at its last dot is among them."""
    return OutgoingEmail.objects.filter(batch=batch, status=Status.SENDING)


def due(batch: str, *, after: int = 0) -> list[OutgoingEmail]:
    """The first of those whose turn it is: new ones, and those whose pause is over."""
    now = timezone.now()
    ready = Q(attempts=0)
    for attempts, pause in enumerate(PAUSES[1:], start=1):
        ready |= Q(attempts=attempts, claimed_at__lte=now - pause)
    return list(waiting(batch).filter(ready, pk__gt=after).order_by("pk")[:AT_A_TIME])


def withdraw(batch: str, *, why: str) -> int:
    """What still waits leaves no more."""
    return waiting(batch).update(status=Status.FAILED, error=why)


def send_again(emails: QuerySet[OutgoingEmail]) -> int:
    """A person decided that these must go (again): failed ones, and those in doubt. Whose text is erased stays."""
    known = emails.filter(status__in=[Status.FAILED, Status.SENDING]).exclude(text="")
    return known.update(status=Status.QUEUED, attempts=0, **mailer.AFRESH)


def deliver_batch(
    batch: str,
    *,
    seconds: float,
    per_minute: int | None = None,
    goes_on: Callable[[], bool] = lambda: True,
    told: Callable[[OutgoingEmail], None] = lambda _email: None,
) -> Outcome:
    """Send what waits, for at most ``seconds``. ``goes_on`` is asked before each message; ``told(email)`` is called after
    each that was sent. Not inside a transaction: what has left is written down at once.
    """
    line, outcome = _Line(told), Outcome()
    until, after = time.monotonic() + seconds, 0
    try:
        while time.monotonic() < until and (emails := due(batch, after=after)):
            for email in emails:
                began, after = time.monotonic(), email.pk
                if began >= until or not goes_on():
                    return outcome
                status = line.send(email)
                outcome.sent += status == Status.SENT
                outcome.refused += status == Status.FAILED
                if per_minute and status != Status.FAILED:
                    time.sleep(max(0.0, 60 / per_minute - (time.monotonic() - began)))
    except _Trouble as error:
        outcome.trouble = str(error)
        logger.warning("mail_server_refuses", batch=batch, error=outcome.trouble[:200])
    finally:
        line.close()
    return outcome


class _Line:
    """One connection to the mail server, opened when it is first needed and again after it was lost."""

    def __init__(self, told: Callable[[OutgoingEmail], None]) -> None:
        self.told = told
        self.connection = get_connection()
        self.is_open = False

    def open(self) -> None:
        if self.is_open:
            return
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise _Trouble(smtp.words_of(error)) from error
        self.is_open = True

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.connection.close()
        self.connection, self.is_open = get_connection(), False

    def send(self, email: OutgoingEmail) -> str:
        """Hand over one message; returns what became of it. Raises :class:`_Trouble`: it waits, as all others do."""
        claim = _Claim(email)
        try:
            message = mailer.made_ready(email, self.connection)
        except (mailer.NoLongerTrue, ValueError) as error:
            # A ValueError is an address or a header that can never be sent.
            return claim.close(Status.FAILED, error)
        self.open()
        message.connection = self.connection
        try:
            self._hand_over(message, claim)
        except _Taken:
            self.close()  # a message without its end: the server forgets it with the line
            return ""
        except UNSENT as error:
            return self._refused(claim, error)
        except provider.NotTaken as error:
            claim.take_back()
            raise _Trouble(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            if claim.is_made:  # after the dot: nobody can know
                claim.mine.update(error=smtp.words_of(error))
                logger.error("email_in_doubt", email_id=email.pk, error=type(error).__name__)
                if isinstance(error, provider.Unclear):  # or every message would end in doubt
                    raise _Trouble(smtp.words_of(error)) from error
                return Status.SENDING
            if isinstance(error, _LOST):  # perhaps it is this very message that the server cannot bear
                claim.later(error)
            raise _Trouble(smtp.words_of(error)) from error
        claim.close(Status.SENT, number=provider.number_of(message))
        self.told(email)
        return Status.SENT

    def _hand_over(self, message: EmailMessage, claim: "_Claim") -> None:
        if hasattr(self.connection, "tell"):
            self.connection.tell(claim)
        else:  # a provider’s API takes a message in one piece
            claim()
        self.connection.send_messages([message])

    def _refused(self, claim: "_Claim", error: Exception) -> str:
        """The server has answered, and does not have it."""
        code = smtp.code_of(error)
        if code == 421:  # it closes the line: too many at once
            self.close()
        if 400 <= code < 500:
            return claim.later(error)
        mailer.refused_for_good(claim.email, error, held=claim.mine)
        return Status.FAILED


class _Claim:
    """Called just before the server takes the message: from here on it is ours to send, once.

    Another process may send the same batch meanwhile, where one was slow and was taken for dead. So nothing is written on a row
    but what holds of it as this process knows it: else the one that lost its line would put back what the other has sent.
    """

    def __init__(self, email: OutgoingEmail) -> None:
        self.email, self.is_made = email, False

    @property
    def mine(self) -> QuerySet[OutgoingEmail]:
        """The row, as long as nobody else has touched it."""
        status, attempts = (Status.SENDING, 1) if self.is_made else (Status.QUEUED, 0)
        return OutgoingEmail.objects.filter(pk=self.email.pk, status=status, attempts=self.email.attempts + attempts)

    def __call__(self) -> None:
        if not self.mine.update(status=Status.SENDING, attempts=F("attempts") + 1, claimed_at=timezone.now()):
            raise _Taken
        self.is_made = True

    def close(self, status: str, error: object = "", *, number: str = "") -> str:
        mailer.close(self.email, status, error, number=number, held=self.mine)
        return status

    def later(self, error: Exception) -> str:
        """It waits for its next attempt, if one is left."""
        attempts, said = self.email.attempts + 1, smtp.words_of(error)
        if attempts >= MAX_ATTEMPTS:
            return self.close(Status.FAILED, said)
        self.mine.update(status=Status.QUEUED, attempts=attempts, claimed_at=timezone.now(), error=said)
        return Status.QUEUED

    def take_back(self) -> None:
        """The server did not even listen: it is as if nobody had tried."""
        self.mine.update(status=Status.QUEUED, attempts=self.email.attempts, claimed_at=self.email.claimed_at)


def keep(emails: Iterable[OutgoingEmail]) -> list[OutgoingEmail]:
    """Put these in the table, in their batch; nothing leaves before :func:`deliver_batch`."""
    return OutgoingEmail.objects.bulk_create(emails)
