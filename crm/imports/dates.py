"""Dates as people and systems write them, read or refused; the order of day and month is never guessed from one cell.

Where a date carries a time it is the day as written, unless the text also names its offset from UTC and the caller its
own time zone: a gift made online on December 31 at 21:00 in Montréal is ``2027-01-01T02:00:00Z`` in the file, and its
receipt belongs to 2026.
"""

import re
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from crm.core.text import fold
from crm.imports.choices import DateOrder
from crm.imports.problems import ValueProblem
from crm.imports.words import DATE_FILLERS, MONTHS

FIRST_YEAR, LAST_YEAR = 1900, 2100
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)? ?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
)
TIME = re.compile(
    r"(?:,? +(?:à |at )?|T)[0-9]{1,2}(?:[:.][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?| ?h ?(?:[0-9]{2})?)"
    r"(?: ?[ap]\.?m\.?)?(?: ?(?:Z|[A-Z]{2,4}|[+-][0-9]{2}:?[0-9]{2}))?$",
    re.IGNORECASE,
)
NUMBERS = re.compile(r"([0-9]{1,4})([-/. ]) ?([0-9]{1,2})\2 ?([0-9]{1,4})")
COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
ORDINAL = re.compile(r"([0-9]{1,2})(?:er|re|e|st|nd|rd|th)")
EVIDENCE = re.compile(r"\s*([0-9]{1,2})([-/. ])([0-9]{1,2})\2[0-9]{4}(?![0-9])")
EXAMPLES = 3


class DateColumn:
    """Gathers what a whole column shows of the order of day and month."""

    def __init__(self) -> None:
        self.day_first = False
        self.month_first = False
        self.ambiguous: list[str] = []  # the first few, to show with the question

    def add(self, text: str) -> None:
        if text[4:5] == "-" or not (match := EVIDENCE.match(text)):
            return
        first, second = int(match[1]), int(match[3])
        if first > 12 >= second:
            self.day_first = True
        elif second > 12 >= first:
            self.month_first = True
        elif first != second and first <= 12 and len(self.ambiguous) < EXAMPLES:
            self.ambiguous.append(text.strip())

    @property
    def order(self) -> DateOrder | None:
        """What the column settles by itself; ``None`` when it shows nothing, or both orders."""
        if self.day_first == self.month_first:
            return None
        return DateOrder.DAY_FIRST if self.day_first else DateOrder.MONTH_FIRST

    @property
    def must_ask(self) -> bool:
        """Whether some date of the column cannot be read until the user has said what comes first."""
        return self.order is None and bool(self.ambiguous)


def parse_date(text: str, order: DateOrder | None = None, zone: tzinfo | None = None) -> date:
    """A day from 1900 to 2100; raises :class:`ValueProblem`.

    Without an ``order``, only dates that can be read one way are taken. With one, a date that contradicts it is
    refused: in a column that mixes both, a spreadsheet has already swapped day and month somewhere.
    """
    if ISO.fullmatch(text):
        return _day(int(text[:4]), int(text[5:7]), int(text[8:]), text)
    return _other_date(text, order, zone)


@lru_cache(maxsize=4096)
def _other_date(text: str, order: DateOrder | None, zone: tzinfo | None) -> date:
    body = " ".join(text.split())
    if ISO_MOMENT.fullmatch(body):
        return _moment(body, text, zone)
    body = TIME.sub("", body)
    if match := NUMBERS.fullmatch(body):
        return _numbers(match, text, order)
    if COMPACT.fullmatch(body):
        return _day(int(body[:4]), int(body[4:6]), int(body[6:]), text)
    if SERIAL.fullmatch(body):
        meant = date(1899, 12, 30) + timedelta(days=int(body[:5]))  # where Excel counts from
        raise ValueProblem("date_serial", text, day=meant.isoformat())
    return _written(body, text)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueProblem("date_impossible", text) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueProblem("date_year", text)
    return found


def _moment(body: str, text: str, zone: tzinfo | None) -> date:
    found = _day(int(body[:4]), int(body[5:7]), int(body[8:10]), text)
    if zone is None:
        return found
    try:
        moment = datetime.fromisoformat(body.replace(" +", "+").replace(" -", "-").replace(" Z", "Z").replace(",", "."))
    except ValueError:
        raise ValueProblem("date", text) from None
    return moment.astimezone(zone).date()


def _numbers(match: re.Match, text: str, order: DateOrder | None) -> date:
    first, third = match[1], match[4]
    if len(first) == 4 and len(third) <= 2:
        return _day(int(first), int(match[3]), int(third), text)
    if len(third) != 4 or len(first) > 2:
        if len(third) <= 2 and len(first) <= 2:
            raise ValueProblem("date_short_year", text)
        raise ValueProblem("date", text)
    one, two, year = int(first), int(match[3]), int(third)
    if order is None:
        if one <= 12 and two <= 12 and one != two:
            raise ValueProblem("date_order", text)
        order = DateOrder.MONTH_FIRST if two > 12 >= one else DateOrder.DAY_FIRST
    day, month = (one, two) if order == DateOrder.DAY_FIRST else (two, one)
    if month > 12 >= day:
        raise ValueProblem("date_order_conflict", text)
    return _day(year, month, day, text)


def _written(body: str, text: str) -> date:
    """``31 janvier 2026``, ``1er février 2026``, ``January 31st, 2026``, ``31-Jan-2026``, ``2026 Jan 31``."""
    words = [word for word in fold(body).split() if word not in DATE_FILLERS]
    months = [position for position, word in enumerate(words) if word in MONTHS]
    if len(words) != 3 or len(months) != 1:
        raise ValueProblem("date", text)
    month = MONTHS[words.pop(months[0])]
    one, two = (ordinal[1] if (ordinal := ORDINAL.fullmatch(word)) else word for word in words)
    if not (one.isascii() and one.isdigit() and two.isascii() and two.isdigit()):
        raise ValueProblem("date", text)
    if len(two) == 4 and len(one) <= 2:
        return _day(int(two), month, int(one), text)
    if len(one) == 4 and len(two) <= 2:
        return _day(int(one), month, int(two), text)
    raise ValueProblem("date_short_year" if len(one) <= 2 and len(two) <= 2 else "date", text)
