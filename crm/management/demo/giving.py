"""Histories of giving: the end of the year is the season, a few give much, many give little, some stop."""

from bisect import bisect_left
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from crm.giving.choices import GiftStatus, GiftType, Method

MONTHS = (0, 0.7, 0.6, 0.7, 0.8, 0.8, 0.8, 0.5, 0.5, 0.9, 1.1, 2.0, 3.2)  # weight of a day of each month
YEARS = 10
GROWTH = 1.08  # each year brings a little more than the one before

AMOUNTS = {
    "once": ((10, 20, 25, 30, 40, 50, 60, 75, 100, 150, 250), (4, 12, 16, 6, 8, 22, 6, 5, 14, 3, 4)),
    "few": ((20, 25, 40, 50, 60, 75, 100, 120, 200, 250, 500), (10, 14, 8, 22, 6, 8, 18, 3, 4, 5, 2)),
    "yearly": ((25, 50, 60, 100, 120, 150, 200, 250, 300, 500, 1000), (8, 20, 6, 24, 5, 6, 8, 12, 3, 6, 2)),
    "monthly": ((10, 15, 20, 25, 30, 40, 50, 75, 100, 150), (14, 10, 24, 18, 10, 6, 10, 3, 4, 1)),
    "major": ((1000, 1500, 2000, 2500, 5000, 7500, 10_000, 25_000), (26, 14, 16, 18, 14, 5, 5, 2)),
    "company": ((250, 300, 500, 750, 1000, 1500, 2500, 5000), (20, 8, 26, 8, 20, 8, 7, 3)),
}
METHODS = {
    "monthly": ((Method.CREDIT_CARD, Method.BANK_TRANSFER, Method.PAYROLL), (62, 28, 10)),
    "major": ((Method.CHECK, Method.BANK_TRANSFER, Method.DONOR_ADVISED_FUND), (70, 18, 12)),
    "company": ((Method.CHECK, Method.BANK_TRANSFER), (80, 20)),
}
ANY_METHOD = (
    (Method.CREDIT_CARD, Method.CHECK, Method.E_TRANSFER, Method.CASH, Method.BANK_TRANSFER, Method.OTHER),
    (46, 30, 12, 8, 3, 1),
)


class Planned(NamedTuple):
    """A gift to come into being; ``cents`` is the amount in cents."""

    day: date
    cents: int
    type: str
    method: str
    status: str


class Calendar:
    """Days of the last :data:`YEARS` years, drawn with the season's weight."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.first = date(today.year - YEARS, 1, 1)
        self.days = [self.first + timedelta(days=n) for n in range((today - self.first).days + 1)]
        self.sums: list[float] = []
        total = 0.0
        for day in self.days:
            total += MONTHS[day.month] * GROWTH ** (day.year - self.first.year)
            self.sums.append(total)

    def draw(self, rng: Random, start: date, end: date) -> date:
        """A day from ``start`` to ``end``, both included."""
        low = max(0, (start - self.first).days)
        high = min(len(self.days) - 1, (end - self.first).days)
        before = self.sums[low - 1] if low else 0.0
        return self.days[bisect_left(self.sums, before + rng.random() * (self.sums[high] - before), low, high)]


def _pick(rng: Random, table: tuple[tuple, tuple]):
    return rng.choices(table[0], weights=table[1])[0]


def _amount(rng: Random, base: int) -> int:
    """Most people give again what they gave before; some round up, some give less."""
    chance = rng.random()
    if chance < 0.72:
        return base * 100
    if chance < 0.86:
        return base * 2 * 100
    if chance < 0.97:
        return max(5, base // 10 * 5) * 100
    return base * 100 + rng.choice((25, 50, 75, 12, 99))  # a collection, a currency converted: not a round sum


def _month_back(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, day.day)


def _monthly(rng: Random, count: int, base: int, *, start: date, end: date) -> list[Planned]:
    charge = end.replace(day=rng.choice((1, 1, 5, 15, 15, 20)))
    if charge > end:
        charge = _month_back(charge, 1)
    method = _pick(rng, METHODS["monthly"])
    raised = base + max(5, base // 20 * 5)
    gifts = []
    for back in range(count):
        day = _month_back(charge, back)
        if day < start:
            break
        dollars = raised if count > 12 and back < count / 3 else base
        status = GiftStatus.FAILED if rng.random() < 0.008 else GiftStatus.COMPLETED
        gifts.append(Planned(day, dollars * 100, GiftType.RECURRING, method, status))
    return gifts


def _status(rng: Random, day: date, today: date) -> str:
    if (today - day).days < 6 and rng.random() < 0.12:
        return GiftStatus.PENDING
    return GiftStatus.REFUNDED if rng.random() < 0.006 else GiftStatus.COMPLETED


def history(
    rng: Random, calendar: Calendar, pattern: str, count: int, *, start: date, end: date, base: int = 0
) -> list[Planned]:
    """Exactly ``count`` gifts of one donor between two days, oldest first.

    ``pattern`` is a key of :data:`AMOUNTS`; ``base`` the donor's usual gift in dollars, drawn when not given.
    """
    base = base or _pick(rng, AMOUNTS[pattern])
    gifts = _monthly(rng, count, base, start=start, end=end) if pattern == "monthly" else []
    usual = _pick(rng, METHODS.get(pattern, ANY_METHOD))
    year = end.year
    while len(gifts) < count:
        if pattern == "yearly" and date(year, 12, 31) >= start:
            low, high = max(start, date(year, 11, 10)), min(end, date(year, 12, 31))
            day = calendar.draw(rng, low, high) if low <= high else calendar.draw(rng, start, end)
            year -= 1
        else:
            day = calendar.draw(rng, start, end)
        method = usual if rng.random() < 0.85 else _pick(rng, ANY_METHOD)
        kind = GiftType.SPECIAL if rng.random() < 0.03 else GiftType.ONE_TIME
        gifts.append(Planned(day, _amount(rng, base), kind, method, _status(rng, day, calendar.today)))
    return sorted(gifts)
