"""What campaigns and appeals brought, always counted from the gifts (F-13)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_percent
from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from crm.core.dates import format_month, format_short_day
from crm.core.money import ZERO, locale_of, to_cents
from crm.giving.models import Appeal, Campaign, Gift

MOST_BARS = 24
SHORT = timedelta(days=92)  # from the first gift to the last: week after week


@dataclass(frozen=True)
class Figures:
    """Of one campaign or appeal, in the organization's currency; ``None`` where there is nothing to divide by.

    Received gifts in the organization's currency are summed; donors and gifts count those in other currencies too.
    """

    raised: Decimal
    gifts: int
    donors: int
    cost: Decimal
    solicited: int
    goal: Decimal | None = None
    goal_donors: int | None = None

    @property
    def average(self) -> Decimal | None:
        return to_cents(self.raised / self.gifts) if self.gifts else None

    @property
    def progress(self) -> Decimal | None:
        """Share of the goal raised: 0.85 is 85 %; may pass 1."""
        return self.raised / self.goal if self.goal else None

    @property
    def donors_progress(self) -> Decimal | None:
        return Decimal(self.donors) / self.goal_donors if self.goal_donors else None

    @property
    def conversion(self) -> Decimal | None:
        """Donors for one person asked. Above 1 where others gave too."""
        return Decimal(self.donors) / self.solicited if self.solicited else None

    @property
    def cost_per_donor(self) -> Decimal | None:
        return to_cents(self.cost / self.donors) if self.donors and self.cost else None

    @property
    def cost_per_dollar(self) -> Decimal | None:
        """What raising one dollar cost (the field's CRD)."""
        return to_cents(self.cost / self.raised) if self.raised and self.cost else None

    @property
    def roi(self) -> Decimal | None:
        """Return on investment: (raised − cost) / cost, 1.5 is 150 %."""
        return (self.raised - self.cost) / self.cost if self.cost else None

    @property
    def left(self) -> Decimal | None:
        """What the goal still lacks; nothing once it is reached."""
        return max(self.goal - self.raised, ZERO) if self.goal else None


def _one(rows: QuerySet, by: str, what) -> Subquery:
    """An aggregate over the rows of one parent: ``by`` is the name of its key among them."""
    return Subquery(rows.filter(**{by: OuterRef("pk")}).order_by().values(by).annotate(found=what).values("found"))


def with_figures(rows: QuerySet, *, currency: str) -> QuerySet:
    """Campaigns or appeals with what they brought as columns, read back by :func:`figures_of`."""
    by = "campaign" if rows.model is Campaign else "appeal"
    came = Gift.objects.counted()
    rows = rows.annotate(
        raised=Coalesce(_one(came.filter(currency=currency), by, Sum("amount")), ZERO),
        gift_count=Coalesce(_one(came, by, Count("pk")), 0),
        donor_count=Coalesce(_one(came, by, Count("contact", distinct=True)), 0),
    )
    if rows.model is Appeal:
        return rows.annotate(whole_cost=F("cost"), asked=Coalesce("solicited", 0))
    appeals = Appeal.objects.all()
    return rows.annotate(
        whole_cost=F("cost") + Coalesce(_one(appeals, "campaign", Sum("cost")), ZERO),
        asked=Coalesce("solicited", 0) + Coalesce(_one(appeals, "campaign", Sum("solicited")), 0),
    )


def figures_of(row: Campaign | Appeal) -> Figures:
    """Of a row of :func:`with_figures`."""
    return Figures(
        raised=to_cents(row.raised),
        gifts=row.gift_count,
        donors=row.donor_count,
        cost=to_cents(row.whole_cost),
        solicited=row.asked,
        goal=getattr(row, "goal_amount", None),
        goal_donors=getattr(row, "goal_donors", None),
    )


@dataclass(frozen=True)
class Pace:
    """What came, in the order of time: week after week for a short campaign, else month after month."""

    is_weekly: bool
    rows: list[tuple[str, Decimal]]


def pace(campaign: Campaign, *, currency: str) -> Pace:
    """From the first gift to the last one, empty weeks or months too; the last two years of a longer campaign."""
    came = campaign.gifts.counted().filter(currency=currency).order_by("received_on")
    days = {
        row["received_on"]: to_cents(row["total"]) for row in came.values("received_on").annotate(total=Sum("amount"))
    }
    if not days:
        return Pace(False, [])
    first, last = min(days), max(days)
    is_weekly = last - first <= SHORT
    begin, following = (_monday, lambda day: day + timedelta(days=7)) if is_weekly else (_month, _next_month)
    totals: dict[date, Decimal] = {}
    step = begin(first)
    while step <= last:
        totals[step] = ZERO
        step = following(step)
    for day, total in days.items():
        totals[begin(day)] += total
    say = format_short_day if is_weekly else format_month
    return Pace(is_weekly, [(say(day), total) for day, total in list(totals.items())[-MOST_BARS:]])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return (day + timedelta(days=32)).replace(day=1)


def said_percent(share: Decimal) -> str:
    """``68 %`` or ``68%``, without decimals."""
    return format_percent(share, locale=locale_of()).replace("-", "−")


def whole_percent(share: Decimal | None) -> int:
    """For a bar: 0 to 100."""
    return (
        0 if share is None else int(min(max(share, Decimal(0)), Decimal(1)).scaleb(2).to_integral_value(ROUND_HALF_UP))
    )
