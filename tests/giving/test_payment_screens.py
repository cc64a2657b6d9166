"""Screens of payment methods and automatic collection: for administrators and finance, hidden from everybody else."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine

from crm.giving import services
from crm.giving.jobs import collect_charges, send_charge
from crm.giving.models import Charge, PaymentMethod, Pledge
from tests.factories.contacts import ContactFactory
from tests.giving.reading import errors, page

CARD = {"kind": "card", "brand": "Visa", "last_four": "4242", "expires_on": "2028-05-31", "token": "demo_ok"}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-02-01T12:00:00-05:00", tick=False):
        yield


@pytest.fixture
def pledge(contact, fund, admin, published) -> Pledge:
    return services.create_pledge(
        contact=contact, amount=Decimal(40), frequency="monthly", starts_on=date(2026, 2, 1), fund=fund, by=admin
    )


def test_finance_keeps_a_card_and_lets_a_pledge_be_collected(finance, contact, pledge, browse):
    browser = browse(finance)
    assert browser.send("giving:payment_method_create", CARD, pk=contact.pk).status_code == 302
    method = PaymentMethod.objects.get()
    sent = {"payment_method": method.pk, "from_on": "2026-02-01"}
    assert browser.send("giving:pledge_collect", sent, pk=pledge.pk).status_code == 302
    collect_charges()
    send_charge(charge_id=Charge.objects.get().pk)
    shown = (
        page(browser.open("giving:pledge_detail", pk=pledge.pk)).one("section[aria-labelledby=pledge-charges]").words
    )
    assert "Visa ···· 4242" in shown
    assert "February 1, 2026 Paid" in shown
    told = page(browser.open("contacts:contact_detail", {"tab": "payments"}, pk=contact.pk)).words
    assert "$40.00 every month" in told
    assert browser.send("giving:payment_method_retire", pk=method.pk).status_code == 302
    assert "No longer used" in page(browser.open("contacts:contact_detail", {"tab": "payments"}, pk=contact.pk)).words


def test_a_refusal_says_why_on_the_page_of_the_pledge(finance, contact, pledge, browse):
    browser = browse(finance)
    browser.send("giving:payment_method_create", CARD | {"token": "demo_expired"}, pk=contact.pk)
    services.collect_from(pledge, payment_method=PaymentMethod.objects.get(), by=finance)
    collect_charges()
    send_charge(charge_id=Charge.objects.get().pk)
    shown = page(browser.open("giving:pledge_detail", pk=pledge.pk))
    assert shown.one("h1").words == "$40.00 every month Failed"
    assert "The card has expired" in shown.words
    timeline = page(browser.open("contacts:contact_detail", pk=contact.pk)).words
    assert "Payment of $40.00 refused" in timeline
    assert "Pledge failed: nothing more can be collected" in timeline


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"last_four": "4242424242424242"}, "last_four"),
        ({"last_four": "42"}, "last_four"),
        ({"last_four": "abcd"}, "last_four"),
        ({"brand": "4242424242424242"}, "brand"),
        ({"token": "tok_forged"}, "token"),
        ({"kind": "gold"}, "kind"),
    ],
)
def test_a_whole_number_or_nonsense_is_refused_and_never_kept(fields, field, finance, contact, browse):
    response = browse(finance).send("giving:payment_method_create", CARD | fields, pk=contact.pk)
    assert list(errors(response)) == [field]
    assert not PaymentMethod.objects.exists()


def test_where_the_demo_is_not_allowed_only_a_bank_account_is_asked_for(finance, contact, browse, settings):
    settings.DEMO_ALLOWED = False
    browser = browse(finance)
    url = browser.url("giving:payment_method_create", pk=contact.pk)
    response = browser.post(f"{url}?gateway=demo", CARD)
    assert "mandate_on" in errors(response)
    assert "demo bank" not in page(response).words
    assert not PaymentMethod.objects.exists()


def test_the_card_of_somebody_else_is_not_offered(finance, organization, pledge, browse, published):
    other = services.add_payment_method(
        contact=ContactFactory(organization=organization), gateway="demo", kind="card", last_four="1111", token="demo_ok",
        by=finance,
    )  # fmt: skip
    response = browse(finance).send(
        "giving:pledge_collect", {"payment_method": other.pk, "from_on": "2026-02-01"}, pk=pledge.pk
    )
    assert list(errors(response)) == ["payment_method"]


@pytest.mark.parametrize("role", ["fundraiser", "member", "read_only"])
def test_cards_are_hidden_from_all_the_others(role, people, finance, contact, pledge, browse, published):
    method = services.add_payment_method(
        contact=contact, gateway="demo", kind="card", brand="Visa", last_four="4242", token="demo_ok", by=finance
    )
    services.collect_from(pledge, payment_method=method, by=finance)
    browser = browse(people[role])
    for name, asked, pk in (
        ("giving:pledge_detail", {}, pledge.pk),
        ("contacts:contact_detail", {}, contact.pk),
        ("contacts:contact_detail", {"tab": "payments"}, contact.pk),
        ("contacts:contact_detail", {"tab": "pledges"}, contact.pk),
    ):
        assert "4242" not in page(browser.open(name, asked, pk=pk)).text
    assert browser.open("giving:contact_payments", pk=contact.pk).status_code == 403
    assert browser.send("giving:payment_method_retire", pk=method.pk).status_code == 403
    assert browser.send("giving:pledge_collect", {}, pk=pledge.pk).status_code == 403
