"""In development mail lands in a folder and is read at ``/outbox/`` instead of being sent."""

import email
import email.policy
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmailBackend(BaseEmailBackend):
    """Writes each message to ``OUTBOX_DIR`` as one ``.eml`` file that any mail program opens."""

    def send_messages(self, email_messages) -> int:
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"
            draft = folder / f"{name}.part"  # a reader never sees half a message
            draft.write_bytes(message.message().as_bytes())
            draft.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Letter:
    """A message of the outbox as the page shows it."""

    name: str
    at: datetime
    subject: str
    to: str
    text: str
    html: str


def _part(message: ParsedMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return body.get_content() if body else ""


def read(name: str) -> Letter | None:
    """The message in file ``name`` (a bare file name, checked by listing), or ``None``."""
    path = next((path for path in Path(settings.OUTBOX_DIR).glob("*.eml") if path.name == name), None)
    if path is None:
        return None
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    at = datetime.fromtimestamp(path.stat().st_mtime, tz=timezone.get_current_timezone())
    return Letter(
        name=path.name,
        at=at,
        subject=message["subject"] or "",
        to=message["to"] or "",
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def letters(limit: int = 50) -> list[Letter]:
    """The newest messages, newest first."""
    names = sorted((path.name for path in Path(settings.OUTBOX_DIR).glob("*.eml")), reverse=True)[:limit]
    return [letter for letter in map(read, names) if letter]
