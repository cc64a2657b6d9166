"""Gain, loss and retention against a second, naive reading of the gifts: the same donors and cents, whatever the fiscal year."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest

from crm.contacts.criteria import Context
from crm.contacts.criteria.rules import compiled
from crm.contacts.models import Contact
from crm.giving import summaries
from crm.giving.models import Gift
from crm.insights import movements
from crm.insights.choices import Movement
from crm.insights.years import Year
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, GiftFactory

AMOUNTS = ("0.10", "0.20", "0.30", "33.33", "50", "50", "50", "499.99")


def naive(gifts, year: Year) -> tuple[dict, dict]:
    """``{movement: [contacts]}`` and the rates, by reading every gift of every donor one by one."""
    given = defaultdict(list)
    for gift in gifts:
        if gift.status == "completed":
            given[gift.contact_id].append(gift)
    starts = (
        date(year.number - 1, year.month, 1),
        date(year.number, year.month, 1),
        date(year.number + 1, year.month, 1),
    )
    found, first_timers, kept = defaultdict(list), 0, 0
    for contact_id, theirs in given.items():
        last = [gift for gift in theirs if starts[0] <= gift.received_on < starts[1]]
        this = [gift for gift in theirs if starts[1] <= gift.received_on < starts[2]]
        first = min(gift.received_on for gift in theirs)
        before, now = (
            sum((gift.amount for gift in some if gift.currency == "CAD"), Decimal(0)) for some in (last, this)
        )
        if last and first >= starts[0]:
            first_timers += 1
            kept += bool(this)
        if this and last:
            code = "upgraded" if now > before else "downgraded" if now < before else "same"
        elif this:
            code = "new" if first >= starts[1] else "recaptured"
        elif last:
            code = "lapsed_new" if first >= starts[0] else "lapsed_repeat"
        else:
            continue
        found[code].append((contact_id, before, now))
    stayed = [row for code in ("upgraded", "same", "downgraded") for row in found[code]]
    gave_last = [*stayed, *found["lapsed_new"], *found["lapsed_repeat"]]
    money_before = sum(row[1] for row in gave_last)

    def rate(part, whole):
        return round(Decimal(part) / Decimal(whole) * 100, 1) if whole else None

    return found, {
        "retention": rate(len(stayed), len(gave_last)),
        "money_retention": rate(sum(row[2] for row in stayed), money_before),
        "first_year_retention": rate(kept, first_timers),
        "repeat_retention": rate(len(stayed) - kept, len(gave_last) - first_timers),
    }


@pytest.fixture(params=range(6))
def history(request, organization, admin):
    """Sixty donors over five years; gifts fall on the edges of years as often as not, some in US dollars, some refunded."""
    dice = Random(request.param)
    fund = FundFactory(organization=organization)
    edges = [
        date(year, month, 1) - timedelta(days=back)
        for year in range(2023, 2028)
        for month in (1, 4, 7, 9)
        for back in (0, 1)
    ]
    people = [ContactFactory(organization=organization) for _one in range(60)]
    for person in people:
        for _gift in range(dice.choice((0, 1, 1, 2, 3, 6))):
            day = dice.choice(edges) if dice.random() < 0.5 else date(2023, 1, 1) + timedelta(days=dice.randrange(1700))
            GiftFactory(
                contact=person, fund=fund, recorded_by=admin, received_on=day, amount=Decimal(dice.choice(AMOUNTS)),
                currency=dice.choice(("CAD", "CAD", "CAD", "USD")),
                status=dice.choice(("completed", "completed", "completed", "refunded", "pending")),
            )  # fmt: skip
    summaries.refresh([person.pk for person in people])
    return list(Gift.objects.all())


@pytest.mark.parametrize("month", range(1, 13))
def test_every_donor_and_every_cent_is_where_plain_reading_puts_it(history, month):
    rows = Gift.objects.all()
    for number in (2024, 2025, 2026):
        year = Year(number, month)
        expected, rates = naive(history, year)
        report = movements.report(rows, year, currency="CAD")
        for code in Movement.values:
            there, part = expected[code], report.parts[code]
            assert (part.donors, part.before, part.now) == (
                len(there), sum(row[1] for row in there), sum(row[2] for row in there)
            ), code  # fmt: skip
            listed = movements.narrowed(Contact.objects.all(), rows, year, currency="CAD", movements=[code])
            assert set(listed.values_list("pk", flat=True)) == {row[0] for row in there}, code
        assert {name: getattr(report, name) for name in rates} == rates
        everybody = movements.narrowed(Contact.objects.all(), rows, year, currency="CAD")
        assert everybody.count() == report.everybody.donors
        assert report.gains + report.losses == report.this_year.now - report.last_year.before
        of_all = {pk: (before, now) for rows_of in expected.values() for pk, before, now in rows_of}
        per_donor = movements.per_donor(rows, year, currency="CAD")
        assert {row["contact"]: movements.given(row) for row in per_donor} == of_all


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("today", [date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 29)])
def test_lybunt_and_sybunt_are_what_plain_reading_says_for_any_fiscal_year(history, organization, month, today):
    organization.fiscal_year_start = month
    summaries.refresh(Contact.objects.values_list("pk", flat=True), on=today)
    year = today.year - (today.month < month)
    starts = date(year - 1, month, 1), date(year, month, 1)
    lybunt, sybunt = set(), set()
    for contact in Contact.objects.all():
        days = [gift.received_on for gift in history if gift.contact_id == contact.pk and gift.status == "completed"]
        if days and max(days) < starts[1]:
            sybunt.add(contact.pk)
            if any(starts[0] <= day for day in days):
                lybunt.add(contact.pk)
    for code, expected in (("lybunt", lybunt), ("sybunt", sybunt)):
        rules = {"all": [{"field": code, "op": "fiscal", "value": None}]}
        found = Contact.objects.filter(compiled(rules, Context(organization, today)))
        assert set(found.values_list("pk", flat=True)) == expected, code


@pytest.mark.parametrize("month", range(1, 13))
def test_years_side_by_side_say_what_the_report_of_each_says(history, month, django_assert_num_queries):
    rows = Gift.objects.all()
    with django_assert_num_queries(1):
        found = movements.side_by_side(rows, Year(2026, month), count=5, currency="CAD")
    assert [one.year.number for one in found] == [2026, 2025, 2024, 2023, 2022][: len(found)]
    for one in found:
        report = movements.report(rows, one.year, currency="CAD")
        assert (one.donors, one.amount) == (report.this_year.donors, report.this_year.now)
        assert (one.donors_before, one.amount_before) == (report.last_year.donors, report.last_year.before)
        assert (one.retention, one.money_retention) == (report.retention, report.money_retention)
    earlier = movements.report(rows, Year(found[-1].year.number - 1, month), currency="CAD")
    assert len(found) == 5 or not earlier.everybody.donors


def test_a_year_without_a_gift_has_no_rate(db):
    assert movements.side_by_side(Gift.objects.all(), Year(2025, 1), count=5, currency="CAD") == []
    report = movements.report(Gift.objects.all(), Year(2025, 1), currency="CAD")
    assert (report.retention, report.money_retention, report.growth, report.everybody.donors) == (None, None, None, 0)
