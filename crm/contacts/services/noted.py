"""Many notes written at once, as one import, and taken back as if it had not been."""

from datetime import datetime

from django.db import transaction

from crm.accounts import audit
from crm.contacts.models import Contact, Note, TimelineEvent
from crm.contacts.services.bulk import held, left
from crm.contacts.services.timeline import log_many, timeline_event
from crm.core.bulk import fingerprint, insert_objects, packed, unpacked, update_columns
from crm.core.operations import Undone

FOLLOWS = ("latest_note", "last_contact_at")


def _latest(contact_ids) -> dict[int, tuple[str, datetime]]:
    """The text and the moment of the newest note of each contact."""
    rows = Note.objects.present().filter(contact__in=contact_ids).order_by("contact", "at", "pk")
    return {contact_id: (text[:250], at) for contact_id, text, at in rows.values_list("contact_id", "text", "at")}


@transaction.atomic
def save_imported_notes(*, notes: list[Note], by, source: str) -> dict:
    """Write notes on contacts that are there, each at its own moment: audit, timeline, the latest note of each contact.

    The last contact moves to the newest of them, never back (C-06). Returns what :func:`take_back_notes` needs.
    """
    if not notes:
        return {}
    contacts = held({note.contact_id for note in notes}, by=by)
    insert_objects(notes)
    audit.created_many(notes, by=by)
    lines = [timeline_event(note.contact, "note.added", by=by, subject=note, at=note.at, file=source) for note in notes]
    log_many(lines)
    latest, changed = _latest([contact.pk for contact in contacts]), []
    for contact in contacts:
        text, at = latest[contact.pk]
        after = {"latest_note": text, "last_contact_at": max(filter(None, (contact.last_contact_at, at)))}
        changed.append((contact.pk, {name: getattr(contact, name) for name in FOLLOWS}, after))
    update_columns(Contact, [(pk, after) for pk, _before, after in changed])
    return {
        "rows": [
            [note.pk, note.contact_id, fingerprint(note), line.pk] for note, line in zip(notes, lines, strict=True)
        ],
        "contacts": [
            [pk, *({name: packed(value) for name, value in values.items()} for values in (before, after))]
            for pk, before, after in changed
        ],
    }


@transaction.atomic
def take_back_notes(data: dict, *, by) -> Undone:
    """The notes go with their lines; one that was edited or deleted since stays and is listed. Each contact gets back what
    it said of its last contact, unless that has moved since; its latest note is the newest of those left.
    """
    outcome = Undone()
    marks = {pk: (contact_id, mark, line) for pk, contact_id, mark, line in data["rows"]}
    people = {one.pk: one for one in held({contact_id for contact_id, _mark, _line in marks.values()}, by=by)}
    present = {note.pk: note for note in Note.objects.filter(pk__in=list(marks)).select_for_update(of=("self",))}
    going = [note for note in present.values() if fingerprint(note) == marks[note.pk][1] and note.contact_id in people]
    audit.deleted_many(going, by=by)
    gone = {note.pk for note in going}
    TimelineEvent.objects.filter(pk__in=[marks[pk][2] for pk in gone]).delete()
    Note.objects.filter(pk__in=gone).delete()
    for pk, (contact_id, _mark, _line) in marks.items():
        if pk not in gone:
            outcome.left.append(left(contact_id, people.get(contact_id), "touched" if pk in present else "gone"))
    latest, back = _latest(list(people)), []
    for contact_id, before, after in data["contacts"]:
        contact = people.get(contact_id)
        if contact is None:
            continue
        values = {"latest_note": latest[contact_id][0] if contact_id in latest else before["latest_note"]}
        if contact.last_contact_at == unpacked(Contact, after)["last_contact_at"]:
            values["last_contact_at"] = unpacked(Contact, before)["last_contact_at"]
        back.append((contact_id, values))
    update_columns(Contact, back)
    outcome.done = len(going)
    return outcome
