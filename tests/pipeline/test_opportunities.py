"""Opportunities: written down, moved, won with what they become, lost with a reason, forgotten with the donor (I-04)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.giving import services as giving
from crm.giving.models import Gift, Pledge
from crm.pipeline import rules, services
from crm.pipeline.choices import CLOSED, OpportunityStage
from crm.pipeline.events import OpportunityMoved
from crm.pipeline.models import Opportunity
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.factories.pipeline import OpportunityFactory

TODAY = timezone.localdate()


@pytest.fixture
def donor(organization, owner):
    return ContactFactory(organization=organization, owner=owner, first_name="Luc", last_name="Roy")


@pytest.fixture
def ask(donor, owner):
    return services.create_opportunity(contact=donor, title="The library", amount=Decimal(5000), owner=owner, by=owner)


def again(ask) -> Opportunity:
    return Opportunity.objects.get(pk=ask.pk)


def verbs(donor) -> list[str]:
    return list(donor.timeline.order_by("pk").values_list("verb", flat=True))


def test_an_ask_begins_with_the_chances_of_its_stage_unless_somebody_knows_better(donor, owner):
    usual = services.create_opportunity(
        contact=donor, title="A", amount=Decimal(10), owner=owner, by=owner, stage="asked"
    )
    known = services.create_opportunity(
        contact=donor, title="B", amount=Decimal(10), owner=owner, by=owner, stage="asked", probability=5
    )
    assert (usual.probability, known.probability) == (60, 5)
    assert (usual.weighted, known.weighted) == (Decimal("6.00"), Decimal("0.50"))
    assert verbs(donor) == ["opportunity.created"] * 2


def test_a_move_keeps_from_to_who_when_and_the_days_and_the_chances_follow(ask, donor, owner, published):
    Opportunity.objects.filter(pk=ask.pk).update(stage_since=timezone.now() - timedelta(days=9, minutes=1))
    Contact.objects.filter(pk=donor.pk).update(last_contact_at=timezone.now() - timedelta(days=40))
    moved = services.move_opportunity(ask, to="asked", expected="qualifying", by=owner)
    assert (moved.stage, moved.probability) == ("asked", 60)
    event = donor.timeline.get(verb="opportunity.moved")
    assert (event.actor, event.data["days"], event.data["changes"]) == (owner, 9, {"stage": ["qualifying", "asked"]})
    assert Contact.objects.get(pk=donor.pk).last_contact_at > timezone.now() - timedelta(minutes=1)
    assert published == [
        OpportunityMoved(
            organization_id=ask.organization_id, actor_id=owner.pk, opportunity_id=ask.pk, contact_id=donor.pk,
            before="qualifying", after="asked",
        )
    ]  # fmt: skip


def test_chances_that_somebody_set_stay_while_it_is_open(ask, owner):
    services.update_opportunity(ask, probability=33, by=owner)
    assert services.move_opportunity(ask, to="asked", by=owner).probability == 33
    lost = services.move_opportunity(ask, to="lost", reason="Moved away", by=owner)
    assert lost.probability == 0
    assert services.move_opportunity(ask, to="cultivating", by=owner).probability == 25


@pytest.mark.parametrize("before", OpportunityStage.values)
@pytest.mark.parametrize("after", OpportunityStage.values)
def test_the_chances_after_any_move_are_those_of_the_stage_or_ones_own_between_open_ones(before, after):
    usual = rules.PROBABILITIES[OpportunityStage(after)]
    assert rules.probability_after(before, after, rules.PROBABILITIES[OpportunityStage(before)]) == usual
    own = rules.probability_after(before, after, 33)
    assert own == (usual if {before, after} & set(CLOSED) else 33)


def test_a_second_click_does_nothing_and_who_comes_second_is_told(ask, donor, owner, admin):
    services.move_opportunity(ask, to="asked", expected="qualifying", by=owner)
    services.move_opportunity(ask, to="asked", expected="qualifying", by=owner)
    assert verbs(donor) == ["opportunity.created", "opportunity.moved"]
    with pytest.raises(ChangedMeanwhile):
        services.move_opportunity(ask, to="agreed", expected="qualifying", by=admin)
    assert again(ask).stage == "asked"


def test_it_is_lost_with_a_reason_only_and_the_refusal_is_logged(ask, donor, owner):
    with structlog.testing.capture_logs() as logs, pytest.raises(DomainError) as refused:
        services.move_opportunity(ask, to="lost", reason=" ", by=owner)
    assert (refused.value.code, refused.value.field) == ("reason", "reason")
    assert [(line["event"], line["code"]) for line in logs] == [("opportunity_move_refused", "reason")]
    lost = services.move_opportunity(ask, to="lost", reason=" Moved away ", by=owner)
    assert (lost.reason, lost.closed_on) == ("Moved away", TODAY)
    reopened = services.move_opportunity(ask, to="asked", by=owner)
    assert (reopened.reason, reopened.closed_on) == ("", None)
    assert verbs(donor) == ["opportunity.created", "opportunity.lost", "opportunity.moved"]


def test_it_is_won_by_saying_what_was_given_not_by_a_move(ask, owner):
    with pytest.raises(DomainError) as refused:
        services.move_opportunity(ask, to="won", by=owner)
    assert refused.value.code == "win"


def test_won_with_a_gift_the_gift_is_recorded_with_it_or_nothing_is(ask, donor, admin, fund):
    given = {"amount": Decimal(4000), "received_on": TODAY, "fund": fund, "method": "check"}
    with pytest.raises(DomainError):
        services.win_opportunity(ask, on=TODAY, amount=Decimal(4000), gift=given | {"amount": Decimal(-1)}, by=admin)
    assert (again(ask).stage, Gift.objects.count(), donor.timeline.count()) == ("qualifying", 0, 1)
    won = services.win_opportunity(ask, on=TODAY, amount=Decimal(4000), gift=given, reason="The visit", by=admin)
    gift = Gift.objects.get()
    assert (won.stage, won.probability, won.closed_on, won.amount, won.gift) == ("won", 100, TODAY, 4000, gift)
    assert (gift.contact, gift.amount, gift.fund) == (donor, 4000, fund)
    assert verbs(donor) == ["opportunity.created", "gift.recorded", "opportunity.won"]
    services.win_opportunity(ask, on=TODAY, gift=given, by=admin)  # by a second window
    assert Gift.objects.count() == 1


def test_won_with_a_promise_the_pledge_is_written_down(ask, donor, admin, fund):
    terms = {"amount": Decimal(1000), "frequency": "annual", "starts_on": TODAY, "fund": fund, "count": 5}
    won = services.win_opportunity(ask, on=TODAY, pledge=terms, by=admin)
    pledge = Pledge.objects.get()
    assert (won.pledge, pledge.contact, pledge.instalments.count()) == (pledge, donor, 5)


def test_won_with_a_gift_that_is_there_already_leads_to_it_and_to_nobody_elses(ask, donor, owner, organization):
    gift, other = GiftFactory(contact=donor), GiftFactory(contact=ContactFactory(organization=organization))
    with pytest.raises(DomainError) as refused:
        services.win_opportunity(ask, on=TODAY, gift=other, by=owner)
    assert refused.value.code == "foreign"
    assert services.win_opportunity(ask, on=TODAY, gift=gift, by=owner).gift == gift


def test_what_it_became_may_go_and_it_stays_won(ask, donor, admin, fund):
    given = {"amount": Decimal(4000), "received_on": TODAY, "fund": fund, "method": "check"}
    won = services.win_opportunity(ask, on=TODAY, gift=given, by=admin)
    giving.delete_gift(won.gift, by=admin)
    assert (again(ask).stage, again(ask).gift) == ("won", None)
    with pytest.raises(DomainError):
        services.move_opportunity(ask, to="asked", by=admin)
    services.move_opportunity(ask, to="asked", reason="The cheque came back", by=admin)
    assert donor.timeline.order_by("-pk").first().data["reason"] == "The cheque came back"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("1.005")}, "amount"),
        ({"title": "  "}, "title"),
        ({"probability": 101}, "probability"),
        ({"expected_on": date(1899, 1, 1)}, "expected_on"),
        ({"stage": "won"}, "stage"),
    ],
)
def test_nonsense_is_refused_with_the_field_it_belongs_to(donor, owner, values, field):
    usual = {"title": "A", "amount": Decimal(10)}
    with pytest.raises(DomainError) as refused:
        services.create_opportunity(contact=donor, owner=owner, by=owner, **(usual | values))
    assert refused.value.field == field
    assert not Opportunity.objects.exists()


def test_it_is_followed_by_somebody_who_may_follow_the_donor(ask, organization, owner, admin):
    volunteer = MembershipFactory(organization=organization, role="member")
    stranger = MembershipFactory(organization=organization, role="fundraiser")
    elsewhere = MembershipFactory(role="admin")
    for somebody in (volunteer, stranger, elsewhere):
        with pytest.raises(DomainError) as refused:
            services.update_opportunity(ask, owner=somebody, by=admin)
        assert refused.value.field == "owner"
    assert services.update_opportunity(ask, owner=admin, by=admin).owner == admin


def test_an_archived_donor_is_asked_for_nothing(ask, donor, owner, admin, fund):
    contacts.archive_contact(donor, by=admin)
    given = {"amount": Decimal(4000), "received_on": TODAY, "fund": fund}
    for act in (
        lambda: services.create_opportunity(contact=donor, title="B", amount=Decimal(1), owner=owner, by=owner),
        lambda: services.move_opportunity(ask, to="asked", by=owner),
        lambda: services.win_opportunity(ask, on=TODAY, gift=given, by=admin),
    ):
        with pytest.raises(DomainError) as refused:
            act()
        assert refused.value.code == "archived"


def test_a_day_to_come_wins_nothing(ask, owner):
    with pytest.raises(DomainError) as refused:
        services.win_opportunity(ask, on=TODAY + timedelta(days=1), by=owner)
    assert refused.value.field == "on"


def test_the_database_itself_refuses_what_makes_no_sense(ask):
    for wrong in ({"amount": 0}, {"probability": 101}, {"stage": "won"}, {"closed_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=ask.pk).update(**wrong)


def test_deleted_it_leaves_its_traces_in_the_audit_log_only(ask, donor, owner):
    services.delete_opportunity(ask, by=owner)
    assert AuditEntry.objects.get(model="pipeline.opportunity", action="delete").changes["title"] == [
        "The library",
        None,
    ]
    assert list(donor.timeline.values_list("verb", "subject_id")) == [("opportunity.created", None)]
    with pytest.raises(DomainError):
        services.move_opportunity(ask, to="asked", by=owner)


def test_open_stalled_and_overdue_are_what_plain_reading_says(organization, owner):
    now, limit = timezone.now(), timezone.now() - timedelta(days=30)
    for stage in OpportunityStage.values:
        for days in (1, 29, 31, 60):
            for spoken in (2, 45):
                OpportunityFactory(
                    contact=ContactFactory(
                        organization=organization, owner=owner, last_contact_at=now - timedelta(days=spoken)
                    ),
                    owner=owner, stage=stage, stage_since=now - timedelta(days=days),
                    closed_on=TODAY if stage in CLOSED else None, expected_on=TODAY + timedelta(days=days - 30),
                )  # fmt: skip
    rows = Opportunity.objects.select_related("contact")
    opened = [one for one in rows if one.stage not in ("won", "lost")]
    stalled = [one for one in opened if one.stage_since < limit and one.contact.last_contact_at < limit]
    assert set(rows.open()) == set(opened)
    assert set(rows.stalled(before=limit)) == set(stalled)
    assert set(rows.overdue(today=TODAY)) == {one for one in opened if one.expected_on < TODAY}
    assert len(stalled) == 10
