"""Django's SMTP backend, which can tell just before the server takes a message over."""

import re
import smtplib
from collections.abc import Callable

from django.core.mail.backends.smtp import EmailBackend as DjangoBackend

Announce = Callable[[], None]


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
