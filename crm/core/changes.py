"""Field changes in the reader's words: the name of the field, the value before, the value after."""

from dataclasses import dataclass
from datetime import date, datetime

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from crm.core.dates import format_date, format_moment
from crm.core.money import MoneyField, format_money


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


def _said(field, value, currency: str) -> str:
    if value in (None, ""):
        return "–"
    if isinstance(field, models.BooleanField):
        return _("yes") if value in (True, "True") else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, MoneyField):
        return format_money(value, currency)
    if isinstance(field, models.DateTimeField):
        moment = value if isinstance(value, datetime) else parse_datetime(str(value))
        return format_moment(moment) if moment else str(value)
    if isinstance(field, models.DateField):
        day = value if isinstance(value, date) else parse_date(str(value))
        return format_date(day) if day else str(value)
    return str(value)


def _named(field, ids: set) -> dict:
    """The texts of the related rows a change mentions, in one query for each relation."""
    related = field.related_model._base_manager
    if field.related_model._meta.label_lower == "accounts.membership":
        related = related.select_related("user")
    return {row.pk: str(row) for row in related.filter(pk__in=ids)}


def describe(label: str, changes: dict, *, currency: str = "CAD") -> list[Change]:
    """``{"city": ["Québec", "Lévis"]}`` of model ``contacts.contact`` → what a person reads, in field order of the act.

    Amounts are in ``currency``, unless the act changed that too.
    """
    model = apps.get_model(label)
    old_currency, new_currency = (code or currency for code in changes.get("currency") or (currency, currency))
    found = []
    for name, (before, after) in changes.items():
        try:
            field = next((f for f in model._meta.concrete_fields if f.attname == name), None) or model._meta.get_field(name)
        except FieldDoesNotExist:
            continue  # the field has since left the model: its history stays in the log, not on the screen
        if field.is_relation:
            names = _named(field, {value for value in (before, after) if value is not None})
            before, after = names.get(before), names.get(after)
        words = str(field.verbose_name)
        found.append(Change(words[:1].upper() + words[1:], _said(field, before, old_currency), _said(field, after, new_currency)))
    return found
