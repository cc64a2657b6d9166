"""What a KPI’s numbers say: how much of its target is reached, where it is heading, its pace. No database."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

TENTH, CENT = Decimal("0.1"), Decimal("0.01")
HUNDRED = Decimal(100)


def _tenth(value: Decimal) -> Decimal:
    return value.quantize(TENTH, rounding=ROUND_HALF_UP)


def reached(value: Decimal | None, target: Decimal | None, *, fewer_is_better: bool = False) -> Decimal | None:
    """The part of the target that is reached, in percent with one decimal; ``None`` without a value or a target.

    More than 100 where it is surpassed. Where fewer is better it is reached at or below the target, and in inverse proportion
    above it. A target of zero is reached or it is not: 100 or 0. Below zero nothing is reached.
    """
    if value is None or target is None:
        return None
    if fewer_is_better:
        return HUNDRED if value <= target else _tenth(max(target, Decimal(0)) * HUNDRED / value)
    if target <= 0:
        return HUNDRED if value >= target else Decimal(0)
    return max(Decimal(0), _tenth(value * HUNDRED / target))


def change(value: Decimal | None, previous: Decimal | None) -> Decimal | None:
    """By how many percent ``value`` differs from the one before; ``None`` where there is none, or from zero."""
    if value is None or not previous:
        return None
    return _tenth((value - previous) * HUNDRED / abs(previous))


def trend(value: Decimal | None, previous: Decimal | None) -> str:
    """``up``, ``down`` or ``neutral``."""
    if value is None or previous is None or value == previous:
        return "neutral"
    return "up" if value > previous else "down"


def tone(direction: str, *, fewer_is_better: bool) -> str:
    """``ok`` where it goes the way one wishes, ``bad`` where not, nothing where it does not move."""
    if direction == "neutral":
        return ""
    return "ok" if (direction == "down") == fewer_is_better else "bad"


def pace(day: date, *, first: date, last: date, start: Decimal, target: Decimal) -> Decimal:
    """Where the value should stand on a day to go evenly from ``start`` on the first day to the target on the last one."""
    if day <= first:
        return start
    if day >= last:
        return target
    return (start + (target - start) * (day - first).days / (last - first).days).quantize(CENT, rounding=ROUND_HALF_UP)
