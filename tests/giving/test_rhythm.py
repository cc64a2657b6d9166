"""At risk: whose silence is longer than their own rhythm, against plain arithmetic (O-02)."""

import itertools
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.giving import rhythm, services, summaries
from crm.giving.digest import collect_at_risk
from crm.giving.jobs import find_rhythms
from crm.giving.models import GivingSummary
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory

FIRST = date(2020, 1, 1)


@settings(deadline=None)
@given(st.lists(st.integers(0, 3000), max_size=12, unique=True))
def test_silence_is_usual_for_half_as_long_again_as_the_median_gap_and_sixty_days_at_least(offsets):
    days = [FIRST + timedelta(days=offset) for offset in sorted(offsets)]
    until = rhythm.usual_until(days)
    if len(days) < 2:
        assert until is None
        return
    gaps = sorted((later - earlier).days for earlier, later in itertools.pairwise(days))
    middle = len(gaps) // 2
    usual = gaps[middle] if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2
    for silence in (59, 60, 61, int(1.5 * usual) - 1, int(1.5 * usual), int(1.5 * usual) + 1):
        today = days[-1] + timedelta(days=silence)
        assert (today > until) == (silence > max(60, 1.5 * usual))


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


@pytest.fixture
def gave(organization, admin, fund, today):
    """A donor who gave so many days ago, each time."""

    def make(*ago: int, **fields) -> Contact:
        donor = ContactFactory(organization=organization, **fields)
        for days in ago:
            GiftFactory(
                contact=donor,
                fund=fund,
                recorded_by=admin,
                amount=Decimal(20),
                received_on=today - timedelta(days=days),
            )
        summaries.refresh([donor.pk], on=today)
        return donor

    return make


def at_risk(organization, today) -> set[Contact]:
    return set(Contact.objects.filter(rhythm.at_risk(organization, today=today)))


def test_each_donor_is_judged_by_their_own_rhythm(gave, organization, today):
    monthly = gave(61, 91, 121)
    gave(60, 90, 120)  # sixty days are always allowed
    yearly = gave(550, 915, 1280)
    gave(540, 905, 1270)
    gave(400)  # one gift makes no rhythm
    gave(100, 100)  # nor do two on one day
    gave(61, 91, 121, is_deceased=True)
    gave(735, 765, 795)  # lapsed: no longer at risk
    find_rhythms()
    assert at_risk(organization, today) == {monthly, yearly}


def test_the_organization_may_set_one_number_of_days_for_everybody(gave, organization, today):
    once, monthly = gave(91), gave(95, 100, 105)
    gave(90)
    find_rhythms()
    organization.at_risk_after = 90
    assert at_risk(organization, today) == {once, monthly}


def test_who_gives_again_is_at_risk_no_longer_at_once(gave, organization, admin, fund, today):
    donor = gave(61, 91, 121)
    find_rhythms()
    assert at_risk(organization, today) == {donor}
    gift = services.record_gift(contact=donor, amount=Decimal(5), received_on=today, fund=fund, by=admin)
    assert at_risk(organization, today) == set()
    services.delete_gift(gift, by=admin)
    find_rhythms()
    assert at_risk(organization, today) == {donor}


def test_counting_the_totals_again_keeps_the_rhythm_and_a_night_changes_only_what_is_new(gave, organization, today):
    donor = gave(61, 91, 121)
    assert find_rhythms() == 1
    before = GivingSummary.objects.get(contact=donor).at_risk_on
    summaries.refresh([donor.pk], on=today)
    assert GivingSummary.objects.get(contact=donor).at_risk_on == before == today - timedelta(days=1)
    assert find_rhythms() == 0


@pytest.mark.parametrize("days", [None, 60])
def test_the_digest_tells_who_became_at_risk_since_the_last_one_and_only_then(gave, admin, organization, today, days):
    organization.at_risk_after = days
    organization.save()
    donor = gave(61, 91, 121, first_name="Luc", last_name="Roy")  # the first day of too long a silence is today
    gave(62, 92, 122)
    find_rhythms()
    zone = ZoneInfo(organization.timezone)
    morning = datetime.combine(today, time(8), tzinfo=zone)
    section = collect_at_risk(admin, morning - timedelta(days=1), morning)
    assert (section.count, [line.text for line in section.lines]) == (1, [donor.name])
    assert collect_at_risk(admin, morning - timedelta(days=2), morning).count == 2
    assert collect_at_risk(admin, morning, morning + timedelta(hours=3)) is None


def test_the_list_of_contacts_shows_who_is_at_risk(gave, admin, browse):
    gave(61, 91, 121, last_name="Roy", first_name="Luc")
    gave(10, 40, 70)
    find_rhythms()
    desk = browse(admin)
    assert desk.open("contacts:contact_list", {"ready": "at_risk", "count": "1"}).content == b"1"
    assert "Luc Roy" in desk.open("contacts:contact_list", {"ready": "at_risk"}).content.decode()
