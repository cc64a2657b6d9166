"""The same act on many tasks, and its undoing where nobody touched them since (M-01)."""

from collections.abc import Callable, Collection
from datetime import date

from django.db import transaction

from crm.accounts.models import Membership
from crm.core.bulk import fingerprint
from crm.core.operations import Undone
from crm.tasks import services
from crm.tasks.models import Task


def _each(ids: Collection[int], act: Callable[[Task], Task], *, kept: Callable[[Task], str]) -> dict:
    """Do it to each that is still open; returns what :func:`_take_back` needs: number, mark, what was there before."""
    rows = Task.objects.open().filter(pk__in=list(ids)).select_related("owner__user", "contact__owner", "organization")
    done = []
    for task in rows.order_by("contact", "pk"):  # contacts in one order for everybody
        before = kept(task)
        act(task)
        done.append([task.pk, fingerprint(Task.objects.get(pk=task.pk)), before])
    return {"rows": done}


def _take_back(data: dict, back: Callable[[Task, str], object]) -> Undone:
    outcome = Undone()
    for pk, mark, before in data.get("rows", ()):
        task = Task.objects.filter(pk=pk).select_related("owner__user", "contact__owner", "organization").first()
        if task is None:
            outcome.left.append({"label": f"#{pk}", "url_name": "", "pk": pk, "reason": "gone"})
        elif fingerprint(task) != mark:
            outcome.left.append({"label": task.title, "url_name": "tasks:task_detail", "pk": pk, "reason": "touched"})
        else:
            back(task, before)
            outcome.done += 1
    return outcome


@transaction.atomic
def complete_tasks(ids: Collection[int], *, outcome: str, by) -> dict:
    """Done, with the same words for all."""
    return _each(ids, lambda task: services.complete_task(task, outcome=outcome, by=by), kept=lambda task: "")


@transaction.atomic
def reopen_tasks(data: dict, *, by) -> Undone:
    return _take_back(data, lambda task, _before: services.reopen_task(task, by=by))


@transaction.atomic
def postpone_tasks(ids: Collection[int], *, due_on: date, by) -> dict:
    """Put off to one day: today at the earliest."""
    return _each(
        ids,
        lambda task: services.postpone_task(task, due_on=due_on, by=by),
        kept=lambda task: task.due_on.isoformat() if task.due_on else "",
    )


@transaction.atomic
def put_back(data: dict, *, by) -> Undone:
    """Due again on the days that they were."""

    def back(task: Task, before: str) -> None:
        services.update_task(task, due_on=date.fromisoformat(before) if before else None, by=by)

    return _take_back(data, back)


@transaction.atomic
def give_tasks(ids: Collection[int], *, owner: Membership, by) -> dict:
    """Somebody else does them. The caller has left out those about contacts that this person may not see."""
    return _each(ids, lambda task: services.update_task(task, owner=owner, by=by), kept=lambda task: str(task.owner_id))


@transaction.atomic
def give_back(data: dict, *, by) -> Undone:
    """To whoever had them; who has left since does not get them back."""
    people = Membership.objects.filter(pk__in={int(before) for _pk, _mark, before in data.get("rows", ())}).active()
    known = {str(person.pk): person for person in people.select_related("user")}
    gone = [row for row in data.get("rows", ()) if row[2] not in known]
    outcome = _take_back(
        {"rows": [row for row in data.get("rows", ()) if row[2] in known]},
        lambda task, before: services.update_task(task, owner=known[before], by=by),
    )
    outcome.left += [
        {"label": f"#{pk}", "url_name": "tasks:task_detail", "pk": pk, "reason": "touched"} for pk, *_r in gone
    ]
    return outcome
