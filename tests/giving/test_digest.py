"""“New gifts” in the morning digest."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from crm.giving import services
from crm.giving.digest import collect_gifts, collect_week
from crm.notifications.digest import compose
from tests.factories.contacts import ContactFactory

NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T08:00:00-05:00", tick=False):
        yield


@pytest.fixture
def yesterday() -> tuple:
    return timezone.now() - timedelta(days=1), timezone.now()


@pytest.fixture
def record(contact, fund, admin, published):
    def record_gift(amount, *, hours_ago=3, **fields):
        with time_machine.travel(timezone.now() - timedelta(hours=hours_ago)):
            fields = {"contact": contact, "fund": fund, "by": admin, "received_on": date(2026, 11, 18)} | fields
            return services.record_gift(amount=Decimal(amount), **fields)

    return record_gift


def test_nothing_recorded_says_nothing(admin, record, yesterday):
    record(10, hours_ago=25)
    record(10, status="pending")
    assert collect_gifts(admin, *yesterday) is None


def test_the_gifts_recorded_in_between_are_summed_and_the_largest_come_first(admin, browse, record, yesterday):
    record(10)
    largest = record(2500)
    record(80, currency="USD")
    section = collect_gifts(admin, *yesterday)
    assert (section.count, section.total) == (3, "3 gifts recorded, for $2,510.00 + US$80.00.")
    assert [line.amount for line in section.lines] == ["$2,500.00", "US$80.00", "$10.00"]
    browser = browse(admin)
    assert (section.lines[0].text, section.lines[0].detail, section.lines[0].url) == (
        "Hélène Côté-Bouchard",
        "General fund · November 18, 2026",
        browser.url("giving:gift_detail", pk=largest.pk),
    )
    assert section.link_url == browser.url("giving:gift_list") + "?recorded_since=2026-11-19"
    assert browser.get(section.link_url).context["page"].total == 3


def test_one_gift_is_said_in_the_singular_and_in_french(admin, record, yesterday):
    record("1234.5")
    assert collect_gifts(admin, *yesterday).total == "1 gift recorded, for $1,234.50."
    with translation.override("fr"):
        section = collect_gifts(admin, *yesterday)
    assert section.lines[0].amount == f"1{NBSP}234,50{NBSP}$"
    assert section.lines[0].detail == f"Fonds général · 18{NBSP}novembre 2026"


def test_the_edges_belong_to_one_digest_only(admin, record, yesterday):
    since, until = yesterday
    record(1, hours_ago=24)
    record(2, hours_ago=0)
    assert [line.amount for line in collect_gifts(admin, since, until).lines] == ["$1.00"]
    assert [line.amount for line in collect_gifts(admin, until, until + timedelta(days=1)).lines] == ["$2.00"]


def test_a_fundraiser_reads_about_their_own_donors(owner, colleague, outsider, organization, record, yesterday):
    record(10)
    record(20, contact=ContactFactory(organization=organization))
    assert collect_gifts(owner, *yesterday).total == "1 gift recorded, for $10.00."
    assert collect_gifts(colleague, *yesterday) is None
    assert collect_gifts(outsider, *yesterday) is None


def test_the_digest_holds_the_section(admin, record, yesterday, settings):
    settings.SITE_URL = "https://merci.test"
    record(10)
    assert compose(admin, *yesterday)["gifts"].link_url.startswith("https://merci.test/en/o/rive-claire/giving/gifts/")


# --- last week, on Mondays ----------------------------------------------------------------------------------------------
def week_of(membership, moment: str):
    until = datetime.fromisoformat(moment)
    with timezone.override(membership.organization.timezone):
        return collect_week(membership, until - timedelta(days=1), until)


MONDAY = "2026-11-16T08:00-05:00"


def test_monday_tells_the_week_before_beside_the_one_before_it(admin, contact, record):
    other = ContactFactory(organization=admin.organization)
    for amount, day, who in ((100, 9, contact), (40, 15, contact), (10, 10, other), (60, 8, contact), (7, 16, other)):
        record(amount, received_on=date(2026, 11, day), contact=who)
    section = week_of(admin, MONDAY)
    told = {str(line.text): (line.amount, line.detail) for line in section.lines}
    assert told["Raised"] == ("$150.00", "$60.00 the week before")
    assert told["Gifts"] == ("3", "1 the week before")
    assert told["Donors"] == ("2", "1 the week before")
    assert told["First gifts"] == (
        "1",
        "1 the week before",
    )  # the other’s; the first of this donor came the week before
    assert "received_on_after=2026-11-09&received_on_before=2026-11-15" in section.link_url


@pytest.mark.parametrize("day", range(1, 7))
def test_other_days_tell_no_week(day, admin, record):
    record(100)
    moment = datetime.fromisoformat(MONDAY) + timedelta(days=day)
    assert week_of(admin, moment.isoformat()) is None


def test_two_weeks_without_a_gift_say_nothing(admin, record):
    record(100, received_on=date(2026, 11, 1))
    assert week_of(admin, MONDAY) is None
