"""Field changes in the reader's words: the name of the field, the value before, the value after."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
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
    if isinstance(field, models.FileField):
        return str(value).rsplit("/", 1)[-1]
    return str(value)


def _field(model: type[models.Model], name: str) -> models.Field | None:
    """The field a change speaks of; ``None`` when it has since left the model: its history stays in the log, unsaid."""
    found = next((f for f in model._meta.concrete_fields if f.attname == name), None)
    if found is None:
        try:
            found = model._meta.get_field(name)
        except FieldDoesNotExist:
            return None
    return found


def _related(label: str, changes: dict) -> Iterator[tuple[type[models.Model], int]]:
    model = apps.get_model(label)
    for name, pair in changes.items():
        found = _field(model, name)
        if found is not None and found.is_relation and (label, name) not in JSON_KEYS:
            yield from ((found.related_model, value) for value in pair if value is not None)


# Who knows what the keys of a JSON field mean, or of what a model tells beside its fields:
# ``(model label, field name)`` → a function from keys to
# ``{key: (label, a function from a value to words)}``.
JSON_KEYS: dict[tuple[str, str], Callable[[set[str]], dict[str, tuple[str, Callable]]]] = {}


def register_json(label: str, name: str, keys: Callable) -> None:
    """Let the changes of a JSON field be said key by key (see :data:`JSON_KEYS`)."""
    JSON_KEYS[label, name] = keys


def _changed_keys(pair: list) -> set[str]:
    before, after = (side if isinstance(side, dict) else {} for side in pair)
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


@dataclass
class Names:
    """What related rows are called, fetched a table at a time and remembered: a page of changes costs no more than one."""

    known: dict[tuple[type[models.Model], int], str] = field(default_factory=dict)
    keys: dict[tuple[str, str], dict[str, tuple[str, Callable] | None]] = field(default_factory=dict)

    def load(self, entries: Iterable[tuple[str, dict]]) -> None:
        """Fetch, in one query for each table, every row that these ``(model label, changes)`` mention."""
        entries = list(entries)
        self._load_keys(entries)
        wanted: dict[type[models.Model], set] = {}
        for label, changes in entries:
            for model, pk in _related(label, changes):
                if (model, pk) not in self.known:
                    wanted.setdefault(model, set()).add(pk)
        for model, ids in wanted.items():
            rows = model._base_manager.filter(pk__in=ids)
            if model._meta.label_lower == "accounts.membership":
                rows = rows.select_related("user")
            found = {row.pk: str(row) for row in rows}
            self.known.update({(model, pk): found.get(pk, "") for pk in ids})

    def _load_keys(self, entries: list[tuple[str, dict]]) -> None:
        wanted: dict[tuple[str, str], set[str]] = {}
        for label, changes in entries:
            for name in changes:
                if (label, name) in JSON_KEYS:
                    wanted.setdefault((label, name), set()).update(_changed_keys(changes[name]))
        for place, codes in wanted.items():
            known = self.keys.setdefault(place, {})
            if missing := codes - known.keys():
                found = JSON_KEYS[place](missing)
                known.update({code: found.get(code) for code in missing})

    def said_keys(self, label: str, name: str, pair: list) -> Iterator[Change]:
        """The changes of a JSON field, key by key; keys that nobody knows any more stay unsaid."""
        known = self.keys.get((label, name), {})
        before, after = (side if isinstance(side, dict) else {} for side in pair)
        for code in sorted(_changed_keys(pair)):
            if meaning := known.get(code):
                words, say = meaning
                yield Change(words, say(before.get(code)), say(after.get(code)))

    def of(self, model: type[models.Model], pk: int | None) -> str:
        return self.known.get((model, pk), "")


def describe(label: str, changes: dict, names: Names | None = None, *, currency: str = "CAD") -> list[Change]:
    """``{"city": ["Québec", "Lévis"]}`` of model ``contacts.contact`` → what a person reads, in the model’s order of fields.

    ``names`` saves queries where many changes are shown at once (:meth:`Names.load` them all first). Amounts are in
    ``currency``, unless the act changed that too.
    """
    was_in, is_in = (code or currency for code in changes.get("currency") or (currency, currency))
    names = names or Names()
    names.load([(label, changes)])
    model = apps.get_model(label)
    found = []
    order = {field.attname: place for place, field in enumerate(model._meta.concrete_fields)}
    for name in sorted(changes, key=lambda name: order.get(name, len(order))):  # PostgreSQL keeps no order of keys
        before, after = changes[name]
        if (label, name) in JSON_KEYS:
            found += names.said_keys(label, name, [before, after])
            continue
        spec = _field(model, name)
        if spec is None:
            continue
        if spec.is_relation:
            before, after = names.of(spec.related_model, before), names.of(spec.related_model, after)
        words = str(spec.verbose_name)
        found.append(Change(words[:1].upper() + words[1:], _said(spec, before, was_in), _said(spec, after, is_in)))
    return found
