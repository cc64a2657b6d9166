"""The board of opportunities, their pages and the leads, as each role sees and uses them."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts.models import Contact
from crm.core.money import to_cents
from crm.giving.models import Gift, Pledge
from crm.pipeline import boards, services
from crm.pipeline.choices import CLOSED, OpportunityStage
from crm.pipeline.models import Opportunity
from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.factories.pipeline import OpportunityFactory
from tests.giving.reading import errors, page

NOW, TODAY = timezone.now(), timezone.localdate()
JSON = {"Accept": "application/json"}


@pytest.fixture
def donor(organization, owner):
    return ContactFactory(organization=organization, owner=owner, first_name="Luc", last_name="Roy")


@pytest.fixture
def ask(donor, owner):
    return services.create_opportunity(contact=donor, title="The library", amount=Decimal(5000), owner=owner, by=owner)


@pytest.fixture
def crowd(organization, owner, admin):
    """Seventy asks at every stage, of odd amounts and chances; some left alone for long, some answers overdue."""
    dice = Random(5)
    for number in range(70):
        stage, days = dice.choice(OpportunityStage.values), dice.randrange(0, 90)
        OpportunityFactory(
            contact=ContactFactory(
                organization=organization, owner=dice.choice((owner, admin)),
                last_contact_at=NOW - timedelta(days=dice.randrange(0, 90)),
            ),
            owner=admin, title=f"Ask {number}", stage=stage, amount=Decimal(dice.randrange(1, 500_000)) / 100,
            probability=dice.randrange(0, 101), stage_since=NOW - timedelta(days=days),
            closed_on=TODAY if stage in CLOSED else None, expected_on=TODAY + timedelta(days=dice.randrange(-9, 90)),
        )  # fmt: skip


def drop(desk, ask, to: str, expected: str = "qualifying", **more):
    url = desk.url("pipeline:opportunity_move", pk=ask.pk)
    return desk.post(url, {"to": to, "expected": expected, "query": "", **more}, headers=JSON)


def test_each_stage_says_how_many_how_much_and_how_much_by_their_chances(crowd, admin, browse):
    board = boards.OPPORTUNITIES.board(Opportunity.objects.visible_to(admin), admin)
    rows = list(Opportunity.objects.all())
    for stage in board.stages:
        there = [one for one in rows if one.stage == stage.code]
        assert (stage.count, stage.amount) == (len(there), sum(one.amount for one in there))
        assert stage.weighted == to_cents(sum(one.amount * one.probability for one in there) / 100)
        latest = sorted(there, key=lambda one: (one.stage_since, one.pk), reverse=True)
        assert [card.pk for card in stage.cards] == [one.pk for one in latest[: boards.OPPORTUNITIES.page(stage.code)]]
    opened = [one for one in rows if one.stage not in CLOSED]
    assert (board.count, board.amount) == (len(opened), sum(one.amount for one in opened))
    found = page(browse(admin).open("pipeline:opportunity_board"))
    assert f"{len(opened)} open opportunities" in found.one("[data-announce]").words


def test_the_number_of_a_stage_is_that_of_the_list_it_leads_to(crowd, admin, browse):
    desk = browse(admin)
    for query in ({}, {"stalled": "yes"}, {"overdue": "yes"}, {"q": "Ask 1"}, {"amount_min": "1000"}):
        found = page(desk.open("pipeline:opportunity_board", query))
        for stage in OpportunityStage.values:
            listed = desk.open("pipeline:opportunity_list", {**query, "stage": stage, "count": "1"}).content.decode()
            assert found.one(f'[data-stage="{stage}"] .mc-count').words.split(" ")[0] == listed


def test_the_next_cards_come_in_pages_from_the_board_they_are_on(organization, admin, browse):
    made = [
        OpportunityFactory(
            contact=ContactFactory(organization=organization), owner=admin, title=f"Ask {n}", stage_since=NOW
        )
        for n in range(23)
    ]
    desk, names = browse(admin), []
    found = page(desk.open("pipeline:opportunity_board"))
    while True:
        names += [node.words for node in found.css(".mc-bcard-top > a:first-child")]
        more = found.css("[hx-get*='after=']")
        if not more:
            break
        found = page(desk.get(more[0].get("hx-get"), headers={"HX-Request": "true"}))
    assert names == [one.title for one in reversed(made)]


def test_a_fuller_board_costs_no_query_more(crowd, admin, browse, organization):
    desk = browse(admin)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as taken:
            desk.open("pipeline:opportunity_board")
        return len(taken)

    cost()
    before = cost()
    for stage in OpportunityStage.values:
        for _more in range(12):
            OpportunityFactory(
                contact=ContactFactory(organization=organization), owner=admin, stage=stage,
                closed_on=TODAY if stage in CLOSED else None,
            )  # fmt: skip
    assert cost() == before


def test_the_board_is_told_the_card_and_both_heads_or_where_a_form_asks_more(ask, owner, browse):
    desk = browse(owner)
    told = drop(desk, ask, "asked").json()
    assert (told["stage"], set(told["stages"])) == ("asked", {"qualifying", "asked"})
    assert told["said"] == "“The library” is now at “Asked”."
    assert "The library" in told["card"]
    won, lost = drop(desk, ask, "won", "asked"), drop(desk, ask, "lost", "asked")
    assert (won.status_code, won.json()["url"]) == (422, desk.url("pipeline:opportunity_win", pk=ask.pk))
    assert (lost.status_code, lost.json()["url"]) == (422, desk.url("pipeline:opportunity_move", pk=ask.pk))
    late = drop(desk, ask, "agreed", "qualifying")
    assert (late.status_code, late.json()["stage"]) == (409, "asked")


def test_the_form_of_a_move_asks_why_it_is_lost_and_leads_to_what_was_given(ask, owner, browse):
    desk = browse(owner)
    url = desk.url("pipeline:opportunity_move", pk=ask.pk)
    assert page(desk.get(f"{url}?to=lost")).one("select[name=to] option[selected]").get("value") == "lost"
    refused = desk.post(url, {"to": "lost", "expected": "qualifying", "reason": ""})
    assert list(errors(refused)) == ["reason"]
    assert desk.post(url, {"to": "won", "expected": "qualifying"}).url == desk.url(
        "pipeline:opportunity_win", pk=ask.pk
    )
    assert desk.post(url, {"to": "lost", "expected": "qualifying", "reason": "Moved"}).status_code == 302
    assert Opportunity.objects.get().reason == "Moved"


def test_a_finance_person_wins_nothing_and_a_fundraiser_records_no_gift(ask, donor, owner, admin, organization, browse):
    finance = MembershipFactory(organization=organization, role="finance")
    assert browse(finance).open("pipeline:opportunity_win", pk=ask.pk).status_code == 403
    offered = page(browse(owner).open("pipeline:opportunity_win", pk=ask.pk)).css("select[name=outcome] option")
    assert [one.get("value") for one in offered] == ["pledge", "nothing"]
    GiftFactory(contact=donor)
    offered = page(browse(admin).open("pipeline:opportunity_win", pk=ask.pk)).css("select[name=outcome] option")
    assert [one.get("value") for one in offered] == ["gift", "pledge", "known", "nothing"]
    forged = {"on": TODAY, "amount": "9", "outcome": "gift", "method": "cash", "fund": Gift.objects.get().fund_id}
    assert browse(owner).send("pipeline:opportunity_win", forged, pk=ask.pk).status_code == 422
    assert (Gift.objects.count(), Opportunity.objects.get().stage) == (1, "qualifying")


def test_it_is_won_with_its_gift_once_however_often_one_clicks(ask, donor, admin, fund, browse):
    desk = browse(admin)
    sent = {"on": TODAY, "amount": "4 800,00", "outcome": "gift", "method": "", "fund": fund.pk, "submission": "w"}
    refused = desk.send("pipeline:opportunity_win", sent, pk=ask.pk)
    assert (refused.status_code, Opportunity.objects.get().stage) == (422, "qualifying")
    for _double_click in range(2):
        answer = desk.send("pipeline:opportunity_win", sent | {"method": "check"}, pk=ask.pk)
        assert answer.url == ask.get_absolute_url()
    assert Gift.objects.get().amount == Decimal(4800)
    shown = page(desk.get(ask.get_absolute_url()))
    assert "$4,800.00" in shown.one("main").words
    assert desk.open("pipeline:opportunity_win", pk=ask.pk).status_code == 302  # by the Back button
    desk.send("pipeline:opportunity_win", sent | {"method": "check", "submission": "v"}, pk=ask.pk)
    assert Gift.objects.count() == 1


def test_a_promise_asks_for_its_terms(ask, admin, fund, browse):
    desk = browse(admin, "fr")
    sent = {
        "on": TODAY, "amount": "5000", "outcome": "pledge", "fund": fund.pk, "each": "", "frequency": "annual",
        "starts_on": TODAY, "count": "5",
    }  # fmt: skip
    assert list(errors(desk.send("pipeline:opportunity_win", sent, pk=ask.pk))) == ["each"]
    desk.send("pipeline:opportunity_win", sent | {"each": "1000"}, pk=ask.pk)
    assert (Pledge.objects.get().amount, Opportunity.objects.get().pledge) == (1000, Pledge.objects.get())


def test_an_ask_is_written_down_from_the_board_and_from_the_donor(donor, owner, admin, browse):
    desk = browse(admin)
    sent = {
        "contact": donor.pk, "contact_text": "Luc Roy", "title": "Truck", "amount": "18 500,00", "stage": "asked",
        "probability": "", "owner": owner.pk, "notes": "", "expected_on": "",
    }  # fmt: skip
    assert desk.send("pipeline:opportunity_create", sent).status_code == 302
    assert desk.send("pipeline:opportunity_create", sent | {"contact_text": "Somebody"}).status_code == 422
    theirs = {name: sent[name] for name in ("title", "amount", "stage", "probability", "notes", "expected_on")}
    assert browse(owner).send("pipeline:opportunity_create_for", theirs, pk=donor.pk).status_code == 302
    first, second = Opportunity.objects.order_by("pk")
    assert (first.contact, first.probability, first.owner, first.amount) == (donor, 60, owner, 18_500)
    assert (second.owner, second.created_by) == (owner, owner)
    tab = page(desk.open("pipeline:contact_opportunities", pk=donor.pk))
    assert [node.words for node in tab.css("main .mc-list .mc-name")] == ["Truck", "Truck"]


def test_two_people_correcting_one_ask_overwrite_nothing_unseen(ask, owner, admin, browse):
    first, second = browse(owner), browse(admin)
    fields = {"title": "The library", "amount": "5000", "probability": "10", "notes": "", "expected_on": ""}
    seen = {
        desk: page(desk.open("pipeline:opportunity_update", pk=ask.pk)).one("input[name=seen]").get("value")
        for desk in (first, second)
    }
    assert first.send("pipeline:opportunity_update", fields | {"amount": "6000", "seen": seen[first]}, pk=ask.pk).url
    late = second.send(
        "pipeline:opportunity_update", fields | {"amount": "7000", "seen": seen[second], "owner": owner.pk}, pk=ask.pk
    )
    assert late.status_code == 422
    assert Opportunity.objects.get().amount == 6000


def test_volunteers_see_nothing_of_it_not_even_on_the_timeline(ask, donor, organization, browse):
    volunteer = browse(MembershipFactory(organization=organization, role="member"))
    for name in ("opportunity_board", "opportunity_list", "lead_list"):
        assert volunteer.open(f"pipeline:{name}").status_code == 403
    shown = volunteer.open("contacts:contact_detail", pk=donor.pk).content.decode()
    assert "The library" not in shown
    assert "/pipeline/" not in shown


# --- leads ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def lead(organization, owner):
    return ContactFactory(
        organization=organization, owner=owner, first_name="Ève", last_name="Côté", relationship="lead",
        lifecycle="prospect", estimated_value=Decimal(750),
    )  # fmt: skip


def test_leads_are_those_who_have_not_given_and_whom_nobody_made_a_prospect(lead, organization, admin, browse):
    ContactFactory(organization=organization, relationship="prospect", lifecycle="prospect")
    ContactFactory(organization=organization, relationship="lead", lifecycle="donor")
    ContactFactory(organization=organization, relationship="lead", lifecycle="prospect", archived_at=NOW)
    found = page(browse(admin).open("pipeline:lead_list"))
    assert [node.words for node in found.css("tbody .mc-name")] == ["Ève Côté"]
    assert page(browse(admin).open("pipeline:lead_list", {"whose": "me"})).css("tbody .mc-name") == []


def test_a_lead_becomes_a_prospect_with_an_ask_and_a_first_step_at_once(lead, owner, browse):
    desk = browse(owner)
    asked = page(desk.open("pipeline:lead_convert", pk=lead.pk))
    assert asked.one("input[name=amount]").get("value") == "750.00"
    sent = {"title": "Bursaries", "amount": "750", "task_title": "Call Ève", "task_type": "call", "submission": "c"}
    for _double_click in range(2):
        assert desk.send("pipeline:lead_convert", sent, pk=lead.pk).status_code in (302, 404)
    made, task = Opportunity.objects.get(), Task.objects.get()
    assert Contact.objects.get(pk=lead.pk).relationship == "prospect"
    assert (made.contact, made.amount, made.owner) == (lead, 750, owner)
    assert (task.contact, task.title, task.owner) == (lead, "Call Ève", owner)


def test_a_conversion_that_fails_leaves_the_lead_as_it_was(lead, owner, browse):
    sent = {"title": "Bursaries", "amount": "750", "task_title": "Call", "task_due_on": "1066-10-14"}
    assert browse(owner).send("pipeline:lead_convert", sent, pk=lead.pk).status_code == 422
    assert (Contact.objects.get(pk=lead.pk).relationship, Opportunity.objects.count()) == ("lead", 0)
    sent["task_title"] = ""
    assert browse(owner).send("pipeline:lead_convert", sent, pk=lead.pk).status_code == 302
    assert not Task.objects.exists()
