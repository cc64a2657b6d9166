"""What an organization adds to its contacts (C-09): reading, checking, saying, filtering and showing those values.

``Contact.custom`` holds ``{code: value}``; an empty value has no key. Values are what JSON keeps exactly: a text, a number as
a text with a decimal point, an ISO date, the code of a choice, ``true`` or ``false``.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial

import django_filters
from django import forms
from django.db.models import DecimalField, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.contacts.choices import CustomFieldKind as Kind
from crm.contacts.models import CustomField
from crm.core.dates import format_date
from crm.core.money import format_number
from crm.core.text import clean, fold
from crm.core.web import tables
from crm.core.web.filters import ChoicesFilter, DayRangeFilter

PREFIX = "custom_"  # of form fields, filters and columns: ``custom_c12``
LONGEST = 500
YES = {"yes", "y", "true", "vrai", "oui", "o", "1", "x"}
NO = {"no", "n", "false", "faux", "non", "0"}
NUMBER = {"max_digits": 20, "decimal_places": 6}


def fields_of(organization) -> list[CustomField]:
    """Those in use, in the order of the organization. One query."""
    return list(CustomField.objects.of(organization).active().order_by("position", "pk"))


def label_of(choice: dict, language: str | None = None) -> str:
    """The word of a choice in a language (default: the reader's), else in the other one."""
    french = (language or get_language() or "fr").startswith("fr")
    first, second = ("fr", "en") if french else ("en", "fr")
    return choice.get(first) or choice.get(second) or choice["code"]


def choices_of(field: CustomField, *, keep: str = "") -> list[tuple[str, str]]:
    """What may be chosen: retired choices only where a contact still has one (``keep``)."""
    return [
        (choice["code"], label_of(choice))
        for choice in field.choices
        if not choice.get("retired") or choice["code"] == keep
    ]


# --- texts in and out: imports, exports, pages ---------------------------------------------------------------------------


def parse(field: CustomField, text: str, language: str | None = None):
    """The value written in ``text``; ``None`` for nothing. Raises ``ValueError`` with a sentence for the reader."""
    text = clean(text)
    if not text:
        return None
    return PARSERS[field.kind](field, text)


def _text(field: CustomField, text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(_("This text is too long: %(limit)d characters at most.") % {"limit": LONGEST})
    return text


def _number(field: CustomField, text: str) -> str:
    plain = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("−", "-").replace(",", ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise ValueError(_("This is not a number.")) from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 14 or -value.as_tuple().exponent > 6:
        raise ValueError(_("This number is too large or has too many decimals."))
    return format(value.normalize(), "f") if value else "0"


def _day(field: CustomField, text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("This is not a date such as 2026-11-27."))
    return day.isoformat()


def _choice(field: CustomField, text: str) -> str:
    wanted = fold(text)
    for choice in field.choices:
        if wanted in {fold(choice["code"]), fold(choice.get("fr", "")), fold(choice.get("en", ""))}:
            return choice["code"]
    raise ValueError(_("This is none of the choices: %(text)s.") % {"text": text})


def _yes_no(field: CustomField, text: str) -> bool:
    if fold(text) in YES:
        return True
    if fold(text) in NO:
        return False
    raise ValueError(_("Answer yes or no."))


PARSERS = {Kind.TEXT: _text, Kind.NUMBER: _number, Kind.DATE: _day, Kind.CHOICE: _choice, Kind.YES_NO: _yes_no}


def say(field: CustomField, value, language: str | None = None) -> str:
    """A stored value in words; an en dash for none. A value of a former kind is said as it is."""
    if value in (None, ""):
        return "–"
    if field.kind == Kind.YES_NO:
        return _("yes") if value is True else _("no")
    if field.kind == Kind.CHOICE:
        found = next((choice for choice in field.choices if choice["code"] == value), None)
        return label_of(found, language) if found else str(value)
    if field.kind == Kind.DATE:
        try:
            return format_date(date.fromisoformat(value))
        except (TypeError, ValueError):
            return str(value)
    if field.kind == Kind.NUMBER:
        try:
            return format_number(Decimal(value))
        except (InvalidOperation, TypeError):
            return str(value)
    return str(value)


def said(contact, fields: list[CustomField]) -> list[tuple[str, str]]:
    """Label and words of each value that a contact has."""
    values = contact.custom or {}
    return [(field.label, say(field, values[field.code])) for field in fields if values.get(field.code) is not None]


def meanings(codes: set[str]) -> dict[str, tuple]:
    """For whoever says changes: label and words of these codes, which are unique among all organizations. One query."""
    fields = CustomField.objects.filter(code__in=codes)
    return {field.code: (field.label, partial(say, field)) for field in fields}


# --- forms ----------------------------------------------------------------------------------------------------------------


class NumberField(forms.CharField):
    """A number as either language writes it."""

    def __init__(self, *, custom: CustomField, **kwargs) -> None:
        super().__init__(**kwargs)
        self.custom = custom
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value):
        try:
            return parse(self.custom, super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


def form_field(field: CustomField, value) -> forms.Field:
    """The widget for one field, holding ``value``."""
    french = (get_language() or "fr").startswith("fr")
    hint = (field.help_fr or field.help_en) if french else (field.help_en or field.help_fr)
    options = {"label": field.label, "required": False, "help_text": hint, "initial": value}
    if field.kind == Kind.NUMBER:
        return NumberField(custom=field, max_length=40, **options)
    if field.kind == Kind.DATE:
        return forms.DateField(**options)
    if field.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "–"), *choices_of(field, keep=value or "")], **options)
    if field.kind == Kind.YES_NO:
        words = [("", "–"), ("yes", _("Yes")), ("no", _("No"))]
        return forms.ChoiceField(choices=words, **options | {"initial": {True: "yes", False: "no"}.get(value, "")})
    return forms.CharField(max_length=LONGEST, **options)


def stored(field: CustomField, value):
    """What the form cleaned, as it is kept."""
    if value in (None, ""):
        return None
    if field.kind == Kind.DATE:
        return value.isoformat()
    return value == "yes" if field.kind == Kind.YES_NO else value


class CustomFieldsMixin:
    """A contact form with the fields of the organization in a section of their own: ``data["custom"]`` for the service."""

    keyed_columns = {"custom": PREFIX}

    def add_custom_fields(self) -> None:
        """Call before the form is laid out."""
        self.custom_fields = fields_of(self.membership.organization)
        values = self.instance.custom or {}
        for field in self.custom_fields:
            self.fields[f"{PREFIX}{field.code}"] = form_field(field, values.get(field.code))

    @property
    def custom_section(self) -> tuple:
        return (_("More about them"), tuple(f"{PREFIX}{field.code}" for field in self.custom_fields))

    def take_custom(self, data: dict) -> None:
        """Move what was typed into ``data["custom"]``; values of fields no longer in use stay."""
        custom = dict(self.instance.custom or {})
        for field in self.custom_fields:
            value = stored(field, data.pop(f"{PREFIX}{field.code}", None))
            if value is None:
                custom.pop(field.code, None)
            else:
                custom[field.code] = value
        data["custom"] = custom


# --- filters --------------------------------------------------------------------------------------------------------------


class CustomFilter:
    """A filter of one custom field, said with its label."""

    def __init__(self, *args, field: CustomField, **kwargs) -> None:
        self.code, self.custom = field.code, field
        super().__init__(*args, label=field.label, **kwargs)

    def as_text(self, rows: QuerySet) -> QuerySet:
        # Cast, or Django would compare with JSON: a text in quotation marks.
        return rows.annotate(**{f"said_{self.code}": Cast(KeyTextTransform(self.code, "custom"), TextField())})


class TextFilter(CustomFilter, django_filters.CharFilter):
    """Contains, whatever the case. SQLite's LIKE knows only the case of ASCII: a word with accents goes by a pattern."""

    def filter(self, qs: QuerySet, value) -> QuerySet:
        if not value:
            return qs
        lookup, sought = ("icontains", value) if value.isascii() else ("iregex", re.escape(value))
        return self.as_text(qs).filter(**{f"said_{self.code}__{lookup}": sought})


class ChoiceFilter(CustomFilter, ChoicesFilter):
    def filter(self, qs: QuerySet, value) -> QuerySet:
        return self.as_text(qs).filter(**{f"said_{self.code}__in": value}) if value else qs


class YesNoFilter(CustomFilter, django_filters.ChoiceFilter):
    """“No” is also who was never asked."""

    def filter(self, qs: QuerySet, value) -> QuerySet:
        if not value:
            return qs
        yes = {f"custom__{self.code}": True}
        return qs.filter(**yes) if value == "yes" else qs.exclude(pk__in=qs.model.objects.filter(**yes).values("pk"))


class SpanFilter(CustomFilter):
    def filter(self, qs: QuerySet, value) -> QuerySet:
        if not value:
            return qs
        qs = self.prepared(qs)
        for end, lookup in ((value.start, "gte"), (value.stop, "lte")):
            if end is not None:
                qs = qs.filter(**{f"said_{self.code}__{lookup}": self.stored(end)})
        return qs


class NumberFilter(SpanFilter, django_filters.RangeFilter):
    stored = staticmethod(Decimal)

    def prepared(self, rows: QuerySet) -> QuerySet:
        number = Cast(KeyTextTransform(self.code, "custom"), DecimalField(**NUMBER))
        return rows.annotate(**{f"said_{self.code}": number})


class DateFilter(SpanFilter, DayRangeFilter):
    """ISO dates sort as texts."""

    stored = staticmethod(date.isoformat)

    def prepared(self, rows: QuerySet) -> QuerySet:
        return self.as_text(rows)


def filter_for(field: CustomField) -> django_filters.Filter:
    if field.kind == Kind.CHOICE:
        return ChoiceFilter(field=field, choices=[(one["code"], label_of(one)) for one in field.choices])
    if field.kind == Kind.YES_NO:
        return YesNoFilter(field=field, choices=(("yes", _("Yes")), ("no", _("No"))))
    return {Kind.NUMBER: NumberFilter, Kind.DATE: DateFilter}.get(field.kind, TextFilter)(field=field)


# --- columns --------------------------------------------------------------------------------------------------------------


class CustomColumn(tables.Column):
    """One custom field in a list of contacts, and in what is exported from it."""

    def __init__(self, field: CustomField) -> None:
        number = field.kind == Kind.NUMBER
        super().__init__(
            verbose_name=field.label,
            orderable=False,
            accessor="custom",
            css="is-num mc-num mc-xtra" if number else "mc-xtra",
            reads=("custom",),
            is_optional=True,
        )
        self.custom = field

    def cell(self, record, name: str, table) -> str:
        return tables.escaped(say(self.custom, (record.custom or {}).get(self.custom.code)))

    def export(self, record, name: str):
        value = (record.custom or {}).get(self.custom.code)
        if value in (None, ""):
            return ""
        if self.custom.kind == Kind.DATE:
            return value
        return Decimal(value) if self.custom.kind == Kind.NUMBER else say(self.custom, value)
