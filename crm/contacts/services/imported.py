"""Many contacts written at once, as one import, and taken back as if it had not been."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from crm.accounts import audit
from crm.contacts.events import ContactsImported, ContactsTakenBack
from crm.contacts.models import Contact, ContactPoint, Note, RecordView, TagAssignment, TimelineEvent
from crm.contacts.services.beside import Beside, drop_unused_tags, write_beside
from crm.contacts.services.household_upkeep import who_moves_along
from crm.contacts.services.timeline import log_many, timeline_event
from crm.core.bulk import columns, fingerprint, insert_objects, others_lead_to, packed, unpacked, update_columns
from crm.core.events import publish
from crm.core.operations import Undone

# Follows the gifts by itself (C-04), at night too: not a change somebody made.
AUTOMATIC = frozenset({"lifecycle"})
# What hangs off a contact because of the import, in the order it goes again.
MADE = (TimelineEvent, Note, TagAssignment, ContactPoint)
UNIMPORTANT = frozenset({RecordView._meta.label_lower})  # somebody looked: nothing is lost with it


@transaction.atomic
def save_imported(
    *,
    created: list[Contact],
    updated: list[tuple[Contact, dict]],
    notes: dict[int, str],
    tags: dict[int, list[str]],
    points: dict[int, list[tuple[str, str]]],
    by,
    source: str,
) -> dict:
    """Write many contacts at once: rows, audit, one timeline line each, notes, tags, further addresses; publish one
    ContactsImported.

    ``updated`` pairs a changed contact with its :func:`~crm.core.bulk.columns` from before. Notes, the names of tags and
    the kind and value of further addresses are keyed by ``id(contact)``; all are new to it. ``source`` is the name of the
    file, for the timeline. Returns what :func:`take_back_imported` needs.
    """
    now = timezone.now()
    texts = [(contact, notes[id(contact)]) for contact in _all(created, updated) if notes.get(id(contact))]
    for contact, text in texts:
        contact.latest_note = text[:250]
    updated = [*updated, *who_moves_along(updated)]
    everybody = _all(created, updated)
    for contact in everybody:
        if values := [value for _kind, value in points.get(id(contact), ())]:
            contact.further = " ".join(filter(None, (contact.further, *values)))
    for contact in created:
        contact.derive()
    insert_objects(created)
    events = [timeline_event(contact, "contact.imported", by=by, at=now, file=source) for contact in created]
    changed = []
    for contact, before in updated:
        contact.derive()
        contact.last_contact_at = contact.updated_at = now
        after = columns(contact)
        changed.append((contact, {name: value for name, value in before.items() if after[name] != value}))
        if said := audit.differences(contact, changed[-1][1]):
            events.append(timeline_event(contact, "contact.updated", by=by, at=now, changes=said, file=source))
    update_columns(Contact, [(contact.pk, {name: getattr(contact, name) for name in was}) for contact, was in changed])
    audit.created_many(created, by=by)
    audit.changed_many(changed, by=by)
    written = [
        Note(organization_id=contact.organization_id, contact=contact, text=text, author=by, at=now)
        for contact, text in texts
    ]
    if written:
        insert_objects(written)
        events += [timeline_event(note.contact, "note.added", by=by, subject=note, at=now) for note in written]
    beside = write_beside(everybody, tags=tags, points=points, by=by, at=now)
    events += _told_beside(beside, known={contact.pk for contact, _before in updated}, by=by, at=now)
    log_many(events)
    contact_ids = tuple(contact.pk for contact in everybody)
    if not contact_ids:
        return {}
    publish(
        ContactsImported(organization_id=by.organization_id, actor_id=by.pk, cause="import", contact_ids=contact_ids)
    )
    return {
        "created": [[contact.pk, _mark(contact)] for contact in created],
        "updated": [
            [contact.pk, _mark(contact), {name: packed(value) for name, value in was.items()}]
            for contact, was in changed
        ],
        "made": {
            model._meta.label_lower: [[row.contact_id, row.pk] for row in rows]
            for model, rows in (
                (TimelineEvent, events),
                (Note, written),
                (TagAssignment, beside.assigned),
                (ContactPoint, beside.points),
            )
            if rows
        },
        "tags": beside.new_tags,
    }


def _told_beside(beside: Beside, *, known: set[int], by, at: datetime) -> list[TimelineEvent]:
    """What contacts that were there already got beside their columns; of a new one, that it came says enough."""
    lines = [
        timeline_event(one.contact, "tag.added", by=by, at=at, subject=one.tag, name=one.tag.name)
        for one in beside.assigned
        if one.contact_id in known
    ]
    added = defaultdict(list)
    for point in beside.points:
        if point.contact_id in known:
            added[point.contact].append(point.value)
    return lines + [
        timeline_event(contact, "contact.points", by=by, at=at, added=values, removed=[])
        for contact, values in added.items()
    ]


def _all(created: list[Contact], updated: list[tuple[Contact, dict]]) -> list[Contact]:
    return [*created, *(contact for contact, _before in updated)]


def _mark(contact: Contact) -> str:
    return fingerprint(contact, without=AUTOMATIC)


@transaction.atomic
def take_back_imported(data: dict, *, by) -> Undone:
    """Undo one :func:`save_imported`: new contacts go with what came with them, changed ones get every column back.

    A contact that anybody changed since, and a new one that other records lead to by now, stays whole and is listed.
    The audit log gets an entry for each row; publishes ContactsTakenBack.
    """
    marks = {pk: mark for pk, mark, *_before in [*data["created"], *data["updated"]]}
    before = {pk: values for pk, _mark_, values in data["updated"]}
    made: dict[str, dict[int, list[int]]] = {label: _by_contact(pairs) for label, pairs in data["made"].items()}
    rows = Contact.objects.filter(pk__in=list(marks)).select_for_update(of=("self",)).order_by("pk")
    present = {contact.pk: contact for contact in rows}
    reasons = {pk: "gone" for pk in marks if pk not in present}
    reasons |= {pk: "touched" for pk, contact in present.items() if _mark(contact) != marks[pk]}
    fresh = [pk for pk, *_rest in data["created"] if pk not in reasons]
    own = {label: [key for pk in fresh for key in of.get(pk, ())] for label, of in made.items()}
    led_to = others_lead_to(Contact, fresh, own=own, ignored=UNIMPORTANT)
    reasons |= dict.fromkeys(led_to, "used")

    going = [contact for pk, contact in present.items() if pk not in before and pk not in reasons]
    back = [contact for pk, contact in present.items() if pk in before and pk not in reasons]
    ids = [contact.pk for contact in going]
    for model in MADE:
        of = made.get(model._meta.label_lower, {})
        model.objects.filter(pk__in=[key for contact in (*going, *back) for key in of.get(contact.pk, ())]).delete()
    drop_unused_tags(data.get("tags", []), by=by)
    audit.deleted_many(going, by=by)
    RecordView.objects.filter(contact__in=ids).delete()
    Contact.objects.filter(pk__in=ids).delete()
    restored = []
    for contact in back:
        values = unpacked(Contact, before[contact.pk])
        is_now = {name: getattr(contact, name) for name in values}
        for name, value in values.items():
            setattr(contact, name, value)
        restored.append((contact, is_now))
    update_columns(Contact, [(contact.pk, {name: getattr(contact, name) for name in was}) for contact, was in restored])
    audit.changed_many(restored, by=by)
    touched = tuple(contact.pk for contact in (*going, *back))
    if touched:
        publish(
            ContactsTakenBack(organization_id=by.organization_id, actor_id=by.pk, cause="import", contact_ids=touched)
        )
    left = [_left(pk, present.get(pk), reason) for pk, reason in sorted(reasons.items())]
    return Undone(done=len(touched), left=left)


def _by_contact(pairs: list) -> dict[int, list[int]]:
    found = defaultdict(list)
    for contact_id, key in pairs:
        found[contact_id].append(key)
    return found


def _left(pk: int, contact: Contact | None, reason: str) -> dict:
    if contact is None:
        return {"label": f"#{pk}", "reason": reason}
    return {"label": contact.name, "url_name": "contacts:contact_detail", "pk": pk, "reason": reason}
