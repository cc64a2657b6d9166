"""How things stand, in the morning e-mail: KPIs as cards, what cannot wait; neither makes an e-mail by itself (U-03)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.insights import dashboard, services
from crm.notifications import digest
from crm.notifications.services import send_digest
from tests.factories.contacts import ContactFactory
from tests.factories.giving import FundFactory, PledgeFactory
from tests.factories.tasks import TaskFactory


@pytest.fixture
def hours(admin):
    kpi = services.create_kpi(by=admin, title="Hours <b>", unit="hours", value=Decimal(100), target=Decimal(200))
    services.record_value(kpi, value=Decimal(110), by=admin)
    return kpi


def of(membership) -> dict:
    now = timezone.now()
    return digest.compose(membership, now - timedelta(days=1), now)


def test_the_kpis_put_forward_come_first_with_their_trend_and_target(hours, admin, reader):
    services.create_kpi(by=admin, title="Quiet", value=Decimal(1), is_featured=False)
    services.create_kpi(by=admin, title="Nothing yet")
    section = next(iter(of(reader).values()))
    (card,) = section.lines
    assert section.as_cards
    assert (card.text, card.amount, card.detail, card.tone) == (
        "Hours <b>",
        "110\u00a0h",
        "▲ +10% · 55% of the target",
        "ok",
    )
    assert card.url.startswith("http")


def test_they_make_no_email_by_themselves(hours, admin, run_jobs, mailoutbox):
    delivery = send_digest(admin, on=date(2026, 11, 24))
    run_jobs()
    assert (delivery.email, list(delivery.counts), mailoutbox) == (None, ["kpis"], [])


def test_with_news_they_are_in_it_escaped_in_both_languages(hours, admin, run_jobs, mailoutbox):
    for day, language, said in ((24, "en", "Where you stand"), (25, "fr", "Où vous en êtes")):
        admin.user.language = language
        admin.user.save()
        TaskFactory(contact=ContactFactory(organization=admin.organization), owner=admin, due_on=date(2020, 1, 1))
        send_digest(admin, on=date(2026, 11, day))
        run_jobs()
        message = mailoutbox[-1]
        html = message.alternatives[0].content
        assert said in html
        assert said.upper() in message.body
        assert "Hours &lt;b&gt;" in html
        assert "110\u00a0h" in html


def test_what_cannot_wait_is_told_once_with_its_list(organization, admin, owner, contact):
    fund = FundFactory(organization=organization)
    for _two in range(2):
        PledgeFactory(contact=contact, fund=fund, recorded_by=admin, status="failed")
    PledgeFactory(contact=ContactFactory(organization=organization), fund=fund, recorded_by=admin, status="failed")
    for person, count in ((admin, 3), (owner, 2)):
        (line,) = of(person)["attention"].lines
        assert line.text.startswith(f"{count} pledges")
        assert line.tone == "bad"
        (concern,) = [one for one in dashboard.concerns(person) if one.code == "failed_pledges"]
        assert line.url.endswith(concern.url)
