"""What came for each fund, always counted from the gifts and their parts (F-02)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from crm.core.money import ZERO, to_cents
from crm.giving.models import Fund, FundSpending, Gift, GiftSplit

YEARS_SHOWN = 10


def received_for(fund: Fund, *, currency: str, since: date | None = None, until: date | None = None) -> Decimal:
    """What was received for a fund in ``currency``, wholly or in part, between two days, both included."""
    span: dict = {name: day for name, day in (("received_on__gte", since), ("received_on__lte", until)) if day}
    gifts = Gift.objects.filter(currency=currency, **span).counted()
    whole = gifts.filter(fund=fund).aggregate(found=Sum("amount"))["found"]
    parts = GiftSplit.objects.filter(fund=fund, gift__in=gifts).aggregate(found=Sum("amount"))["found"]
    return to_cents((whole or ZERO) + (parts or ZERO))


def spent_of(fund: Fund) -> Decimal:
    return to_cents(FundSpending.objects.filter(fund=fund).aggregate(found=Sum("amount"))["found"] or ZERO)


@dataclass(frozen=True)
class Figures:
    """Of one fund, in the organization's currency: what came, what was spent, what is left; year by year."""

    received: Decimal
    spent: Decimal
    donors: int
    years: list[tuple[int, Decimal]]

    @property
    def balance(self) -> Decimal:
        return self.received - self.spent

    def of(self, year: int) -> Decimal:
        return dict(self.years).get(year, ZERO)


def figures_of(fund: Fund, *, currency: str, today: date) -> Figures:
    """Four queries. Gifts shared out between funds count for the part of this one."""
    gifts = Gift.objects.filter(currency=currency).counted()
    parts = GiftSplit.objects.filter(fund=fund, gift__in=gifts)
    found: dict[int, Decimal] = {}
    whole = gifts.filter(fund=fund).annotate(year=ExtractYear("received_on"))
    shared = parts.annotate(year=ExtractYear("gift__received_on"))
    for rows in (whole, shared):
        for year, total in rows.order_by().values_list("year").annotate(total=Sum("amount")):
            found[year] = found.get(year, ZERO) + to_cents(total)
    donors = gifts.for_funds([fund.pk]).order_by().values("contact").distinct().count()
    first = max(min(found, default=today.year), today.year - YEARS_SHOWN + 1)
    years = [(year, found.get(year, ZERO)) for year in range(first, today.year + 1)] if found else []
    return Figures(sum(found.values(), ZERO), spent_of(fund), donors, years)
