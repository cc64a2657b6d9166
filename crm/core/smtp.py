"""Django's SMTP backend, which can tell just before the server takes a message over."""

import re
import smtplib
from collections.abc import Callable

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

Announce = Callable[[], None]
NO_SUCH_ADDRESS = {550, 551, 553}  # RFC 5321, 4.2.3


def code_of(error: Exception) -> int:
    """What the server answered with: of a refused recipient, theirs."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return getattr(error, "smtp_code", 550)


def words_of(error: Exception) -> str:
    """The server’s own words, for whoever must understand why."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"{code} {_text(words)}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return str(error) or type(error).__name__


def _text(words: object) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _nothing() -> None:
    pass


class _Telling:
    """An SMTP conversation that calls ``before_end`` once all of a message is sent but the dot that ends it.

    A server keeps nothing of a message before that dot (RFC 5321, 4.1.1.4): whoever is killed earlier sent nothing.
    """

    before_end: Announce = staticmethod(_nothing)

    def data(self, msg) -> tuple[int, bytes]:
        self.putcmd("data")
        code, reply = self.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, reply)
        content = msg.encode("ascii") if isinstance(msg, str) else msg
        content = re.sub(rb"(?:\r\n|\n|\r(?!\n))", b"\r\n", content)
        content = re.sub(rb"(?m)^\.", b"..", content)
        self.send(content if content.endswith(b"\r\n") else content + b"\r\n")
        self.before_end()
        self.send(b".\r\n")
        return self.getreply()


class _Plain(_Telling, smtplib.SMTP):
    pass


class _Sealed(_Telling, smtplib.SMTP_SSL):
    pass


class EmailBackend(DjangoBackend):
    """``tell(function)``: what to call just before the server takes each message over. It may raise: then it does not."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _Sealed if self.use_ssl else _Plain

    def tell(self, function: Announce) -> None:
        self.connection.before_end = function
