"""Charts drawn by hand: shapes in a stretched SVG, words in HTML, and a table behind for whoever does not see them (a builtin
library).
"""

import math
from collections.abc import Sequence
from decimal import Decimal

from django import template

from crm.core import money

register = template.Library()


def round_top(value: Decimal) -> Decimal:
    """The first round number at or above ``value``, whose half is round too."""
    if value <= 0:
        return Decimal(100)
    scale = Decimal(10) ** math.floor(math.log10(value))
    return next(step * scale for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * scale >= value)


def round_step(value: Decimal) -> Decimal:
    """The first of 1, 2, 2.5, 5, 10… times a power of ten that is at or above ``value``; 1 for nothing."""
    if value <= 0:
        return Decimal(1)
    scale = Decimal(10) ** math.floor(math.log10(value))
    return next(
        step * scale
        for step in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if step * scale >= value
    )


CROWD = 10  # bars; with more, their names keep one letter where there is little room
NAMED = 12  # bars; with more, only some of them are named


@register.inclusion_tag("components/_bars.html")
def bars(rows, title: str, currency: str = "CAD") -> dict:
    """Bars of ``(label, amount)`` rows, oldest first and the last one in colour. ``title`` says the result in a sentence."""
    rows = list(rows)
    top = round_top(max((amount for _label, amount in rows), default=Decimal(0)))
    slot = 100 / max(1, len(rows))
    every = 1 if len(rows) <= NAMED else math.ceil(len(rows) / (NAMED // 2))
    drawn = []
    for place, (label, amount) in enumerate(rows):
        height = float(max(amount, 0) / top) * 100
        value = money.format_money(amount, currency)
        drawn.append(
            {
                "x": f"{slot * (place + 0.2):.2f}",
                "y": f"{100 - height:.2f}",
                "width": f"{slot * 0.6:.2f}",
                "height": f"{height:.2f}",
                "on": place == len(rows) - 1,
                "name": str(label),
                "label": str(label) if (len(rows) - 1 - place) % every == 0 else "",
                "is_year": len(str(label)) == 4 and str(label).isdigit(),
                "value": value,
                "said": f"{label}: {value}",
            }
        )
    marks = [money.format_money(top, currency, whole=True), money.format_number(top / 2), "0"]
    chart = {
        "title": title,
        "bars": drawn,
        "marks": marks,
        "lines": ("0", "50", "100"),
        "is_crowded": CROWD < len(rows) <= NAMED,
    }
    return {"chart": chart}


def _path(
    values: Sequence, *, top: float, low: float = 0, height: float = 100, pad: float = 0
) -> list[tuple[float, float]]:
    """Points of a line over the whole width, one a value; ``pad`` leaves room above and below."""
    step = 100 / max(1, len(values) - 1)
    span = (top - low) or 1
    return [
        (place * step, pad + (height - 2 * pad) * (1 - (float(value) - low) / span))
        for place, value in enumerate(values)
    ]


def drawn(points: Sequence[tuple[float, float]]) -> str:
    """The path of a line through these points."""
    return " ".join(f"{'L' if place else 'M'}{x:.2f} {y:.2f}" for place, (x, y) in enumerate(points))


@register.inclusion_tag("components/_spark.html")
def spark(values: Sequence, said: str) -> dict:
    """A line of a few figures, without scale; ``said`` tells its direction. Nothing for fewer than two."""
    values = [float(value) for value in values]
    if len(values) < 2:
        return {}
    points = _path(values, top=max(values), low=min(values), height=32, pad=3)
    return {"path": drawn(points), "last": f"M{points[-1][0]:.2f} {points[-1][1]:.2f}h0", "said": said}


@register.inclusion_tag("components/_lines.html")
def lines(rows, title: str, names: Sequence[str], currency: str = "CAD") -> dict:
    """Two lines of ``(label, now, before)`` rows, oldest first; ``now`` is ``None`` for what is still to come.

    ``names``: of the line now and of the one before; ``title`` says the result in a sentence.
    """
    rows = list(rows)
    known = [now for _label, now, _before in rows if now is not None]
    top = round_top(max([*known, *(before for _label, _now, before in rows)], default=Decimal(0)))
    whole = 100 / max(1, len(rows))
    middle = whole / 2

    def points(values: Sequence) -> list[tuple[float, float]]:
        return [(middle + place * whole, 100 - float(value / top) * 100) for place, value in enumerate(values)]

    now, before = points(known), points([before for _label, _now, before in rows])
    chart = {
        "title": title,
        "names": names,
        "now": drawn(now),
        "before": drawn(before),
        "fill": f"{drawn(now)} L{now[-1][0]:.2f} 100 L{now[0][0]:.2f} 100 Z" if now else "",
        "last": f"M{now[-1][0]:.2f} {now[-1][1]:.2f}h0" if now else "",
        "marks": [
            money.format_money(top, currency, whole=True),
            *(money.format_number(top * step / 4) for step in (3, 2, 1)),
            "0",
        ],
        "grid": ("0", "25", "50", "75", "100"),
        "rows": [
            (label, money.format_money(one, currency), money.format_money(other, currency))
            for label, one, other in rows
        ],
    }
    return {"chart": chart}
