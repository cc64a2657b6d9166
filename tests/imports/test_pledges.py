"""A file of promises: each with its calendar as if it had been typed, known when it is sent again, taken back whole."""

from datetime import date
from decimal import Decimal

import pytest

from crm.contacts.models import Contact, TimelineEvent
from crm.core import undo
from crm.giving import services as giving
from crm.giving.models import Instalment, Pledge
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory
from tests.imports.test_about import refusals
from tests.imports.test_undo import bring, everything, take_back

FILE = """Numéro externe;Numéro de la promesse;Montant;Fréquence;Premier versement;Dernier versement;Fonds;Note
D-1;P-1;25,00;mensuel;2026-01-15;;GEN;Au gala
D-1;P-2;1 000,00;une fois;2027-03-01;;;
D-1;;120;Annuel;2026-06-01;2030-06-01;;
D-9;P-3;25;mensuel;2026-01-15;;;
;P-4;25;mensuel;2026-01-15;;;
D-1;P-5;25;hebdomadaire;2026-01-15;;;
D-1;P-6;0;mensuel;2026-01-15;;;
D-1;P-7;25;mensuel;2026-01-15;2025-01-15;;
D-1;P-8;25;mensuel;2026-01-15;;Lune;
D-1;P-1;30;mensuel;2026-01-15;;;
"""


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to("2026-03-20T15:00Z")


@pytest.fixture
def roy(organization, owner):
    FundFactory(organization=organization, code="GEN", is_default=True)
    return ContactFactory(organization=organization, owner=owner, first_name="Luc", last_name="Roy", external_id="D-1")


def test_each_good_row_is_a_promise_with_its_calendar_and_each_bad_one_says_why(admin, roy):
    operation = bring(FILE, "pledges", admin)
    assert refusals() == {
        5: "contact_unknown",
        6: "contact_unsaid",
        7: "frequency",
        8: "amount_zero",
        9: "pledge_refused",
        10: "fund_unknown",
    }
    assert (operation.result["created"], operation.result["skipped"], operation.result["errors"]) == (3, 1, 6)
    monthly, once, yearly = Pledge.objects.order_by("pk")
    assert (monthly.amount, monthly.frequency, monthly.note, monthly.fund.code) == (25, "monthly", "Au gala", "GEN")
    assert (monthly.next_due_on, monthly.late_since) == (date(2026, 1, 15), date(2026, 1, 15))
    assert (once.amount, once.frequency, once.ends_on) == (Decimal(1000), "one_time", date(2027, 3, 1))
    assert (yearly.frequency, yearly.ends_on, yearly.recorded_by) == ("annual", date(2030, 6, 1), admin)
    assert list(
        Instalment.objects.filter(pledge=monthly, due_on__lte=date(2026, 3, 20)).values_list("due_on", flat=True)
    )
    assert TimelineEvent.objects.filter(contact=roy, verb="pledge.created").count() == 3
    assert Contact.objects.count() == 1


def test_sent_twice_the_promises_are_there_once(admin, roy):
    bring(FILE, "pledges", admin)
    operation = bring(FILE, "pledges", admin)
    assert Pledge.objects.count() == 3
    assert (operation.result["created"], operation.result["skipped"]) == (0, 4)


def test_undone_nothing_is_left_of_them(admin, roy):
    before = everything()
    operation = bring(FILE, "pledges", admin)
    take_back(operation, admin)
    assert everything() == before
    assert not Pledge.objects.exists()
    assert not Instalment.objects.exists()


def test_what_was_paid_or_changed_since_stays_and_is_listed_and_days_that_go_by_change_nothing(
    admin, roy, time_machine
):
    operation = bring(FILE, "pledges", admin)
    paid, changed, left = Pledge.objects.order_by("pk")
    GiftFactory(contact=roy, fund=paid.fund, amount=25, recorded_by=admin, pledge=paid, received_on=date(2026, 3, 1))
    giving.change_pledge(changed, amount=Decimal(900), by=admin)
    time_machine.move_to("2026-07-01T15:00Z")
    from crm.giving import pledges

    pledges.refresh([left.pk], on=date(2026, 7, 1))
    done = take_back(operation, admin)
    assert set(Pledge.objects.values_list("pk", flat=True)) == {paid.pk, changed.pk}
    assert {one["pk"] for one in undo.left_by(done)} == {paid.pk, changed.pk}


def test_only_administrators_bring_promises_in(finance, roy):
    with pytest.raises(Exception, match=r"administrator|administrateur"):
        bring(FILE, "pledges", finance)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Monthly", "monthly"), ("mensuelle", "monthly"), ("Every three months", "quarterly"), ("trimestriel", "quarterly"),
        ("semi-annual", "semi_annual"), ("Annuellement", "annual"), ("yearly", "annual"), ("une fois", "one_time"),
    ],
)  # fmt: skip
def test_how_often_is_read_in_both_languages(text, code):
    from crm.imports.values import parse_frequency

    assert parse_frequency(text) == code
