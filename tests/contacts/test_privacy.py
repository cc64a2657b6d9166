"""Law 25: a person gets all that is held about them, and can be forgotten without a trace outside their receipts."""

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts import services
from crm.contacts.holdings import NOT_HELD, relations_to, rows_of
from crm.contacts.models import (
    Consent,
    Contact,
    ContactPoint,
    ContactRelation,
    DuplicatePair,
    Group,
    GroupMember,
    Household,
    Merge,
    RecordView,
    Tag,
    TagAssignment,
    Visit,
)
from crm.core import operations
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.models import OperationStep, OutgoingEmail
from crm.giving import services as giving
from crm.giving.jobs import collect_charges, send_charge
from crm.giving.models import Charge, Thanks
from crm.outreach.models import Communication
from crm.pipeline import services as pipeline
from crm.receipts import services as receipts
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory
from tests.factories.core import OperationFactory
from tests.factories.giving import BatchRowFactory, ClaimFactory, FundFactory, GiftFactory, ProgramFactory
from tests.factories.outreach import MailingRecipientFactory
from tests.factories.receipts import DeliveryFactory, RunLineFactory

MARK = "Zyxwv"  # stands in every text about the person, and nowhere else
MAIL = "zyxwv@courriel.example"


@pytest.fixture
def person(admin, fund, organization):
    """A donor with a row in every table that leads to them, each holding the mark."""
    person = services.create_contact(
        by=admin, first_name=MARK, last_name=f"{MARK}-Roy", email=MAIL, phone="+18195550142", city=f"{MARK}ville",
        address_line1=f"12, rue {MARK}", province="QC", postal_code="G9A 5H7", job_title=MARK, external_id=MARK,
    )  # fmt: skip
    services.update_contact(person, by=admin, city=f"Saint-{MARK}")
    note = services.add_note(person, text=f"Talked with {MARK}.", by=admin)
    services.edit_note(note, text=f"Talked for long with {MARK}.", by=admin)
    services.delete_note(services.add_note(person, text=f"{MARK} again", by=admin), by=admin)
    parts = {fund: Decimal(30), FundFactory(organization=organization): Decimal(20)}
    gift = giving.record_gift(
        contact=person, amount=Decimal(50), received_on=date(2026, 3, 1), fund=None, splits=parts, by=admin,
        note=f"From {MARK}",
    )  # fmt: skip
    card = giving.add_payment_method(
        contact=person, gateway="demo", kind="card", brand=MARK, last_four="4242", token="demo_refused", by=admin
    )
    pledge = giving.create_pledge(
        contact=person, amount=Decimal(5), frequency="monthly", starts_on=today_in(organization.timezone), fund=fund,
        by=admin, note=f"Promised by {MARK}",
    )  # fmt: skip
    giving.collect_from(pledge, payment_method=card, by=admin)
    collect_charges()
    send_charge(charge_id=Charge.objects.get().pk)
    giving.pause_pledge(pledge, from_on=date(2030, 3, 1), reason=f"{MARK} is away", by=admin)
    giving.cancel_pledge(pledge, reason=f"{MARK} said so", by=admin)
    giving.correct_gift(gift, by=admin, note=f"Really from {MARK}")
    Thanks.objects.get_or_create(gift=gift, organization=organization)
    email = OutgoingEmail.objects.create(
        organization=organization, key="thanks:1:1", recipient=MAIL, language="fr", subject=MARK, text=MARK, html=MARK
    )
    Communication.objects.create(
        channel="email", language="fr", subject=MARK, body=f"Dear {MARK}", email=email, sent_by=admin,
        organization=organization, contact=person,
    )  # fmt: skip
    BatchRowFactory(batch__organization=organization, batch__opened_by=admin, contact=person, fund=fund)
    tribute = giving.save_tribute(name=MARK, contact=person, note=f"About {MARK}", by=admin)
    giving.save_tribute(tribute, note=f"More about {MARK}", by=admin)
    stranger = GiftFactory(contact=ContactFactory(organization=organization), tribute=tribute, recorded_by=admin)
    giving.add_recipient(tribute, contact=person, by=admin)
    giving.mark_told(tribute.recipients.values_list("pk", flat=True), how="phone", by=admin)
    assert stranger.notices.exists()
    giving.credit(stranger, contact=person, role="spouse", by=admin)
    ClaimFactory(gift=gift, program=ProgramFactory(organization=organization, company=person))
    DeliveryFactory(receipt=receipts.issue_receipt(gift, by=admin), sent_by=admin)
    RunLineFactory(run__started_by=admin, contact=person)
    MailingRecipientFactory(mailing__created_by=admin, contact=person)
    other = ContactFactory(organization=organization, first_name="Luc", last_name="Voisin", email="")
    mine = {"organization": organization, "contact": person}
    ContactPoint.objects.create(kind="email", value=f"2{MAIL}", **mine)
    Consent.objects.create(
        channel="email", status="express", given_on=date(2026, 1, 2), proof=f"{MARK} said yes", **mine
    )
    ContactRelation.objects.create(other=other, kind="friend", note=MARK, **mine)
    Visit.objects.create(note=MARK, recorded_by=admin, **mine)
    ask = pipeline.create_opportunity(contact=person, title=f"For {MARK}", amount=Decimal(9), owner=admin, by=admin)
    pipeline.move_opportunity(ask, to="lost", reason=f"{MARK} said no", by=admin)
    Task.objects.create(title=f"Call {MARK}", owner=admin, **mine)
    tag, group = (
        Tag.objects.create(organization=organization, name="VIP"),
        Group.objects.create(organization=organization),
    )
    TagAssignment.objects.create(tag=tag, contact=person)
    GroupMember.objects.create(group=group, contact=person)
    pair = sorted([person, other], key=lambda one: one.pk)
    DuplicatePair.objects.create(organization=organization, first=pair[0], second=pair[1], score=90)
    household = Household.objects.create(organization=organization, head=person, name=f"Ménage {MARK}")
    Contact.objects.filter(pk=person.pk).update(household=household)
    absorbed = ContactFactory(
        organization=organization, first_name=MARK, last_name="Doublet", email="", merged_into=person,
        archived_at=timezone.now(),
    )  # fmt: skip
    Merge.objects.create(
        organization=organization, kept=person, absorbed=absorbed, merged_by=admin, before={"name": MARK}
    )
    RecordView.objects.create(
        organization=organization, membership=admin, contact=person, day=date(2026, 3, 1), last_at=timezone.now()
    )
    return Contact.objects.get(pk=person.pk)


def tables_with(word: str) -> set[str]:
    """The tables of the database where some column of some row holds this word."""
    found = set()
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table, quoted = model._meta.db_table, connection.ops.quote_name
            for field in model._meta.concrete_fields:
                cursor.execute(
                    f"SELECT 1 FROM {table} WHERE lower(CAST({quoted(field.column)} AS TEXT)) LIKE %s LIMIT 1",  # noqa: S608
                    [f"%{word.lower()}%"],
                )
                if cursor.fetchone():
                    found.add(model._meta.label_lower)
    return found


def pack(person, admin) -> zipfile.ZipFile:
    operation = services.start_access_pack(person, by=admin)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert operation.status == "done"
    with operation.result_file.open("rb") as stream:
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def test_every_table_that_leads_to_a_contact_is_held_or_left_out_for_a_reason(person):
    leading = {key.model._meta.label_lower for key in relations_to(Contact)}
    held = {table._meta.label_lower for table, _rows in rows_of(person)}
    assert leading <= held | set(NOT_HELD)
    assert set(NOT_HELD) <= leading


def test_the_person_of_the_tests_has_a_row_in_every_one_of_them(person):
    """So that what follows is about all tables: a new model must be added to the fixture."""
    empty = [table._meta.label_lower for table, rows in rows_of(person) if not rows.exists()]
    assert empty == []


def test_the_pack_holds_everything_as_a_page_and_as_data_in_the_language_of_the_person(person, admin):
    with pack(person, admin) as found:
        names = found.namelist()
        page, data = (found.read(f"renseignements-personnels.{kind}").decode() for kind in ("html", "json"))
    assert '<html lang="fr-CA">' in page
    for said in ("Talked for long with Zyxwv.", f"2{MAIL}", "Zyxwv said yes", "Call Zyxwv", "50,00\u00a0$", "VIP"):
        assert said in page, said
    assert {"contacts.contact", "contacts.note", "giving.gift", "receipts.receipt"} <= set(json.loads(data))
    assert names[:2] == ["renseignements-personnels.html", "renseignements-personnels.json"]


def test_the_pack_does_not_speak_of_anybody_else(person, admin):
    with pack(person, admin) as found:
        text = "".join(found.read(name).decode() for name in found.namelist()[:2])
    assert "Voisin" not in text
    assert "Une autre personne" in text


def test_taking_a_copy_is_written_down(person, admin):
    pack(person, admin).close()
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.object_text) == (admin, person.name)
    assert person.timeline.filter(verb="privacy.packed", actor=admin).count() == 1


def test_a_person_who_was_forgotten_is_named_nowhere_but_on_the_receipts(person, admin):
    pack(person, admin).close()
    assert len(tables_with(MARK)) > 10
    services.anonymize_contact(person, reason="Letter of May 3", by=admin)
    assert tables_with(MARK) == {"receipts.receipt"}
    assert tables_with("5550142") == set()


def test_what_the_books_need_is_still_there(person, admin):
    services.anonymize_contact(person, reason="Letter of May 3", by=admin)
    person.refresh_from_db()
    assert (person.name, person.do_not_contact) == (f"Anonymous {person.pk}", True)
    assert (person.summary.total, person.gifts.count(), person.receipts.count()) == (50, 1, 1)
    assert person.receipts.get().said  # its words still match their hash
    assert set(person.timeline.values_list("verb", flat=True)) >= {
        "gift.recorded",
        "receipt.issued",
        "privacy.anonymized",
    }
    entry = AuditEntry.objects.get(action="anonymize")
    assert (entry.actor, entry.object_text) == (admin, f"Anonymous {person.pk} – Letter of May 3")


def test_others_keep_what_is_theirs(person, admin, contact):
    services.add_note(contact, text="Hello", by=admin)
    services.anonymize_contact(person, reason="Letter of May 3", by=admin)
    assert Contact.objects.filter(pk=contact.pk, first_name="Hélène").exists()
    assert contact.notes.count() == 1
    assert AuditEntry.objects.exclude(changes={}).filter(object_id=contact.pk).exists() is False  # made by a factory
    assert Household.objects.filter(head=person).exists() is False


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_reason_is_asked(person, admin, reason):
    with pytest.raises(DomainError):
        services.anonymize_contact(person, reason=reason, by=admin)
    person.refresh_from_db()
    assert person.first_name == MARK


def test_it_is_done_once(person, admin):
    services.anonymize_contact(person, reason="Letter", by=admin)
    for act in (lambda: services.anonymize_contact(person, reason="Letter", by=admin),
                lambda: services.start_access_pack(Contact.objects.get(pk=person.pk), by=admin)):  # fmt: skip
        with pytest.raises(DomainError):
            act()


def test_who_lives_on_in_another_contact_is_forgotten_through_that_one(person, admin):
    absorbed = person.absorbed.get()
    with pytest.raises(DomainError):
        services.anonymize_contact(absorbed, reason="Letter", by=admin)


def test_on_the_screen_the_box_must_be_ticked(browse, admin, person):
    browser = browse(admin)
    assert browser.send("contacts:contact_anonymize", {"reason": "Letter"}, pk=person.pk).status_code == 422
    done = browser.send("contacts:contact_anonymize", {"reason": "Letter", "understood": "on"}, pk=person.pk)
    assert done.status_code == 302
    person.refresh_from_db()
    assert person.anonymized_at


@pytest.mark.parametrize("role", ["owner", "finance", "member", "reader"])
def test_only_administrators_copy_forget_and_read_the_log(browse, role, person, request):
    browser = browse(request.getfixturevalue(role))
    for name in ("contacts:contact_anonymize", "contacts:contact_access"):
        assert browser.send(name, {"reason": "x", "understood": "on"}, pk=person.pk).status_code == 403
    assert browser.open("contacts:record_view_list").status_code == 403


def test_what_old_work_would_need_to_be_undone_is_not_kept_for_ever(admin):
    from crm.core.housekeeping import forget_old_steps

    for days in (61, 59):
        operation = OperationFactory(organization=admin.organization, started_by=admin)
        type(operation).objects.filter(pk=operation.pk).update(
            created_at=timezone.now() - timezone.timedelta(days=days)
        )
        OperationStep.objects.create(operation=operation, number=1, data={"name": MARK})
    assert forget_old_steps() == 1
    assert OperationStep.objects.count() == 1
