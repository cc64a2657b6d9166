"""Texts that must not be readable in the database or a copy of it: sealed with the key of the installation.

Fernet (AES-128-CBC with HMAC-SHA256, from ``cryptography``), under a key derived from ``SECRET_KEY``; those of
``SECRET_KEY_FALLBACKS`` still open what they sealed, so that the key can be changed.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

PURPOSE = b"merci.sealed."  # another use of the same secret derives another key


class Unreadable(Exception):
    """Sealed with a key this installation no longer has, or altered."""


def _keys() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (hashlib.sha256(PURPOSE + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """The text that was sealed; raises :class:`Unreadable`."""
    if not sealed:
        return ""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error
