"""The page of a fund: what came for it, what was spent of it as the donors wished, what is left."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.accounts.models import AuditEntry
from crm.core.errors import DomainError
from crm.giving import funds, services
from crm.giving.models import FundSpending, Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory
from tests.giving.reading import errors, facts, page

DAY = date(2026, 3, 15)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-03-20T12:00:00-04:00", tick=False):
        yield


@pytest.fixture
def chapel(organization):
    return FundFactory(organization=organization, code="CHA", name_en="Chapel", is_restricted=True)


@pytest.fixture
def give(admin, contact, chapel):
    def record(amount, **fields) -> Gift:
        known = {"contact": contact, "received_on": DAY, "fund": chapel, "by": admin}
        return services.record_gift(amount=Decimal(amount), **(known | fields))

    return record


def of(fund, organization) -> funds.Figures:
    return funds.figures_of(fund, currency=organization.currency, today=date(2026, 3, 20))


def test_the_figures_are_those_of_the_gifts_and_of_the_parts_of_shared_ones(give, chapel, fund, admin, organization):
    give(100, received_on=date(2024, 5, 1))
    give(50)
    give(
        30,
        fund=None,
        splits={chapel: Decimal(20), fund: Decimal(10)},
        contact=ContactFactory(organization=organization),
    )
    services.refund_gift(give(1000), by=admin)
    give(7, currency="USD")
    figures = of(chapel, organization)
    assert figures.years == [(2024, 100), (2025, 0), (2026, 70)]
    assert (figures.received, figures.donors, figures.balance, figures.of(2026)) == (170, 2, 170, 70)
    assert figures.received == funds.received_for(chapel, currency="CAD")


def test_what_is_spent_leaves_the_balance_and_no_more_than_is_left(give, chapel, admin, organization):
    give(100)
    services.record_spending(chapel, spent_on=DAY, amount=Decimal("60.50"), note="Windows", by=admin)
    with pytest.raises(DomainError, match=r"Only \$39\.50"):
        services.record_spending(chapel, spent_on=DAY, amount=Decimal("39.51"), note="Doors", by=admin)
    row = services.record_spending(chapel, spent_on=DAY, amount=Decimal("39.50"), note="Doors", by=admin)
    assert of(chapel, organization).balance == 0
    services.delete_spending(row, by=admin)
    services.delete_spending(row, by=admin)
    assert of(chapel, organization).balance == Decimal("39.50")
    assert AuditEntry.objects.filter(model="giving.fundspending").count() == 3


def test_a_refund_after_the_money_was_spent_shows_below_zero(give, chapel, admin, organization):
    gift = give(100)
    services.record_spending(chapel, spent_on=DAY, amount=Decimal(80), note="Windows", by=admin)
    services.refund_gift(gift, by=admin)
    assert of(chapel, organization).balance == -80


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("1.001")}, "amount"),
        ({"spent_on": date(2026, 3, 21)}, "spent_on"),
        ({"spent_on": date(26, 3, 1)}, "spent_on"),
        ({"note": " "}, "note"),
        ({"spent_on": date(2025, 12, 31)}, "spent_on"),  # closed
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(give, chapel, admin, fields, field):
    give(100)
    services.close_period(until=date(2025, 12, 31), by=admin)
    known = {"spent_on": DAY, "amount": Decimal(10), "note": "Windows"}
    with pytest.raises(DomainError) as error:
        services.record_spending(chapel, **(known | fields), by=admin)
    assert error.value.field == field
    assert not FundSpending.objects.exists()


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.decimals("0.01", "500", places=2), min_size=1, max_size=6))
def test_the_balance_never_passes_below_zero_by_spending(give, chapel, admin, organization, amounts):
    give("250.00")
    for amount in amounts:
        with suppress(DomainError):
            services.record_spending(chapel, spent_on=DAY, amount=amount, note="x", by=admin)
        assert of(chapel, organization).balance >= 0


def test_the_page_shows_the_balance_to_who_keeps_the_books(browse, give, chapel, finance, member):
    give(100)
    browser = browse(finance)
    data = {"amount": "200", "spent_on": "2026-03-15", "note": "Windows"}
    refused = browser.send("giving:spending_create", data, pk=chapel.pk)
    assert errors(refused) == {"amount": ["Only $100.00 of this fund is left."]}
    browser.send("giving:spending_create", data | {"amount": "40"}, pk=chapel.pk)
    shown = facts(browser.open("giving:fund_detail", pk=chapel.pk))
    assert shown["Balance"].startswith("$60.00")
    assert shown["Spent"] == "$40.00"
    seen = browse(member).open("giving:fund_detail", pk=chapel.pk)
    assert "Balance" not in facts(seen)
    assert "Windows" not in page(seen).words
    browser.send("giving:spending_delete", pk=FundSpending.objects.get().pk)
    assert not FundSpending.objects.exists()


def test_the_list_leads_to_the_page_and_the_page_to_the_gifts(browse, give, chapel, admin):
    give(100)
    browser = browse(admin)
    assert f"/funds/{chapel.pk}/" in str(page(browser.open("giving:fund_list")).all("tbody a.mc-name", "href"))
    assert f"?fund={chapel.pk}&status=completed" in str(
        page(browser.open("giving:fund_detail", pk=chapel.pk)).all("dd a", "href")
    )
