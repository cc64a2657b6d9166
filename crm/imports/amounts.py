"""Amounts as people and systems write them, read to the cent or refused; never rounded, never guessed.

A comma or a point followed by one or two digits is the decimal sign. Followed by exactly three it is ambiguous, and the
column decides (:class:`AmountColumn`):

======== =================================== ==========================================
cell     the column has shown                it is
======== =================================== ==========================================
1,234    no decimals, or decimal points      1234.00
1,234    a decimal comma                     refused: more than two decimals
1,234    both signs                          refused: ambiguous
1.234    decimal commas                      1234.00
1.234    decimal points                      refused: more than two decimals
1.234    no decimals, or both signs          refused: ambiguous
======== =================================== ==========================================
"""

import re
from decimal import Decimal

from crm.imports.choices import NumberStyle
from crm.imports.problems import ValueProblem

CENT = Decimal("0.01")
LIMIT = Decimal(10) ** 10  # what Decimal(12, 2) holds

PLAIN = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,2})?")
SPACES = re.compile(r"\s+")
DOLLAR = r"(?:(?:CAD|CDN|CA|C)? ?\$ ?(?:CAD|CDN|CA)?|CAD|CDN)"
DOLLARS_AROUND = re.compile(rf"^{DOLLAR} ?| ?{DOLLAR}$", re.IGNORECASE)
FOREIGN = re.compile(r"\$ ?US|\bUSD?\b|\bUS ?\$|\b(?:EUR|GBP|CHF|AUD)\b|euro|[€£¥₹]", re.IGNORECASE)
NEGATIVE = re.compile(r"[-(].*[0-9].*|.*[0-9].*-")
SPACED = re.compile(r"[0-9]{1,3}(?:[ '’][0-9]{3})+(?:[.,][0-9]+)?")
COMMA_THEN_DOT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
DOT_THEN_COMMA = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
DOT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3}){2,}")
ONE_SIGN = re.compile(r"([0-9]*)([.,])([0-9]+)")

# What one cell says of the decimal sign of its column.
COMMA_EVIDENCE = re.compile(r",[0-9]{1,2}(?![0-9,.])|\.[0-9]{3},|[0-9]\.[0-9]{3}\.[0-9]{3}")
DOT_EVIDENCE = re.compile(r"\.[0-9]{1,2}(?![0-9,.])|,[0-9]{3}\.|[0-9],[0-9]{3},[0-9]{3}")


class AmountColumn:
    """Gathers what a whole column shows of its decimal sign."""

    def __init__(self) -> None:
        self.comma = False
        self.dot = False

    def add(self, text: str) -> None:
        if (not self.comma and "," in text) or (not self.dot and "." in text):
            self.comma = self.comma or COMMA_EVIDENCE.search(text) is not None
            self.dot = self.dot or DOT_EVIDENCE.search(text) is not None

    @property
    def style(self) -> NumberStyle:
        if self.comma and self.dot:
            return NumberStyle.MIXED
        if self.comma:
            return NumberStyle.COMMA
        return NumberStyle.DOT if self.dot else NumberStyle.UNKNOWN


def parse_amount(text: str, style: NumberStyle = NumberStyle.UNKNOWN) -> Decimal:
    """A positive amount of Canadian dollars to the cent, below ten billion; raises :class:`ValueProblem`.

    Spaces of every kind, apostrophes, commas or points may group thousands if they do so properly. ``$``, ``CAD``,
    ``CA$`` or ``$ CA`` may stand before or after; another currency, a minus sign or accountants' parentheses may not.
    """
    number = text if PLAIN.fullmatch(text) else _plain_number(text, style)
    value = Decimal(number)
    if not value:
        raise ValueProblem("amount_zero", text)
    if value >= LIMIT:
        raise ValueProblem("amount_too_large", text)
    return value.quantize(CENT)


def _plain_number(text: str, style: NumberStyle) -> str:
    body = SPACES.sub(" ", text).strip().replace("−", "-").replace("–", "-")
    if FOREIGN.search(body):
        raise ValueProblem("amount_currency", text)
    bare = DOLLARS_AROUND.sub("", body).strip()
    if NEGATIVE.fullmatch(bare):
        raise ValueProblem("amount_negative", text)
    body = bare.removeprefix("+").strip()
    whole, decimals = _split(body, text, style)
    if len(decimals) > 2:
        raise ValueProblem("amount_decimals", text)
    return f"{whole or '0'}.{decimals or '0'}"


def _split(body: str, text: str, style: NumberStyle) -> tuple[str, str]:
    """Whole part and decimals, as digits."""
    if (body.isascii() and body.isdigit()) or COMMA_GROUPS.fullmatch(body) or DOT_GROUPS.fullmatch(body):
        return re.sub(r"[.,]", "", body), ""
    for form, decimal_sign in ((COMMA_THEN_DOT, r"\."), (DOT_THEN_COMMA, ","), (SPACED, "[.,]")):
        if form.fullmatch(body):
            whole, *decimals = re.split(decimal_sign, body)
            return re.sub(r"[^0-9]", "", whole), "".join(decimals)
    match = ONE_SIGN.fullmatch(body)
    if match is None:
        raise ValueProblem("amount", text)
    whole, sign, decimals = match.groups()
    may_group = len(decimals) == 3 and 1 <= len(whole) <= 3 and not whole.startswith("0")
    if not may_group:
        return whole, decimals
    grouping_if = (NumberStyle.UNKNOWN, NumberStyle.DOT) if sign == "," else (NumberStyle.COMMA,)
    if style in grouping_if:
        return whole + decimals, ""
    if style == NumberStyle.MIXED or (sign == "." and style == NumberStyle.UNKNOWN):
        raise ValueProblem("amount_ambiguous", text)
    return whole, decimals
