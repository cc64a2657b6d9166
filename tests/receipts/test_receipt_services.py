"""Issuing, drawing and voiding: numbers without a gap, words that never change, one valid receipt a gift."""

import hashlib
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from crm.contacts import services as contacts
from crm.core.errors import DomainError
from crm.giving import services as giving
from crm.receipts import services
from crm.receipts.events import ReceiptIssued
from crm.receipts.models import Receipt, ReceiptLine, ReceiptSeries
from tests.factories.giving import GiftFactory


def test_issuing_tells_its_whole_story(gift, finance, published, time_machine):
    time_machine.move_to("2026-04-02T15:00Z")
    receipt = services.issue_receipt(gift, by=finance)
    assert (receipt.number, receipt.amount, receipt.eligible) == ("2026-00001", Decimal("50.00"), Decimal("50.00"))
    said = receipt.said
    assert said.language == "fr"
    assert said.donor_name == "Hélène Côté-Bouchard"
    assert said.donor_address == ("1482, rue des Érables", "Trois-Rivières (Québec) G9A\u00a05H7")
    assert (said.gift_date, said.issued_on) == (date(2026, 3, 15), date(2026, 4, 2))
    assert said.place_of_issue == "Trois-Rivières (Québec)"
    assert [event.verb for event in gift.contact.timeline.all()] == ["receipt.issued"]
    assert published == [
        ReceiptIssued(
            organization_id=gift.organization_id, actor_id=finance.pk, receipt_id=receipt.pk, contact_id=gift.contact_id
        )
    ]


def test_numbers_follow_each_other_and_each_organization_has_its_own(contact, fund, finance, outsider, published):
    gifts = [GiftFactory(contact=contact, fund=fund) for _ in range(3)]
    numbers = [services.issue_receipt(gift, by=finance).sequence for gift in gifts]
    foreign = GiftFactory(contact__organization=outsider.organization)
    assert numbers == [1, 2, 3]
    assert services.issue_receipt(foreign, by=outsider).sequence == 1


def test_a_gift_has_one_valid_receipt_whatever_is_tried(gift, finance, published):
    receipt = services.issue_receipt(gift, by=finance)
    with pytest.raises(DomainError) as refusal:
        services.issue_receipt(gift, by=finance)
    assert refusal.value.code == "already_receipted"
    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptLine.objects.create(receipt=receipt, gift=gift, amount=50, eligible=50, tax_year=2026)
    assert Receipt.objects.count() == 1


def test_a_refusal_takes_no_number(gift, contact, finance, admin, published):
    contacts.update_contact(contact, by=admin, postal_code="")
    with pytest.raises(DomainError) as refusal:
        services.issue_receipt(gift, by=finance)
    assert refusal.value.code == "incomplete_address"
    assert not ReceiptSeries.objects.filter(last_sequence__gt=0).exists()


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("receipt_place", "no_place_of_issue"),
        ("address", "organization_incomplete"),
        ("legal_name_and_name", "organization_incomplete"),
        ("signatory_name", "organization_incomplete"),
        ("registration_number", "organization_incomplete"),
    ],
)
def test_what_the_charity_must_have_filled_in(gift, organization, finance, published, field, code):
    names = {
        "legal_name_and_name": ["legal_name_fr", "legal_name_en", "name_fr", "name_en"],
        "signatory_name": ["signatory_name"],
        "registration_number": ["registration_number"],
    }.get(field, [f"{field}_fr", f"{field}_en"])
    for name in names:
        setattr(organization, name, "")
    organization.save()
    with pytest.raises(DomainError) as refusal:
        services.issue_receipt(gift, by=finance)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [({"status": "pending"}, "not_completed"), ({"status": "refunded"}, "refunded"), ({"currency": "USD"}, "currency")],
)
def test_gifts_that_may_not_be_receipted(contact, fund, finance, published, change, code):
    gift = GiftFactory(contact=contact, fund=fund, **change)
    with pytest.raises(DomainError) as refusal:
        services.issue_receipt(gift, by=finance)
    assert refusal.value.code == code


def test_nothing_done_later_changes_what_the_receipt_says(gift, contact, organization, finance, admin, published):
    receipt = services.issue_receipt(gift, by=finance)
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    before = (receipt.snapshot, services.stored_pdf(receipt))
    contacts.update_contact(contact, by=admin, last_name="Vézina", city="Lévis")
    organization.legal_name_fr = "Autre nom"
    organization.save()
    receipt = Receipt.objects.get(pk=receipt.pk)
    assert (receipt.snapshot, services.stored_pdf(receipt)) == before


@pytest.mark.parametrize(
    "change", [{"number": "2026-00009"}, {"snapshot": "{}"}, {"amount": 60, "eligible": 60}, {"donor_name": "X"}]
)
def test_the_database_itself_refuses_to_alter_a_receipt(gift, finance, published, change):
    receipt = services.issue_receipt(gift, by=finance)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(**change)


def test_a_voided_receipt_cannot_be_revived(gift, finance, published):
    receipt = services.cancel_receipt(services.issue_receipt(gift, by=finance), reason="Wrong donor", by=finance)
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.filter(pk=receipt.pk).update(status="issued", cancelled_at=None)


def test_the_file_is_drawn_once_and_every_download_is_the_same(gift, finance, run_jobs):
    receipt = services.issue_receipt(gift, by=finance)
    assert run_jobs() == ["render_receipt"]
    receipt.refresh_from_db()
    first = services.stored_pdf(receipt)
    assert first.startswith(b"%PDF-")
    assert hashlib.sha256(first).hexdigest() == receipt.pdf_sha256
    assert services.draw_receipt(receipt.pk) is False
    assert services.stored_pdf(receipt) == first


def test_a_lost_file_is_drawn_again_the_same_and_an_altered_one_refused(gift, finance, run_jobs):
    receipt = services.issue_receipt(gift, by=finance)
    run_jobs()
    receipt.refresh_from_db()
    first = services.stored_pdf(receipt)
    with Path(receipt.pdf.path).open("ab") as file:
        file.write(b"%")
    with pytest.raises(services.AlteredReceipt):
        services.stored_pdf(receipt)
    receipt.pdf.storage.delete(receipt.pdf.name)
    assert services.stored_pdf(receipt) == first


def test_voiding_keeps_the_number_and_frees_the_gift(gift, finance, published):
    former = services.issue_receipt(gift, by=finance)
    services.cancel_receipt(former, reason="Cheque came back", by=finance)
    assert services.issue_receipt(gift, by=finance).sequence == 2
    assert list(Receipt.objects.order_by("sequence").values_list("status", flat=True)) == ["cancelled", "issued"]


def test_voiding_asks_why_and_is_done_once(gift, finance, published):
    receipt = services.issue_receipt(gift, by=finance)
    with pytest.raises(DomainError) as refusal:
        services.cancel_receipt(receipt, reason="  ", by=finance)
    assert refusal.value.field == "reason"
    services.cancel_receipt(receipt, reason="Wrong amount", by=finance)
    with pytest.raises(DomainError, match="already cancelled"):
        services.cancel_receipt(receipt, reason="Again", by=finance)


def test_what_a_receipt_says_of_a_gift_can_no_longer_change(gift, finance, admin, published):
    receipt = services.issue_receipt(gift, by=finance)
    for change in ({"amount": Decimal("60.00")}, {"received_on": date(2026, 3, 1)}, {"status": "refunded"}):
        with pytest.raises(DomainError) as refusal:
            giving.correct_gift(gift, by=admin, **change)
        assert refusal.value.code == "receipted"
    giving.correct_gift(gift, by=admin, note="Thanked by phone")
    services.cancel_receipt(receipt, reason="Wrong amount", by=finance)
    with pytest.raises(DomainError):
        giving.delete_gift(gift, by=admin)
    assert giving.correct_gift(gift, by=admin, amount=Decimal("60.00")).amount == Decimal("60.00")


def test_another_organization_cannot_issue_for_our_gift(gift, outsider, published):
    with pytest.raises(type(gift).DoesNotExist):
        services.issue_receipt(gift, by=outsider)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double(contact, fund, finance):
    gifts = [GiftFactory(contact=contact, fund=fund, recorded_by=finance) for _ in range(6)]
    refused = []

    def issue_all(order) -> None:
        for gift in order:
            try:
                services.issue_receipt(gift, by=finance)
            except DomainError as error:
                refused.append(error.code)
        connection.close()

    threads = [threading.Thread(target=issue_all, args=(gifts[n:] + gifts[:n],)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Receipt.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert refused == ["already_receipted"] * 12
