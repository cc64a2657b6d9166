"""Files of notes and of tasks: about contacts that are there, never making any; their undo leaves what was there."""

from datetime import UTC, date, datetime

import pytest

from crm.accounts.models import Membership
from crm.contacts import services as contacts
from crm.contacts.models import Contact, Note
from crm.imports import services
from crm.imports.models import ImportFile
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory
from tests.imports.test_undo import bring, everything, take_back


@pytest.fixture
def roy(organization, owner):
    contact = ContactFactory(
        organization=organization, owner=owner, first_name="Luc", last_name="Roy", email="roy@courriel.example",
        external_id="D-1",
    )  # fmt: skip
    contacts.add_note(contact, text="Already there.", by=owner)
    contact.refresh_from_db()
    return contact


def refusals() -> dict[int, str]:
    return {row.line: row.problems[0]["code"] for row in ImportFile.objects.latest("pk").rejected.all()}


NOTES = """Courriel;Nom complet;Date;Note
roy@courriel.example;Luc Roy;2019-05-01;"Aime l’opéra.
Rappeler en mai."
roy@courriel.example;;2020-06-02;Vu au gala.
;Luc Roy;2018-01-01;Already there.
inconnu@courriel.example;;2020-01-01;Perdu
;;2020-01-01;Sans personne
roy@courriel.example;;31/31/2020;Mauvaise date
roy@courriel.example;;2020-01-01;
"""


def test_notes_come_with_their_dates_on_those_who_are_there(admin, roy):
    before = everything()
    operation = bring(NOTES, "notes", admin)
    assert refusals() == {
        4: "contact_name_alone",
        5: "contact_unknown",
        6: "contact_unsaid",
        7: "date_impossible",
        8: "required",
    }
    assert operation.result["created"] == 2
    notes = Note.objects.order_by("at").values_list("text", "at__date", "author")
    assert [note for note in notes if note[1].year < 2021] == [
        ("Aime l’opéra.\nRappeler en mai.", date(2019, 5, 1), admin.pk),
        ("Vu au gala.", date(2020, 6, 2), admin.pk),
    ]
    assert Contact.objects.count() == 1
    again = Contact.objects.get()
    assert (again.latest_note, again.last_contact_at) == (roy.latest_note, roy.last_contact_at)  # theirs is newer
    assert roy.timeline.filter(verb="note.added", at__year=2019).count() == 1
    take_back(operation, admin)
    assert everything() == before


def test_a_newer_note_becomes_the_latest_and_no_longer_is_once_undone(admin, roy):
    Contact.objects.update(last_contact_at=datetime(2017, 1, 1, tzinfo=UTC), latest_note="Old")
    Note.objects.update(at=datetime(2017, 1, 1, tzinfo=UTC), text="Old")
    before = everything()
    operation = bring(NOTES, "notes", admin)
    moved = Contact.objects.get()
    assert (moved.latest_note, moved.last_contact_at.date()) == ("Vu au gala.", date(2020, 6, 2))
    take_back(operation, admin)
    assert everything() == before


def test_sent_twice_notes_and_tasks_are_there_once(admin, roy):
    for kind, text in (("notes", NOTES), ("tasks", TASKS)):
        bring(text, kind, admin)
        middle = everything()
        assert bring(text, kind, admin).result["created"] == 0
        assert everything() == middle


def test_a_note_edited_since_stays_and_is_listed(admin, roy):
    operation = bring(NOTES, "notes", admin)
    note = Note.objects.get(text="Vu au gala.")
    contacts.edit_note(note, text="Vue au gala.", by=admin)
    undoing = take_back(operation, admin)
    assert set(Note.objects.values_list("text", flat=True)) == {"Already there.", "Vue au gala."}
    assert [one["reason"] for step in undoing.steps.all() for one in step.data["left"]] == ["touched"]
    assert Contact.objects.get().latest_note == "Already there."


TASKS = """What to do;Due;Type;Priority;Assigned to;Details;External number;Name
Call back;2026-12-01;call;urgent;;About the will;D-1;
Send the card;;;;{colleague};;D-1;
Order stamps;2026-12-05;autre;faible;;;;
Nobody;2026-12-05;;;;;D-9;
Odd;2026-12-05;dance;;;;D-1;
Reader;2026-12-05;;;{reader};;D-1;
Stranger;2026-12-05;;;{outsider};;D-1;
"""


def test_tasks_are_for_whom_the_row_names_else_for_whoever_is_responsible_else_for_who_imports(
    admin, owner, member, reader, outsider, roy
):
    people = {"colleague": member, "reader": reader, "outsider": outsider}
    before = everything()
    text = TASKS.format(**{name: person.user.email for name, person in people.items()})
    operation = bring(text, "tasks", admin)
    made = {task.title: task for task in Task.objects.all()}
    assert set(made) == {"Call back", "Send the card", "Order stamps"}
    assert [made[title].owner for title in ("Call back", "Send the card", "Order stamps")] == [owner, member, admin]
    call = made["Call back"]
    assert (call.contact, call.due_on, call.type, call.priority, call.notes, call.created_by) == (
        roy, date(2026, 12, 1), "call", "urgent", "About the will", admin,
    )  # fmt: skip
    assert (made["Order stamps"].contact, made["Order stamps"].type, made["Order stamps"].priority) == (
        None,
        "other",
        "low",
    )
    assert refusals() == {5: "contact_unknown", 6: "task_type", 7: "owner_without_tasks", 8: "owner_unknown"}
    assert roy.timeline.filter(verb="task.created").count() == 2
    take_back(operation, admin)
    assert everything() == before


def test_a_task_for_an_archived_contact_or_a_responsible_person_who_left_is_not_lost_silently(admin, owner, roy):
    Membership.objects.filter(pk=owner.pk).update(is_active=False)
    bring("Tâche;Numéro externe\nAppeler;D-1\n", "tasks", admin)
    assert Task.objects.get().owner == admin
    Contact.objects.update(archived_at=datetime(2026, 1, 1, tzinfo=UTC))
    bring("Tâche;Numéro externe\nÉcrire;D-1\n", "tasks", admin)
    assert refusals() == {2: "contact_archived"}


@pytest.mark.parametrize("kind", ["notes", "tasks"])
def test_only_administrators_import_them_and_the_screens_speak_of_them(kind, admin, finance, roy, browse):
    page = browse(finance).open("imports:import_create", {"kind": kind})
    assert [choice for choice, _label in page.context["form"].fields["kind"].choices] == ["gifts"]
    with pytest.raises(services.DomainError):
        bring(NOTES, kind, finance)
    for language in ("en", "fr"):
        operation = bring(NOTES if kind == "notes" else "Tâche;Numéro externe\nAppeler;D-1\n", kind, admin)
        record = ImportFile.objects.get(operation=operation)
        page = browse(admin, language).open("imports:import_detail", pk=record.pk)
        assert page.status_code == 200
        record.operation = None
        record.save()
        assert browse(admin, language).open("imports:import_detail", pk=record.pk).status_code == 200


def test_the_exported_number_tells_whom_it_is_about(admin, roy, foreign_contact):
    bring(f"Merci number;Note\n{roy.pk};By number\n{foreign_contact.pk};Not ours\n", "notes", admin)
    assert list(Note.objects.filter(text="By number").values_list("contact", flat=True)) == [roy.pk]
    assert refusals() == {3: "contact_unknown"}
    assert not foreign_contact.notes.exists()
