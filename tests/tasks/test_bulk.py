"""Several tasks at once: done, put off, given to somebody else; and taken back where nobody touched them since (M-01)."""

from datetime import timedelta

import pytest

from crm.core import operations
from crm.core.dates import today_in
from crm.core.models import Operation
from crm.core.undo import start_undo
from crm.tasks import services
from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory
from tests.factories.tasks import TaskFactory

BULK = "tasks:task_bulk"


@pytest.fixture
def today(organization):
    return today_in(organization.timezone)


@pytest.fixture
def three(organization, admin, today):
    donor = ContactFactory(organization=organization, first_name="Luc", last_name="Roy")
    return [TaskFactory(contact=donor, owner=admin, due_on=today - timedelta(days=days)) for days in (1, 2, 3)]


def do(client, act: str, rows, **params):
    data = {"act": act, "row": [row.pk for row in rows], **params}
    page = client.open(BULK, data)
    assert page.status_code == 200
    sent = data | {"expected": page.context["count"], "submission": page.context["submission"]}
    return client.send(BULK, sent)


def again() -> list[Task]:
    return list(Task.objects.order_by("pk"))


def undone(by):
    undoing = start_undo(Operation.objects.get(kind="bulk"), by=by)
    operations.run_to_end(undoing.pk)
    undoing.refresh_from_db()
    return undoing


def test_ticked_tasks_are_done_with_one_outcome_and_to_do_again_by_undo(three, admin, browse):
    desk = browse(admin)
    assert desk.open("tasks:task_list").content.decode().count(" data-tick ") == 3
    assert do(desk, "done", three[:2], outcome="Left a message").status_code == 302
    first, second, third = again()
    assert [one.outcome for one in (first, second, third)] == ["Left a message", "Left a message", ""]
    assert first.contact.timeline.filter(verb="task.done").count() == 2
    services.update_task(second, title="Call again", by=admin)
    undoing = undone(admin)
    assert (undoing.done, undoing.failed) == (1, 1)
    assert [one.is_done for one in again()] == [False, True, False]


def test_put_off_to_one_day_and_back_to_the_days_they_were(three, admin, browse, today):
    desk = browse(admin)
    assert (
        desk.send(BULK, {"act": "postpone", "row": [three[0].pk], "due_on": today - timedelta(days=1)}).status_code
        == 422
    )
    do(desk, "postpone", three, due_on=today + timedelta(days=7))
    assert {one.due_on for one in again()} == {today + timedelta(days=7)}
    undone(admin)
    assert [one.due_on for one in again()] == [one.due_on for one in three]


def test_given_to_a_fundraiser_only_those_about_donors_she_may_see(three, admin, owner, organization, browse):
    hers = TaskFactory(contact=ContactFactory(organization=organization, owner=owner), owner=admin)
    desk = browse(admin)
    page = desk.open(BULK, {"act": "owner", "row": [hers.pk, three[0].pk]})
    sent = {"act": "owner", "row": [hers.pk, three[0].pk], "owner": owner.pk, "submission": page.context["submission"]}
    assert desk.send(BULK, sent | {"expected": 2}).status_code == 200  # one fewer than was thought: asked again
    assert desk.send(BULK, sent | {"expected": 1}).status_code == 302
    assert [one.owner for one in again()] == [admin, admin, admin, owner]
    undone(admin)
    assert Task.objects.get(pk=hers.pk).owner == admin


def test_nobody_acts_on_the_tasks_of_others_or_gives_theirs_away(three, owner, organization, browse):
    mine = TaskFactory(contact=ContactFactory(organization=organization, owner=owner), owner=owner)
    desk = browse(owner)
    do(desk, "done", [mine, three[0]], outcome="")
    assert [one.is_done for one in again()] == [False, False, False, True]
    assert desk.open(BULK, {"act": "owner", "row": [mine.pk]}).status_code == 403
    reader = MembershipFactory(organization=organization, role="read_only")
    assert browse(reader).open(BULK, {"act": "done", "row": [three[0].pk]}).status_code == 403
