"""An import and a person write on the same contact at once: neither undoes the other."""

import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from crm.contacts import services as contacts
from crm.core import operations
from crm.imports import services, work

SECONDS = 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time: nothing can interleave")
def test_an_edit_made_while_a_chunk_is_being_written_is_kept(contact, admin, monkeypatch):
    sheet = f"Nom,Courriel,Ville\n{contact.name},{contact.email},Laval\n".encode()
    record = services.receive_file(file=ContentFile(sheet, "a.csv"), name="a.csv", kind="contacts", by=admin)
    operation = services.start_import(record, by=admin)
    decided, edited, write = threading.Event(), threading.Event(), work.write

    def edit() -> None:
        try:
            decided.wait(SECONDS)
            contacts.update_contact(contact, by=admin, job_title="President")
            edited.set()
        finally:
            connection.close()

    def write_late(*args, **kwargs) -> dict:
        decided.set()
        assert not edited.wait(0.5)  # the edit waits for the chunk, which has read the contact
        return write(*args, **kwargs)

    monkeypatch.setattr(work, "write", write_late)
    colleague = threading.Thread(target=edit)
    colleague.start()
    operations.run_to_end(operation.pk)
    colleague.join(SECONDS)
    contact.refresh_from_db()
    assert (contact.city, contact.job_title) == ("Laval", "President")
