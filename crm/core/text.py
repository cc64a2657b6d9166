"""Words as people type them: search keys without case or accents, initials, the first spelling of a postal code."""

import re
import unicodedata
from functools import lru_cache

NOT_WORD = re.compile(r"[^a-z0-9]+")
EXTRA = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "ł": "l", "đ": "d"})


@lru_cache(maxsize=8192)  # cities, names and postal codes come again and again, most of all in an import
def fold(text: str) -> str:
    """Lower case, without accents, punctuation as single spaces: ``Côté, Jean-François`` → ``cote jean francois``."""
    if text.isascii():
        return NOT_WORD.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(EXTRA))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    if kept.isascii():
        return NOT_WORD.sub(" ", kept).strip()
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def clean(text: str) -> str:
    """NFC, control characters out, spaces folded and trimmed: what is stored of any one-line field."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def initials(name: str) -> str:
    """Two letters for an avatar: first and last word, ``?`` when there is none."""
    words = [word for word in re.split(r"[\s]+", name) if word and word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
