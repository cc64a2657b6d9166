"""Writes on contacts, notes and the timeline."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.choices import Severity
from crm.contacts.events import (
    ContactArchived,
    ContactCreated,
    ContactRestored,
    ContactsImported,
    ContactUpdated,
    NoteAdded,
)
from crm.contacts.models import Contact, Note, NoteVersion, TimelineEvent
from crm.core.errors import DomainError, validated
from crm.core.events import publish


def timeline_event(contact: Contact, verb: str, *, by, subject=None, at=None, severity=Severity.INFO, **data):
    """One row of the timeline, not yet saved (bulk writers collect them)."""
    return TimelineEvent(
        organization_id=contact.organization_id,
        contact=contact,
        verb=verb,
        actor=by,
        at=at or timezone.now(),
        severity=severity,
        subject_model=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        data=data,
    )


def log(contact: Contact, verb: str, *, by, **kwargs) -> TimelineEvent:
    """Write one act on the contact's timeline: ``log(contact, "gift.recorded", subject=gift, by=by, amount="50.00")``."""
    event = timeline_event(contact, verb, by=by, **kwargs)
    event.save()
    return event


def log_many(events: Iterable[TimelineEvent]) -> None:
    TimelineEvent.objects.bulk_create(events, batch_size=500)


def forget_subject(contact: Contact, subject) -> None:
    """The subject is leaving this contact or goes for good: its entries stay, and no longer lead to it."""
    rows = contact.timeline.filter(subject_model=subject._meta.label_lower, subject_id=subject.pk)
    rows.update(subject_id=None)


def touch(contact: Contact) -> None:
    """The last contact was now: any edit, note, communication or stage change moves it (C-06)."""
    contact.last_contact_at = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(last_contact_at=contact.last_contact_at)


def _check(contact: Contact) -> None:
    contact.derive()
    if not contact.name:
        raise DomainError(_("Give at least a name or an e-mail address."), field="last_name", code="no_name")
    owner = contact.owner
    if owner is not None and owner.organization_id != contact.organization_id:
        raise DomainError(_("This person does not work in your organization."), field="owner")
    validated(contact, exclude=["organization", "owner", "name", "sort_name", "search_text"])


def _locked(contact: Contact) -> Contact:
    """The row as it is now, held until the end: saving a copy read earlier would undo what others wrote meanwhile."""
    return Contact.objects.select_for_update(of=("self",)).select_related("organization", "owner").get(pk=contact.pk)


@transaction.atomic
def create_contact(*, by, owner=None, **fields) -> Contact:
    """Save a contact; its creator owns it when they may only work on their own; log, audit, publish."""
    if owner is None and by.scope("contacts.view") == "own":
        owner = by
    contact = Contact(organization=by.organization, owner=owner, **fields)
    _check(contact)
    contact.save()
    audit.created(contact, by=by)
    log(contact, "contact.created", by=by)
    publish(ContactCreated(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


@transaction.atomic
def update_contact(contact: Contact, *, by, **fields) -> Contact:
    """Change fields; move the last contact; the timeline and the audit log keep before and after."""
    contact = _locked(contact)
    before = audit.state(contact)
    for name, value in fields.items():
        setattr(contact, name, value)
    _check(contact)
    changed = audit.changes(before, audit.state(contact))
    if not changed:
        return contact
    contact.last_contact_at = timezone.now()
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.updated", by=by, changes=changed)
    publish(
        ContactUpdated(
            organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, fields=tuple(changed)
        )
    )
    return contact


@transaction.atomic
def archive_contact(contact: Contact, *, by) -> Contact:
    """Take a contact out of every list. Nothing is lost; gifts and receipts stay; it can be restored (C-01)."""
    contact = _locked(contact)
    if contact.is_archived:
        return contact
    before = audit.state(contact)
    contact.archived_at = timezone.now()
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.archived", by=by, severity=Severity.WARNING)
    publish(ContactArchived(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


@transaction.atomic
def restore_contact(contact: Contact, *, by) -> Contact:
    """Bring an archived contact back."""
    contact = _locked(contact)
    if not contact.is_archived:
        return contact
    before = audit.state(contact)
    contact.archived_at = None
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.restored", by=by)
    publish(ContactRestored(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk))
    return contact


def _mirror_latest_note(contact: Contact) -> None:
    latest = contact.notes.present().newest_first().first()
    contact.latest_note = latest.text[:250] if latest else ""
    contact.last_contact_at = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(
        latest_note=contact.latest_note, last_contact_at=contact.last_contact_at
    )


@transaction.atomic
def add_note(contact: Contact, *, text: str, by) -> Note:
    """Write a note; mirror it as the latest one; move the last contact; timeline; publish (C-07)."""
    text = text.strip()
    if not text:
        raise DomainError(_("Write something first."), field="text")
    note = Note(organization_id=contact.organization_id, contact=contact, text=text, author=by)
    validated(note, exclude=["organization", "contact", "author"])
    note.save()
    _mirror_latest_note(contact)
    log(contact, "note.added", subject=note, by=by)
    publish(NoteAdded(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, note_id=note.pk))
    return note


def _locked_note(note: Note) -> Note:
    """The note as it is now: two people at once neither lose a version nor bring back what was deleted."""
    rows = Note.objects.select_for_update(of=("self",)).select_related("contact__owner", "organization")
    locked = rows.present().filter(pk=note.pk).first()
    if locked is None:
        raise DomainError(_("Somebody deleted this note meanwhile."), code="gone")
    return locked


@transaction.atomic
def edit_note(note: Note, *, text: str, by) -> Note:
    """Change a note; what it said before is kept."""
    text = text.strip()
    if not text:
        raise DomainError(_("Write something first."), field="text")
    note = _locked_note(note)
    if text == note.text:
        return note
    NoteVersion.objects.create(note=note, text=note.text, replaced_by=by)
    note.text, note.edited_at = text, timezone.now()
    note.save()
    _mirror_latest_note(note.contact)
    return note


@transaction.atomic
def delete_note(note: Note, *, by) -> Note:
    """Take a note away; its text is kept in its history."""
    note = _locked_note(note)
    NoteVersion.objects.create(note=note, text=note.text, replaced_by=by)
    note.deleted_at = timezone.now()
    note.save()
    _mirror_latest_note(note.contact)
    return note


@transaction.atomic
def set_lifecycle(*, contact_ids: Iterable[int], lifecycle: str) -> int:
    """Donor and lapsed follow the gifts (C-04): giving tells, in bulk, without touching the last contact."""
    return Contact.objects.filter(pk__in=list(contact_ids)).exclude(lifecycle=lifecycle).update(lifecycle=lifecycle)


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
