"""Undo of an import: every table is again what it was, except rows somebody has touched since, which are listed."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import Contact, Note, RecordView, Tag, TagAssignment
from crm.core import operations, undo
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.giving import services as giving
from crm.giving import summaries
from crm.giving.models import Gift, GivingSummary
from crm.imports import services, work
from tests.factories.contacts import ContactFactory
from tests.factories.receipts import issued

APPS = ("accounts", "contacts", "giving", "receipts", "tasks", "notifications", "imports")
LOGS = {"accounts.auditentry", "imports.importfile", "imports.rejectedrow"}  # what an undo adds to and never takes from

CONTACTS = """Numéro;Prénom;Nom;Courriel;Ville;Province;Langue;Note
D-1;Hélène;Bouchard;helene@courriel.example;Trois-Rivières;QC;français;Rencontrée au gala
D-2;David;MacLeod;david@mail.example;Halifax;NS;English;
D-3;Zoé;L’Écuyer;zoe@courriel.example;Lévis;QC;français;"Deux
lignes"
D-4;;;;;;;
"""
GIFTS = """Numéro de transaction;Numéro de donateur;Nom;Date du don;Montant;Fonds;Statut
T-1;D-1;Bouchard;2026-01-31;1 234,56 $;GEN;
T-2;D-1;Bouchard;2024-02-13;75,00;GEN;
T-3;D-2;MacLeod;2026-02-14;20,00;GEN;en attente
T-4;D-9;Inconnue;2026-02-15;30,00;GEN;
T-5;D-3;Écuyer;2019-05-01;5,00;GEN;
T-6;D-9;Inconnue;2026-02-16;31,00;GEN;
"""


def everything() -> dict:
    """Every row of every table but the logs, column by column."""
    tables = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in APPS and model._meta.label_lower not in LOGS:
            names = [field.attname for field in model._meta.concrete_fields if field.attname != "computed_at"]
            tables[model._meta.label_lower] = sorted(map(repr, model._base_manager.values_list(*names)))
    return tables


def bring(text: str, kind: str, by, **kwargs) -> Operation:
    record = services.receive_file(file=ContentFile(text.encode(), "f.csv"), name="f.csv", kind=kind, by=by, **kwargs)
    operation = services.start_import(record, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert operation.status == Operation.Status.DONE
    return operation


def take_back(operation: Operation, by) -> Operation:
    undoing = undo.start_undo(operation, by=by)
    operations.run_to_end(undoing.pk)
    undoing.refresh_from_db()
    assert undoing.status == Operation.Status.DONE, undoing.error
    return undoing


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    monkeypatch.setitem(work.TIMES, "postgresql", 1)


@pytest.fixture
def known(organization, fund, admin):
    """Three contacts the files speak of: one who gave, one asked by hand, one lapsed; each with a life of their own."""
    with time_machine.travel("2026-01-05 15:00:00.123456Z", tick=False):
        one = ContactFactory(organization=organization, external_id="D-1", last_name="Bouchard", city="Lévis")
        two = ContactFactory(organization=organization, external_id="D-2", last_name="MacLeod", lifecycle="asked")
        three = ContactFactory(
            organization=organization, external_id="D-3", last_name="L’Écuyer", custom={"b": 1, "a": 2}
        )
        giving.record_gift(contact=one, amount=Decimal(40), received_on=date(2025, 12, 1), fund=fund, by=admin)
        contacts.add_note(three, text="Une vieille note", by=admin)
        contacts.update_contact(two, by=admin, estimated_value=Decimal("500.00"), deceased_on=date(2020, 1, 2))
    return one, two, three


@pytest.mark.parametrize("mode", ["update", "fill", "skip"])
def test_contacts_new_and_changed_are_again_what_they_were(admin, known, mode):
    told = AuditEntry.objects.filter(model="contacts.contact", action__in=["create", "delete"])
    before, said = everything(), told.count()
    operation = bring(CONTACTS.replace("D-2", "N-2"), "contacts", admin, mode=mode)
    assert operation.result["created"] == 1
    assert operation.result["updated"] == (0 if mode == "skip" else 2)
    assert everything() != before
    undoing = take_back(operation, admin)
    assert everything() == before
    assert (undoing.done, undoing.failed, undo.left_by(undoing)) == (
        operation.result["created"] + operation.result["updated"],
        0,
        [],
    )
    assert told.count() - said == 2  # one came, one went: the log keeps both


def test_gifts_go_with_the_donors_they_brought_and_totals_follow(admin, known):
    before = everything()
    operation = bring(GIFTS, "gifts", admin)
    assert operation.result == {"created": 6, "updated": 0, "skipped": 0, "errors": 0}
    assert Contact.objects.get(external_id="D-2").lifecycle == "asked"
    assert Contact.objects.get(external_id="D-3").lifecycle == "lapsed"
    assert GivingSummary.objects.count() == 4
    undoing = take_back(operation, admin)
    assert everything() == before
    assert undoing.done == 7
    assert [found for _last, found in summaries.sweep(admin.organization, repair=False) if found] == []


def test_a_status_set_by_hand_comes_back_when_the_gift_that_moved_it_goes(admin, known, organization):
    asked = known[1]
    operation = bring("Numéro de donateur,Date du don,Montant\nD-2,2026-02-01,10\n", "gifts", admin)
    asked.refresh_from_db()
    assert asked.lifecycle == "donor"
    take_back(operation, admin)
    asked.refresh_from_db()
    assert asked.lifecycle == "asked"


def test_what_somebody_touched_since_stays_and_is_listed_with_its_reason(admin, known, owner, organization, fund):
    operation = bring(CONTACTS.replace("D-2", "N-2").replace("D-3", "N-3"), "contacts", admin)
    one = Contact.objects.get(external_id="D-1")
    two, three = Contact.objects.get(external_id="N-2"), Contact.objects.get(external_id="N-3")
    contacts.update_contact(one, by=admin, job_title="Présidente")
    giving.record_gift(contact=two, amount=Decimal(5), received_on=date(2026, 1, 2), fund=fund, by=admin)
    tag = Tag.objects.create(organization=organization, name="VIP")
    TagAssignment.objects.create(tag=tag, contact=three, assigned_by=admin)
    here = everything()
    undoing = take_back(operation, admin)
    assert everything() == here
    assert {(row["label"], row["reason"], row["pk"]) for row in undo.left_by(undoing)} == {
        ("Hélène Bouchard", "touched", one.pk),
        ("David MacLeod", "touched", two.pk),
        ("Zoé L’Écuyer", "used", three.pk),
    }
    assert (undoing.done, undoing.failed) == (0, 3)


def test_a_look_at_a_new_contact_or_a_suspected_duplicate_does_not_keep_it(admin, organization):
    before = everything()
    operation = bring(CONTACTS, "contacts", admin)
    for contact in Contact.objects.all():
        RecordView.objects.create(
            organization=organization, membership=admin, contact=contact, day=date(2026, 2, 1), last_at=timezone.now()
        )
    first, second = Contact.objects.order_by("pk")[:2]
    apps.get_model("contacts.DuplicatePair").objects.create(
        organization=organization, first=first, second=second, score=90
    )
    take_back(operation, admin)
    assert everything() == before


def test_a_gift_with_an_official_receipt_stays_with_its_donor(admin, organization, fund):
    sheet = (
        "Prénom,Nom,Courriel,Adresse,Ville,Province,Code postal,Date du don,Montant\n"
        "Ana,Roy,ana@courriel.example,1 rue A,Laval,QC,H7A 0A1,2026-01-31,50\n"
        "Bob,Roy,bob@courriel.example,1 rue A,Laval,QC,H7A 0A1,2026-01-31,60\n"
    )
    operation = bring(sheet, "gifts", admin)
    kept = Gift.objects.get(amount=50)
    receipt = issued(kept, by=admin)
    undoing = take_back(operation, admin)
    assert [(gift.pk, gift.contact.first_name) for gift in Gift.objects.all()] == [(kept.pk, "Ana")]
    assert receipt.lines.get().gift == kept
    assert Contact.objects.get().summary.total == 50
    assert {(one["reason"], one["url_name"]) for one in undo.left_by(undoing)} == {
        ("receipted", "giving:gift_detail"), ("touched", "contacts:contact_detail"),
    }  # fmt: skip


def test_a_later_gift_of_the_same_donor_keeps_its_total(admin, known, fund):
    operation = bring(GIFTS, "gifts", admin)
    donor = known[2]
    giving.record_gift(contact=donor, amount=Decimal(11), received_on=date(2026, 3, 1), fund=fund, by=admin)
    take_back(operation, admin)
    donor.refresh_from_db()
    assert (donor.summary.total, donor.summary.gift_count, donor.lifecycle) == (11, 1, "donor")


def test_a_gift_corrected_since_stays_and_the_others_go(admin, known, fund):
    operation = bring(GIFTS, "gifts", admin)
    gift = Gift.objects.get(external_id="T-1")
    giving.correct_gift(gift, amount=Decimal(99), by=admin)
    undoing = take_back(operation, admin)
    assert list(Gift.objects.filter(external_id__startswith="T-").values_list("external_id", flat=True)) == ["T-1"]
    assert [(one["pk"], one["reason"]) for one in undo.left_by(undoing)] == [(gift.pk, "touched")]
    assert Contact.objects.get(external_id="D-1").summary.total == 139


def test_an_undo_interrupted_half_way_goes_on_where_it_was(admin, known, monkeypatch):
    before = everything()
    operation = bring(CONTACTS, "contacts", admin)
    undoing = undo.start_undo(operation, by=admin)
    operations.advance(undoing.pk)
    with monkeypatch.context() as patch:
        patch.setitem(work.TAKE_BACK, "contacts", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            operations.run_to_end(undoing.pk)
    operations.run_to_end(undoing.pk)
    assert everything() == before


def test_it_is_taken_back_once_only(admin):
    operation = bring(CONTACTS, "contacts", admin)
    take_back(operation, admin)
    with pytest.raises(DomainError):
        undo.start_undo(operation, by=admin)


def test_two_imports_are_taken_back_from_the_last_to_the_first(admin, known):
    before = everything()
    first = bring(CONTACTS, "contacts", admin)
    middle = everything()
    second = bring(CONTACTS.replace("Lévis", "Laval").replace("Halifax", "Moncton"), "contacts", admin)
    take_back(second, admin)
    assert everything() == middle
    take_back(first, admin)
    assert everything() == before


def test_the_note_that_came_with_a_contact_goes_only_with_its_change(admin, known):
    operation = bring(CONTACTS, "contacts", admin)
    note = Note.objects.get(text="Rencontrée au gala")
    contacts.edit_note(note, text="Rencontrée au gala, rappeler", by=admin)
    undoing = take_back(operation, admin)
    note.refresh_from_db()
    assert note.contact.city == "Trois-Rivières"
    assert [one["pk"] for one in undo.left_by(undoing)] == [note.contact_id]
