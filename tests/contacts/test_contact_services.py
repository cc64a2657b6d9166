"""What happens when a contact or a note is written."""

import pytest

from crm.accounts.models import AuditEntry
from crm.contacts import services
from crm.contacts.events import ContactCreated, ContactUpdated, NoteAdded
from crm.contacts.models import Contact
from crm.core import search
from crm.core.errors import DomainError


def verbs(contact) -> list[str]:
    return list(contact.timeline.newest_first().values_list("verb", flat=True))


def test_creating_a_contact_tells_its_whole_story(admin, published):
    contact = services.create_contact(by=admin, first_name="Jean-François", last_name="Lévesque", city="Rimouski")
    assert (contact.name, contact.sort_name) == ("Jean-François Lévesque", "levesque jean francois")
    assert verbs(contact) == ["contact.created"]
    entry = AuditEntry.objects.get(model="contacts.contact", object_id=contact.pk)
    assert (entry.action, entry.actor, entry.changes["city"]) == ("create", admin, [None, "Rimouski"])
    assert published == [
        ContactCreated(organization_id=admin.organization_id, actor_id=admin.pk, contact_id=contact.pk)
    ]


def test_a_fundraiser_owns_what_they_create_and_an_administrator_does_not(owner, admin, published):
    assert services.create_contact(by=owner, last_name="Roy").owner == owner
    assert services.create_contact(by=admin, last_name="Roy").owner is None


def test_a_contact_without_any_name_is_refused(admin, published):
    with pytest.raises(DomainError) as refusal:
        services.create_contact(by=admin, city="Laval")
    assert refusal.value.field == "last_name"
    assert Contact.objects.count() == 0


def test_an_owner_from_another_organization_is_refused(admin, outsider, published):
    with pytest.raises(DomainError) as refusal:
        services.create_contact(by=admin, last_name="Roy", owner=outsider)
    assert refusal.value.field == "owner"


def test_an_edit_moves_the_last_contact_and_keeps_before_and_after(admin, contact, published):
    earlier = contact.last_contact_at
    services.update_contact(contact, by=admin, city="Québec", postal_code="G1R 4P5")
    contact.refresh_from_db()
    assert contact.last_contact_at > earlier
    assert AuditEntry.objects.get(action="update").changes == {
        "city": ["Trois-Rivières", "Québec"],
        "postal_code": ["G9A 5H7", "G1R 4P5"],
    }
    assert isinstance(published[-1], ContactUpdated)


def test_an_edit_that_changes_nothing_leaves_no_trace(admin, contact, published):
    services.update_contact(contact, by=admin, city=contact.city)
    assert (verbs(contact), published) == ([], [])


def test_an_external_number_is_unique_inside_an_organization_only(admin, outsider, contact, published):
    services.update_contact(contact, by=admin, external_id="D-1")
    assert services.create_contact(by=outsider, last_name="Roy", external_id="D-1").external_id == "D-1"
    with pytest.raises(DomainError, match="already has this external number"):
        services.create_contact(by=admin, last_name="Roy", external_id="D-1")


def test_archiving_and_restoring_keep_everything(admin, contact, published):
    services.add_note(contact, text="Prefers letters.", by=admin)
    services.archive_contact(contact, by=admin)
    assert not Contact.objects.visible_to(admin).active().filter(pk=contact.pk).exists()
    services.restore_contact(contact, by=admin)
    assert Contact.objects.visible_to(admin).active().get(pk=contact.pk).latest_note == "Prefers letters."
    assert verbs(contact) == ["contact.restored", "contact.archived", "note.added"]


def test_a_note_is_mirrored_edited_and_deleted_with_its_history(admin, contact, published):
    note = services.add_note(contact, text="  First words.  ", by=admin)
    assert isinstance(published[-1], NoteAdded)
    services.edit_note(note, text="Second words.", by=admin)
    contact.refresh_from_db()
    assert contact.latest_note == "Second words."
    services.delete_note(note, by=admin)
    contact.refresh_from_db()
    assert contact.latest_note == ""
    assert list(note.versions.order_by("pk").values_list("text", flat=True)) == ["First words.", "Second words."]


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_note_is_refused(admin, contact, published, text):
    with pytest.raises(DomainError):
        services.add_note(contact, text=text, by=admin)


@pytest.mark.parametrize("typed", ["o'connor", "oconnor", "OConn", "connor sarah", "O’CONNOR", "lécuyer"])
def test_an_apostrophe_may_be_left_out_of_a_search(admin, published, typed):
    services.create_contact(by=admin, first_name="Sarah", last_name="O’Connor-L’Écuyer")
    assert search.matching(Contact.objects.visible_to(admin), typed).count() == 1
