"""What the merge screens say: each field of the two contacts in words, what comes of it, what a merge moved and an undo left."""

from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext as _

from crm.contacts import addresses, comparing, merging
from crm.contacts.comparing import ABSORBED, ADDRESS, DEATH, KEPT, SIDES, Line
from crm.contacts.models import Contact, Merge
from crm.core.dates import format_date
from crm.core.money import format_money
from crm.core.phones import show_phone

LEFT_SHOWN = 100
QUIET = {
    "contacts.timelineevent",
    "contacts.recordview",
    "contacts.duplicatepair",
    "contacts.merge",
    "contacts.contact",
}


@dataclass(frozen=True)
class Cell:
    side: str
    text: str
    picked: bool
    empty: bool


@dataclass(frozen=True)
class Row:
    """One line of the comparison, ready to be said."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    is_same: bool
    is_conflict: bool


def _address(values: tuple) -> str:
    contact = Contact(**dict(zip(ADDRESS, values, strict=True)))
    return "\n".join(addresses.envelope_lines(contact))


def _said(line: Line, side: str, contact: Contact) -> str:
    """The value of one side in the reader's words; empty for nothing."""
    values = line.values[side]
    if line.is_empty(side):
        return ""
    if line.fields == ADDRESS:
        return _address(values)
    if line.fields == DEATH:
        return format_date(values[1]) if values[1] else _("yes")
    value = values[0]
    if line.code == "phone":
        return show_phone(value)
    if line.code == "estimated_value":
        return format_money(value, contact.organization.currency)
    if line.fields and Contact._meta.get_field(line.code).choices:
        return str(getattr(contact, f"get_{line.code}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def rows(kept: Contact, absorbed: Contact, picks: dict[str, str]) -> list[Row]:
    """Every field that one of the two has filled: what differs first needs an eye, so conflicts are marked."""
    found = []
    for line in comparing.lines(kept, absorbed, picks):
        cells = tuple(
            Cell(side, _said(line, side, contact), line.pick == side, line.is_empty(side))
            for side, contact in zip(SIDES, (kept, absorbed), strict=True)
        )
        found.append(Row(line.code, line.label, cells, line.is_same, line.is_conflict))
    return found


@dataclass(frozen=True)
class Result:
    """What the kept contact will be."""

    name: str
    lines: list[tuple[str, str]]
    further: list[tuple[str, str]]
    follows: list[tuple[str, int]]
    do_not_contact: bool


def _followers(absorbed: Contact) -> list[tuple[str, int]]:
    """How much of each kind hangs off the contact that is absorbed."""
    counts: dict[str, int] = {}
    for rel in merging.relations():
        policy = merging.policy_of(rel)
        if rel.related_model._meta.label_lower in QUIET or isinstance(policy, merging.Recomputed):
            continue
        count = rel.related_model._base_manager.filter(**{rel.field.name: absorbed}).count()
        if count:
            label = str(rel.related_model._meta.verbose_name_plural)
            counts[label] = counts.get(label, 0) + count
    return sorted(((label[:1].upper() + label[1:], count) for label, count in counts.items()), key=lambda row: -row[1])


def result(kept: Contact, absorbed: Contact, picks: dict[str, str]) -> Result:
    values = comparing.outcome(kept, absorbed, picks)
    after = Contact(organization=kept.organization)
    for field in Contact._meta.concrete_fields:
        setattr(after, field.attname, values.get(field.name, values.get(field.attname, getattr(kept, field.attname))))
    after.derive()
    shown = []
    for line in comparing.lines(kept, absorbed, picks):
        contact = kept if line.pick == KEPT else absorbed
        text = _said(line, line.pick, contact)
        if text and line.code not in comparing.NAMES:
            shown.append((line.label, text))
    further = [
        (kind, show_phone(value) if kind == "phone" else value)
        for kind, value in comparing.other_reach(kept, absorbed, values)
    ]
    return Result(after.name, shown, further, _followers(absorbed), values["do_not_contact"])


def moved(merge: Merge) -> list[tuple[str, int]]:
    """What a merge moved, by kind."""
    counts: dict[str, int] = {}
    for one in merge.before.get("moved", ()):
        if one["model"] not in QUIET:
            label = str(apps.get_model(one["model"])._meta.verbose_name_plural)
            counts[label] = counts.get(label, 0) + len(one["pks"])
    return sorted(((label[:1].upper() + label[1:], count) for label, count in counts.items()), key=lambda row: -row[1])


def left(merge: Merge, membership) -> list[dict]:
    """What an undo left as it was, with the reason and, where there is one, the address."""
    reasons = {
        merging.ADDED: _("Added since: stays with the kept contact"),
        merging.CHANGED: _("Changed since: stays as it is"),
        merging.MOVED: _("Given to another contact since"),
        merging.GONE: _("No longer there"),
    }
    found = []
    for one in merge.before.get("left", ())[:LEFT_SHOWN]:
        model = apps.get_model(one["model"])
        kind = str(model._meta.verbose_name)
        row = model._base_manager.filter(pk=one["pk"]).first() if one["reason"] != merging.GONE else None
        reach = getattr(model.objects, "visible_to", None)
        seen = row is not None and reach is not None and reach(membership).filter(pk=row.pk).exists()
        url = row.get_absolute_url() if seen and hasattr(row, "get_absolute_url") else ""
        found.append(
            {
                "label": f"{kind[:1].upper()}{kind[1:]}: {one['text']}"
                if one["text"]
                else f"{kind[:1].upper()}{kind[1:]}",
                "reason": reasons.get(one["reason"], one["reason"]),
                "url": url,
            }
        )
    return found


__all__ = ["ABSORBED", "KEPT", "left", "moved", "result", "rows"]
