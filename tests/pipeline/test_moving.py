"""Moving a card: from, to, who, when, why and after how long are kept; what makes no sense is refused, on every way in."""

from datetime import timedelta

import pytest
import structlog
from django.utils import timezone

from crm.contacts import services as contacts
from crm.contacts.events import ContactUpdated
from crm.contacts.models import Contact, TimelineEvent
from crm.core.errors import ChangedMeanwhile, DomainError
from tests.factories.contacts import ContactFactory
from tests.giving.reading import errors, page

JSON = {"Accept": "application/json"}


@pytest.fixture
def lead(organization, owner):
    """Sixteen days ago she came in; nobody has spoken to her."""
    then = timezone.now() - timedelta(days=16, hours=1)
    row = ContactFactory(
        organization=organization, owner=owner, first_name="Luc", last_name="Roy", last_contact_at=then
    )
    Contact.objects.filter(pk=row.pk).update(created_at=then)
    return Contact.objects.get(pk=row.pk)


def drop(desk, contact, to: str, expected: str = "needs_outreach", **more):
    url = desk.url("pipeline:move", pk=contact.pk)
    return desk.post(url, {"to": to, "expected": expected, "query": "", **more}, headers=JSON)


def test_a_move_keeps_from_to_who_when_and_the_days_before_it(lead, owner, published):
    moved = contacts.move_contact(lead, to="contacted", by=owner)
    assert moved.funnel_stage == "contacted"
    assert moved.last_contact_at > lead.last_contact_at + timedelta(days=16)
    event = lead.timeline.get()
    assert (event.verb, event.actor) == ("contact.moved", owner)
    assert event.data == {"changes": {"funnel_stage": ["needs_outreach", "contacted"]}, "days": 16}
    assert published == [
        ContactUpdated(
            organization_id=lead.organization_id, actor_id=owner.pk, contact_id=lead.pk, fields=("funnel_stage",)
        )
    ]


def test_the_days_are_counted_from_the_last_move_however_it_was_made(lead, owner, published):
    contacts.update_contact(lead, by=owner, funnel_stage="contacted")
    TimelineEvent.objects.update(at=timezone.now() - timedelta(days=5, minutes=1))
    contacts.update_contact(lead, by=owner, city="Laval")
    contacts.move_contact(lead, to="blocked", by=owner)
    TimelineEvent.objects.filter(verb="contact.moved").update(at=timezone.now() - timedelta(days=2, minutes=1))
    contacts.move_contact(lead, to="meeting_set", by=owner)
    moves = lead.timeline.filter(verb="contact.moved").order_by("pk")
    assert [event.data["days"] for event in moves] == [5, 2]


def test_a_second_click_and_a_move_to_where_it_is_do_nothing(lead, owner, published):
    contacts.move_contact(lead, to="contacted", expected="needs_outreach", by=owner)
    contacts.move_contact(lead, to="contacted", expected="needs_outreach", by=owner)
    assert lead.timeline.count() == len(published) == 1


def test_who_moves_a_card_that_somebody_moved_meanwhile_is_told_and_moves_nothing(lead, owner, admin, published):
    contacts.move_contact(lead, to="contacted", expected="needs_outreach", by=admin)
    with pytest.raises(ChangedMeanwhile):
        contacts.move_contact(lead, to="blocked", expected="needs_outreach", by=owner)
    assert Contact.objects.get(pk=lead.pk).funnel_stage == "contacted"


def test_won_is_left_with_a_reason_only_on_every_way_and_the_refusal_is_logged(lead, owner, admin, published):
    contacts.move_contact(lead, to="closed_won", by=owner)
    with structlog.testing.capture_logs() as logs, pytest.raises(DomainError) as refused:
        contacts.move_contact(lead, to="contacted", reason="  ", by=owner)
    assert (refused.value.code, refused.value.field) == ("reopen", "funnel_stage")
    assert [(line["event"], line["contact_id"], line["to"]) for line in logs] == [
        ("stage_move_refused", lead.pk, "contacted")
    ]
    with pytest.raises(DomainError):
        contacts.update_contact(lead, by=admin, funnel_stage="closed_lost")
    contacts.update_contact(lead, by=admin, city="Laval")  # the rest may change
    reopened = contacts.move_contact(lead, to="negotiation", reason=" Promesse retirée ", by=owner)
    assert reopened.funnel_stage == "negotiation"
    assert lead.timeline.order_by("-pk").first().data["reason"] == "Promesse retirée"


def test_an_archived_contact_is_moved_nowhere(lead, owner, admin, published):
    contacts.archive_contact(lead, by=admin)
    with pytest.raises(DomainError) as refused:
        contacts.move_contact(lead, to="contacted", by=owner)
    assert refused.value.code == "archived"


def test_many_at_once_leave_those_that_are_won(lead, organization, admin, browse):
    won = ContactFactory(organization=organization, funnel_stage="closed_won")
    desk = browse(admin)
    asked = {"act": "stage", "all": "1", "query": "", "funnel_stage": "blocked"}
    found = page(desk.send("contacts:contact_bulk", asked))
    assert "reopened one by one" in found.words
    fields = {node.get("name"): node.get("value") for node in found.css("main form input[type=hidden]")}
    desk.send("contacts:contact_bulk", asked | fields | {"confirmed": "1"})
    assert set(Contact.objects.filter(funnel_stage="closed_won")) == {won}


def test_the_board_is_told_the_card_its_stage_and_both_heads(lead, owner, browse):
    answer = drop(browse(owner), lead, "contacted")
    told = answer.json()
    assert (answer.status_code, told["stage"], set(told["stages"])) == (
        200,
        "contacted",
        {"needs_outreach", "contacted"},
    )
    assert "Luc Roy" in told["card"]
    assert told["said"] == "Luc Roy is now at “Contacted”."
    assert drop(browse(owner), lead, "contacted").status_code == 200  # sent twice: the same answer, nothing done twice
    assert lead.timeline.count() == 1


def test_the_heads_are_counted_under_the_filters_of_the_board(lead, owner, admin, organization, browse):
    ContactFactory(organization=organization, owner=admin, funnel_stage="contacted")
    told = drop(browse(admin), lead, "contacted", query=f"?owner={owner.pk}").json()
    assert ">1<" in told["stages"]["contacted"]


def test_a_refusal_says_why_and_where_it_may_still_be_done(lead, owner, admin, browse):
    desk = browse(owner)
    drop(desk, lead, "closed_won")
    answer = drop(desk, lead, "contacted", expected="closed_won")
    assert answer.status_code == 422
    assert "say why" in answer.json()["refused"]
    form = page(desk.get(answer.json()["url"], {"to": "contacted"}))
    assert form.one("select[name=to] option[selected]").get("value") == "contacted"
    sent = {"to": "contacted", "expected": "closed_won", "reason": ""}
    assert list(errors(desk.send("pipeline:move", sent, pk=lead.pk))) == ["reason"]
    assert desk.send("pipeline:move", sent | {"reason": "Erreur"}, pk=lead.pk).status_code == 302
    assert Contact.objects.get(pk=lead.pk).funnel_stage == "contacted"
    contacts.move_contact(lead, to="blocked", by=admin)
    late = drop(desk, lead, "negotiation", expected="contacted")
    assert (late.status_code, late.json()["stage"]) == (409, "blocked")
    assert late.json()["refused"] == "Somebody moved Luc Roy meanwhile: it is now at “Blocked”."
    late = desk.send("pipeline:move", {"to": "negotiation", "expected": "contacted"}, pk=lead.pk)
    assert list(errors(late)) == ["to"]


def test_nobody_moves_what_they_may_not(lead, colleague, member, reader, outsider, browse):
    wanted = {colleague: 404, member: 403, reader: 403, outsider: 404}
    assert {who: drop(browse(who), lead, "contacted").status_code for who in wanted} == wanted
    assert Contact.objects.get(pk=lead.pk).funnel_stage == "needs_outreach"


@pytest.mark.parametrize("to", ["", "heaven", "closed_won; drop table"])
def test_a_stage_that_is_none_is_refused(to, lead, owner, browse):
    assert drop(browse(owner), lead, to).status_code == 422


def test_the_page_of_the_donor_tells_the_move(lead, owner, browse):
    contacts.move_contact(lead, to="closed_won", by=owner)
    contacts.move_contact(lead, to="negotiation", reason="<b>Retirée</b>", by=owner)
    read = page(browse(owner).open("contacts:contact_detail", pk=lead.pk))
    assert "Moved by" in read.words
    assert "Stage: Needs outreach → Won, after 16 days" in read.words
    assert "<b>Retirée</b>" in read.words
