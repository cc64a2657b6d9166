"""Tasks that Merci plans by itself: once for a cause, for the right person, in their words; ended with the cause (M-02)."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from crm.accounts.models import Membership
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.giving import following, services
from crm.giving.jobs import follow_late, plan_thanks
from crm.giving.models import Pledge, Thanks
from crm.pipeline import services as pipeline
from crm.pipeline.jobs import plan_stalled
from crm.pipeline.models import Opportunity
from crm.tasks import services as tasks
from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.giving import BatchRowFactory, PledgeFactory
from tests.factories.pipeline import OpportunityFactory
from tests.factories.tasks import TaskFactory

NOW = timezone.now()


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


@pytest.fixture
def donor(organization, owner):
    return ContactFactory(organization=organization, owner=owner, first_name="Luc", last_name="Roy")


@pytest.fixture
def give(admin, fund, today, run_jobs):
    def record(contact, amount):
        gift = services.record_gift(contact=contact, amount=Decimal(amount), received_on=today, fund=fund, by=admin)
        run_jobs()
        return gift

    return record


def planned() -> list[str]:
    return list(Task.objects.open().order_by("pk").values_list("title", flat=True))


# --- thanks ---------------------------------------------------------------------------------------------------------
def test_a_large_gift_plans_one_call_for_the_responsible_person_in_their_language(
    give, donor, owner, organization, today
):
    owner.user.language = "fr"
    owner.user.save()
    gift = give(donor, "499.99")
    assert planned() == []
    gift = give(donor, 500)
    task = Task.objects.get()
    assert task.title == "Appeler Luc Roy pour dire merci de son don de 500,00\u00a0$"
    assert (task.owner, task.type, task.due_on, task.created_by) == (
        owner,
        "thank_you",
        today + timedelta(days=2),
        None,
    )
    plan_thanks(organization_id=organization.pk, gift_ids=[gift.pk])  # the queue hands the job out twice
    assert Task.objects.count() == 1
    assert donor.timeline.filter(verb="task.created").get().actor is None


def test_the_organization_says_from_what_amount_or_not_at_all(give, donor, organization):
    organization.thank_task_from = Decimal(20)
    organization.save()
    give(donor, 20)
    organization.thank_task_from = None
    organization.save()
    give(donor, 5000)
    assert len(planned()) == 1


def test_whoever_calls_as_planned_has_thanked(give, donor, owner):
    gift = give(donor, 500)
    tasks.complete_task(Task.objects.get(), by=owner, outcome="Moved to tears")
    thanks = Thanks.objects.get(gift=gift)
    assert (thanks.status, thanks.how, thanks.thanked_by) == ("done", "phone", owner)


def test_whoever_thanks_another_way_ends_the_call_and_taking_it_back_plans_it_again(give, donor, admin):
    gift = give(donor, 500)
    done = services.mark_thanked([gift.thanks.pk], how="letter", by=admin)
    task = Task.objects.get()
    assert (task.is_done, task.done_by, task.outcome) == (True, None, "Thanked already.")
    services.take_thanks_back(done, by=admin)
    assert not Task.objects.get().is_done


@pytest.mark.parametrize("act", ["delete", "refund"])
def test_a_gift_that_goes_takes_its_call_along(give, donor, admin, act):
    gift = give(donor, 500)
    if act == "delete":
        services.delete_gift(gift, by=admin)
    else:
        services.refund_gift(gift, reason="Typed twice", by=admin)
    assert planned() == []


def test_a_batch_plans_a_call_for_each_large_gift_and_takes_them_along_when_it_is_opened_again(
    organization, donor, admin, fund, today, run_jobs
):
    batch = services.open_batch(received_on=today, fund=fund, by=admin)
    for amount in (20, 600, 700):
        BatchRowFactory(batch=batch, contact=donor, fund=fund, amount=Decimal(amount), received_on=today)
    services.post_batch(batch, by=admin)
    run_jobs()
    assert len(planned()) == 2
    services.reopen_batch(batch, reason="Wrong pile", by=admin)
    assert planned() == []


def test_nobody_is_sent_to_those_who_want_peace_or_to_the_archived(give, donor, admin, organization):
    for fields in ({"do_not_contact": True}, {"is_deceased": True}):
        Contact.objects.filter(pk=donor.pk).update(**{"do_not_contact": False, "is_deceased": False} | fields)
        give(Contact.objects.get(pk=donor.pk), 700)
    assert planned() == []


def test_donors_of_nobody_are_the_longest_standing_administrator_s(give, organization, admin):
    MembershipFactory(organization=organization, role="admin")
    finance = MembershipFactory(organization=organization, role="finance")
    for responsible in (None, finance):  # finance staff hold no tasks
        give(ContactFactory(organization=organization, owner=responsible), 900)
    assert {task.owner for task in Task.objects.all()} == {admin}
    Membership.objects.filter(role="admin").update(is_active=False)
    assert following.causes.keeper_of(organization) is None


# --- late pledges ---------------------------------------------------------------------------------------------------
@pytest.fixture
def late(donor, admin, fund, today):
    return PledgeFactory(
        contact=donor, fund=fund, recorded_by=admin, amount=Decimal(40), late_since=today - timedelta(days=20),
        late_amount=Decimal(40),
    )  # fmt: skip


def test_a_late_pledge_plans_one_follow_up_until_the_payment_comes_and_another_one_later(late, owner, today):
    assert (follow_late(), follow_late()) == (1, 0)
    task = Task.objects.get()
    assert (task.owner, task.type, task.due_on) == (owner, "follow_up", today)
    assert "$40.00" in task.title
    Pledge.objects.filter(pk=late.pk).update(late_since=None, late_amount=0)
    assert follow_late() == 0
    assert Task.objects.get().outcome == "The payment came."
    Pledge.objects.filter(pk=late.pk).update(late_since=today - timedelta(days=1), late_amount=40)
    assert follow_late() == 1


def test_done_by_hand_it_is_not_planned_again_for_the_same_delay(late, owner):
    follow_late()
    tasks.complete_task(Task.objects.get(), by=owner)
    assert (follow_late(), Task.objects.count()) == (0, 1)


def test_what_is_late_for_long_wakes_nobody_up_and_the_organization_may_want_none(late, organization, today):
    Pledge.objects.filter(pk=late.pk).update(late_since=today - timedelta(days=91))
    assert follow_late() == 0
    Pledge.objects.filter(pk=late.pk).update(late_since=today)
    organization.plans_follow_ups = False
    organization.save()
    assert (follow_late(), plan_stalled()) == (0, 0)


# --- standstill -----------------------------------------------------------------------------------------------------
def test_a_conversation_at_a_standstill_is_taken_up_once_unless_somebody_planned_the_next_step(organization, owner):
    def contact(days: int, **fields):
        then = NOW - timedelta(days=days, hours=1)
        return ContactFactory(
            organization=organization, owner=owner, **({"funnel_stage": "contacted"} | fields), last_contact_at=then
        )

    stalled, followed = contact(31), contact(31)
    TaskFactory(contact=followed, owner=owner)
    contact(29)
    contact(45)  # on the board for weeks
    contact(31, funnel_stage="closed_won")
    contact(31, do_not_contact=True)
    contact(31, archived_at=NOW)
    assert (plan_stalled(), plan_stalled()) == (1, 0)
    task = Task.objects.exclude(cause="").get()
    assert task.contact == stalled
    assert Contact.objects.get(pk=stalled.pk).last_contact_at == stalled.last_contact_at  # a plan is no contact


def test_an_ask_at_a_standstill_and_an_answer_that_never_came_are_followed_up_once(organization, owner, today):
    def ask(days: int, **fields):
        then = NOW - timedelta(days=days, hours=1)
        donor = ContactFactory(organization=organization, owner=owner, last_contact_at=then)
        return OpportunityFactory(contact=donor, owner=owner, stage_since=then, **fields)

    ask(31, title="Stalled")
    ask(10, title="Overdue", expected_on=today - timedelta(days=1))
    ask(10, title="Awaited", expected_on=today)
    ask(60, title="Old", expected_on=today - timedelta(days=40))
    won = ask(31, title="Won")
    Opportunity.objects.filter(pk=won.pk).update(stage="won", closed_on=today)
    assert (plan_stalled(), plan_stalled()) == (2, 0)
    assert sorted(task.cause.split(":")[0] for task in Task.objects.all()) == ["answer", "ask"]
    task = Task.objects.get(cause__startswith="ask:")
    tasks.complete_task(task, by=owner)  # touches the donor: the ask moves again
    pipeline.move_opportunity(Opportunity.objects.get(title="Stalled"), to="asked", by=owner)
    assert plan_stalled() == 0


# --- never twice ----------------------------------------------------------------------------------------------------
def test_the_database_itself_refuses_a_second_task_of_a_cause(donor, owner):
    TaskFactory(contact=donor, owner=owner, cause="gift:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        TaskFactory(contact=donor, owner=owner, cause="gift:1")
    TaskFactory(contact=donor, owner=owner)
    TaskFactory(contact=donor, owner=owner)  # those that people plan have none


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite lets one writer in at a time")
def test_thanking_by_letter_and_by_the_planned_call_at_once_waits_for_each_other(give, donor, admin, owner):
    for _round in range(5):
        gift = give(donor, 500)
        task, gate, failed = Task.objects.open().get(), Barrier(2), []

        def act(work, gate=gate, failed=failed):
            try:
                gate.wait()
                work()
            except Exception as error:  # noqa: BLE001 - told by the test
                failed.append(error)
            finally:
                connection.close()

        both = [
            Thread(target=act, args=(lambda task=task: tasks.complete_task(task, by=owner),)),
            Thread(
                target=act, args=(lambda gift=gift: services.mark_thanked([gift.thanks.pk], how="letter", by=admin),)
            ),
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert failed == []
        assert Task.objects.get(pk=task.pk).is_done
        assert Thanks.objects.get(gift=gift).status == "done"
