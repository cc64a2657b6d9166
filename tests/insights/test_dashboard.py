"""“My day”: every number is that of the list it leads to, for each role; panels cost the same however much there is (O-01)."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.models import OutgoingEmail
from crm.core.money import format_rate
from crm.giving import rhythm, summaries
from crm.giving.models import Gift, Thanks
from crm.insights import dashboard
from crm.outreach.models import Communication
from tests.factories.contacts import ContactFactory
from tests.factories.giving import CampaignFactory, FundFactory, GiftFactory, PledgeFactory
from tests.factories.pipeline import OpportunityFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page

NOW = timezone.now()
ROLES = ("admin", "owner", "finance", "member", "reader")
PANELS = (
    "insights:figures", "insights:concerns", "insights:since_last_visit", "giving:home_thanks", "giving:home_at_risk",
    "giving:home_gifts", "giving:home_year", "giving:home_goals", "insights:home_kpis", "giving:home_top",
)  # fmt: skip


def furnish(organization, admin, owner, dice: Random, people: int) -> None:
    """Donors of two people and of nobody, with everything that “My day” counts; some archived, some in US dollars."""
    today = today_in(organization.timezone)
    fund = FundFactory(organization=organization)
    for place in range(people):
        person = ContactFactory(
            organization=organization, owner=dice.choice((owner, admin, None)),
            funnel_stage=dice.choice(("contacted", "blocked")),
            last_contact_at=NOW - timedelta(days=dice.randrange(0, 90)), archived_at=NOW if dice.random() < 0.1 else None,
        )  # fmt: skip
        for _gift in range(dice.choice((0, 1, 2, 4))):
            gift = GiftFactory(
                contact=person, fund=fund, recorded_by=admin, received_on=today - timedelta(days=dice.randrange(0, 800)),
                amount=Decimal(dice.choice(("0.10", "0.20", "35.55", "500"))), currency=dice.choice(("CAD", "CAD", "USD")),
                status=dice.choice(("completed", "completed", "refunded")),
            )  # fmt: skip
            if dice.random() < 0.5:
                Thanks.objects.create(
                    organization=organization, gift=gift, status=dice.choice(("due", "due", "done")),
                    created_at=NOW - timedelta(hours=dice.randrange(1, 90)),
                )  # fmt: skip
        PledgeFactory(
            contact=person, fund=fund, recorded_by=admin, frequency=dice.choice(("monthly", "annual", "one_time")),
            amount=Decimal(dice.randrange(1, 400)), status=dice.choice(("active", "active", "failed", "paused")),
            late_since=dice.choice((None, today)), late_amount=Decimal(10), currency=dice.choice(("CAD", "CAD", "USD")),
        )  # fmt: skip
        OpportunityFactory(contact=person, owner=admin, expected_on=today + timedelta(days=dice.randrange(-20, 20)))
        stage, ago = ("won", "lost", "won")[place % 3], (0, 500)[place % 5 == 0]
        OpportunityFactory(contact=person, owner=admin, stage=stage, closed_on=today - timedelta(days=ago))
        TaskFactory(
            contact=person, owner=dice.choice((admin, owner)), due_on=today + timedelta(days=dice.randrange(-9, 9)),
            done_at=dice.choice((None, None, NOW)),
        )  # fmt: skip
        if dice.random() < 0.3:
            email = OutgoingEmail.objects.create(
                organization=organization, key=f"k{person.pk}", recipient="a@b.test", language="en", status="failed"
            )
            Communication.objects.create(
                organization=organization, contact=person, channel="email", language="en", subject="S", body="B", email=email,
                sent_by=admin,
            )  # fmt: skip
    silent = ContactFactory(organization=organization, owner=owner)  # became at risk today
    for days in (61, 91, 121):
        GiftFactory(contact=silent, fund=fund, recorded_by=admin, received_on=today - timedelta(days=days))
    CampaignFactory(organization=organization, status="active", goal_amount=Decimal(1000))
    summaries.refresh(Contact.objects.of(organization).values_list("pk", flat=True), on=today)
    list(rhythm.sweep(organization))


@pytest.fixture(params=[1, 4, 10])
def lively(request, organization, admin, owner):
    organization.fiscal_year_start = request.param
    organization.save()
    furnish(organization, admin, owner, Random(request.param), 40)
    return organization


def rows(desk, url: str):
    """The rows of the list at this address, as its filters leave them."""
    response = desk.get(url)
    assert (response.status_code, response.context["filter"].ignored) == (200, [])
    return response.context["filter"].qs


@pytest.mark.parametrize("who", ROLES)
def test_each_figure_is_what_the_list_behind_it_holds(who, lively, browse, request):
    person = request.getfixturevalue(who)
    desk, found = browse(person), {one.code: one for one in dashboard.figures(person)}
    raised = sum((gift.amount for gift in rows(desk, found["raised"].url)), Decimal(0))
    assert raised == found["raised"].number
    assert rows(desk, found["donors"].url).count() == found["donors"].number
    monthly = [pledge.monthly or 0 for pledge in rows(desk, found["monthly"].url) if pledge.currency == "CAD"]
    assert sum(monthly, Decimal(0)) == found["monthly"].number
    if who == "admin":
        assert all(one.number > 0 for one in found.values())
    report = page(desk.get(found["retention"].url)).css(".mc-facts dd")[0].words
    assert report.startswith(format_rate(found["retention"].number, "en"))
    shown = page(desk.open("insights:figures")).texts("main .mc-kpi-value")
    assert shown == [one.value for one in found.values()]


@pytest.mark.parametrize("who", ROLES)
def test_each_concern_counts_the_rows_of_the_list_it_leads_to(who, lively, browse, request):
    person = request.getfixturevalue(who)
    desk, found = browse(person), dashboard.concerns(person)
    for one in found:
        counted = desk.get(f"{one.url}&count=1").content.decode()
        assert counted == str(one.count), one.code
    expected = {
        "admin": {"failed_pledges", "tasks", "messages", "late_pledges", "late_thanks", "asks", "stalled"},
        "owner": {"failed_pledges", "tasks", "messages", "late_pledges", "late_thanks", "asks", "stalled"},
        "reader": {"late_pledges", "messages"},
    }
    if who in expected:
        assert {one.code for one in found} <= expected[who]
    assert found


@pytest.mark.parametrize("who", ROLES)
def test_the_number_of_each_panel_is_that_of_its_list(who, lively, browse, request):
    desk = browse(request.getfixturevalue(who))
    for name, pick in (
        ("giving:home_thanks", "rows"),
        ("giving:home_at_risk", "contacts"),
        ("giving:home_goals", "campaigns"),
    ):
        response = desk.open(name)
        if response.status_code == 403:
            continue
        link = page(response).css("main .mc-foot a")
        if link:
            count = rows(desk, link[0].get("href")).count()
            assert response.context["count"] == count >= len(response.context[pick]), name
    year = desk.open("giving:home_year")
    if year.status_code == 200:
        listed = rows(desk, page(year).one("main .mc-foot a.mc-num").get("href"))
        own = sum((gift.amount for gift in listed if gift.currency == "CAD"), Decimal(0))
        assert own == year.context["year"].amount


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_each_number_of_the_retention_report_opens_its_donors(who, lively, browse, request):
    desk = browse(request.getfixturevalue(who))
    for query in ("", "?basis=calendar"):
        response = desk.get(f"{desk.url('insights:retention')}{query}")
        report, found = response.context["report"], page(response)
        links = {node.get("href").rpartition("movement=")[2]: node.get("href") for node in found.css("tbody a")}
        for code, part in report.parts.items():
            if part.donors:
                listed = desk.get(links[code])
                assert listed.context["filter"].qs.count() == part.donors
                given = [record.given for record in listed.context["page"].records]
                if part.donors <= 25:
                    assert (sum(one[0] for one in given), sum(one[1] for one in given)) == (part.before, part.now)
        everybody = rows(desk, found.one("tfoot a").get("href"))
        assert everybody.count() == report.everybody.donors > 0


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_years_side_by_side_each_lead_to_their_report(who, lively, browse, request):
    desk = browse(request.getfixturevalue(who))
    for query in ("", "?basis=calendar"):
        [panel] = page(desk.get(f"{desk.url('insights:retention')}{query}")).css("[hx-get*='/years/']")
        response = desk.get(panel.get("hx-get"))
        links = [node.get("href") for node in page(response).css("tbody a")]
        assert len(links) == len(response.context["rows"]) > 1
        for link, one in zip(links, response.context["rows"], strict=True):
            report = desk.get(link).context["report"]
            assert (one.year, one.donors, one.retention) == (report.year, report.this_year.donors, report.retention)
    assert desk.get(f"{desk.url('insights:retention_years')}?year=nonsense").status_code == 200


def test_the_retention_report_as_a_file_holds_what_the_page_says(lively, admin, browse):
    desk = browse(admin)
    address = desk.url("insights:retention")
    report = desk.get(address).context["report"]
    written = b"".join(desk.get(f"{address}?export=csv").streaming_content).decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(written))
    assert header == ["Donors", "How many", "The year before", "That year", "Change"]
    expected = [*report.parts.values(), report.everybody]
    assert [(int(line[1]), *map(Decimal, line[2:])) for line in lines] == [
        (part.donors, part.before, part.now, part.change) for part in expected
    ]
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.get(f"{address}?export=xlsx").content))
    [sheet] = book.sheet_names
    assert sheet == "Retention of donors"
    assert AuditEntry.objects.filter(action="export", object_text__startswith="retention").count() == 2


def test_whoever_may_not_export_gets_no_file(lively, reader, browse):
    desk = browse(reader)
    assert desk.get(f"{desk.url('insights:retention')}?export=csv").status_code == 403
    assert not page(desk.open("insights:retention")).css('a[href*="export="]')


@pytest.mark.parametrize("name", PANELS)
def test_a_panel_costs_as_many_queries_for_a_hundred_donors_as_for_twenty(name, organization, admin, owner, browse):
    desk = browse(admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert desk.open(name).status_code == 200
        return len(taken)

    furnish(organization, admin, owner, Random(1), 20)
    cost()
    before = cost()
    furnish(organization, admin, owner, Random(2), 80)
    assert cost() <= before


def test_a_new_organization_is_told_what_will_show(admin, browse):
    desk = browse(admin)
    for name in PANELS:
        response = desk.open(name)
        assert response.status_code == 200
        if name != "insights:figures":
            assert page(response).css("main .mc-empty"), name
    assert page(desk.open("insights:retention")).css("main .mc-empty")
    assert "No gift in these years" in page(desk.open("insights:retention_years")).one("main .mc-empty").words


def test_nobody_sees_the_figures_of_somebody_elses_donors(lively, owner, outsider):
    theirs = {one.code: one.number for one in dashboard.figures(owner)}
    own = Gift.objects.filter(contact__owner=owner)
    assert theirs["raised"] <= sum((gift.amount for gift in own), Decimal(0))
    assert [one.number for one in dashboard.figures(outsider)] == [0, 0, None, 0]
    assert dashboard.concerns(outsider) == []
