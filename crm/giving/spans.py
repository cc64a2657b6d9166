"""What was given day by day, week by week, year by year, always counted from the gifts (O-04)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, Count, IntegerField, QuerySet, Sum, Value, When

from crm.core.dates import fiscal_period, fiscal_year
from crm.core.money import ZERO, to_cents
from crm.giving.choices import Step
from crm.giving.models import Gift

SHOWN = {Step.DAY: 31, Step.WEEK: 26, Step.YEAR: 6}  # spans, the present one among them
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Some days, both ends included. ``donors`` gave at least once in them."""

    first: date
    last: date
    count: int = 0
    donors: int = 0
    amount: Decimal = ZERO


def of(step: str, *, today: date, start_month: int) -> list[tuple[date, date]]:
    """The spans up to today, oldest first: days, weeks from Monday to Sunday, fiscal years."""
    back = range(SHOWN[Step(step)] - 1, -1, -1)
    if step == Step.DAY:
        return [(today - DAY * one,) * 2 for one in back]
    if step == Step.WEEK:
        monday = today - DAY * today.weekday()
        return [(monday - DAY * 7 * one, monday - DAY * (7 * one - 6)) for one in back]
    year = fiscal_year(today, start_month)
    return [fiscal_period(year - one, start_month) for one in back]


def given(gifts: QuerySet[Gift], spans: list[tuple[date, date]], *, currency: str) -> list[Span]:
    """Of these gifts, those received in each span, in ``currency``: one query. Refunded, pending and failed ones do not count."""
    place = Case(
        *(When(received_on__range=span, then=Value(number)) for number, span in enumerate(spans)),
        output_field=IntegerField(),
    )
    rows = gifts.counted().order_by().filter(currency=currency, received_on__range=(spans[0][0], spans[-1][1]))
    rows = rows.annotate(place=place).values("place")
    found = {
        row["place"]: (row["number"], row["people"], to_cents(row["total"]))
        for row in rows.annotate(number=Count("pk"), people=Count("contact", distinct=True), total=Sum("amount"))
    }
    return [Span(*span, *found.get(number, ())) for number, span in enumerate(spans)]
