"""Dates the way people of each language write them; fiscal years; the organization's own clock."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.core.money import locale_of

NBSP = "\u00a0"


@lru_cache(maxsize=8192)
def _written(day: date, pattern: str, locale: str) -> str:
    text = babel_date(day, pattern, locale=locale)
    if locale == "fr_CA":
        if day.day == 1 and text.startswith("1 "):
            text = "1er " + text[2:]
        first, space, rest = text.partition(" ")
        if space and first.rstrip("er").isdigit():
            text = f"{first}{NBSP}{rest}"  # a day never parts from its month
    return text


def format_date(day: date | None, language: str | None = None, *, short: bool = False) -> str:
    """``24 novembre 2026``, ``1er décembre 2026`` or ``November 24, 2026``; ``short``: ``24 nov. 2026``, ``Nov 24, 2026``."""
    if day is None:
        return "–"
    if isinstance(day, datetime):
        day = timezone.localtime(day).date() if timezone.is_aware(day) else day.date()
    locale = locale_of(language)
    if short:
        text = _written(day, "d MMM y" if locale == "fr_CA" else "MMM d, y", locale)
        return text if locale == "fr_CA" else text.replace(".", "")
    return _written(day, "long", locale)


def format_month(day: date, language: str | None = None) -> str:
    """``nov. 2026`` or ``Nov 2026``: the month of this day."""
    text = babel_date(day, "MMM y", locale=locale_of(language))
    return text if locale_of(language) == "fr_CA" else text.replace(".", "")


def format_short_day(day: date, language: str | None = None) -> str:
    """``9 nov.`` or ``Nov 9``: under the bar of a chart, where the year is known."""
    locale = locale_of(language)
    text = babel_date(day, "d MMM" if locale == "fr_CA" else "MMM d", locale=locale)
    return text if locale == "fr_CA" else text.replace(".", "")


def format_weekday(day: date, language: str | None = None) -> str:
    """``Mardi 24 novembre 2026`` or ``Tuesday, November 24, 2026``: a date that opens a sentence."""
    locale = locale_of(language)
    name = babel_date(day, "EEEE", locale=locale)
    joiner = " " if locale == "fr_CA" else ", "
    return f"{name[:1].upper()}{name[1:]}{joiner}{format_date(day, language)}"


def format_time(at: datetime, language: str | None = None) -> str:
    """``14 h 30``, ``9 h`` or ``2:30 p.m.`` in the present time zone."""
    at = timezone.localtime(at)
    if locale_of(language) == "fr_CA":
        return f"{at.hour}{NBSP}h" + (f"{NBSP}{at.minute:02d}" if at.minute else "")
    half = "a.m." if at.hour < 12 else "p.m."
    return f"{at.hour % 12 or 12}:{at.minute:02d}{NBSP}{half}"


def format_moment(at: datetime | None, language: str | None = None) -> str:
    """Date and time in the present time zone."""
    if at is None:
        return "–"
    language = (language or get_language() or "fr")[:2]
    joiner = " à " if language == "fr" else " at "
    return f"{format_date(timezone.localtime(at).date(), language)}{joiner}{format_time(at, language)}"


def relative_day(day: date) -> str:
    """“Today”, “Yesterday”, else the date."""
    gap = (timezone.localdate() - day).days
    if gap == 0:
        return _("Today")
    if gap == 1:
        return _("Yesterday")
    return format_date(day)


def today_in(zone: str) -> date:
    """The date it is now for an organization whose IANA time zone is ``zone``."""
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def day_in(at: datetime, zone: str) -> date:
    """The date it was at that moment for an organization whose IANA time zone is ``zone``."""
    return at.astimezone(ZoneInfo(zone)).date()


def fiscal_period(year: int, start_month: int) -> tuple[date, date]:
    """The first and the last day of the fiscal year that begins in ``year``."""
    first = date(year, start_month, 1)
    return first, date.fromordinal(date(year + 1, start_month, 1).toordinal() - 1)


def fiscal_year(day: date, start_month: int) -> int:
    """The year in which the fiscal year that contains ``day`` began. With ``start_month=1`` it is the calendar year."""
    return day.year if day.month >= start_month else day.year - 1


def fiscal_label(year: int, start_month: int) -> str:
    """``2026`` or, for a year that does not begin in January, ``2026-2027``."""
    return str(year) if start_month == 1 else f"{year}-{year + 1}"
