"""The parts of a rule's value: read from a form, kept as JSON, checked each time, said in words.

What a form sends stays as typed until it is right, so that nothing is lost; JSON is checked as if a stranger sent it.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.utils.dateparse import parse_date
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from crm.contacts.criteria.base import Context, RuleError, one_of
from crm.core.dates import format_date
from crm.core.money import format_money, format_number
from crm.core.text import clean
from crm.core.web.forms import parse_amount

HIGHEST = Decimal("9999999999.99")
MOST_DAYS = 36_500
PLAIN = re.compile(r"-?[0-9]{1,10}(\.[0-9]{1,2})?")


class Part:
    """``typed`` → what a form sent; ``stored`` → JSON; ``clean`` → what ``build`` and ``say`` are given."""

    shape = "text"

    def typed(self, data, name: str):
        return str(data.get(name, ""))

    def stored(self, typed):
        return typed

    def shown(self, stored):
        """What the form shows of a stored value."""
        return "" if stored is None else str(stored)

    def clean(self, value, context: Context):
        raise NotImplementedError

    def say(self, value, context: Context) -> str:
        return str(value)


class Amount(Part):
    shape = "amount"
    signed = False

    def stored(self, typed) -> str:
        amount = parse_amount(str(typed))
        if amount is None:
            raise RuleError(_("Enter an amount such as 125.00."), field="value")
        return str(amount)

    def shown(self, stored) -> str:
        text = "" if stored is None else str(stored)
        return text.replace(".", ",") if (get_language() or "fr").startswith("fr") else text

    def clean(self, value, context: Context) -> Decimal:
        if not isinstance(value, str | int) or isinstance(value, bool) or not PLAIN.fullmatch(str(value)):
            raise RuleError(_("Enter an amount such as 125.00."), field="value")
        amount = Decimal(str(value))
        if amount < 0 and not self.signed:
            raise RuleError(_("An amount cannot be negative here."), field="value")
        return amount

    def say(self, value: Decimal, context: Context) -> str:
        return format_money(value, context.organization.currency, whole=value == value.to_integral())


class Decimals(Amount):
    """A number of a custom field: it may be negative and have decimals, and is no money."""

    shape = "number"
    signed = True

    def stored(self, typed) -> str:
        amount = parse_amount(str(typed))
        if amount is None:
            raise RuleError(_("Enter a number."), field="value")
        return str(amount)

    def say(self, value: Decimal, context: Context) -> str:
        return format_number(value)


class Number(Part):
    """A whole number from ``least`` up."""

    shape = "number"
    least, most = 0, 1_000_000

    def stored(self, typed) -> int:
        text = str(typed).strip().replace("\u00a0", "").replace(" ", "")
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            raise RuleError(_("Enter a whole number."), field="value")
        return int(text)

    def clean(self, value, context: Context) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise RuleError(_("Enter a whole number."), field="value")
        if not self.least <= value <= self.most:
            raise RuleError(
                _("Enter a whole number from %(least)s to %(most)s.") % {"least": self.least, "most": self.most},
                field="value",
            )
        return value

    def say(self, value: int, context: Context) -> str:
        return format_number(value)


class Days(Number):
    shape = "days"
    least, most = 1, MOST_DAYS

    def say(self, value: int, context: Context) -> str:
        return ngettext("%(count)s day", "%(count)s days", value) % {"count": format_number(value)}


class Day(Part):
    shape = "date"

    def clean(self, value, context: Context) -> date:
        return day_of(value)

    def say(self, value: date, context: Context) -> str:
        return format_date(value)


def day_of(value) -> date:
    try:
        found = parse_date(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        found = None
    if found is None or not 1900 <= found.year <= 2999:
        raise RuleError(_("Enter a date."), field="value")
    return found


class Text(Part):
    def stored(self, typed) -> str:
        return clean(str(typed))

    def clean(self, value, context: Context) -> str:
        text = clean(value) if isinstance(value, str) else ""
        if not text:
            raise RuleError(_("Write what to look for."), field="value")
        if len(text) > 120:
            raise RuleError(_("This is too long: at most 120 characters."), field="value")
        return text

    def say(self, value: str, context: Context) -> str:
        return _("“%(text)s”") % {"text": value}


def in_sentence(word: str) -> str:
    """A word of a list as it stands inside a sentence: French keeps no capital there."""
    return word[:1].lower() + word[1:] if (get_language() or "fr").startswith("fr") else word


class Choices(Part):
    """One or more of a few fixed values."""

    shape = "choices"

    def __init__(self, choices: Iterable[tuple[str, object]]) -> None:
        self._choices = tuple((str(code), word) for code, word in choices)

    def options(self, context: Context) -> list[tuple[str, object]]:
        return list(self._choices)

    def typed(self, data, name: str) -> list[str]:
        return [str(value) for value in data.getlist(name)]

    def shown(self, stored) -> list[str]:
        return [str(value) for value in stored] if isinstance(stored, list) else []

    def clean(self, value, context: Context) -> list:
        if not isinstance(value, list) or len(value) > 100:
            raise RuleError(_("Choose at least one."), field="value")
        if not value:
            raise RuleError(_("Choose at least one."), field="value")
        known = dict(self._choices)
        if any(not isinstance(one, str) or one not in known for one in value):
            raise RuleError(_("One of these choices does not exist."), field="value")
        return list(dict.fromkeys(value))

    def say(self, value: list, context: Context) -> str:
        known = dict(self._choices)
        return one_of(in_sentence(str(known[code])) for code in value)


class Rows(Choices):
    """One or more rows of the organization: tags, funds, colleagues. Their numbers are kept."""

    def __init__(self, fetch: Callable[[Context], Iterable], *, gone: object) -> None:
        self.fetch, self.gone = fetch, gone

    def known(self, context: Context) -> dict[int, object]:
        """Every row one may name, by number: looked up once for a whole page of segments."""
        if self not in context.memo:
            context.memo[self] = {row.pk: row for row in self.fetch(context)}
        return context.memo[self]

    def options(self, context: Context) -> list[tuple[str, object]]:
        return [(str(pk), row) for pk, row in self.known(context).items()]

    def stored(self, typed) -> list:
        return [int(one) if one.isascii() and one.isdigit() and len(one) < 16 else one for one in typed]

    def clean(self, value, context: Context) -> list:
        if not isinstance(value, list) or not value or len(value) > 100:
            raise RuleError(_("Choose at least one."), field="value")
        known = self.known(context)
        if any(not isinstance(one, int) or isinstance(one, bool) or one not in known for one in value):
            raise RuleError(self.gone, field="value", code="gone")
        return [known[pk] for pk in dict.fromkeys(value)]

    def say(self, value: list, context: Context) -> str:
        return one_of(_("“%(text)s”") % {"text": row} for row in value)


SPANS = {
    "this_year": pgettext_lazy("period", "this year"),
    "last_year": pgettext_lazy("period", "last year"),
    "this_fiscal_year": pgettext_lazy("period", "this fiscal year"),
    "last_fiscal_year": pgettext_lazy("period", "last fiscal year"),
    "days": pgettext_lazy("period", "in the last days"),
    "year": pgettext_lazy("period", "in a year"),
    "between": pgettext_lazy("period", "between two dates"),
}


class Period(Part):
    """A span of days, fixed or moving with the calendar: ``{"span": "days", "days": 90}``. Cleaned: ``(first, last, value)``."""

    shape = "period"
    fields = {"days": ("days",), "year": ("year",), "between": ("from", "to")}

    def options(self, context: Context) -> list[tuple[str, object]]:
        fiscal = context.organization.fiscal_year_start != 1
        return [(code, word) for code, word in SPANS.items() if fiscal or "fiscal" not in code]

    def typed(self, data, name: str) -> dict:
        return {key: str(data.get(f"{name}-{key}", "")) for key in ("span", "days", "year", "from", "to")}

    def shown(self, stored) -> dict:
        stored = stored if isinstance(stored, dict) else {}
        return {key: str(stored.get(key, "")) for key in ("span", "days", "year", "from", "to")}

    def stored(self, typed) -> dict:
        span = typed.get("span") or "this_year"
        value: dict = {"span": span}
        for key in self.fields.get(span, ()):
            value[key] = Number().stored(typed.get(key, "")) if key in ("days", "year") else typed.get(key, "")
        return value

    def clean(self, value, context: Context) -> tuple[date, date, dict]:
        span = value.get("span") if isinstance(value, dict) else None
        if not isinstance(span, str) or span not in SPANS:
            raise RuleError(_("Choose a period."), field="value")
        if span == "days":
            count = Days().clean(value.get("days"), context)
            return context.today - timedelta(days=count - 1), context.today, value
        if span == "year":
            year = Number().clean(value.get("year"), context)
            if not 1900 <= year <= 2999:
                raise RuleError(_("Enter a year such as 2025."), field="value")
            return date(year, 1, 1), date(year, 12, 31), value
        if span == "between":
            first, last = day_of(value.get("from")), day_of(value.get("to"))
            if first > last:
                raise RuleError(_("The first date comes after the last one."), field="value")
            return first, last, value
        basis, back = ("fiscal" if "fiscal" in span else "calendar"), int(span.startswith("last"))
        start = context.year_start(basis, back=back)
        return start, start.replace(year=start.year + 1) - timedelta(days=1), value

    def say(self, value: tuple, context: Context) -> str:
        first, last, asked = value
        if asked["span"] == "days":
            days = asked["days"]
            return ngettext("in the last day", "in the last %(count)s days", days) % {"count": format_number(days)}
        if asked["span"] == "year":
            return _("in %(year)s") % {"year": asked["year"]}
        if asked["span"] == "between":
            return _("from %(first)s to %(last)s") % {"first": format_date(first), "last": format_date(last)}
        return str(SPANS[asked["span"]])
