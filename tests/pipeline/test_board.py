"""The board of contacts by stage: every contact on it once, counts and sums that are those of the lists they lead to."""

from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact
from crm.pipeline import boards
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory
from tests.giving.reading import page

NOW = timezone.now()


@pytest.fixture
def crowd(organization, owner, admin):
    """Sixty contacts at every stage, some never valued, some left alone for long; one archived, one of somebody else."""
    dice = Random(3)
    for number in range(60):
        ContactFactory(
            organization=organization, owner=dice.choice((owner, admin, None)), last_name=f"Roy{number}",
            funnel_stage=dice.choice(FunnelStage.values[:6]), last_contact_at=NOW - timedelta(days=dice.randrange(0, 90)),
            estimated_value=dice.choice((None, Decimal("100.10"), Decimal(2500))),
        )  # fmt: skip
    ContactFactory(organization=organization, last_name="Gone", archived_at=NOW, funnel_stage="contacted")


def at(organization, stage: str) -> list[Contact]:
    rows = Contact.objects.filter(organization=organization, funnel_stage=stage, archived_at=None)
    return sorted(rows, key=lambda one: (one.last_contact_at, one.pk), reverse=True)


def shown(found, stage: str) -> list[str]:
    return [node.words for node in found.css(f'[data-stage="{stage}"] .mc-bcard-top > a:first-child')]


def test_each_stage_says_how_many_and_how_much_and_shows_whom_something_happened_with_last(
    crowd, admin, organization, browse
):
    found = page(browse(admin).open("pipeline:board"))
    for stage in FunnelStage.values:
        there = at(organization, stage)
        assert shown(found, stage) == [one.name for one in there[: boards.PAGE]]
        head = found.one(f'[data-stage="{stage}"] [data-head]').words
        worth = sum((one.estimated_value or 0 for one in there), Decimal(0))
        assert head.startswith(f"{FunnelStage(stage).label}{len(there)}")
        assert head.endswith(f"${worth:,.2f}".removesuffix(".00") if worth else "–")


def test_the_cards_come_in_pages_each_once_until_the_last(crowd, admin, organization, browse):
    ContactFactory.create_batch(25, organization=organization, funnel_stage="contacted", last_contact_at=NOW)
    desk = browse(admin)
    found = page(desk.open("pipeline:board"))
    names, left = shown(found, "contacted"), len(at(organization, "contacted"))
    more = found.css('[data-stage="contacted"] [hx-get]')
    while more:
        left -= boards.PAGE
        assert more[0].words == f"Show {left} more"
        answer = desk.get(more[0].get("hx-get"), headers={"HX-Request": "true"})
        found = page(answer)
        assert "<html" not in answer.content.decode()
        names += [node.words for node in found.css(".mc-bcard-top > a:first-child")]
        more = found.css("[hx-get]")
    assert names == [one.name for one in at(organization, "contacted")]


@pytest.mark.parametrize("after", ["", "x", "1_2", "9" * 30 + "_1_1", "²_1_1", "1_1_1_1"])
def test_a_place_that_is_none_is_the_beginning(after, crowd, admin, organization, browse):
    desk = browse(admin)
    url = desk.url("pipeline:board")
    found = page(desk.get(url, {"stage": "contacted", "after": after}, headers={"HX-Request": "true"}))
    assert found.css("[data-card]")


def test_the_board_is_narrowed_as_the_list_is_and_its_link_leads_there(crowd, admin, owner, organization, browse):
    desk = browse(admin)
    asked = {"owner": owner.pk, "stalled": "yes"}
    found = page(desk.open("pipeline:board", asked))
    stalled = [
        one
        for stage in FunnelStage.values[1:6]
        for one in at(organization, stage)
        if one.owner_id == owner.pk and one.last_contact_at < NOW - timedelta(days=30)
    ]
    assert sum(int(node.text.split()[0]) for node in found.css(".mc-stage .mc-count")) == len(stalled)
    assert len(found.css(".is-stalled")) == len(found.css("[data-card]"))
    (link,) = [node for node in found.css("a.btn") if node.words == "List"]
    listed = desk.get(link.get("href"), {"owner": owner.pk, "stalled": "yes", "count": "1"})
    assert int(listed.content) == len(stalled)


def test_fundraisers_see_their_own_contacts_and_the_others_what_their_role_allows(
    crowd, people, owner, organization, browse
):
    mine = Contact.objects.filter(owner=owner, archived_at=None)
    seen = page(browse(owner).open("pipeline:board"))
    assert sum(int(node.text.split()[0]) for node in seen.css(".mc-stage .mc-count")) == mine.count()
    for role, status in {"finance": 200, "read_only": 200, "member": 403}.items():
        desk = browse(people[role])
        answer = desk.open("pipeline:board")
        assert answer.status_code == status
        if status == 200:
            assert not page(answer).css("[data-move], [data-move-menu]")
        assert desk.open("pipeline:move", pk=mine[0].pk).status_code == 403


def test_a_card_says_what_comes_next_or_what_was_written_last(organization, admin, owner, browse):
    one = ContactFactory(
        organization=organization, owner=owner, last_name="Roy", latest_note="Aime l’opéra", city="Laval"
    )
    other = ContactFactory(organization=organization, owner=owner, last_name="Côté", latest_note="", city="Laval")
    found = page(browse(admin).open("pipeline:board"))
    assert sorted(found.texts(".mc-bcard > p")) == ["Aime l’opéra", "Laval"]
    TaskFactory(organization=organization, contact=one, owner=owner, title="Appeler", due_on=timezone.localdate())
    TaskFactory(organization=organization, contact=other, owner=owner, title="Fait", done_at=NOW)
    found = page(browse(admin).open("pipeline:board"))
    assert sorted(found.texts(".mc-bcard > p")) == ["Appeler", "Laval"]
    assert len(found.css(".mc-bcard time")) == 1


def test_more_cards_cost_no_more_queries(crowd, admin, organization, browse):
    desk = browse(admin)
    desk.open("pipeline:board")
    with CaptureQueriesContext(connection) as few:
        desk.open("pipeline:board")
    for contact in Contact.objects.filter(organization=organization)[:30]:
        TaskFactory(organization=organization, contact=contact, owner=admin)
    ContactFactory.create_batch(40, organization=organization, owner=admin, funnel_stage="negotiation")
    with CaptureQueriesContext(connection) as many:
        desk.open("pipeline:board")
    assert len(many) == len(few)


def test_an_empty_board_and_one_that_filters_emptied_say_so(organization, admin, browse):
    found = page(browse(admin).open("pipeline:board"))
    assert found.one(".mc-board").words.count("Nothing here") == len(FunnelStage)
    assert "0 contacts in play" in found.words
