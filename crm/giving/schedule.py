"""The calendar of a pledge: plain dates, the same whatever the clock, the time zone or the day it is asked (F-09)."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import count

from crm.giving.choices import Frequency

MONTHS = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.SEMI_ANNUAL: 6, Frequency.ANNUAL: 12}
LONGEST = 30  # years a pledge may run


def due_date(anchor: date, frequency: str, number: int) -> date:
    """The instalment ``number`` (from 0) of a calendar that begins on ``anchor``.

    Each date is reckoned from the anchor, never from the one before: the 31st is the 28th in February and again the 31st in
    March. A one-time pledge has the number 0 only; more is a ``KeyError``.
    """
    if number == 0:
        return anchor
    months = anchor.month - 1 + number * MONTHS[Frequency(frequency)]
    year, month = anchor.year + months // 12, months % 12 + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def due_dates(anchor: date, frequency: str, *, until: date) -> Iterator[date]:
    """Every due date from ``anchor`` to ``until``, both included, in order."""
    for number in (0,) if frequency == Frequency.ONE_TIME else count():
        day = due_date(anchor, frequency, number)
        if day > until:
            return
        yield day


def last_day(anchor: date) -> date:
    """The latest day a pledge that begins on ``anchor`` may end."""
    return due_date(anchor, Frequency.ANNUAL, LONGEST)
