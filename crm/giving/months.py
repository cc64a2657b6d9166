"""What was given month after month (F-14), always counted from the gifts."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from crm.core.money import ZERO, to_cents
from crm.giving.models import Gift


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


def year_of(gifts: QuerySet[Gift], *, first: date, currency: str) -> Year:
    """Of these gifts, those received in the twelve months from ``first``, a first day of a month, in ``currency``. Three
    queries; refunded, pending and failed gifts do not count.
    """
    starts = [first]
    while len(starts) < 13:
        starts.append(a_month_on(starts[-1]))
    last = date.fromordinal(starts[-1].toordinal() - 1)
    received = gifts.counted().order_by()
    ours = received.filter(currency=currency, received_on__range=(first.replace(year=first.year - 1), last))
    rows = ours.annotate(month=TruncMonth("received_on")).values("month")
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
    span = received.filter(received_on__range=(first, last))
    donors = span.filter(currency=currency).values("contact").distinct().count()
    return Year(first, last, months, donors, span.exclude(currency=currency).count())
