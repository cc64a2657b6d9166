"""Everything held on a person, found by walking what leads to their contact: a new table cannot be forgotten (C-20).

Quebec's Law 25 (Act respecting the protection of personal information in the private sector, ss. 27 and 30) gives a person
a copy of what is held about them, in writing and in a common machine format. What is about somebody else is not theirs to
see: other contacts are named only as another person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from crm.contacts.models import Contact
from crm.core import changes

# Tables that lead to a contact and are not about the person, each with its reason.
NOT_HELD = {
    "contacts.recordview": "which colleague opened the record: it is about the colleague",
    "contacts.duplicatepair": "a guess about two records, not a fact about a person",
    "giving.tributenotice": "which gift of somebody else they were told of, as a letter among their messages says",
    "contacts.merge": "a copy of rows that are listed here themselves",
}
# Kept out of what a person reads, and given in the machine format: it repeats the rest, act by act.
ONLY_AS_DATA = {"contacts.timelineevent"}
# The machinery of a row, not what it says.
HIDDEN = {
    "search_text",
    "sort_name",
    "name",
    "snapshot",
    "snapshot_sha256",
    "pdf_sha256",
    "page_sha256",
    "organization",
    "sealed_token",
    "cause",
}


@dataclass
class Holding:
    """The rows of one table that are about the person, as pairs of a label and a text, and as plain values."""

    model: type[models.Model]
    rows: list[list[tuple[str, str]]] = field(default_factory=list)
    data: list[dict] = field(default_factory=list)
    files: list[FieldFile] = field(default_factory=list)

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    @property
    def title(self) -> str:
        words = str(self.model._meta.verbose_name_plural)
        return words[:1].upper() + words[1:]

    @property
    def is_read(self) -> bool:
        return self.label not in ONLY_AS_DATA


def relations_to(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    """The foreign keys of other tables that lead to ``model``, hidden ones too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.field


def family_of(contact: Contact) -> list[int]:
    """The contact and those that were merged into it, however deep."""
    ids, latest = [contact.pk], [contact.pk]
    while latest:
        latest = list(Contact.objects.filter(merged_into__in=latest).values_list("pk", flat=True))
        ids += latest
    return ids


def rows_of(contact: Contact) -> Iterator[tuple[type[models.Model], models.QuerySet]]:
    """Each table that is about the person with its rows: the contact, what leads to it, what leads to that."""
    ids = family_of(contact)
    yield Contact, Contact.objects.filter(pk__in=ids).order_by("pk")
    seen = {Contact}
    level: list[tuple[type[models.Model], list[int]]] = [(Contact, ids)]
    while level:
        # All ways of one length at once: a refused charge leads to a pledge, and to no gift.
        by_table: dict[type[models.Model], models.Q] = {}
        for parent, keys in level:
            for key in relations_to(parent):
                if key.model not in seen and key.model._meta.label_lower not in NOT_HELD:
                    lookup = models.Q(**{f"{key.name}__in": keys})
                    by_table[key.model] = by_table.get(key.model, models.Q()) | lookup
        seen |= by_table.keys()
        level = []
        for table, wanted in by_table.items():
            rows = table._base_manager.filter(wanted).order_by("pk")
            yield table, rows
            level.append((table, list(rows.values_list("pk", flat=True))))


def holdings(contact: Contact) -> list[Holding]:
    """Table by table, those without a row left out. A handful of queries a table; nothing is written."""
    family = set(family_of(contact))
    names = changes.Names()
    found = []
    for table, rows in rows_of(contact):
        holding = Holding(table)
        for row in rows:
            _add(holding, row, family, names, currency=contact.organization.currency)
        if holding.rows:
            found.append(holding)
    return found


def _add(holding: Holding, row: models.Model, family: set[int], names: changes.Names, *, currency: str) -> None:
    said, data = [], {}
    for spec in row._meta.concrete_fields:
        value = getattr(row, spec.attname)
        if spec.primary_key or spec.name in HIDDEN or value in (None, "", [], {}):
            continue
        if isinstance(spec, models.FileField):
            holding.files.append(value)
            value = value.name
        if spec.is_relation and spec.related_model is Contact:
            if value in family:
                continue
            said.append((_capital(spec.verbose_name), _("Another person")))
            continue
        changed = {spec.attname: [None, value if isinstance(value, bool | int | str) else str(value)]}
        said += [(one.label, one.after) for one in changes.describe(holding.label, changed, names, currency=currency)]
        kept = isinstance(value, bool | int | str | list | dict)
        data[spec.name] = names.of(spec.related_model, value) if spec.is_relation else value if kept else str(value)
    holding.rows.append(said)
    holding.data.append(data)


def _capital(words) -> str:
    return str(words)[:1].upper() + str(words)[1:]
