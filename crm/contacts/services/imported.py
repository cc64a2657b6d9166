"""Many contacts written at once, as one import."""

from django.db import transaction
from django.utils import timezone

from crm.accounts import audit
from crm.contacts.events import ContactsImported
from crm.contacts.models import Contact, Note
from crm.contacts.services.timeline import log_many, timeline_event
from crm.core.events import publish


@transaction.atomic
def save_imported(
    *, created: list[Contact], updated: list[tuple[Contact, dict]], notes: dict[int, str], by, source: str
) -> None:
    """Write many contacts at once: rows, audit, one timeline line each, their notes; publish one ContactsImported.

    ``updated`` pairs a changed contact with its :func:`audit.state` from before; ``notes`` is keyed by ``id(contact)``;
    ``source`` is the name of the file, for the timeline.
    """
    now = timezone.now()
    for contact in created:
        contact.derive()
    Contact.objects.bulk_create(created, batch_size=500)
    audit.created_many(created, by=by)
    events = [timeline_event(contact, "contact.imported", by=by, at=now, file=source) for contact in created]
    names = [field.name for field in Contact._meta.concrete_fields if field.name not in {"id", "created_at"}]
    for contact, before in updated:
        contact.derive()
        contact.last_contact_at = contact.updated_at = now
        changed = audit.changes(before, audit.state(contact))
        events.append(timeline_event(contact, "contact.updated", by=by, at=now, changes=changed, file=source))
    Contact.objects.bulk_update([contact for contact, _before in updated], names, batch_size=100)
    audit.updated_many(updated, by=by)
    written = []
    for contact in [*created, *(contact for contact, _before in updated)]:
        if text := notes.get(id(contact)):
            written.append(Note(organization_id=contact.organization_id, contact=contact, text=text, author=by, at=now))
            contact.latest_note = text[:250]
    if written:
        Note.objects.bulk_create(written, batch_size=500)
        Contact.objects.bulk_update([note.contact for note in written], ["latest_note"], batch_size=200)
        events += [timeline_event(note.contact, "note.added", by=by, subject=note, at=now) for note in written]
    log_many(events)
    ids = tuple(contact.pk for contact in [*created, *(contact for contact, _before in updated)])
    if ids:
        publish(ContactsImported(organization_id=by.organization_id, actor_id=by.pk, cause="import", contact_ids=ids))
