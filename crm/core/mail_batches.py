"""Many e-mails of one batch over one connection to the mail server (:mod:`crm.core.batches`).

What may go wrong, and what becomes of the message:

- the server cannot be reached, or refuses the sender: nobody's message is at fault; all wait;
- it refuses this recipient or this text for good (5xx): failed, with its words;
- it asks to come back later (4xx), as grey lists do: tried again after :data:`PAUSES`, then failed;
- the line goes dead after the last dot: the server may have the message or not (:data:`~crm.core.mailer.UNKNOWN_OUTCOME`). It
  stays “being sent” for a person to decide on, and is never sent again by itself. The same holds for a process that is killed
  between that dot and our commit. Before the dot, the server has nothing (:mod:`crm.core.smtp`): the message simply waits.
"""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from crm.core import batches, mailer, provider, smtp
from crm.core.models import OutgoingEmail

logger = structlog.get_logger(__name__)
Status = OutgoingEmail.Status

PAUSES = [timedelta(seconds=seconds * settings.MAIL_PATIENCE) for seconds in (60, 120, 300, 600)]
MAX_ATTEMPTS = 1 + len(PAUSES)
_LOST = (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError)
UNSENT = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)  # the server said so


class _Line(batches.Line):
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
            raise batches.Trouble(smtp.words_of(error)) from error
        self.is_open = True

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.connection.close()
        self.connection, self.is_open = get_connection(), False

    def send(self, email: OutgoingEmail) -> str:
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
        except batches.Taken:
            self.close()  # a message without its end: the server forgets it with the line
            return ""
        except UNSENT as error:
            return self._refused(claim, error)
        except provider.NotTaken as error:
            claim.take_back()
            raise batches.Trouble(str(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            if claim.is_made:  # after the dot: nobody can know
                claim.mine.update(error=smtp.words_of(error))
                logger.error("email_in_doubt", email_id=email.pk, error=type(error).__name__)
                if isinstance(error, provider.Unclear):  # or every message would end in doubt
                    raise batches.Trouble(smtp.words_of(error)) from error
                return Status.SENDING
            if isinstance(error, _LOST):  # perhaps it is this very message that the server cannot bear
                claim.later(error)
            raise batches.Trouble(smtp.words_of(error)) from error
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
        mailer.refused_for_good(claim.row, error, held=claim.mine)
        return Status.FAILED


class _Claim(batches.Claim):
    def close(self, status: str, error: object = "", *, number: str = "") -> str:
        mailer.close(self.row, status, error, number=number, held=self.mine)
        return status

    def later(self, error: Exception) -> str:
        """It waits for its next attempt, if one is left."""
        attempts, said = self.attempts + 1, smtp.words_of(error)
        if attempts >= MAX_ATTEMPTS:
            return self.close(Status.FAILED, said)
        self.mine.update(status=Status.QUEUED, attempts=attempts, claimed_at=timezone.now(), error=said)
        return Status.QUEUED


class _Emails(batches.Carrier):
    model = OutgoingEmail
    pauses = PAUSES
    afresh = mailer.AFRESH

    def line(self, told: Callable[[OutgoingEmail], None]) -> _Line:
        return _Line(told)


EMAILS = _Emails()
