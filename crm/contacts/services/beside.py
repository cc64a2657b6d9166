"""What many contacts get beside their own columns in one act: tags and further addresses."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models

from crm.accounts import audit
from crm.contacts.models import Contact, ContactPoint, Tag, TagAssignment
from crm.contacts.services.sets import named_tag
from crm.core.bulk import insert_objects, new_object, others_lead_to


@dataclass
class Beside:
    """The rows that were written, by model, and the keys of tags nobody had made before."""

    rows: list[tuple[type[models.Model], list]] = field(default_factory=list)
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
    last = Tag.objects.of(by.organization).order_by("-pk").values_list("pk", flat=True).first() or 0
    assigned = []
    for contact in contacts:
        for name in tags.get(id(contact), ()):
            tag = known.get(name.casefold()) or known.setdefault(name.casefold(), named_tag(name, by=by))
            assigned.append(new_object(TagAssignment, {"assigned_at": at}, tag=tag, contact=contact, assigned_by=by))
    done.new_tags = [tag.pk for tag in known.values() if tag.pk > last]
    added = [
        new_object(ContactPoint, {"kind": kind, "value": value}, organization=by.organization, contact=contact)
        for contact in contacts
        for kind, value in points.get(id(contact), ())
    ]
    for rows in (assigned, added):
        insert_objects(rows)
        audit.created_many(rows, by=by, organization_id=by.organization_id)
        done.rows.append((type(rows[0]) if rows else ContactPoint, rows))
    return done


def drop_unused_tags(keys: Iterable[int], *, by) -> None:
    """Delete those of these tags that no contact wears and nothing else leads to."""
    keys = list(keys)
    led_to = others_lead_to(Tag, keys, own={}) if keys else {}
    unused = Tag.objects.filter(pk__in=set(keys) - led_to.keys()).exclude(assignments__isnull=False)
    rows = list(unused)
    audit.deleted_many(rows, by=by)
    Tag.objects.filter(pk__in=[tag.pk for tag in rows]).delete()
