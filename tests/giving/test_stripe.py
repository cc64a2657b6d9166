"""Stripe, by its own library against a stand-in of its HTTP API: charged once whatever gets lost; its messages are signed."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import stripe
import time_machine
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts.models import TimelineEvent
from crm.core.errors import DomainError
from crm.giving import gateways, services
from crm.giving.jobs import collect_charges, send_charge, wake_charges
from crm.giving.models import Charge, GatewayAccount, Gift, PaymentMethod, Pledge
from crm.receipts import services as receipts
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.giving.reading import errors, page
from tests.giving.stripe_stand_in import KEY, stand_in

DUE = date(2026, 2, 1)
SECRET = "whsec_test"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-02-01T05:00:00-05:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def company(settings):
    with stand_in() as running:
        settings.STRIPE_API_BASE = running.url
        yield running


@pytest.fixture
def account(admin, company) -> GatewayAccount:
    return services.connect_gateway(gateway="stripe", key=KEY, webhook_secret=SECRET, by=admin)


@pytest.fixture
def promise(contact, fund, admin, finance, account):
    """A monthly pledge from a card that does what its name says; a charge is decided."""

    def make(card: str = "pm_ok") -> Charge:
        method = services.add_payment_method(
            contact=contact,
            gateway="stripe",
            kind="card",
            brand="Visa",
            last_four="4242",
            token=f"cus_1/{card}",
            by=finance,
        )
        made = services.create_pledge(
            contact=contact, amount=Decimal("40.10"), frequency="monthly", starts_on=DUE, fund=fund, by=admin
        )
        services.collect_from(made, payment_method=method, by=admin)
        collect_charges()
        return Charge.objects.get()

    return make


def tried(charge: Charge) -> Charge:
    send_charge(charge_id=charge.pk)
    charge.refresh_from_db()
    return charge


# --- charging -----------------------------------------------------------------------------------------------------------
def test_a_payment_is_made_in_cents_and_becomes_one_gift(promise, company):
    charge = tried(promise())
    assert (charge.status, charge.reference) == ("paid", "pi_1")
    assert company.intents["pi_1"]["amount"] == 4010
    assert company.intents["pi_1"]["metadata"]["merci_key"] == charge.key
    gift = Gift.objects.get()
    assert (gift.amount, gift.method, gift.received_on) == (Decimal("40.10"), "credit_card", DUE)
    tried(charge)
    assert (len(company.intents), Gift.objects.count()) == (1, 1)


def test_an_answer_that_is_lost_is_asked_for_again_and_nobody_pays_twice(promise, company):
    charge = promise()
    company.loses_answers = True
    assert tried(charge).status == "pending"
    assert len(company.intents) == 1
    company.loses_answers = False
    assert tried(charge).status == "paid"
    assert (len(company.intents), Gift.objects.count()) == (1, 1)


def test_an_answer_lost_for_days_is_looked_for_before_a_second_payment_is_made(promise, company, clock):
    charge = promise()
    company.loses_answers = True
    tried(charge)
    company.loses_answers = False
    company.answers.clear()  # Stripe forgets its keys after a day
    clock.move_to("2026-02-03T05:00:00-05:00")
    assert tried(charge).status == "paid"
    assert (len(company.intents), Gift.objects.count()) == (1, 1)


@pytest.mark.parametrize("trouble", ["down", "wrong_key", "disconnected"])
def test_without_an_answer_the_charge_waits_and_goes_on_later(promise, company, account, admin, trouble):
    charge = promise()
    if trouble == "down":
        company.is_down = True
    elif trouble == "wrong_key":
        services.connect_gateway(gateway="stripe", key="sk_test_other", webhook_secret=SECRET, by=admin)
    else:
        services.disconnect_gateway(account, by=admin)
    assert tried(charge).status == "pending"
    assert company.intents == {}
    company.is_down = False
    services.connect_gateway(gateway="stripe", key=KEY, webhook_secret=SECRET, by=admin)
    assert tried(charge).status == "paid"


@pytest.mark.parametrize(
    ("card", "reason", "is_final"),
    [
        ("pm_refused_insufficient_funds", "insufficient_funds", False),
        ("pm_refused_do_not_honor", "declined", False),
        ("pm_refused_expired_card", "expired", True),
        ("pm_refused_stolen_card", "lost", True),
        ("pm_refused_authentication_required", "confirmation", True),
        ("pm_gone", "unknown", True),
    ],
)
def test_a_refusal_is_said_in_our_words_and_a_final_one_ends_the_pledge(promise, card, reason, is_final):
    charge = tried(promise(card))
    assert (charge.status, charge.reason) == ("failed", reason)
    assert str(gateways.REASONS[reason])
    assert Pledge.objects.get().status == ("failed" if is_final else "active")
    assert not Gift.objects.exists()


def test_what_takes_days_at_a_bank_is_never_sent_again_and_ends_by_the_banks_word(promise, company, deliver, clock):
    charge = tried(promise("pm_bank"))
    assert (charge.status, charge.reference) == ("pending", "pi_1")
    clock.move_to("2026-02-04T05:00:00-05:00")
    wake_charges()
    asked = len(company.calls)
    assert asked == 1
    assert deliver("payment_intent.succeeded", company.intents["pi_1"] | {"status": "succeeded"}).status_code == 200
    charge.refresh_from_db()
    assert (charge.status, Gift.objects.count()) == ("paid", 1)


# --- what it tells us ---------------------------------------------------------------------------------------------------
@pytest.fixture
def deliver(client, organization):
    """A message of Stripe, signed unless said otherwise."""

    def send(kind: str, row: dict, *, secret: str = SECRET, slug: str = "", at=None, altered: bool = False, **headers):
        body = json.dumps({"id": "evt_1", "object": "event", "type": kind, "livemode": False, "data": {"object": row}})
        moment = int((at or timezone.now()).timestamp())
        signature = stripe.WebhookSignature.generate_signature_header(body, secret, moment)
        if altered:
            body = body.replace("4010", "1")
        headers = {"Stripe-Signature": signature} | headers
        url = f"/webhooks/stripe/{slug or organization.slug}/"
        return client.post(url, body, content_type="application/json", headers={k: v for k, v in headers.items() if v})

    return send


def test_the_same_word_twice_and_out_of_order_makes_one_gift(promise, company, deliver):
    charge = promise("pm_bank")
    tried(charge)
    paid = company.intents["pi_1"] | {"status": "succeeded"}
    for kind, row in (
        ("succeeded", paid),
        ("succeeded", paid),
        ("payment_failed", paid | {"status": "requires_payment_method"}),
    ):
        assert deliver(f"payment_intent.{kind}", row).status_code == 200
    charge.refresh_from_db()
    assert (charge.status, Gift.objects.count()) == ("paid", 1)


def test_nothing_unsigned_altered_old_or_of_somebody_else_is_believed(promise, company, deliver, settings):
    tried(promise("pm_bank"))
    paid = company.intents["pi_1"] | {"status": "succeeded"}
    old = timezone.now() - timedelta(minutes=6)
    for refused in (
        {"Stripe-Signature": ""},
        {"Stripe-Signature": "t=1,v1=00"},
        {"Stripe-Signature": "nonsense"},
        {"secret": "whsec_other"},
        {"altered": True},
        {"at": old},
    ):
        assert deliver("payment_intent.succeeded", paid, **refused).status_code == 400, refused
    assert not Gift.objects.exists()
    assert Charge.objects.get().status == "pending"


def test_another_organizations_signature_moves_nothing_here(promise, company, deliver, client):
    tried(promise("pm_bank"))
    other = MembershipFactory(role="admin")
    services.connect_gateway(gateway="stripe", key=KEY, webhook_secret="whsec_theirs", by=other)
    paid = company.intents["pi_1"] | {"status": "succeeded"}
    theirs = {"secret": "whsec_theirs", "slug": other.organization.slug}
    assert deliver("payment_intent.succeeded", paid, **theirs).status_code == 200
    assert deliver("payment_intent.succeeded", paid, secret="whsec_theirs").status_code == 400
    assert deliver("payment_intent.succeeded", paid, slug="nobody").status_code == 404
    assert Charge.objects.get().status == "pending"
    assert client.get(f"/webhooks/stripe/{other.organization.slug}/").status_code == 405


def test_money_that_went_back_there_goes_back_here_once(promise, company, deliver):
    charge = tried(promise())
    row = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount": 4010, "amount_refunded": 4010}
    deliver("charge.refunded", row)
    deliver("charge.refunded", row)
    gift = Gift.objects.get()
    assert gift.status == "refunded"
    assert TimelineEvent.objects.filter(verb="gift.refunded").count() == 1
    charge.refresh_from_db()
    assert charge.status == "paid"  # collected once and given back: never taken again by itself


def test_a_disputed_payment_is_returned(promise, deliver):
    tried(promise())
    deliver("charge.dispute.created", {"id": "dp_1", "object": "dispute", "payment_intent": "pi_1", "amount": 4010})
    assert Gift.objects.get().status == "failed"


def test_what_people_must_decide_is_told_on_the_page_of_the_donor_once(promise, deliver, admin):
    tried(promise())
    gift = Gift.objects.get()
    part = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "amount": 4010, "amount_refunded": 1000}
    deliver("charge.refunded", part)
    receipts.issue_receipt(gift, by=admin)
    for _twice in range(2):
        assert deliver("charge.refunded", part | {"amount_refunded": 4010}).status_code == 200
    gift.refresh_from_db()
    assert gift.status == "completed"
    verbs = TimelineEvent.objects.filter(verb__startswith="charge.").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["charge.part_refunded", "charge.not_reversed"]


# --- connecting ---------------------------------------------------------------------------------------------------------
def test_the_keys_are_sealed_and_never_shown_again(browse, admin, company):
    browser = browse(admin)
    wrong = browser.send("giving:gateway", {"key": "pk_test_public", "webhook_secret": "x"})
    assert sorted(errors(wrong)) == ["key", "webhook_secret"]
    assert "pk_test_public" not in page(wrong).one("main").text
    browser.send("giving:gateway", {"key": KEY, "webhook_secret": SECRET})
    account = GatewayAccount.objects.get()
    assert (account.key, account.webhook_secret, account.is_test) == (KEY, SECRET, True)
    assert KEY not in account.sealed_key
    shown = browser.open("giving:gateway").content.decode()
    assert KEY not in shown
    assert SECRET not in shown
    assert "/webhooks/stripe/rive-claire/" in shown
    assert not [row for row in AuditEntry.objects.all() if KEY in json.dumps(row.changes)]
    browser.send("giving:gateway_disconnect")
    account.refresh_from_db()
    assert (account.key, account.is_active) == ("", False)


# --- keeping a card -----------------------------------------------------------------------------------------------------
def test_a_card_is_typed_there_and_kept_here_once(browse, finance, contact, account, company):
    browser = browse(finance)
    begun = browser.open("giving:payment_method_hosted", pk=contact.pk)
    assert "Continue on Stripe" in page(begun).words
    policy = begun["Content-Security-Policy"]  # else the browser stops before the company's page
    assert "form-action 'self' https://checkout.stripe.com" in policy
    away = browser.send("giving:payment_method_hosted", pk=contact.pk)
    assert away["Location"] == "https://checkout.stripe.example/cs_test_1"
    browser.open("giving:payment_method_back", {"session": "cs_test_1"}, pk=contact.pk)
    assert not PaymentMethod.objects.exists()
    company.fill("cs_test_1")
    for _twice in range(2):
        browser.open("giving:payment_method_back", {"session": "cs_test_1"}, pk=contact.pk)
    method = PaymentMethod.objects.get()
    assert (method.gateway, method.brand, method.last_four, method.expires_on) == (
        "stripe",
        "Visa",
        "4242",
        date(2028, 2, 29),
    )
    assert method.token.endswith("/pm_ok")


def test_a_session_of_somebody_else_or_forged_keeps_nothing(browse, finance, contact, organization, account, company):
    other = ContactFactory(organization=organization)
    browser = browse(finance)
    browser.send("giving:payment_method_hosted", pk=other.pk)
    company.fill("cs_test_1")
    for session in ("cs_test_1", "cs_test_99", "../customers", ""):
        browser.open("giving:payment_method_back", {"session": session}, pk=contact.pk)
    assert not PaymentMethod.objects.exists()


def test_a_company_that_does_not_answer_is_said_and_nothing_is_lost(browse, finance, contact, account, company):
    company.is_down = True
    answer = browse(finance).send("giving:payment_method_hosted", pk=contact.pk)
    assert answer.status_code == 422
    assert "does not answer" in page(answer).words


def test_without_an_account_it_is_not_offered(browse, finance, contact, company):
    browser = browse(finance)
    assert browser.open("giving:payment_method_hosted", pk=contact.pk).status_code == 404
    assert browser.send("giving:payment_method_hosted", pk=contact.pk).status_code == 404
    with pytest.raises(DomainError, match="not known here"):
        services.add_payment_method(
            contact=contact, gateway="stripe", kind="card", last_four="4242", token="cus_1/pm_ok", by=finance
        )
