"""Two people at once: whoever acts on a copy read before the other's act neither undoes it nor does it twice."""

import pytest
from django.core.files.base import ContentFile

from crm.contacts import services as contacts
from crm.contacts.models import Note
from crm.core.errors import DomainError
from crm.imports import services as imports
from crm.imports.models import ImportFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(admin):
    sheet = ContentFile(b"Nom,Ville\nRoy,Laval\n", "sheet.csv")
    return imports.receive_file(file=sheet, name="sheet.csv", kind="contacts", by=admin)


def test_choosing_columns_never_forgets_that_the_import_has_begun(record, admin):
    stale = ImportFile.objects.get(pk=record.pk)
    operation = imports.start_import(record, by=admin)
    with pytest.raises(DomainError) as refusal:
        imports.choose(stale, fields=["last_name", ""], mode="fill", by=admin)
    record.refresh_from_db()
    assert (refusal.value.code, record.operation, record.mode) == ("started", operation, "update")


def test_a_file_is_not_dropped_once_its_import_has_begun(record, admin):
    stale = ImportFile.objects.get(pk=record.pk)
    imports.start_import(record, by=admin)
    with pytest.raises(DomainError):
        imports.forget(stale)
    assert record.file.storage.exists(record.file.name)


def test_a_deleted_note_does_not_come_back_with_an_edit(contact, admin):
    note = contacts.add_note(contact, text="First.", by=admin)
    stale = Note.objects.get(pk=note.pk)
    contacts.delete_note(note, by=admin)
    with pytest.raises(DomainError) as refusal:
        contacts.edit_note(stale, text="Second.", by=admin)
    assert (refusal.value.code, contact.notes.present().count()) == ("gone", 0)


def test_every_text_of_a_note_edited_twice_at_once_is_kept(contact, admin):
    note = contacts.add_note(contact, text="First.", by=admin)
    stale = Note.objects.get(pk=note.pk)
    contacts.edit_note(note, text="Second.", by=admin)
    contacts.edit_note(stale, text="Third.", by=admin)
    assert list(note.versions.order_by("pk").values_list("text", flat=True)) == ["First.", "Second."]
