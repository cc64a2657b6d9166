"""What was given month after month (F-14), always counted from the gifts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from crm.core.money import ZERO, to_cents
from crm.giving.models import Gift
from crm.giving.queries import a_year_before


@dataclass(frozen=True)
class Month:
    """``amount`` is of this month, ``before`` of the same month a year earlier."""

    first: date
    last: date
    count: int
    donors: int
    amount: Decimal
    before: Decimal


@dataclass(frozen=True)
class Year:
    """Twelve months. ``donors`` gave at least once in them; ``before`` was given in the twelve months earlier; ``foreign`` is
    how many gifts in other currencies are in none of these figures.
    """

    first: date
    last: date
    months: tuple[Month, ...]
    donors: int
    foreign: int

    @property
    def count(self) -> int:
        return sum(month.count for month in self.months)

    @property
    def amount(self) -> Decimal:
        return sum((month.amount for month in self.months), ZERO)

    @property
    def before(self) -> Decimal:
        return sum((month.before for month in self.months), ZERO)

    @property
    def average(self) -> Decimal | None:
        return to_cents(self.amount / self.count) if self.count else None

    @property
    def change(self) -> int | None:
        """Of the amount since the year before, in whole percent; nothing where nothing was given then."""
        return round((self.amount - self.before) / self.before * 100) if self.before else None

    @property
    def change_size(self) -> int:
        return abs(self.change or 0)


def a_month_on(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _starts(first: date) -> list[date]:
    """The first days of the twelve months from ``first``, and of the one after them."""
    starts = [first]
    while len(starts) < 13:
        starts.append(a_month_on(starts[-1]))
    return starts


@dataclass(frozen=True)
class Sums:
    """Twelve months in money alone: a third of the cost of :class:`Year`, which counts donors too.

    ``months``: the first day of each, what was given, what was given a year earlier. ``so_far_before``: what the twelve
    months earlier had brought by the same day.
    """

    months: tuple[tuple[date, Decimal, Decimal], ...]
    so_far_before: Decimal

    @property
    def first(self) -> date:
        return self.months[0][0]

    @property
    def amount(self) -> Decimal:
        return sum((amount for _first, amount, _before in self.months), ZERO)

    @property
    def before(self) -> Decimal:
        return sum((before for _first, _amount, before in self.months), ZERO)


def _received(gifts: QuerySet[Gift], starts: list[date], currency: str) -> QuerySet[Gift]:
    """Those of the twelve months and of the twelve before."""
    span = (starts[0].replace(year=starts[0].year - 1), date.fromordinal(starts[-1].toordinal() - 1))
    return gifts.counted().order_by().filter(currency=currency, received_on__range=span)


def sums_of(gifts: QuerySet[Gift], *, first: date, currency: str, today: date) -> Sums:
    """Of these gifts, what was given in each of the twelve months from ``first``, and a year earlier by the day of ``today``.

    One query, day by day: the index tells it, and the database need not work out the month of each gift.
    """
    starts, found, so_far = _starts(first), defaultdict(lambda: ZERO), ZERO
    until = a_year_before(today)
    for day, total in _received(gifts, starts, currency).values_list("received_on").annotate(total=Sum("amount")):
        found[day.replace(day=1)] += to_cents(total)
        if day < first and day <= until:
            so_far += to_cents(total)
    months = tuple((start, found[start], found[start.replace(year=start.year - 1)]) for start in starts[:-1])
    return Sums(months, so_far)


def year_of(gifts: QuerySet[Gift], *, first: date, currency: str) -> Year:
    """Of these gifts, those received in the twelve months from ``first``, a first day of a month, in ``currency``. Three
    queries; refunded, pending and failed gifts do not count.
    """
    starts = _starts(first)
    last = date.fromordinal(starts[-1].toordinal() - 1)
    rows = _received(gifts, starts, currency).annotate(month=TruncMonth("received_on")).values("month")
    found = {
        row["month"]: row
        for row in rows.annotate(total=Sum("amount"), number=Count("pk"), people=Count("contact", distinct=True))
    }
    nothing = {"total": ZERO, "number": 0, "people": 0}

    def of(start: date) -> dict:
        return found.get(start, nothing)

    months = tuple(
        Month(
            start,
            date.fromordinal(end.toordinal() - 1),
            of(start)["number"],
            of(start)["people"],
            to_cents(of(start)["total"]),
            to_cents(of(start.replace(year=start.year - 1))["total"]),
        )
        for start, end in pairwise(starts)
    )
    span = gifts.counted().order_by().filter(received_on__range=(first, last))
    donors = span.filter(currency=currency).values("contact").distinct().count()
    return Year(first, last, months, donors, span.exclude(currency=currency).count())
