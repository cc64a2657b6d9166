"""“New gifts” in the morning digest."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone, translation

from crm.giving import services
from crm.giving.digest import collect_gifts
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
