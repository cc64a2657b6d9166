"""What tasks keep to, whoever asks; imports nothing of ours."""

import calendar
from datetime import date, timedelta

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
MONDAY = 0


def postponements(today: date) -> dict[str, date]:
    """The days that “Postpone” offers, none twice: tomorrow, in three days, next Monday, in a month."""
    monday = today + timedelta(days=7 - today.weekday()) if today.weekday() != MONDAY else today + timedelta(days=7)
    year, month = (today.year, today.month + 1) if today.month < 12 else (today.year + 1, 1)
    same_day = min(today.day, calendar.monthrange(year, month)[1])
    days = {
        "tomorrow": today + timedelta(days=1),
        "three_days": today + timedelta(days=3),
        "monday": monday,
        "month": date(year, month, same_day),
    }
    if days["three_days"] == monday:
        del days["three_days"]
    if days["tomorrow"] == monday:
        del days["tomorrow"]
    return days
