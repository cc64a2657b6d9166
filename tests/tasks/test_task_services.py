"""What is planned, done, put off, taken back: who may, what it leaves behind."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from crm.accounts.models import AuditEntry
from crm.contacts.models import Contact
from crm.contacts.services import archive_contact
from crm.core.errors import DomainError
from crm.tasks import rules, services
from crm.tasks.events import TaskCompleted, TaskCreated
from crm.tasks.models import Task
from tests.factories.contacts import ContactFactory

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel("2026-11-20T15:00:00-05:00", tick=False):
        yield


@pytest.fixture
def task(contact, owner):
    return services.create_task(title="Call about the gala", owner=owner, by=owner, contact=contact, due_on=TODAY)


def refusal(act, **kwargs) -> tuple[str, str | None]:
    with pytest.raises(DomainError) as refused:
        act(**kwargs)
    return refused.value.code, refused.value.field


def verbs(contact: Contact) -> list[str]:
    return list(contact.timeline.order_by("pk").values_list("verb", flat=True))


def test_a_task_is_told_on_the_contacts_timeline_and_published(task, contact, owner, published):
    other = services.create_task(title="  Send the photo ", owner=owner, by=owner, contact=contact)
    assert (other.title, other.organization, other.created_by) == ("Send the photo", owner.organization, owner)
    assert contact.timeline.get(subject_id=other.pk).data == {
        "title": "Send the photo", "due_on": "", "type": "follow_up",
    }  # fmt: skip
    assert published[-1] == TaskCreated(
        organization_id=owner.organization_id,
        actor_id=owner.pk,
        task_id=other.pk,
        owner_id=owner.pk,
        contact_id=contact.pk,
    )


def test_done_twice_is_done_once_and_moves_the_last_contact(task, contact, owner, published):
    stale = Task.objects.get(pk=task.pk)
    Contact.objects.update(last_contact_at=timezone.now() - timedelta(days=40))
    services.complete_task(task, outcome=" She says yes ", by=owner)
    services.complete_task(stale, outcome="again", by=owner)
    task.refresh_from_db()
    contact.refresh_from_db()
    assert (task.outcome, task.done_by, contact.last_contact_at) == ("She says yes", owner, timezone.now())
    assert verbs(contact) == ["task.created", "task.done"]
    assert [type(event) for event in published].count(TaskCompleted) == 1


def test_a_task_done_by_mistake_comes_back(task, contact, owner):
    services.complete_task(task, outcome="Done", by=owner)
    again = services.reopen_task(task, by=owner)
    assert (again.done_at, again.done_by, again.outcome) == (None, None, "")
    services.reopen_task(again, by=owner)
    assert verbs(contact) == ["task.created", "task.done", "task.reopened"]
    assert "Done" in str(AuditEntry.objects.filter(model="tasks.task").values_list("changes", flat=True))


def test_a_task_is_put_off_to_today_or_later_and_not_once_it_is_done(task, owner):
    assert services.postpone_task(task, due_on=TODAY + timedelta(days=3), by=owner).due_on == date(2026, 11, 23)
    yesterday = TODAY - timedelta(days=1)
    assert refusal(services.postpone_task, task=task, due_on=yesterday, by=owner) == ("past", "due_on")
    assert refusal(services.postpone_task, task=task, due_on=date.max, by=owner) == ("date", "due_on")
    services.complete_task(task, by=owner)
    assert refusal(services.postpone_task, task=task, due_on=TODAY, by=owner) == ("done", None)


def test_the_day_is_the_organizations_own(task, owner):
    with time_machine.travel("2026-11-21T03:00:00Z", tick=False):  # still the 20th in Montréal
        assert services.postpone_task(task, due_on=TODAY, by=owner).due_on == TODAY


def test_who_may_be_given_what(contact, admin, owner, colleague, finance, reader, member, outsider):
    def give(to, *, by=admin, about=contact):
        return refusal(services.create_task, title="Call", owner=to, by=by, contact=about)

    colleague_left = colleague
    assert give(outsider) == ("owner", "owner")
    assert give(finance) == give(reader) == ("role", "owner")
    assert give(colleague) == ("unseen", "owner")  # a fundraiser who does not follow this contact
    assert give(admin, by=member) == ("own", "owner")
    stranger = ContactFactory(organization=contact.organization)
    assert give(owner, by=owner, about=stranger) == ("foreign", "contact")
    assert give(admin, about=ContactFactory(organization=outsider.organization)) == ("foreign", "contact")
    type(colleague_left).objects.filter(pk=colleague_left.pk).update(is_active=False)
    colleague_left.refresh_from_db()
    assert give(colleague_left) == ("owner", "owner")
    assert services.create_task(title="Call", owner=owner, by=admin, contact=contact).owner == owner
    assert services.create_task(title="Buy stamps", owner=member, by=member).contact is None


def test_nothing_new_is_planned_with_an_archived_contact(contact, owner, admin):
    archive_contact(contact, by=admin)
    contact.refresh_from_db()
    assert refusal(services.create_task, title="Call", owner=owner, by=owner, contact=contact) == (
        "archived",
        "contact",
    )


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"type": "dance"}, "type"),
        ({"priority": "mild"}, "priority"),
        ({"notes": "x" * 2001}, "notes"),
        ({"due_on": date(1, 1, 1)}, "due_on"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(fields, field, owner):
    assert refusal(services.create_task, **{"title": "Call", "owner": owner, "by": owner} | fields)[1] == field
    assert Task.objects.count() == 0


def test_an_outcome_too_long_is_refused_not_cut(task, owner):
    assert refusal(services.complete_task, task=task, outcome="x" * 251, by=owner)[1] == "outcome"


def test_somebody_who_left_need_not_be_replaced_to_correct_a_title(task, admin, owner):
    type(owner).objects.filter(pk=owner.pk).update(is_active=False)
    assert services.update_task(task, title="Call again", by=admin).title == "Call again"
    assert refusal(services.update_task, task=task, contact=None, by=admin) == ("owner", "owner")


def test_a_task_moved_to_another_contact_leaves_no_link_behind(task, contact, admin):
    other = ContactFactory(organization=contact.organization)
    services.update_task(task, contact=other, owner=admin, by=admin)
    assert list(contact.timeline.values_list("verb", "subject_id")) == [("task.created", None)]


def test_a_deleted_task_stays_in_the_audit_log_and_meets_no_second_act(task, contact, owner):
    stale = Task.objects.get(pk=task.pk)
    services.delete_task(task, by=owner)
    assert contact.timeline.get().subject_id is None
    assert AuditEntry.objects.filter(model="tasks.task", action="delete").count() == 1
    for act in (services.complete_task, services.reopen_task, services.delete_task, services.update_task):
        assert refusal(act, task=stale, by=owner)[0] == "gone"


@pytest.mark.parametrize(
    ("today", "monday", "month"),
    [
        (date(2026, 11, 20), date(2026, 11, 23), date(2026, 12, 20)),  # a Friday
        (date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 23)),  # a Monday: the next one
        (date(2027, 1, 31), date(2027, 2, 1), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2027, 1, 4), date(2027, 1, 31)),
    ],
)
def test_the_days_that_postponing_offers(today, monday, month):
    days = rules.postponements(today)
    assert (rules.next_monday(today), days["month"]) == (monday, month)
    assert days.get("monday", days["tomorrow"]) == monday  # on a Sunday, it is tomorrow
    assert len(set(days.values())) == len(days) >= 3
    assert list(days.values()) == sorted(days.values())
    assert (next(iter(days)), days["tomorrow"]) == ("tomorrow", today + timedelta(days=1))
