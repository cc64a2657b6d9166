"""Writes on notes."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.contacts import mentions
from crm.contacts.events import NoteAdded
from crm.contacts.models import Contact, Note, NoteVersion
from crm.contacts.services.timeline import log
from crm.core.errors import DomainError, validated
from crm.core.events import publish


def _mirror_latest_note(contact: Contact) -> None:
    latest = contact.notes.present().newest_first().first()
    contact.latest_note = latest.text[:250] if latest else ""
    contact.last_contact_at = timezone.now()
    Contact.objects.filter(pk=contact.pk).update(
        latest_note=contact.latest_note, last_contact_at=contact.last_contact_at
    )


@transaction.atomic
def add_note(contact: Contact, *, text: str, by) -> Note:
    """Write a note; mirror it as the latest one; move the last contact; timeline; tell who is named; publish (C-07)."""
    text = text.strip()
    if not text:
        raise DomainError(_("Write something first."), field="text")
    note = Note(organization_id=contact.organization_id, contact=contact, text=text, author=by)
    validated(note, exclude=["organization", "contact", "author"])
    note.save()
    _mirror_latest_note(contact)
    log(contact, "note.added", subject=note, by=by)
    mentions.tell_named(note, by=by)
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
    before, note.text, note.edited_at = note.text, text, timezone.now()
    note.save()
    _mirror_latest_note(note.contact)
    mentions.tell_named(note, by=by, before=before)
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
