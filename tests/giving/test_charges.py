"""Collecting what is promised: once for each instalment, again by rule after a refusal, never what is paused."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.holdings import holdings
from crm.core.errors import DomainError
from crm.core.sealing import Unreadable, seal, unseal
from crm.giving import gateways, services
from crm.giving.jobs import collect_charges, send_charge, wake_charges
from crm.giving.models import Charge, DemoBankCharge, Gift, PaymentMethod, Pledge
from crm.giving.services import payments

DUE = date(2026, 2, 1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel("2026-02-01T05:00:00-05:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def method(contact, finance, published):
    def make(token: str = "demo_ok", **fields) -> PaymentMethod:  # noqa: S107 - a name of the demo, no secret
        said = {"contact": contact, "gateway": "demo", "kind": "card", "brand": "Visa", "last_four": "4242"}
        return services.add_payment_method(**said | fields, token=token, by=finance)

    return make


@pytest.fixture
def pledge(contact, fund, admin, published):
    def make(payment_method: PaymentMethod | None, starts_on=DUE, **fields) -> Pledge:
        made = services.create_pledge(
            contact=contact, amount=Decimal(40), frequency="monthly", starts_on=starts_on, fund=fund, by=admin, **fields
        )
        return services.collect_from(made, payment_method=payment_method, by=admin) if payment_method else made

    return make


def collect() -> list[str]:
    """A morning: decide, send each; what has become of every charge so far."""
    collect_charges()
    for charge in Charge.objects.filter(status="pending"):
        send_charge(charge_id=charge.pk)
    return [charge.status for charge in Charge.objects.order_by("pk")]


# --- once ---------------------------------------------------------------------------------------------------------------
def test_what_is_due_becomes_a_gift_on_the_pledge(pledge, method, finance, fund):
    one = pledge(method())
    assert collect() == ["paid"]
    gift = Gift.objects.get()
    assert (gift.amount, gift.pledge, gift.fund, gift.method, gift.type, gift.received_on, gift.recorded_by) == (
        Decimal("40.00"), one, fund, "credit_card", "recurring", DUE, finance,
    )  # fmt: skip
    assert Pledge.objects.get().next_due_on == date(2026, 3, 1)
    assert Charge.objects.get().gift == gift


def test_the_same_morning_again_and_the_same_job_twice_charge_nothing_more(pledge, method):
    pledge(method())
    collect()
    charge = Charge.objects.get()
    assert send_charge(charge_id=charge.pk) is False
    assert collect() == ["paid"]
    assert (Gift.objects.count(), DemoBankCharge.objects.count()) == (1, 1)


def test_killed_between_the_bank_and_the_gift_the_same_charge_is_found_again(pledge, method, clock):
    pledge(method())
    collect_charges()
    charge = payments._mark_sent(Charge.objects.get().pk)
    gateways.GATEWAYS["demo"].charge(gateways.Request(charge.key, charge.amount, charge.currency, charge.method.token))
    assert (DemoBankCharge.objects.count(), Gift.objects.count()) == (1, 0)  # the money is taken, nobody knows
    clock.move_to("2026-02-01T05:10:00-05:00")
    assert wake_charges() == 1
    assert wake_charges() == 0  # not again at once
    send_charge(charge_id=charge.pk)
    assert (DemoBankCharge.objects.count(), Gift.objects.count()) == (1, 1)


def test_the_database_refuses_a_second_live_charge_of_one_instalment(pledge, method):
    pledge(method())
    collect()
    charge = Charge.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(
            organization=charge.organization, pledge=charge.pledge, instalment=charge.instalment, method=charge.method,
            attempt=2, key="another", amount=charge.amount, currency="CAD",
        )  # fmt: skip


def test_a_silent_gateway_leaves_the_charge_to_be_sent_again(pledge, method, monkeypatch):
    pledge(method())
    collect_charges()
    charge = Charge.objects.get()

    def silent(request):
        raise gateways.Unreachable

    monkeypatch.setattr(gateways.GATEWAYS["demo"], "charge", silent)
    assert send_charge(charge_id=charge.pk) is False
    monkeypatch.undo()
    assert send_charge(charge_id=charge.pk) is True
    assert Charge.objects.get().status == "paid"


# --- not ----------------------------------------------------------------------------------------------------------------
def test_arrears_are_never_collected_by_surprise(pledge, method):
    pledge(method(), starts_on=date(2025, 11, 1))
    assert collect() == ["paid"]
    assert Charge.objects.get().instalment.due_on == DUE


def test_a_paused_pledge_is_not_charged_even_if_it_was_paused_after_the_decision(pledge, method, admin, clock):
    one = pledge(method())
    collect_charges()
    services.pause_pledge(one, from_on=DUE, by=admin)
    send_charge(charge_id=Charge.objects.get().pk)
    assert (Charge.objects.get().status, DemoBankCharge.objects.count()) == ("dropped", 0)
    for month in ("03", "04"):
        clock.move_to(f"2026-{month}-01T05:00:00-05:00")
        assert collect() == ["dropped"]
    services.resume_pledge(one, on=date(2026, 5, 1), by=admin)
    clock.move_to("2026-05-01T05:00:00-04:00")
    assert collect() == ["dropped", "paid"]


@pytest.mark.parametrize("change", ["cancelled", "archived", "retired", "without", "future", "paid"])
def test_nothing_is_taken_from_who_owes_nothing(change, pledge, method, contact, fund, admin, published):
    card = method()
    one = pledge(card, starts_on=date(2026, 2, 2) if change == "future" else DUE)
    {
        "cancelled": lambda: services.cancel_pledge(one, by=admin),
        "archived": lambda: contacts.archive_contact(contact, by=admin),
        "retired": lambda: services.retire_payment_method(card, by=admin),
        "without": lambda: services.collect_from(one, payment_method=None, by=admin),
        "future": lambda: None,
        "paid": lambda: services.record_gift(
            contact=contact, amount=Decimal(40), received_on=DUE, fund=fund, pledge=one, by=admin
        ),
    }[change]()
    assert collect() == []


def test_what_was_collected_and_given_back_is_not_taken_again(pledge, method, admin):
    pledge(method())
    collect()
    services.refund_gift(Gift.objects.get(), by=admin)
    assert Pledge.objects.get().next_due_on == DUE
    assert collect() == ["paid"]


def test_money_the_bank_has_is_written_down_even_for_somebody_archived_meanwhile(pledge, method, contact, admin):
    pledge(method())
    collect_charges()
    charge = payments._mark_sent(Charge.objects.get().pk)
    contacts.archive_contact(contact, by=admin)
    send_charge(charge_id=charge.pk)
    assert Gift.objects.get().contact == contact


# --- refused ------------------------------------------------------------------------------------------------------------
def test_a_refusal_is_tried_again_after_three_days_then_four_then_it_has_failed(pledge, method, clock):
    one = pledge(method("demo_refused"))
    tried = {}
    for day in range(1, 14):
        clock.move_to(f"2026-02-{day:02}T05:00:00-05:00")
        tried[day] = len(collect())
    assert [day for day in tried if tried[day] > tried.get(day - 1, 0)] == [1, 4, 8]
    now = Pledge.objects.get()
    assert (now.status, now.end_reason, Gift.objects.count()) == ("failed", "insufficient_funds", 0)
    verbs = [event.verb for event in one.contact.timeline.order_by("pk")]
    assert verbs.count("charge.failed") == 3
    assert verbs[-1] == "pledge.failed"


def test_an_expired_card_fails_at_once_and_another_one_takes_it_up_again(pledge, method, admin, clock):
    one = pledge(method("demo_expired"))
    assert collect() == ["failed"]
    assert Pledge.objects.get().status == "failed"
    clock.move_to("2026-02-20T05:00:00-05:00")
    services.reopen_pledge(one, by=admin)
    services.collect_from(one, payment_method=method(last_four="1881"), by=admin)
    clock.move_to("2026-03-01T05:00:00-05:00")
    assert collect() == ["failed", "paid"]


# --- payment methods ----------------------------------------------------------------------------------------------------
def test_a_token_is_sealed_and_never_told(method):
    card = method("demo_ok")
    assert "demo_ok" not in card.sealed_token
    assert PaymentMethod.objects.get().token == "demo_ok"
    told = str(list(AuditEntry.objects.filter(model="giving.paymentmethod").values_list("changes", flat=True)))
    assert "4242" in told
    assert card.sealed_token not in told


def test_what_is_held_on_a_donor_names_the_card_and_never_its_token(method, contact):
    card = method()
    held = str([holding.data for holding in holdings(contact)])
    assert "4242" in held
    assert card.sealed_token not in held


def test_a_changed_key_still_opens_what_the_former_one_sealed(settings):
    sealed, settings.SECRET_KEY_FALLBACKS = seal("x"), [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, long enough to be one"
    assert unseal(sealed) == "x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Unreadable):
        unseal(sealed)


@pytest.mark.parametrize(
    "fields",
    [{"last_four": "4242424242424242"}, {"last_four": "42"}, {"brand": "4242 4242 4242 4242"}, {"gateway": "paypal"}],
)
def test_a_whole_number_or_an_unknown_gateway_is_refused(fields, method):
    with pytest.raises(DomainError):
        method(**fields)
    assert not PaymentMethod.objects.exists()


def test_a_card_of_another_donor_or_one_that_expired_collects_nothing(pledge, method, organization, admin):
    from tests.factories.contacts import ContactFactory

    one = pledge(None)
    for card in (
        method(contact=ContactFactory(organization=organization)),
        method(expires_on=date(2026, 1, 31)),
        services.retire_payment_method(method(), by=admin),
    ):
        with pytest.raises(DomainError):
            services.collect_from(one, payment_method=card, by=admin)


def test_what_the_bank_says_at_night_is_of_the_organizations_day(pledge, method):
    pledge(method())
    collect_charges()
    charge = Charge.objects.get()
    answer = gateways.Answer(is_paid=True, at=datetime(2026, 2, 2, 3, 30, tzinfo=UTC), reference="r")
    payments.settle_charge(charge.pk, answer)
    assert Gift.objects.get().received_on == DUE


def test_what_the_bank_says_of_a_day_whose_books_are_closed_is_booked_on_the_first_open_one(
    pledge, method, finance, clock
):
    pledge(method())
    collect_charges()
    clock.move_to("2026-02-02T09:00:00-05:00")
    services.close_period(until=DUE, by=finance)
    answer = gateways.Answer(is_paid=True, at=datetime(2026, 2, 2, 3, 30, tzinfo=UTC), reference="r")
    payments.settle_charge(Charge.objects.get().pk, answer)
    assert Gift.objects.get().received_on == date(2026, 2, 2)
