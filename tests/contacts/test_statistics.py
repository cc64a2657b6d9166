"""Contacts in numbers: each number is that of the list it leads to; filters on following up."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from crm.contacts.models import Contact
from crm.giving.models import GivingSummary
from tests.factories.contacts import ContactFactory

PAGE, LIST = "contacts:statistics", "contacts:contact_list"


def person(organization, *, total=None, gave_days_ago=None, gifts=1, **fields) -> Contact:
    contact = ContactFactory(organization=organization, **fields)
    if total is not None:
        day = timezone.localdate() - timedelta(days=gave_days_ago or 0)
        GivingSummary.objects.create(
            contact=contact, organization=organization, total=Decimal(total), gift_count=gifts, last_on=day,
            computed_at=timezone.now(),
        )  # fmt: skip
    return contact


@pytest.fixture
def four(organization, owner):
    now = timezone.now()
    return {
        "giver": person(
            organization, total="2500", gave_days_ago=3, gifts=4, owner=owner, lifecycle="donor", lead_source="Gala",
            funnel_stage="closed_won", last_name="Giver",
        ),
        "visitor": person(
            organization, lead_source="gala", visit_total=Decimal(1200), last_visit_at=now - timedelta(days=2),
            last_name="Visitor", postal_code="H2X 1Y4", phone="+15145550100", priority="high",
        ),
        "quiet": person(
            organization, total="40", gave_days_ago=400, lifecycle="lapsed", last_name="Quiet", do_not_contact=True,
        ),
        "stranger": person(organization, owner=owner, last_name="Stranger", is_deceased=True),
    }  # fmt: skip


def names(client, **params) -> set[str]:
    response = client.open(LIST, params)
    assert (response.context["filter"].form.errors, response.context["filter"].ignored) == ({}, [])
    return {contact.last_name for contact in response.context["page"].records}


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"inactive_days": "30"}, {"Quiet", "Stranger"}),
        ({"inactive_days": "500"}, {"Stranger"}),
        ({"inactive_days": "1"}, {"Giver", "Visitor", "Quiet", "Stranger"}),
        ({"min_value": "1000"}, {"Giver", "Visitor"}),
        ({"min_value": "1 200,01"}, {"Giver"}),
        ({"min_giving": "40"}, {"Giver", "Quiet"}),
        ({"min_spend": "1"}, {"Visitor"}),
        ({"visits_max": "0"}, {"Giver", "Quiet", "Stranger"}),
        ({"gifts_min": "2"}, {"Giver"}),
        ({"gifts_max": "0"}, {"Visitor", "Stranger"}),
        ({"gifts_min": "1", "gifts_max": "1"}, {"Quiet"}),
        ({"funnel_stage": "closed_won"}, {"Giver"}),
        ({"priority": "high"}, {"Visitor"}),
        ({"source": "GALA"}, {"Giver", "Visitor"}),
        ({"has_source": "no"}, {"Quiet", "Stranger"}),
        ({"postal_code": "h2x1"}, {"Visitor"}),
        ({"postal_code": "G9A"}, {"Giver", "Quiet", "Stranger"}),
        ({"has_phone": "yes"}, {"Visitor"}),
        ({"do_not_contact": "yes"}, {"Quiet"}),
        ({"is_deceased": "no"}, {"Giver", "Visitor", "Quiet"}),
    ],
)
def test_each_filter_finds_whom_it_says(params, found, four, admin, browse):
    assert names(browse(admin), **params) == found


def test_no_contact_for_so_many_days(four, admin, browse):
    Contact.objects.filter(pk=four["quiet"].pk).update(
        last_contact_at=timezone.now() - timedelta(days=62)
    )  # a day more: clocks may have gone back meanwhile
    assert names(browse(admin), last_contact_days="60") == {"Quiet"}


def lines(response, code: str) -> dict[str, tuple]:
    axis = next(axis for axis in response.context["statistics"].axes if axis.code == code)
    return {str(line.label): (line.count, line.giving, line.spent) for line in axis.lines if line.count}


def test_counts_and_totals_along_each_axis(four, admin, browse):
    ContactFactory(organization=admin.organization, archived_at=timezone.now(), lifecycle="donor")
    page = browse(admin).open(PAGE)
    assert lines(page, "lifecycle") == {"Donor": (1, 2500, 0), "Lapsed": (1, 40, 0), "Prospect": (2, 0, 1200)}
    assert lines(page, "source") == {"Gala": (2, 2500, 1200), "Not known": (2, 40, 0)}
    assert lines(page, "funnel_stage")["Won"] == (1, 2500, 0)
    assert page.context["statistics"].whole.count == 4
    assert (page.context["inactive"][1], page.context["high"][1]) == (2, 2)


def test_every_number_is_that_of_the_list_it_leads_to(four, admin, browse):
    client = browse(admin)
    page = client.open(PAGE)
    shown = [(line.query, line.count) for axis in page.context["statistics"].axes for line in axis.lines if line.count]
    shown += [(page.context[name][2], page.context[name][1]) for name in ("inactive", "high")]
    assert len(shown) >= 9
    for query, count in shown:
        listed = client.get(f"{client.url(LIST)}?{query}")
        assert (listed.context["page"].total, listed.context["filter"].ignored) == (count, []), query


def test_a_fundraiser_counts_her_own_contacts(four, owner, browse):
    page = browse(owner).open(PAGE)
    assert (page.context["statistics"].whole.count, page.context["inactive"][1]) == (2, 1)


def test_other_thresholds_and_nonsense(four, admin, browse):
    client = browse(admin)
    assert client.open(PAGE, {"days": "500", "amount": "2000"}).context["high"][1] == 1
    for wrong in (
        {"days": "0"},
        {"days": "99999999999999999999"},
        {"amount": "abc"},
        {"amount": "-5"},
        {"days": "<b>"},
    ):
        page = client.open(PAGE, wrong)
        assert (page.status_code, '<b>"' in page.content.decode()) == (422, False)


def test_more_contacts_cost_no_more_queries(four, admin, browse, django_assert_num_queries, organization):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browse(admin)
    client.open(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.open(PAGE)
    for n in range(10):
        person(organization, total="5", lead_source=f"Source {n}")
    with CaptureQueriesContext(connection) as many:
        client.open(PAGE)
    assert len(few) == len(many)
