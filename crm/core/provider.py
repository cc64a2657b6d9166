"""Providers of e-mail (Postmark, SendGrid, Mailgun, Amazon SES…), through django-anymail: chosen by ``MAIL_PROVIDER``.

Their refusals are told as those of a mail server, so that whoever sends knows one kind of trouble only.
"""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from crm.core.late import Late

requests, anymail = Late("requests"), Late("anymail.exceptions")
FORGETFUL = {"postal"}  # keeps no word of ours with a message
THIS_MESSAGE = {400, 406, 413, 422}  # HTTP: refused for what it is
NOT_NOW = {401, 402, 403, 404, 405, 408, 429, 503}  # nothing was taken: the account, the pace, or a closed door


class NotTaken(smtplib.SMTPException):
    """The provider took nothing and no message is at fault: it may be tried again."""


class Unclear(ConnectionError):
    """The provider failed while it was asked: it may have the message or not, and the next would fare no better."""


class EmailBackend(BaseEmailBackend):
    """Raises what a mail server would: refused recipients, refused content, :class:`NotTaken`, :class:`Unclear`."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.inner = get_connection(f"anymail.backends.{settings.MAIL_PROVIDER}.EmailBackend")

    def open(self) -> bool | None:
        return self.inner.open()

    def close(self) -> None:
        self.inner.close()

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        try:
            return self.inner.send_messages(email_messages)
        except (anymail.AnymailError, requests.RequestException) as error:
            raise _as_a_mail_server(error, email_messages) from error


def remember(message: EmailMessage, word: str) -> None:
    """Have the provider keep ``word`` with this message and tell it with each report; nothing without one."""
    if settings.MAIL_PROVIDER and settings.MAIL_PROVIDER not in FORGETFUL:
        message.metadata = {"merci": word}


def number_of(message: EmailMessage) -> str:
    """What the provider calls this message, once it is sent."""
    status = getattr(message, "anymail_status", None)
    number = getattr(status, "message_id", None)
    return "" if number is None or isinstance(number, set) else str(number)[:250]


def _as_a_mail_server(error: Exception, messages: list[EmailMessage]) -> Exception:
    said, code = _said(error), getattr(error, "status_code", None)
    if isinstance(error, anymail.AnymailRecipientsRefused):
        return smtplib.SMTPRecipientsRefused({one: (554, said.encode()) for one in messages[0].to})
    if isinstance(error, requests.ConnectTimeout | requests.TooManyRedirects | requests.exceptions.InvalidURL):
        return NotTaken(said)
    if isinstance(error, requests.RequestException) and code is None:
        return Unclear(said)
    if code is None or code in THIS_MESSAGE:  # no answer at all: it was never sent, for what it holds
        return smtplib.SMTPDataError(554, said.encode())
    return NotTaken(said) if code in NOT_NOW else Unclear(said)


def _said(error: Exception) -> str:
    """The provider’s own words, without the text of the message or the key of the account."""
    return " ".join(str(error).split())[:500] or type(error).__name__
