"""Property, advantages, other currencies, payments that come back, receipts that others issued."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.core.errors import DomainError
from crm.giving import services
from crm.giving.finder import find
from crm.giving.models import Gift, GivingSummary
from crm.receipts import queries as receipts
from crm.receipts.services import issue_receipt
from tests.factories.giving import GiftFactory
from tests.giving.reading import errors, facts, gift_form, page

DAY = date(2026, 3, 1)
PAINTING = {
    "nature": "in_kind", "property_description": "Oil painting by Fortin", "amount": "1,500",
    "appraiser_name": "Galerie Roy", "appraiser_address": "12, rue Saint-Paul, Québec",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def record(contact, fund, admin, published):
    def record_gift(amount="200.00", **fields):
        return services.record_gift(
            contact=contact, amount=Decimal(amount), received_on=DAY, fund=fund, by=admin, **fields
        )

    return record_gift


@pytest.fixture
def send(admin, contact, fund, browse, published):
    def send_form(**fields):
        return browse(admin).send("giving:gift_create", gift_form(contact, fund) | fields)

    return send_form


# --- property -----------------------------------------------------------------------------------------------------------
def test_a_painting_is_described_appraised_and_never_paid_by_cheque(send, admin, browse):
    assert send(**PAINTING, method="check", cheque_number="12").status_code == 302
    gift = Gift.objects.get()
    assert (gift.nature, gift.method, gift.cheque_number) == ("in_kind", "other", "")
    shown = facts(browse(admin).open("giving:gift_detail", pk=gift.pk))
    assert shown["What was given"] == "In kindOil painting by Fortin"
    assert shown["Appraiser"].startswith("Galerie Roy")
    assert "Method" not in shown


def test_its_receipt_describes_the_property_and_names_the_appraiser(send, admin):
    send(**PAINTING)
    receipt = issue_receipt(Gift.objects.get(), by=admin)
    assert (receipt.said.kind, receipt.said.property_description) == ("in_kind", "Oil painting by Fortin")
    assert receipt.said.appraiser_address == ("12, rue Saint-Paul, Québec",)


def test_from_a_thousand_dollars_an_appraiser_is_asked_for_and_may_be_done_without(send):
    sent = PAINTING | {"appraiser_name": "", "appraiser_address": ""}
    response = send(**sent)
    assert list(errors(response)) == ["appraiser_name"]
    assert len(page(response).css("input[name=unappraised]")) == 1
    assert send(**sent, unappraised="on").status_code == 302


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"nature": "in_kind", "property_description": ""}, "property_description"),
        ({"nature": "securities", "property_description": ""}, "property_description"),
        ({"nature": "in_kind", "property_description": "A chair", "appraiser_name": "Roy"}, "appraiser_address"),
        ({"nature": "services"}, "nature"),
        ({"nature": "labour"}, "nature"),
    ],
)
def test_property_that_no_receipt_could_describe_is_refused(fields, field, send):
    assert list(errors(send(**fields))) == [field]
    assert Gift.objects.count() == 0


def test_services_are_refused_with_the_reason(send):
    (said,) = errors(send(nature="services"))["nature"]
    assert "Time and services are not a gift in law" in said


def test_the_service_describes_no_money(record):
    with pytest.raises(DomainError) as refused:
        record(property_description="A chair")
    assert refused.value.field == "nature"


# --- advantage ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("amount", "advantage", "eligible", "may_be_issued"),
    [
        ("200.00", "50.00", "150.00", True),
        ("500.00", "50.00", "500.00", True),  # 10% and less than $75: does not count
        ("1000.00", "80.00", "920.00", True),  # more than $75
        ("100.00", "80.00", "20.00", True),  # exactly 80%
        ("100.00", "80.01", "0.00", False),
        ("100.00", "150.00", "0.00", False),
    ],
)
def test_the_receipt_takes_the_advantage_off(amount, advantage, eligible, may_be_issued, record, admin, browse):
    gift = record(amount, advantage=Decimal(advantage), advantage_description="Dinner")
    draft = receipts.draft(gift, issued_on=date(2026, 11, 20))
    assert draft.may_be_issued == may_be_issued
    assert receipts.eligibility(gift, receipts.regime_on(gift.received_on)).eligible == Decimal(eligible)
    if may_be_issued:
        assert draft.snapshot.eligible == Decimal(eligible)
    panel = page(browse(admin).open("receipts:gift_receipt", pk=gift.pk))
    assert panel.one(".is-total dd").words == f"${Decimal(eligible):,.2f}"


def test_an_advantage_as_good_as_money_always_counts(record):
    gift = record("500.00", advantage=Decimal(20), advantage_description="Gift card", advantage_is_cash=True)
    assert receipts.eligibility(gift, receipts.regime_on(gift.received_on)).eligible == Decimal("480.00")


def test_an_advantage_says_what_it_was_and_none_leaves_no_words(send):
    assert list(errors(send(has_advantage="on", advantage="40"))) == ["advantage_description"]
    assert send(advantage="", advantage_description="Dinner").status_code == 302
    assert Gift.objects.get().advantage_description == ""


def test_what_a_receipt_says_of_the_advantage_stays(record, admin):
    gift = record("200.00", advantage=Decimal(50), advantage_description="Dinner")
    issue_receipt(gift, by=admin)
    with pytest.raises(DomainError, match="official receipt"):
        services.correct_gift(gift, by=admin, advantage=Decimal(40))


def test_a_gift_that_another_organization_receipted_gets_none(record):
    draft = receipts.draft(record(receipted_by="CanadaHelps"), issued_on=date(2026, 11, 20))
    assert draft.reasons == ("third_party",)


# --- other currencies ---------------------------------------------------------------------------------------------------
def test_the_rate_of_the_day_is_kept_with_a_foreign_gift_only(send):
    assert send(currency="USD", exchange_rate="1.3725").status_code == 302
    assert send(currency="CAD", exchange_rate="1.3725", amount="60").status_code == 302
    assert [gift.exchange_rate for gift in Gift.objects.order_by("pk")] == [Decimal("1.3725"), None]


@pytest.mark.parametrize(
    "fields", [{"exchange_rate": Decimal("1.3")}, {"currency": "USD", "exchange_rate": Decimal(0)}]
)
def test_a_rate_that_cannot_be_is_refused(fields, record):
    with pytest.raises(DomainError) as refused:
        record(**fields)
    assert refused.value.field == "exchange_rate"


# --- payments that come back --------------------------------------------------------------------------------------------
def test_a_cheque_without_funds_stays_and_leaves_every_total(record, admin, contact, browse):
    gift = record(cheque_number="0412")
    sent = {"why": "nsf", "reason": "Second time"}
    assert browse(admin).send("giving:gift_return", sent, pk=gift.pk).status_code == 302
    gift.refresh_from_db()
    assert (gift.status, GivingSummary.objects.get(contact=contact).gift_count) == ("failed", 0)
    shown = page(browse(admin).open("giving:gift_detail", pk=gift.pk))
    assert "Insufficient funds (NSF) – Second time" in shown.words
    told = page(browse(admin).open("contacts:contact_detail", pk=contact.pk))
    assert "payment returned, noted by" in told.words
    services.return_gift(gift, by=admin, why="nsf")  # twice is once
    assert contact.timeline.filter(verb="gift.returned").count() == 1


@pytest.mark.parametrize(
    "fields", [{"method": "cash"}, {"nature": "in_kind"}, {"status": "pending"}, {"status": "refunded"}]
)
def test_what_no_bank_can_return_is_refused(fields, contact, fund, admin, browse):
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=admin, property_description="A chair", **fields)
    with pytest.raises(DomainError):
        services.return_gift(gift, by=admin, why="nsf")
    assert "/return/" not in str(browse(admin).open("giving:gift_detail", pk=gift.pk).content)


def test_a_receipted_gift_does_not_come_back_before_its_receipt_is_void(record, admin):
    gift = record()
    issue_receipt(gift, by=admin)
    with pytest.raises(DomainError, match="Void or replace the receipt"):
        services.return_gift(gift, by=admin, why="nsf")


def test_the_search_box_finds_a_gift_by_its_cheque(record, admin):
    gift = record(cheque_number="0412")
    assert [hit.pk for hit in find(admin, "0412", 5)] == [gift.pk]
