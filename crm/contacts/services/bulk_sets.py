"""Many contacts at once into a tag or a group, or out of it, and back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm.accounts import audit
from crm.contacts.models import Contact, Group, GroupMember, Tag, TagAssignment
from crm.contacts.services.beside import drop_unused_tags
from crm.contacts.services.bulk import held, left
from crm.contacts.services.sets import named_tag
from crm.contacts.services.timeline import log_many, timeline_event
from crm.core.bulk import insert_objects, new_object, packed
from crm.core.operations import Undone


@dataclass(frozen=True)
class Kind:
    """How contacts belong to one kind of set: the row that says so, who made it and when, what the timeline tells."""

    row: type[models.Model]
    name: str
    made_by: str
    made_at: str
    added: str = ""
    removed: str = ""

    def rows(self, chosen) -> models.QuerySet:
        return self.row.objects.filter(**{self.name: chosen})

    def new(self, chosen, contact: Contact, *, by_id: int | None, at):
        values = {f"{self.made_by}_id": by_id, self.made_at: at}
        return new_object(self.row, values, contact=contact, **{self.name: chosen})


KINDS = {
    Tag: Kind(TagAssignment, "tag", "assigned_by", "assigned_at", "tag.added", "tag.removed"),
    Group: Kind(GroupMember, "group", "added_by", "added_at"),
}


def _told(contacts: Iterable[Contact], verb: str, chosen, *, by) -> None:
    if verb:
        log_many([timeline_event(one, verb, by=by, subject=chosen, name=chosen.name) for one in contacts])


def _locked(model: type[models.Model], pk: int):
    """Kept from being deleted meanwhile; ``None`` when it is gone."""
    return model.objects.select_for_update(of=("self",)).filter(pk=pk).first()


@transaction.atomic
def add_to_set(*, contact_ids: Collection[int], chosen: Tag | Group, by) -> dict:
    """Put many contacts in a set, those that are in it apart: audit and, for a tag, the timeline, row by row.

    Returns what :func:`undo_add` needs.
    """
    kind = KINDS[type(chosen)]
    contacts = held(contact_ids, by=by)
    there = set(kind.rows(chosen).filter(contact__in=contacts).values_list("contact_id", flat=True))
    added = [one for one in contacts if one.pk not in there]
    now = timezone.now()
    rows = [kind.new(chosen, one, by_id=by.pk, at=now) for one in added]
    insert_objects(rows)
    audit.created_many(rows, by=by, organization_id=by.organization_id)
    _told(added, kind.added, chosen, by=by)
    return {"chosen": chosen.pk, "rows": [[row.contact_id, row.pk] for row in rows]}


@transaction.atomic
def add_named_tag(*, contact_ids: Collection[int], name: str, by) -> dict:
    """:func:`add_to_set` of the tag of that name, made if need be."""
    tag, is_new = named_tag(name, by=by)
    return add_to_set(contact_ids=contact_ids, chosen=tag, by=by) | {"is_new": is_new}


@transaction.atomic
def undo_add(model: type[Tag] | type[Group], data: dict, *, by) -> Undone:
    """Take out of the set those whom the act put in; who was taken out since, perhaps to be put in again, is left."""
    kind, outcome = KINDS[model], Undone()
    contacts = {one.pk: one for one in held([pk for pk, _key in data["rows"]], by=by)}
    keys = dict(data["rows"])
    rows = kind.row.objects.filter(pk__in=keys.values()).select_for_update(of=("self",))
    going = [row for row in rows if row.contact_id in contacts]
    staying = keys.keys() - {row.contact_id for row in going}
    outcome.left = [left(pk, contacts.get(pk), "touched" if pk in contacts else "gone") for pk in sorted(staying)]
    audit.deleted_many(going, by=by, organization_id=by.organization_id)
    kind.row.objects.filter(pk__in=[row.pk for row in going]).delete()
    chosen = _locked(model, data["chosen"])
    if chosen is not None:
        _told([contacts[row.contact_id] for row in going], kind.removed, chosen, by=by)
    if data.get("is_new"):
        drop_unused_tags([data["chosen"]], by=by)
    outcome.done = len(going)
    return outcome


@transaction.atomic
def remove_from_set(*, contact_ids: Collection[int], chosen: Tag | Group, by) -> dict:
    """Take many contacts out of a set; returns what :func:`undo_remove` needs."""
    kind = KINDS[type(chosen)]
    contacts = {one.pk: one for one in held(contact_ids, by=by)}
    going = list(
        kind.rows(chosen).filter(contact__in=list(contacts)).select_for_update(of=("self",)).order_by("contact_id")
    )
    audit.deleted_many(going, by=by, organization_id=by.organization_id)
    kind.row.objects.filter(pk__in=[row.pk for row in going]).delete()
    _told([contacts[row.contact_id] for row in going], kind.removed, chosen, by=by)
    rows = [[row.contact_id, getattr(row, f"{kind.made_by}_id"), packed(getattr(row, kind.made_at))] for row in going]
    return {"chosen": chosen.pk, "rows": rows}


@transaction.atomic
def undo_remove(model: type[Tag] | type[Group], data: dict, *, by) -> Undone:
    """Put back those whom the act took out, as they were: by whom and when. Who is in it again is left."""
    kind, outcome = KINDS[model], Undone()
    ids = [pk for pk, *_rest in data["rows"]]
    contacts = {one.pk: one for one in held(ids, by=by)}
    chosen = _locked(model, data["chosen"])
    if chosen is None:
        outcome.left = [left(pk, contacts.get(pk), "gone") for pk in ids]
        return outcome
    there = set(kind.rows(chosen).filter(contact__in=ids).values_list("contact_id", flat=True))
    back = []
    for pk, by_id, at in data["rows"]:
        if pk not in contacts or pk in there or contacts[pk].merged_into_id:
            outcome.left.append(left(pk, contacts.get(pk), "touched" if pk in contacts else "gone"))
        else:
            back.append(kind.new(chosen, contacts[pk], by_id=by_id, at=parse_datetime(at)))
    insert_objects(back)
    audit.created_many(back, by=by, organization_id=by.organization_id)
    _told([row.contact for row in back], kind.added, chosen, by=by)
    outcome.done = len(back)
    return outcome
