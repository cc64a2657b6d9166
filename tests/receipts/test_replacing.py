"""One receipt in the place of another: a new number, the sentence of the law, the former kept and marked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from crm.contacts import services as contacts
from crm.core.errors import DomainError
from crm.giving import services as giving
from crm.giving.forms.gifts import GiftForm
from crm.receipts import services
from crm.receipts.events import ReceiptReplaced
from crm.receipts.models import Receipt, ReceiptLine
from tests.factories.giving import GiftFactory
from tests.giving.reading import errors, page, said
from tests.receipts.reading import words


@pytest.fixture
def receipt(gift, finance, run_jobs):
    issued = services.issue_receipt(gift, by=finance)
    run_jobs()
    issued.refresh_from_db()
    return issued


def form_of(response) -> dict[str, str]:
    """What a browser would send back of the form as it stands."""
    form = response.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in values.items()
        if value not in (None, False, "", [])
    }


def test_a_replacement_has_its_own_number_and_says_what_it_cancels(receipt, contact, finance, admin, published):
    contacts.update_contact(contact, by=admin, last_name="Vézina")
    new = services.replace_receipt(receipt, reason="Married name", by=finance)
    receipt.refresh_from_db()
    assert (receipt.status, receipt.cancel_reason, new.sequence, new.replaces) == (
        "replaced",
        "Married name",
        2,
        receipt,
    )
    assert (new.said.replaces, new.said.donor_name) == (receipt.number, "Hélène Vézina")
    assert receipt.said.donor_name == "Hélène Côté-Bouchard"  # kept as it was issued
    assert [(line.receipt_id, line.is_live) for line in ReceiptLine.objects.order_by("pk")] == [
        (receipt.pk, False), (new.pk, True),
    ]  # fmt: skip
    assert [event for event in published if isinstance(event, ReceiptReplaced)] == [
        ReceiptReplaced(
            organization_id=receipt.organization_id, actor_id=finance.pk, receipt_id=new.pk, replaced_id=receipt.pk,
            contact_id=contact.pk,
        )
    ]  # fmt: skip
    assert contact.timeline.order_by("-pk")[0].verb == "receipt.replaced"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Le présent reçu annule et remplace le reçu n° 2026-00001."),
        ("en", "This receipt cancels and replaces receipt No. 2026-00001."),
    ],
)
def test_the_page_says_it_in_the_words_of_the_law(
    gift, contact, admin, finance, run_jobs, language, sentence, time_machine
):
    time_machine.move_to("2026-04-02T15:00Z")
    contacts.update_contact(contact, by=admin, language=language)
    new = services.replace_receipt(services.issue_receipt(gift, by=finance), reason="Lost", by=finance)
    run_jobs()
    new.refresh_from_db()
    assert sentence in words(services.stored_pdf(new))


def test_a_void_receipt_is_neither_replaced_nor_voided_again(receipt, finance, published):
    services.replace_receipt(receipt, reason="Lost", by=finance)
    for act in (services.replace_receipt, services.cancel_receipt):
        with pytest.raises(DomainError) as refusal:
            act(receipt, reason="Again", by=finance)
        assert refusal.value.code == "cancelled"
    assert Receipt.objects.count() == 2


def test_what_cannot_be_receipted_today_keeps_the_receipt_it_has(receipt, contact, admin, finance, published):
    contacts.update_contact(contact, by=admin, postal_code="")
    with pytest.raises(DomainError) as refusal:
        services.replace_receipt(receipt, reason="Moved", by=finance)
    assert refusal.value.code == "incomplete_address"
    receipt.refresh_from_db()
    assert receipt.is_valid
    assert Receipt.objects.count() == 1


# --- a gift corrected ---------------------------------------------------------------------------------------------------
def test_correcting_a_gift_replaces_its_receipt_in_one_step(gift, receipt, admin, published):
    giving.correct_gift(gift, by=admin, amount=Decimal("60.00"), replacing="Typed wrong")
    former, new = Receipt.objects.order_by("sequence")
    assert (former.status, former.eligible, former.cancel_reason) == ("replaced", Decimal("50.00"), "Typed wrong")
    assert (new.replaces, new.eligible) == (former, Decimal("60.00"))


def test_a_reason_given_for_nothing_replaces_nothing(gift, receipt, admin, published):
    giving.correct_gift(gift, by=admin, note="Thanked by phone", replacing="Who knows")
    assert Receipt.objects.get().is_valid


def test_a_correction_that_no_receipt_could_say_changes_nothing(gift, receipt, admin, published):
    with pytest.raises(DomainError) as refusal:
        giving.correct_gift(
            gift, by=admin, advantage=Decimal(45), advantage_description="Dinner", replacing="Dinner forgotten"
        )
    assert refusal.value.code == "advantage_too_high"
    gift.refresh_from_db()
    assert (gift.advantage, Receipt.objects.get().is_valid) == (0, True)


def test_a_receipt_is_never_replaced_by_one_of_another_donor(gift, receipt, organization, admin, published):
    other = GiftFactory(contact__organization=organization).contact
    with pytest.raises(DomainError) as refusal:
        giving.correct_gift(gift, by=admin, contact=other, replacing="Wrong donor")
    assert refusal.value.code == "other_donor"
    assert Receipt.objects.get().is_valid


def test_the_form_of_a_gift_asks_why_and_says_what_it_did(gift, receipt, finance, browse, published):
    us = browse(finance)
    opened = us.open("giving:gift_update", pk=gift.pk)
    assert f"Official receipt {receipt.number} says" in page(opened).words
    assert len(page(opened).css('input[name="replacing"]')) == 1
    sent = form_of(opened) | {"amount": "60.00"}
    refused = us.send("giving:gift_update", sent, pk=gift.pk)
    assert list(errors(refused)) == ["replacing"]
    done = us.send("giving:gift_update", sent | {"replacing": "Typed wrong"}, pk=gift.pk)
    assert said(done) == [f"The gift is saved. Receipt 2026-00002 cancels and replaces receipt {receipt.number}."]


def test_who_may_not_void_a_receipt_is_not_asked(gift, receipt, owner):
    form = GiftForm(instance=gift, membership=owner)
    assert "replacing" not in form.fields
    assert form.receipt == receipt.number


# --- the year -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def year(contact, fund, admin, time_machine):
    """Four gifts of 2025: two in cash, one with an advantage, one of property; and one of 2026."""
    time_machine.move_to("2026-02-02T15:00Z")

    def gave(amount, day, **more):
        return GiftFactory(contact=contact, fund=fund, recorded_by=admin, amount=amount, received_on=day, **more)

    return [
        gave("40.00", date(2025, 3, 1)),
        gave("60.50", date(2025, 9, 1)),
        gave("200.00", date(2025, 5, 1), advantage=Decimal("50.00"), advantage_description="Dinner"),
        gave("900.00", date(2025, 6, 1), nature="in_kind", property_description="A painting", method="other"),
        gave("10.00", date(2026, 1, 5)),
    ]


def test_one_receipt_for_the_cash_gifts_of_a_year(year, contact, finance, run_jobs):
    receipt = services.issue_annual_receipt(contact, year=2025, by=finance)
    assert (receipt.kind, receipt.eligible, receipt.said.gift_year, receipt.said.gift_date) == (
        "cumulative", Decimal("100.50"), 2025, None,
    )  # fmt: skip
    assert {line.gift_id for line in receipt.lines.all()} == {year[0].pk, year[1].pk}
    run_jobs()
    receipt.refresh_from_db()
    text = words(services.stored_pdf(receipt))
    assert "Année de réception du don 2025" in text
    assert "100,50 $" in text


def test_a_year_is_receipted_once_and_what_came_late_gets_another(year, contact, fund, finance, published):
    services.issue_annual_receipt(contact, year=2025, by=finance)
    with pytest.raises(DomainError) as refusal:
        services.issue_annual_receipt(contact, year=2025, by=finance)
    assert refusal.value.code == "nothing_left"
    late = GiftFactory(contact=contact, fund=fund, recorded_by=finance, amount="5.00", received_on=date(2025, 12, 31))
    receipt = services.issue_annual_receipt(contact, year=2025, by=finance)
    assert [line.gift_id for line in receipt.lines.all()] == [late.pk]


def test_correcting_one_gift_of_a_year_replaces_the_receipt_of_all(year, contact, admin, finance, published):
    former = services.issue_annual_receipt(contact, year=2025, by=finance)
    giving.correct_gift(year[0], by=admin, amount=Decimal("45.00"), replacing="Typed wrong")
    new = Receipt.objects.get(replaces=former)
    assert (new.eligible, new.lines.count(), new.said.gift_year) == (Decimal("105.50"), 2, 2025)


def test_a_gift_that_leaves_the_year_leaves_its_receipt(year, contact, admin, finance, published):
    former = services.issue_annual_receipt(contact, year=2025, by=finance)
    giving.correct_gift(year[0], by=admin, received_on=date(2026, 1, 2), replacing="Postmark misread")
    new = Receipt.objects.get(replaces=former)
    assert (new.eligible, [line.gift_id for line in new.lines.all()]) == (Decimal("60.50"), [year[1].pk])


def test_the_tab_of_the_donor_offers_the_years_that_wait(year, contact, finance, browse, published):
    us = browse(finance)
    tab = page(us.open("receipts:contact_receipts", pk=contact.pk))
    assert "2 gifts of 2025 without a receipt" in tab.words
    assert "1 gift of 2026 without a receipt" in tab.words
    shown = page(us.open("receipts:annual_issue", {"year": "2025"}, pk=contact.pk))
    assert "2 gifts on this receipt" in shown.words
    assert "Property, and a gift with an advantage, has a receipt of its own." in shown.words
    sent = {"draft": shown.one('input[name="draft"]').get("value")}
    assert us.post(us.url("receipts:annual_issue", pk=contact.pk) + "?year=2025", sent).status_code == 302
    assert Receipt.objects.get().eligible == Decimal("100.50")


def test_what_was_read_is_what_is_issued(year, contact, fund, finance, browse, published):
    us = browse(finance)
    shown = page(us.open("receipts:annual_issue", {"year": "2025"}, pk=contact.pk))
    sent = {"draft": shown.one('input[name="draft"]').get("value")}
    GiftFactory(contact=contact, fund=fund, recorded_by=finance, amount="5.00", received_on=date(2025, 12, 31))
    refused = us.post(us.url("receipts:annual_issue", pk=contact.pk) + "?year=2025", sent)
    assert refused.status_code == 422
    assert "has changed since this page was shown" in page(refused).words
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("asked", ["1", "2999", "99999", "-5", "l’an dernier", "²⁰²⁵"])
def test_a_year_that_cannot_be_is_not_found(asked, contact, finance, browse):
    assert browse(finance).open("receipts:annual_issue", {"year": asked}, pk=contact.pk).status_code == 404


# --- the screens --------------------------------------------------------------------------------------------------------
def test_the_page_that_replaces_shows_what_changes_before_it_asks_why(
    receipt, contact, admin, finance, browse, published
):
    contacts.update_contact(contact, by=admin, city="Lévis")
    us = browse(finance)
    shown = page(us.open("receipts:receipt_replace", pk=receipt.pk))
    changes = {row.one("th").words: row.texts("td") for row in shown.css("tbody tr") if len(row.css("td")) == 2}
    assert list(changes) == ["Address"]
    assert "Trois-Rivières" in changes["Address"][0]
    assert "Lévis" in changes["Address"][1]
    sent = {"draft": shown.one('input[name="draft"]').get("value"), "reason": ""}
    assert list(errors(us.send("receipts:receipt_replace", sent, pk=receipt.pk))) == ["reason"]
    assert us.send("receipts:receipt_replace", sent | {"reason": "Moved"}, pk=receipt.pk).status_code == 302
    former = page(us.open("receipts:receipt_detail", pk=receipt.pk))
    assert "Receipt 2026-00002 replaces it" in former.words


def words_of_pdf(response) -> str:
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return words(response.content)


def test_a_copy_says_so_and_a_void_receipt_too(receipt, finance, browse, published):
    us = browse(finance)
    original = us.open("receipts:receipt_pdf", pk=receipt.pk).content
    assert "COPIE" not in words(original)
    assert "COPIE" in words_of_pdf(us.open("receipts:receipt_pdf", {"mark": "copy"}, pk=receipt.pk))
    services.cancel_receipt(receipt, reason="Wrong amount", by=finance)
    assert "ANNULÉ" in words_of_pdf(us.open("receipts:receipt_pdf", pk=receipt.pk))
    assert "ANNULÉ" in words_of_pdf(us.open("receipts:receipt_pdf", {"mark": "copy"}, pk=receipt.pk))
    assert us.open("receipts:receipt_pdf", {"mark": "none"}, pk=receipt.pk).content == original


def test_the_page_shown_first_is_a_specimen_without_a_number(gift, finance, browse):
    shown = words_of_pdf(browse(finance).open("receipts:gift_specimen", pk=gift.pk))
    assert "SPÉCIMEN" in shown
    assert "0000-00000" not in shown
    assert not Receipt.objects.exists()


# --- at once ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_two_gifts_of_one_annual_receipt_corrected_at_once_leave_one_valid_receipt(year, contact, finance, admin):
    services.issue_annual_receipt(contact, year=2025, by=finance)

    def correct(gift) -> None:
        try:
            giving.correct_gift(gift, by=admin, amount=gift.amount + 1, replacing="Both wrong")
        finally:
            connection.close()

    for gift in year[:2]:
        gift.refresh_from_db()
    with ThreadPoolExecutor(max_workers=2) as pool:
        assert list(pool.map(correct, year[:2])) == [None, None]  # whatever one of them raised is raised here
    valid = Receipt.objects.valid().get()
    assert (valid.eligible, valid.sequence) == (Decimal("102.50"), 3)
    assert list(Receipt.objects.order_by("sequence").values_list("status", flat=True)) == [
        "replaced",
        "replaced",
        "issued",
    ]
