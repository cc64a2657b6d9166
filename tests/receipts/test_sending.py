"""Receipts reach their donors: the bytes that were issued, by e-mail once, or in a file to print in the order of envelopes."""

import hashlib
import io
import zipfile
from datetime import date

import pypdf
import pytest
from django.core import mail

from crm.contacts import services as contacts
from crm.contacts.models import Consent, Contact
from crm.core import operations
from crm.core.errors import DomainError
from crm.core.models import Operation, OutgoingEmail
from crm.outreach.models import Communication, MessageTemplate
from crm.receipts import pile, runs, services
from crm.receipts.models import Receipt, ReceiptDelivery, ReceiptRun
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import page

YEAR = 2025


@pytest.fixture
def receipt(ink, gift, finance, run_jobs):
    issued = services.issue_receipt(gift, by=finance)
    Contact.objects.filter(pk=issued.contact_id).update(email="helene@courriel.example")
    run_jobs()
    issued.refresh_from_db()
    return issued


@pytest.fixture
def issued_run(ink, organization, fund, admin, finance, run_jobs):
    """Five receipts: two by e-mail (one in English), three by post, in Ottawa, Québec and abroad."""
    for name, code, email, more in (
        ("Roy", "G9A 5H7", "roy@courriel.example", {}),
        ("Smith", "K1S 2C3", "smith@mail.example", {"language": "en"}),
        ("Allen", "K1S 2C3", "", {"province": "ON"}),
        ("Morin", "G1K 3V9", "", {}),
        ("Dubois", "75001", "", {"country": "FR", "province": ""}),
    ):
        donor = ContactFactory(
            organization=organization, first_name="Ann", last_name=name, postal_code=code, email=email, **more
        )
        GiftFactory(contact=donor, fund=fund, amount=50, received_on=date(YEAR, 5, 1), recorded_by=admin)
    run = services.start_run(year=YEAR, by=finance)
    services.approve_run(run, seen=runs.figures_of(run).seen, by=finance)
    run_jobs()
    run.refresh_from_db()
    mail.outbox.clear()  # that it is done
    return run


def texts_of(operation: Operation) -> list[str]:
    operation.refresh_from_db()
    with operation.result_file.open("rb") as file:
        return [" ".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(file.read())).pages]


# --- by e-mail
def test_the_very_file_that_was_issued_is_attached_with_words_in_the_language_of_the_receipt(
    receipt, finance, run_jobs
):
    services.email_receipt(receipt, by=finance)
    run_jobs()
    (sent,) = mail.outbox
    assert sent.to == ["helene@courriel.example"]
    assert sent.subject == f"Votre reçu officiel {receipt.number}"
    assert "pour votre don du 15 mars 2026" in sent.body.replace("\u00a0", " ")
    ((name, content, kind),) = sent.attachments
    assert (name, kind) == (f"recu-{receipt.number}.pdf", "application/pdf")
    assert hashlib.sha256(content).hexdigest() == receipt.pdf_sha256
    assert receipt.contact.timeline.filter(verb="receipt.sent").exists()


def test_it_may_be_sent_again_and_each_sending_leaves_once(receipt, finance, run_jobs):
    for _time in range(2):
        services.email_receipt(receipt, by=finance)
    run_jobs()
    assert len(mail.outbox) == 2
    assert [one.communication.status for one in receipt.deliveries.all()] == ["sent", "sent"]
    assert set(OutgoingEmail.objects.values_list("key", flat=True)) == {
        f"receipt:{receipt.pk}:1", f"receipt:{receipt.pk}:2",
    }  # fmt: skip


def test_nothing_leaves_once_the_receipt_is_void(receipt, finance, run_jobs):
    services.email_receipt(receipt, by=finance)
    services.cancel_receipt(receipt, reason="Wrong amount", by=finance)
    run_jobs()
    assert mail.outbox == []
    assert receipt.deliveries.get().communication.status == "failed"
    with pytest.raises(DomainError) as refusal:
        services.email_receipt(receipt, by=finance)
    assert refusal.value.code == "void"


@pytest.fixture
def by_hand(gift, finance, run_jobs):
    """Issued while there was no signature image: it is none before somebody signs it."""
    issued = services.issue_receipt(gift, by=finance)
    Contact.objects.filter(pk=issued.contact_id).update(email="helene@courriel.example")
    run_jobs()
    return Receipt.objects.get(pk=issued.pk)


def test_a_receipt_to_be_signed_by_hand_leaves_by_no_e_mail(by_hand, finance, browse):
    desk = browse(finance)
    assert by_hand.said.signed_by_hand
    with pytest.raises(DomainError) as refused:
        services.email_receipt(by_hand, by=finance)
    assert refused.value.code == "by_hand"
    assert "Send by e-mail" not in page(desk.open("receipts:receipt_detail", pk=by_hand.pk)).words
    confirmed = page(desk.send("receipts:receipt_bulk", {"act": "emails", "all": "1", "query": ""}))
    assert "To be printed and signed by hand" in confirmed.words
    assert services.email_receipts([by_hand.pk], by=finance) == {}
    assert not by_hand.deliveries.exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"email": ""}, "email"), ({"do_not_contact": True}, "refused"), ({"is_deceased": True}, "refused")],
)
def test_who_may_not_be_written_to_is_not(receipt, finance, wrong, code):
    Contact.objects.filter(pk=receipt.contact_id).update(**wrong)
    with pytest.raises(DomainError) as refusal:
        services.email_receipt(receipt, by=finance)
    assert refusal.value.code == code
    assert not Communication.objects.exists()


def test_the_words_are_those_of_the_organization_where_it_has_some(receipt, organization, finance, run_jobs):
    MessageTemplate.objects.create(
        organization=organization, name="Ours", purpose="receipt", subject_fr="Reçu {number}", body_fr="{greeting} {amount}",
        subject_en="Receipt {number}", body_en="{greeting} {amount}",
    )  # fmt: skip
    organization.email = "dons@rive-claire.example"
    organization.save()
    services.email_receipt(receipt, by=finance)
    run_jobs()
    (sent,) = mail.outbox
    assert sent.subject == f"Reçu {receipt.number}"
    assert sent.extra_headers["Reply-To"] == "dons@rive-claire.example"


def test_the_archive_of_the_organization_gets_the_same_where_it_wants_it(receipt, organization, finance, run_jobs):
    organization.receipt_copy_to = "archives@rive-claire.example"
    organization.save()
    services.email_receipt(Receipt.objects.get(pk=receipt.pk), by=finance)
    run_jobs()
    donor, archive = sorted(mail.outbox, key=lambda one: one.to, reverse=True)
    assert (donor.to, archive.to) == (["helene@courriel.example"], ["archives@rive-claire.example"])
    assert (donor.subject, donor.body, donor.attachments) == (archive.subject, archive.body, archive.attachments)
    assert receipt.deliveries.count() == 1


def test_who_is_forgotten_is_forgotten_in_the_copies_too(receipt, organization, finance, admin):
    organization.receipt_copy_to = "archives@rive-claire.example"
    organization.save()
    services.email_receipt(Receipt.objects.get(pk=receipt.pk), by=finance)
    contacts.anonymize_contact(receipt.contact, reason="Asked", by=admin)
    kept = OutgoingEmail.objects.order_by("pk")
    assert [(one.status, one.recipient, one.text, one.html) for one in kept] == [("failed", "", "", "")] * 2


def test_a_receipt_of_a_merged_donor_goes_to_the_one_who_was_kept(receipt, organization, finance, admin, run_jobs):
    kept = ContactFactory(organization=organization, email="kept@courriel.example")
    contacts.merge_contacts(kept=kept, absorbed=receipt.contact, by=admin)
    receipt.refresh_from_db()
    services.email_receipt(Receipt.objects.get(pk=receipt.pk), by=finance)
    run_jobs()
    assert [one.to for one in mail.outbox] == [["kept@courriel.example"]]


def test_the_page_of_a_receipt_says_what_became_of_each_sending(receipt, finance, browse, run_jobs):
    desk = browse(finance)
    assert "helene@courriel.example" in page(desk.open("receipts:receipt_email", pk=receipt.pk)).words
    assert desk.send("receipts:receipt_email", pk=receipt.pk).status_code == 302
    run_jobs()
    assert "By e-mail" in page(desk.open("receipts:receipt_detail", pk=receipt.pk)).words


def test_ticked_receipts_leave_once_and_the_page_says_whose_do_not(
    receipt, organization, fund, admin, finance, browse, run_jobs
):
    other = ContactFactory(organization=organization, email="")
    voided = ContactFactory(organization=organization)
    for donor in (other, voided):
        gift = GiftFactory(contact=donor, fund=fund, recorded_by=admin)
        issued = services.issue_receipt(gift, by=finance)
    services.cancel_receipt(issued, reason="Wrong", by=finance)
    desk = browse(finance)
    asked = {"act": "emails", "all": "1", "query": ""}
    counted = page(desk.open("receipts:receipt_bulk", asked)).words
    assert "No e-mail address" in counted
    assert "Void" in counted
    desk.send("receipts:receipt_bulk", asked | {"expected": "1", "submission": "x"})
    run_jobs()
    assert [one.to for one in mail.outbox] == [["helene@courriel.example"]]
    assert services.email_receipts([receipt.pk], by=finance) == {}
    run_jobs()
    assert len(mail.outbox) == 1


# --- a run
def test_a_run_sends_each_e_mail_once_in_the_language_of_its_receipt(issued_run, finance, run_jobs):
    assert runs.sending_of(issued_run).to_email == 2
    services.email_run(issued_run, by=finance)
    with pytest.raises(DomainError) as refusal:
        services.email_run(issued_run, by=finance)
    assert refusal.value.code == "busy"
    run_jobs()
    assert {(one.to[0], one.subject.partition(" 2")[0]) for one in mail.outbox} == {
        ("roy@courriel.example", "Votre reçu officiel"),
        ("smith@mail.example", "Your official receipt"),
    }
    sending = runs.sending_of(issued_run)
    assert (sending.to_email, sending.emailed, sending.to_post, sending.printed) == (0, 2, 3, 0)
    with pytest.raises(DomainError):
        services.email_run(issued_run, by=finance)
    assert len(mail.outbox) == 2


def test_who_refused_e_mails_since_gets_theirs_by_post(issued_run, organization, finance, run_jobs):
    roy = Contact.objects.get(last_name="Roy")
    Consent.objects.create(
        organization=organization, contact=roy, channel="email", status="withdrawn", given_on=date(2026, 1, 1)
    )
    services.email_run(issued_run, by=finance)
    run_jobs()
    assert [one.to[0] for one in mail.outbox] == ["smith@mail.example"]
    assert runs.sending_of(issued_run).to_post == 4


def test_an_e_mail_that_could_not_be_sent_is_printed(issued_run, finance, run_jobs):
    operations.run_to_end(services.email_run(issued_run, by=finance).pk)
    OutgoingEmail.objects.filter(recipient="roy@courriel.example").update(status="failed")
    sending = runs.sending_of(issued_run)
    assert (sending.failed, sending.to_post) == (1, 4)


def test_the_file_to_print_lies_in_the_order_of_postal_codes_with_a_sheet_between_the_piles(
    issued_run, finance, run_jobs
):
    made = services.print_run(issued_run, by=finance)
    run_jobs()
    texts = texts_of(made)
    assert (texts[0], texts[2], texts[4]) == ("G1 receipt", "K1 receipt", "–1 receipt")
    assert ["Morin" in texts[1], "Allen" in texts[3], "Dubois" in texts[5]] == [True] * 3
    sending = runs.sending_of(issued_run)
    assert (sending.printed, sending.to_post) == (3, 3)
    assert ReceiptDelivery.objects.filter(how="print").count() == 3


def test_the_file_may_hold_everybody_by_name_without_sheets_between(issued_run, finance, run_jobs):
    made = services.print_run(issued_run, order="name", separators=False, everyone=True, by=finance)
    run_jobs()
    names = ("Allen", "Dubois", "Morin", "Roy", "Smith")
    assert [next(name for name in names if name in text) for text in texts_of(made)] == list(names)


def test_a_receipt_voided_in_between_is_in_no_file(issued_run, finance, run_jobs):
    services.cancel_receipt(Receipt.objects.get(contact__last_name="Morin"), reason="Came back", by=finance)
    made = services.print_run(issued_run, separators=False, by=finance)
    run_jobs()
    assert len(texts_of(made)) == 2


def test_a_receipt_voided_while_the_file_is_made_is_taken_out_of_it(issued_run, finance, monkeypatch):
    made = services.print_run(issued_run, separators=False, by=finance)
    work = operations.KINDS["receipt_print"]
    prepare, times = type(work).prepare, []

    def slow(self, operation):
        prepared = prepare(self, operation)
        if not times:
            services.cancel_receipt(Receipt.objects.get(contact__last_name="Morin"), reason="Came back", by=finance)
        times.append(1)
        return prepared

    monkeypatch.setattr(type(work), "prepare", slow)
    operations.run_to_end(made.pk)
    assert (len(times), len(texts_of(made))) == (2, 2)


def test_many_receipts_come_in_several_files(issued_run, finance, run_jobs, monkeypatch):
    monkeypatch.setattr(pile, "MOST", 2)
    made = services.print_run(issued_run, separators=False, by=finance)
    run_jobs()
    made.refresh_from_db()
    with made.result_file.open("rb") as file, zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["001.pdf", "002.pdf"]
        pages = [len(pypdf.PdfReader(archive.open(name)).pages) for name in archive.namelist()]
    assert pages == [2, 1]
    assert made.result_file.name.endswith(".zip")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (("12, rue A", "Québec (Québec) G1K\u00a03V9"), "G1K3V9"),
        (("K1A 0B1 Building", "Ottawa, Ontario K1S 2C3"), "K1S2C3"),
        (("5 rue X", "75001 Paris", "France"), ""),
        ((), ""),
    ],
)
def test_the_postal_code_is_the_one_of_the_printed_address(address, code):
    assert pile.postal_code(address) == code


def test_a_year_is_sent_from_its_page(issued_run, finance, browse, run_jobs, reader):
    desk = browse(finance)
    shown = page(desk.open("receipts:run_detail", pk=issued_run.pk)).words
    assert "Send 2 e-mails" in shown
    desk.send("receipts:run_email", pk=issued_run.pk)
    desk.send("receipts:run_print", {"order": "postal_code", "separators": "on"}, pk=issued_run.pk)
    run_jobs()
    over = page(desk.open("receipts:run_detail", pk=issued_run.pk))
    assert "2 sent" in over.words
    assert "3 printed" in over.words
    assert "Download" in over.words
    assert runs.sending_of(ReceiptRun.objects.get()).is_over
    for name in ("receipts:run_email", "receipts:run_print"):
        assert browse(reader).send(name, {"order": "name"}, pk=issued_run.pk).status_code == 403
