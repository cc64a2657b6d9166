"""Gifts by days, weeks and years: against plain arithmetic, each span leading to its gifts (O-04)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.core.dates import fiscal_year, today_in
from crm.giving import spans
from crm.giving.choices import Step
from crm.giving.models import Gift
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.giving.reading import page


@given(st.dates(date(2001, 1, 1), date(2090, 1, 1)), st.integers(1, 12), st.sampled_from(Step.values))
@settings(deadline=None)
def test_spans_follow_each_other_without_a_gap_and_the_last_one_holds_today(today, month, step):
    found = spans.of(step, today=today, start_month=month)
    assert len(found) == spans.SHOWN[step]
    assert found[-1][0] <= today <= found[-1][1]
    assert all(earlier[1] + spans.DAY == later[0] for earlier, later in pairwise(found))
    if step == Step.WEEK:
        assert {(first.weekday(), last.weekday()) for first, last in found} == {(0, 6)}


@pytest.mark.parametrize("month", [1, 4, 10])
@pytest.mark.parametrize("who", ["admin", "owner"])
@pytest.mark.parametrize("step", Step.values)
def test_each_span_counts_what_plain_arithmetic_counts_and_what_its_list_holds(
    step, who, month, organization, admin, owner, fund, browse, request
):
    organization.fiscal_year_start = month
    organization.save()
    dice, today = Random(month), today_in(organization.timezone)
    donors = [ContactFactory(organization=organization, owner=dice.choice((admin, owner))) for _one in range(8)]
    reach = {"day": 40, "week": 200, "year": 2500}[step]
    for _one in range(60):
        GiftFactory(
            contact=dice.choice(donors), fund=fund, recorded_by=admin, amount=Decimal(dice.choice(("0.10", "0.20", "35.55"))),
            received_on=today - timedelta(days=dice.randrange(0, reach)), currency=dice.choice(("CAD", "CAD", "USD")),
            status=dice.choice(("completed", "completed", "refunded")),
        )  # fmt: skip
    desk = browse(request.getfixturevalue(who))
    answer = desk.open("giving:gift_spans", {"by": step})
    seen = Gift.objects.filter(status="completed", currency="CAD")
    seen = seen if who == "admin" else seen.filter(contact__owner=owner)
    for _name, one in answer.context["rows"]:
        inside = [gift for gift in seen if one.first <= gift.received_on <= one.last]
        assert (one.count, one.donors) == (len(inside), len({gift.contact_id for gift in inside}))
        assert one.amount == sum((gift.amount for gift in inside), Decimal(0))
        if step == "year":
            assert {fiscal_year(gift.received_on, month) for gift in inside} <= {one.first.year}
    links = page(answer).css("main tbody a")
    assert len(links) == spans.SHOWN[step]
    filled = [(link, one) for link, (_name, one) in zip(links, answer.context["rows"], strict=True) if one.count]
    for link, one in filled[:4]:
        listed = desk.get(link.get("href")).context["filter"]
        assert (listed.ignored, listed.qs.count()) == ([], one.count)


def test_an_unknown_step_shows_days_and_an_empty_organization_zeros(admin, browse):
    answer = browse(admin).open("giving:gift_spans", {"by": "decade"})
    assert answer.context["step"] == "day"
    assert {one.count for _name, one in answer.context["rows"]} == {0}
