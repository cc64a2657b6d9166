"""Text as it comes out of strange files, made safe to keep without changing what it says."""

import re
import unicodedata

from crm.imports.problems import ValueProblem

# Controls, soft hyphens, zero-width spaces, marks that flip the direction of what follows, non-characters. Joiners
# (U+200C, U+200D) stay: Persian names and emoji need them.
UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
LINE_END = re.compile(r"\r\n?|[\n\x0b\x0c\x85\u2028\u2029]")
SHIELD = re.compile(r"'(?='?[=+@\-＝＋－＠])")


def clean_text(text: str) -> str:
    """One line: Unicode NFC, no control or invisible characters, no space (no-break included) around or doubled.

    An apostrophe set before ``= + - @`` to keep a spreadsheet from calculating, as our own exports do, is taken off;
    what looks like a formula is text like any other.
    """
    if not (text.isascii() and text.isprintable()):
        text = UNWANTED.sub("", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    return text[1:] if text[:1] == "'" and SHIELD.match(text) else text


def clean_lines(text: str) -> str:
    """Several lines: as :func:`clean_text`, with line breaks kept as line feeds and spaces inside a line left alone."""
    if not (text.isascii() and text.isprintable()):
        text = unicodedata.normalize("NFC", LINE_END.sub("\n", text))
        text = UNWANTED.sub("", text)
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    text = text.strip()
    return text[1:] if text[:1] == "'" and SHIELD.match(text) else text


def refuse_damaged(text: str) -> str:
    """Text with U+FFFD has already lost letters, in another program: better to say so than to keep ``Andr�``."""
    if "\ufffd" in text:
        raise ValueProblem("damaged", text)
    return text
