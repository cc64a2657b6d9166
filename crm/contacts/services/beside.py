"""What many contacts get beside their own columns in one act: tags and further addresses."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from crm.accounts import audit
from crm.contacts.models import Contact, ContactPoint, Tag, TagAssignment
from crm.contacts.services.sets import named_tag
from crm.core.bulk import insert_objects, new_object, others_lead_to


@dataclass
class Beside:
    """What was written, and the keys of tags nobody had made before."""

    assigned: list[TagAssignment] = field(default_factory=list)
    points: list[ContactPoint] = field(default_factory=list)
    new_tags: list[int] = field(default_factory=list)


def write_beside(
    contacts: list[Contact],
    *,
    tags: dict[int, list[str]],
    points: dict[int, list[tuple[str, str]]],
    by,
    at: datetime,
) -> Beside:
    """Write the tags (by name) and further addresses (kind and value) of these saved contacts, with their audit entries.

    Both are keyed by ``id(contact)`` and new to it. The caller sees to the timeline and to what search reads.
    """
    done = Beside()
    known: dict[str, Tag] = {}
    for contact in contacts:
        for name in tags.get(id(contact), ()):
            if name.casefold() not in known:
                known[name.casefold()], is_new = named_tag(name, by=by)
                if is_new:
                    done.new_tags.append(known[name.casefold()].pk)
            worn = {"tag": known[name.casefold()], "contact": contact, "assigned_by": by}
            done.assigned.append(new_object(TagAssignment, {"assigned_at": at}, **worn))
        for kind, value in points.get(id(contact), ()):
            values = {"kind": kind, "value": value}
            done.points.append(new_object(ContactPoint, values, organization=by.organization, contact=contact))
    for rows in (done.assigned, done.points):
        insert_objects(rows)
        audit.created_many(rows, by=by, organization_id=by.organization_id)
    return done


def drop_unused_tags(keys: Collection[int], *, by) -> None:
    """Delete those of these tags that no contact wears and nothing else leads to."""
    unused = list(Tag.objects.filter(pk__in=set(keys) - others_lead_to(Tag, keys, own={}).keys()))
    audit.deleted_many(unused, by=by)
    Tag.objects.filter(pk__in=[tag.pk for tag in unused]).delete()
