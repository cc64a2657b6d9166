"""Gifts in numbers: each month says what its gifts say, and leads to exactly those."""

from datetime import date
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.giving import months
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import facts, page

PAGE = "giving:gift_months"


@pytest.fixture
def history(organization, owner, fund, admin):
    """Some years of gifts of a few donors, of every status and two currencies."""
    random = Random(7)
    donors = [ContactFactory(organization=organization, owner=owner) for _ in range(4)]
    for _ in range(80):
        GiftFactory(
            contact=random.choice(donors), fund=fund, recorded_by=admin, amount=Decimal(random.randrange(1, 90000)) / 100,
            received_on=date.fromordinal(date(2024, 1, 1).toordinal() + random.randrange(0, 1000)),
            status=random.choice(["completed", "completed", "completed", "pending", "refunded", "failed"]),
            currency=random.choice(["CAD", "CAD", "CAD", "CAD", "USD"]),
        )  # fmt: skip
    return list(Gift.objects.all())


@pytest.mark.parametrize("start", range(1, 13))
def test_every_month_of_every_fiscal_year_says_what_a_plain_count_says(history, start):
    found = months.year_of(Gift.objects.all(), first=date(2025, start, 1), currency="CAD")
    ours = [gift for gift in history if gift.status == "completed" and gift.currency == "CAD"]

    def of(first: date, last: date) -> list[Gift]:
        return [gift for gift in ours if first <= gift.received_on <= last]

    for month in found.months:
        mine = of(month.first, month.last)
        earlier = [
            g for g in ours if (g.received_on.year + 1, g.received_on.month) == (month.first.year, month.first.month)
        ]
        assert (month.count, month.donors) == (len(mine), len({gift.contact_id for gift in mine}))
        assert (month.amount, month.before) == (sum(g.amount for g in mine), sum(g.amount for g in earlier))
    whole = of(found.first, found.last)
    assert (found.count, found.amount) == (len(whole), sum(gift.amount for gift in whole))
    assert found.donors == len({gift.contact_id for gift in whole})
    assert found.months[0].first == date(2025, start, 1)
    assert (found.last - found.first).days in (364, 365)
    foreign = [g for g in history if g.status == "completed" and g.currency == "USD"]
    assert found.foreign == len([g for g in foreign if found.first <= g.received_on <= found.last])


def test_each_month_opens_the_list_of_exactly_its_gifts(history, browse, finance, time_machine):
    time_machine.move_to("2026-11-20T15:00Z")
    client = browse(finance)
    shown = page(client.open(PAGE, {"year": 2025}))
    year = months.year_of(Gift.objects.all(), first=date(2025, 1, 1), currency="CAD")
    links = shown.all("tbody a", "href")
    assert len(links) == 12
    for link, month in zip(links, year.months, strict=True):
        listed = client.get(link).context["table"].data.data
        assert sum(1 for gift in listed if gift.currency == "CAD") == month.count
        assert sum(gift.amount for gift in listed if gift.currency == "CAD") == month.amount


def test_a_year_with_nothing_is_told_and_one_that_cannot_be_is_refused(browse, finance, organization):
    client = browse(finance)
    assert page(client.open(PAGE)).texts("tbody .mc-strong") == ["$0.00"] * 12
    assert client.open(PAGE, {"year": "1850"}).status_code == 422
    assert client.open(PAGE, {"year": "x"}).status_code == 422


def test_a_fundraiser_counts_the_gifts_of_their_own_donors(
    history, browse, owner, organization, fund, admin, time_machine
):
    time_machine.move_to("2026-11-20T15:00Z")
    others = ContactFactory(organization=organization)
    GiftFactory(contact=others, fund=fund, recorded_by=admin, amount=1_000_000, received_on=date(2025, 5, 5))
    mine = months.year_of(Gift.objects.visible_to(owner), first=date(2025, 1, 1), currency="CAD")
    shown = facts(browse(owner).open(PAGE, {"year": 2025}))
    assert mine.amount < 1_000_000
    assert shown["Gifts"].startswith(str(mine.count))


def test_questions_do_not_grow_with_the_gifts(history):
    with CaptureQueriesContext(connection) as asked:
        months.year_of(Gift.objects.all(), first=date(2025, 1, 1), currency="CAD")
    assert len(asked) == 3


@pytest.mark.parametrize(("amount", "before", "change"), [(150, 100, 50), (50, 100, -50), (100, 0, None), (0, 0, None)])
def test_the_change_since_the_year_before(amount, before, change):
    one = months.Month(date(2026, 1, 1), date(2026, 1, 31), 1, 1, Decimal(amount), Decimal(before))
    found = months.Year(one.first, one.last, (one,), 1, 0)
    assert (found.change, found.change_size) == (change, abs(change or 0))
