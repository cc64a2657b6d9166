"""What templates say of news and of KPIs."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from crm.core.dates import format_short_day
from crm.core.money import format_rate
from crm.core.templatetags.charts import drawn, round_step
from crm.core.templatetags.crm_ui import icon
from crm.insights import kpis

register = template.Library()
SIGNS = {
    "gifts": ("coin", "is-ok"),
    "contacts": ("user-plus", "is-brand"),
    "at_risk": ("heart-broken", "is-warn"),
    "receipts": ("file-certificate", "is-info"),
}
STEPS = 4  # of the scale of a chart
DATES = 5  # under it


@register.filter
def news_icon(code: str) -> str:
    return SIGNS.get(code, ("info-circle", ""))[0]


@register.filter
def news_tone(code: str) -> str:
    return SIGNS.get(code, ("info-circle", ""))[1]


@register.filter
def said(value: Decimal | None, kpi) -> str:
    """A number in the unit of this KPI: ``{{ row.value|said:kpi }}``."""
    return kpis.said(kpi, value)


@register.filter
def aim(kpi) -> str:
    """Against its target: “83% of 1,800 h”, “target: 3 days or fewer”."""
    target = kpis.said(kpi, kpi.target)
    if kpi.fewer_is_better:
        return _("target: %(target)s or fewer") % {"target": target}
    return _("%(part)s of %(target)s") % {"part": format_rate(kpi.reached), "target": target}


@register.filter
def moved(kpi) -> str:
    """By how much a KPI moved since its previous value, with an arrow, in the colour of good or bad; nothing where unknown."""
    change = kpi.change
    if change is None:
        return ""
    arrow = icon(f"trending-{kpi.trend}", 16) if kpi.trend != "neutral" else ""
    return format_html(
        '<span class="mc-delta mc-{}">{}{}</span>', kpi.tone or "quiet", arrow, format_rate(change, signed=True)
    )


@register.filter
def share(percent: Decimal) -> str:
    """A percentage as the value of a bar that ends at 100."""
    return f"{min(percent, 100):.1f}"


def _scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """The lowest mark and the step between marks, so that round marks enclose all the values."""
    low, high = min(values), max(values)
    step = round_step((high - low) / STEPS or abs(high) / STEPS)
    while True:
        bottom = low // step * step - (step if low < 0 and low % step else 0)
        if bottom + STEPS * step >= high:
            return bottom, step
        step = round_step(step + step / 100)


@register.inclusion_tag("insights/_trace.html")
def trace(history: kpis.History) -> dict:
    """The line of a KPI over the days of its history, on a scale of round marks, with the pace it needs."""
    if not history.values:
        return {}
    bottom, step = _scale([value for _day, value in (*history.values, *history.pace)])
    days = (history.last - history.first).days

    def points(rows: Sequence[tuple[date, Decimal]]) -> list[tuple[float, float]]:
        return [
            ((day - history.first).days * 100 / days, 100 - float((value - bottom) / (step * STEPS)) * 100)
            for day, value in rows
        ]

    line, pace = points(history.values), points(history.pace)
    marks = [kpis.said(history.kpi, bottom + step * place) for place in range(STEPS, -1, -1)]
    labels = [date.fromordinal(history.first.toordinal() + days * place // (DATES - 1)) for place in range(DATES)]
    return {
        "title": history.title,
        "line": drawn(line) if len(line) > 1 else "",
        "fill": f"{drawn(line)} L{line[-1][0]:.2f} 100 L{line[0][0]:.2f} 100 Z" if len(line) > 1 else "",
        "last": f"M{line[-1][0]:.2f} {line[-1][1]:.2f}h0",
        "pace": drawn(pace) if len(pace) > 1 else "",
        "marks": marks,
        "grid": [place * 100 // STEPS for place in range(STEPS + 1)],
        "labels": [format_short_day(day) for day in labels],
    }
