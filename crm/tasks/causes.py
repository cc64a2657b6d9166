"""Tasks that Merci plans by itself, once for each cause, and ends where the cause is gone (M-02). Public."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import override

from crm.accounts.models import Membership, Organization
from crm.accounts.policy import ALL
from crm.contacts.models import Contact
from crm.core.bulk import new_object
from crm.tasks import services
from crm.tasks.choices import TaskPriority
from crm.tasks.holders import HOLDERS
from crm.tasks.models import Task
from crm.tasks.planning import write_tasks


@dataclass(frozen=True)
class Wanted:
    """``title`` is called in the language of whoever will do it."""

    cause: str
    contact: Contact
    type: str
    title: Callable[[], str]
    due_on: date
    priority: str = TaskPriority.MEDIUM


def keeper_of(organization: Organization) -> Membership | None:
    """Who looks after donors that nobody is responsible for: the active administrator who has been there longest."""
    people = Membership.objects.filter(organization=organization).active().select_related("user").order_by("pk")
    return next((one for one in people.filter(role__in=HOLDERS) if one.scope("tasks.change") == ALL), None)


def _may_hold(owner: Membership | None, contact: Contact) -> bool:
    return owner is not None and owner.is_active and owner.role in HOLDERS and owner.can("contacts.view", contact)


@transaction.atomic
def plan_once(wanted: Iterable[Wanted], *, organization: Organization) -> int:
    """One task for each cause that never had one, for the responsible person; returns how many.

    Left out: archived contacts, and those for whom nobody could do it. Two workers at once: the database refuses the second
    row of a cause, and the job that lost runs again.
    """
    by_cause = {one.cause: one for one in wanted if not one.contact.is_archived}
    known = Task.objects.filter(organization=organization, cause__in=list(by_cause)).values_list("cause", flat=True)
    for cause in known:
        del by_cause[cause]
    keeper = keeper_of(organization) if by_cause else None
    tasks = []
    for one in by_cause.values():
        owner = one.contact.owner if _may_hold(one.contact.owner, one.contact) else keeper
        if owner is None:
            continue
        with override(owner.user.language):
            title = one.title()[: Task._meta.get_field("title").max_length]
        values = {
            "title": title, "type": str(one.type), "priority": str(one.priority), "due_on": one.due_on, "cause": one.cause
        }  # fmt: skip
        tasks.append(
            new_object(Task, values, organization=organization, contact=one.contact, owner=owner, created_by=None)
        )
    write_tasks(tasks, by=None, cause="job")
    return len(tasks)


def still_open(organization: Organization, prefix: str) -> dict[str, Task]:
    """The tasks that Merci planned and nobody has done yet, by cause, whose cause begins so."""
    rows = Task.objects.filter(organization=organization, cause__startswith=prefix).open()
    return {task.cause: task for task in rows.select_related("owner__user")}


@transaction.atomic
def take_up_again(causes: Collection[str], *, organization_id: int, by) -> None:
    """What ended them is undone: the tasks that Merci itself had ended are to do again."""
    rows = Task.objects.filter(organization_id=organization_id, cause__in=list(causes), done_by=None).done()
    for task in rows.order_by("pk"):
        services.reopen_task(task, by=by)


@transaction.atomic
def settle(causes: Collection[str], *, organization_id: int, outcome: Callable[[], str], by=None) -> int:
    """What was to be done has happened another way: these tasks are done, with ``outcome`` in the language of their owner."""
    rows = Task.objects.filter(organization_id=organization_id, cause__in=list(causes)).open()
    done = 0
    for task in rows.select_related("owner__user").order_by("pk"):
        with override(task.owner.user.language):
            services.complete_task(task, outcome=outcome(), by=by)
        done += 1
    return done
