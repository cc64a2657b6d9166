"""The engagement score: each point explained, and the same as plain arithmetic over the gifts (O-03)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.choices import Trend
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.giving import engagement, summaries
from crm.giving.engagement import Facts, score
from crm.giving.jobs import score_donors
from crm.giving.models import Gift, GivingSummary
from tests.factories.contacts import ContactFactory, VisitFactory
from tests.factories.giving import CampaignFactory, GiftFactory
from tests.giving.reading import page

TODAY = date(2026, 6, 15)
money = st.decimals(min_value=0, max_value=20_000, places=2)


@settings(deadline=None)
@given(
    st.builds(
        Facts, last_on=st.dates(date(2020, 1, 1), TODAY), days=st.integers(0, 40), recent=money, before=money,
        has_recent=st.booleans(), is_new=st.booleans(), answers=st.integers(0, 5), visits=st.integers(0, 5),
    )
)  # fmt: skip
def test_a_score_is_the_sum_of_its_parts_none_of_which_is_worth_more_than_it_says(facts):
    found = score(facts, today=TODAY)
    assert found.points == sum(part.points for part in found.parts) <= 100
    assert all(0 <= part.points <= part.most for part in found.parts)
    assert sum(part.most for part in found.parts) == 100


@pytest.mark.parametrize(
    ("days", "points"), [(0, 25), (90, 25), (91, 20), (180, 20), (365, 15), (366, 8), (545, 8), (730, 4), (731, 0)]
)
def test_the_longer_ago_the_last_gift_the_fewer_points(days, points):
    assert score(Facts(last_on=TODAY - timedelta(days=days)), today=TODAY).parts[0].points == points


@pytest.mark.parametrize(
    ("recent", "before", "has_recent", "is_new", "trend", "points"),
    [
        ("110", "100", True, False, Trend.RISING, 15),
        ("109.99", "100", True, False, Trend.STABLE, 10),
        ("90.01", "100", True, False, Trend.STABLE, 10),
        ("90", "100", True, False, Trend.FALLING, 5),
        ("50", "0", True, True, Trend.NEW, 10),
        ("50", "0", True, False, Trend.RISING, 15),  # came back
        ("0", "100", False, False, Trend.SILENT, 0),
        ("0", "100", True, False, Trend.FALLING, 5),  # in another currency lately
    ],
)
def test_the_trend_is_a_tenth_more_or_less_from_twelve_months_to_the_next(
    recent, before, has_recent, is_new, trend, points
):
    facts = Facts(TODAY, 1, Decimal(recent), Decimal(before), has_recent=has_recent, is_new=is_new)
    found = score(facts, today=TODAY)
    assert (found.trend, found.parts[3].points) == (trend, points)


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


def naive(contact: Contact, today: date) -> tuple[int, str]:
    """The score by hand, gift by gift, as the docstring tells it."""
    gifts = [gift for gift in Gift.objects.filter(contact=contact) if gift.status == "completed"]
    year, two = (today.replace(year=today.year - back) for back in (1, 2))
    last, first = max(gift.received_on for gift in gifts), min(gift.received_on for gift in gifts)
    lately = [gift for gift in gifts if two < gift.received_on <= today]
    own = [gift for gift in lately if gift.currency == "CAD"]
    now = sum((gift.amount for gift in own if gift.received_on > year), Decimal(0))
    before = sum((gift.amount for gift in own if gift.received_on <= year), Decimal(0))
    zone = ZoneInfo(contact.organization.timezone)
    visits = sum(visit.at >= datetime(two.year, two.month, two.day, tzinfo=zone) for visit in contact.visits.all())
    points = 0
    silent = (today - last).days
    points += (
        25
        if silent <= 90
        else 20
        if silent <= 180
        else 15
        if silent <= 365
        else 8
        if silent <= 545
        else 4
        if silent <= 730
        else 0
    )
    days = len({gift.received_on for gift in lately})
    points += 20 if days >= 12 else 15 if days >= 4 else 10 if days >= 2 else 5 if days else 0
    given = now + before
    points += (
        20
        if given >= 5000
        else 16
        if given >= 1000
        else 12
        if given >= 500
        else 8
        if given >= 100
        else 4
        if given
        else 0
    )
    if not any(gift.received_on > year for gift in lately):
        trend = "silent"
    elif first > year:
        trend = "new"
    elif now >= before * Decimal("1.1"):
        trend = "rising"
    else:
        trend = "falling" if now <= before * Decimal("0.9") else "stable"
    points += {"rising": 15, "new": 10, "stable": 10, "falling": 5, "silent": 0}[trend]
    answers = sum(1 for gift in lately if gift.campaign_id or gift.appeal_id)
    for times in (answers, visits):
        points += 10 if times >= 2 else 5 if times else 0
    return points, trend


@pytest.mark.parametrize("seed", range(3))
def test_the_night_scores_everybody_as_plain_arithmetic_does(seed, organization, admin, fund, today):
    dice = Random(seed)
    campaign = CampaignFactory(organization=organization)
    donors = [ContactFactory(organization=organization) for _one in range(30)]
    for donor in donors:
        for _gift in range(dice.choice((1, 2, 3, 6, 14))):
            GiftFactory(
                contact=donor, fund=fund, recorded_by=admin, received_on=today - timedelta(days=dice.randrange(0, 1000)),
                amount=Decimal(dice.choice(("0.10", "25", "99.99", "600", "3000"))), currency=dice.choice(("CAD", "CAD", "USD")),
                status=dice.choice(("completed",) * 4 + ("refunded",)), campaign=dice.choice((None, campaign)),
            )  # fmt: skip
        for _visit in range(dice.choice((0, 0, 1, 3))):
            at = datetime.now(ZoneInfo("UTC")) - timedelta(days=dice.randrange(0, 900))
            VisitFactory(contact=donor, recorded_by=admin, at=at)
    summaries.refresh([donor.pk for donor in donors], on=today)
    changed = score_donors()
    counted = 0
    for summary in GivingSummary.objects.select_related("contact__organization"):
        if summary.gift_count:
            assert (summary.engagement, summary.trend) == naive(summary.contact, today)
            counted += 1
        else:
            assert (summary.engagement, summary.trend) == (None, "")
    assert changed == counted > 20
    assert score_donors() == 0  # a second run changes nothing


def test_a_sweep_that_is_cut_short_goes_on_where_it_was(organization, admin, fund, today, monkeypatch, run_jobs):
    monkeypatch.setattr(engagement, "CHUNK", 2)
    for _one in range(5):
        summaries.refresh(
            [GiftFactory(contact=ContactFactory(organization=organization), fund=fund, recorded_by=admin).contact_id]
        )
    assert score_donors(seconds=-1) == 2
    run_jobs()
    assert GivingSummary.objects.filter(engagement=None).count() == 0


def test_whose_gifts_are_all_gone_has_no_score_any_more(organization, admin, fund, today):
    gift = GiftFactory(contact=ContactFactory(organization=organization), fund=fund, recorded_by=admin)
    summaries.refresh([gift.contact_id], on=today)
    score_donors()
    gift.delete()
    summaries.refresh([gift.contact_id], on=today)
    assert score_donors() == 1
    summary = GivingSummary.objects.get()
    assert (summary.engagement, summary.trend) == (None, "")


def test_the_donors_page_explains_every_point_and_the_list_sorts_by_them(
    contact, gift, admin, owner, colleague, browse, today
):
    summaries.refresh([contact.pk], on=today)
    score_donors()
    stored = GivingSummary.objects.get(contact=contact)
    for person in (admin, owner):
        card = page(browse(person).open("giving:contact_engagement", pk=contact.pk))
        points = [int(text.partition("/")[0]) for text in card.texts("main li .mc-num")]
        assert (len(points), sum(points), card.texts("main .mc-kpi-value")) == (
            6,
            stored.engagement,
            [str(stored.engagement)],
        )
        answer = browse(person).open(
            "contacts:contact_list",
            {"columns": "engagement,trend", "sort": "-engagement", "engagement_min": "1", "trend": stored.trend},
        )
        assert answer.context["filter"].ignored == []
        assert [record.pk for record in answer.context["page"].records] == [contact.pk]
    assert browse(colleague).open("giving:contact_engagement", pk=contact.pk).status_code == 404
    none = ContactFactory(organization=contact.organization, owner=owner)
    assert page(browse(owner).open("giving:contact_engagement", pk=none.pk)).css("main .mc-quiet")
