"""Fields in braces, such as ``{greeting}``: filled from data, never run. Pure: texts and values in, texts out (K-02)."""

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.outreach.choices import Purpose

FIELD = re.compile(r"\{([^{}]*)\}")

# What everything may say, then what each purpose adds: shown beside the form.
COMMON: dict[str, Promise] = {
    "greeting": _("“Dear Mrs. Roy”, as the household is written to"),
    "organization": _("The name of your organization"),
    "signatory": _("Who signs, and their title"),
}
FIELDS: dict[str, dict[str, Promise]] = {
    Purpose.THANKS: {
        **COMMON,
        "gifts": _("“your gift of $50.00, received on March 3, 2026”, or all the gifts that are thanked for"),
        "amount": _("The amount, or the sum of the gifts"),
    },
    Purpose.NOTICE: {
        **COMMON,
        "tribute": _("“in memory of Jeanne Tremblay”, “in honour of Paul Roy”"),
        "name": _("The name of the person: “Jeanne Tremblay”"),
        "donors": _("Who gave, one a line; never how much"),
    },
    Purpose.RECEIPT: {
        **COMMON,
        "number": _("The number of the receipt"),
        "amount": _("The eligible amount"),
        "gifts": _("“your gifts of 2026”, or “your gift of March 3, 2026”"),
    },
    Purpose.MAILING: {
        **COMMON,
        "first_name": _("The first name"),
        "name": _("The whole name"),
        "last_gift": _("“your gift of $50.00, received on March 3, 2026”: who never gave is left out"),
        "last_year": _("What they gave last year: who gave nothing then is left out"),
    },
}
FIELDS[Purpose.TEXT] = FIELDS[Purpose.MAILING]


class MissingValue(LookupError):
    """A field of the template has nothing to say for this person: a blank in a letter is worse than no letter."""


def problem(text: str, fields: Mapping[str, object]) -> str:
    """What is wrong with the fields of this text, as a sentence; empty when nothing is."""
    unknown = [name for name in FIELD.findall(text) if name not in fields]
    if unknown:
        return _("There is no field {%(name)s}.") % {"name": unknown[0]}
    if set("{}") & set(FIELD.sub("", text)):
        return _("A brace is alone: a field is written {greeting}.")
    return ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its fields; raises :class:`MissingValue` with the name of one that is unknown or empty."""

    def value(match: re.Match) -> str:
        name = match[1]
        if not values.get(name):
            raise MissingValue(name)
        return values[name]

    return FIELD.sub(value, text)
