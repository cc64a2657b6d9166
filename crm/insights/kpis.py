"""KPIs as people read them: written in their unit, with the line of their last days, against their pace (N-04)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, F, Window
from django.db.models.functions import Greatest, RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.dates import format_date
from crm.core.money import format_money, format_number, format_rate
from crm.insights import rules
from crm.insights.choices import Unit
from crm.insights.models import Kpi, KpiValue

PERIODS = (30, 90, 365)  # days
POINTS = 24  # of a small line: more would not be seen
ONE, CENT, THOUSAND = Decimal(1), Decimal("0.01"), Decimal(1000)
NBSP = "\u00a0"  # a number never parts from its unit


def written(value: Decimal | None, unit: str, currency: str) -> str:
    """The number as people write it, in its unit; unknown is an en dash. Thousands of dollars are written without cents."""
    if value is None:
        return "–"
    value = Decimal(value)
    if unit == Unit.CURRENCY:
        return format_money(value, currency, whole=abs(value) >= THOUSAND or value == value.to_integral_value())
    if unit == Unit.PERCENTAGE:
        return format_rate(value)
    number = format_number(value.normalize() if value % 1 else int(value))
    if unit == Unit.HOURS:
        return f"{number}{NBSP}h"
    if unit == Unit.DAYS:
        days = ngettext("%(count)s day", "%(count)s days", abs(int(value))) % {"count": number}
        return days.replace(" ", NBSP)
    return number


def said(kpi: Kpi, value: Decimal | None) -> str:
    return written(value, kpi.unit, kpi.organization.currency)


def with_series(kpis: Iterable[Kpi], *, today: date, days: int) -> list[Kpi]:
    """The same with ``series``: what each was over the last days, oldest first, thinned to some two dozen: one query for all.

    However many days are asked, the database sends two dozen values a KPI, evenly taken, and always the last one.
    """
    kpis = list(kpis)
    latest = {"partition_by": [F("kpi")], "order_by": [F("on").desc(), F("id").desc()]}
    rows = KpiValue.objects.filter(kpi__in=[kpi.pk for kpi in kpis], on__gt=today - timedelta(days=days))
    rows = rows.annotate(place=Window(RowNumber(), **latest), of=Window(Count("*"), partition_by=[F("kpi")]))
    rows = rows.annotate(skipped=(F("place") - 1) % Greatest(F("of") / POINTS, 1)).filter(skipped=0)
    series: dict[int, list] = {}
    for kpi_id, value in rows.order_by("kpi", "-place").values_list("kpi", "value"):
        series.setdefault(kpi_id, []).append(value)
    for kpi in kpis:
        kpi.series = series.get(kpi.pk, [])
    return kpis


def change(row: KpiValue, older: KpiValue | None) -> Decimal | None:
    """By how many percent an entry of the history differs from the one before it."""
    return rules.change(row.value, older.value if older else None)


@dataclass(frozen=True)
class History:
    """What a KPI was from ``first`` to ``last``: one value a day at most, oldest first, and the pace of the same days."""

    kpi: Kpi
    first: date
    last: date
    values: list[tuple[date, Decimal]] = field(default_factory=list)
    pace: list[tuple[date, Decimal]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The line in a sentence, for those who do not see it."""
        if not self.values:
            return _("No value in this period.")
        (first, before), (last, now) = self.values[0], self.values[-1]
        told = {
            "name": self.kpi.title, "before": said(self.kpi, before), "now": said(self.kpi, now),
            "first": format_date(first), "last": format_date(last),
        }  # fmt: skip
        if now > before:
            text = _("%(name)s rose from %(before)s on %(first)s to %(now)s on %(last)s.") % told
        elif now < before:
            text = _("%(name)s fell from %(before)s on %(first)s to %(now)s on %(last)s.") % told
        else:
            text = _("%(name)s stood at %(now)s on %(last)s, as on %(first)s.") % told
        if self.pace:
            text += " " + _("The pace needed is %(pace)s.") % {"pace": said(self.kpi, self.pace[-1][1])}
        return text


def history(kpi: Kpi, *, today: date, days: int) -> History:
    """Its values of the last ``days`` days, the one in force before them, and today’s, which is the last known."""
    first = today - timedelta(days=days)
    rows = kpi.values.filter(on__lte=today).order_by("on", "pk")
    found = dict(rows.filter(on__gte=first).values_list("on", "value"))
    carried = rows.filter(on__lt=first).values_list("value", flat=True).last() if first not in found else None
    values = ([(first, carried)] if carried is not None else []) + list(found.items())
    if values and values[-1][0] < today:
        values.append((today, values[-1][1]))
    corners = sorted({first, today} | {day for day in (kpi.starts_on, kpi.ends_on) if day and first < day < today})
    pace = [(day, kpi.pace_on(day)) for day in corners] if kpi.has_pace and kpi.starts_on <= today else []
    return History(kpi, first, today, values, [(day, at) for day, at in pace if day >= kpi.starts_on])


def rounded(value: Decimal) -> Decimal:
    """As exact as people would say it."""
    return value.quantize(ONE if abs(value) > 20 else CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Standing:
    """Against the target: ``left`` is what is still to go; ``gap`` by how much it is ahead of the pace (behind: below zero)."""

    left: Decimal
    is_reached: bool
    gap: Decimal | None = None
    weekly: Decimal | None = None  # what a week would have to bring until the last day

    @property
    def behind(self) -> Decimal:
        """By how much it is behind its pace; zero where it is not."""
        return max(-self.gap, Decimal(0)) if self.gap is not None and not self.is_reached else Decimal(0)


def standing(kpi: Kpi, *, today: date) -> Standing | None:
    """``None`` while there is no target or no value."""
    if kpi.target is None or kpi.value is None:
        return None
    left = kpi.value - kpi.target if kpi.fewer_is_better else kpi.target - kpi.value
    is_reached, gap, weekly = left <= 0, None, None
    if kpi.has_pace and today >= kpi.starts_on:
        gap = kpi.value - kpi.pace_on(today)
        gap = rounded(-gap if kpi.fewer_is_better else gap)
        days = (kpi.ends_on - today).days
        if not is_reached and days > 0:
            weekly = rounded(left * 7 / max(days, 7))
    return Standing(max(left, Decimal(0)), is_reached, gap, weekly)
