"""What tasks keep to, whoever asks; imports nothing of ours."""

import calendar
from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


def next_monday(today: date) -> date:
    """The first one after ``today``."""
    return today + timedelta(days=7 - today.weekday())


def postponements(today: date) -> dict[str, date]:
    """The days that “Postpone” offers, the nearest first and none twice: tomorrow, in three days, next Monday, in a month."""
    year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
    same_day = min(today.day, calendar.monthrange(year, month)[1])
    days = {
        "tomorrow": today + timedelta(days=1),
        "three_days": today + timedelta(days=3),
        "monday": next_monday(today),
        "month": date(year, month, same_day),
    }
    if days["three_days"] == days["monday"]:
        del days["three_days"]
    if days["tomorrow"] == days["monday"]:
        del days["monday"]
    return dict(sorted(days.items(), key=lambda one: one[1]))
