"""The same task for many contacts, planned and taken back at once."""

from collections.abc import Collection

from django.db import transaction

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.models import Contact, TimelineEvent
from crm.core.bulk import fingerprint, insert_objects, new_object
from crm.core.events import publish
from crm.core.operations import Undone
from crm.tasks.events import TasksPlanned
from crm.tasks.models import Task


@transaction.atomic
def plan_tasks(*, contact_ids: Collection[int], by, owner=None, **values) -> dict:
    """One task for each contact, for ``owner`` or, without, for whoever is responsible for it: audit, the timeline of each
    contact, one TasksPlanned. The caller has left out contacts that nobody could do it for.

    Returns what :func:`take_back_tasks` needs.
    """
    rows = Contact.objects.visible_to(by).filter(pk__in=contact_ids, archived_at=None).select_related("owner")
    people = [contact for contact in rows.order_by("pk") if owner or contact.owner]
    tasks = [
        new_object(
            Task, values, organization=by.organization, contact=contact, owner=owner or contact.owner, created_by=by
        )
        for contact in people
    ]
    return write_tasks(tasks, by=by, cause="bulk")


@transaction.atomic
def write_tasks(tasks: list[Task], *, by, cause: str, **told) -> dict:
    """Tasks made by the hundred: rows, audit, the timeline of each contact (``told`` beside it), one TasksPlanned.

    ``by``: nobody where Merci plans them. The caller has checked them. Returns what :func:`take_back_tasks` needs.
    """
    if not tasks:
        return {}
    insert_objects(tasks)
    organization_id = tasks[0].organization_id
    audit.created_many(tasks, by=by, organization_id=organization_id)
    about = [task for task in tasks if task.contact_id]
    lines = [
        contacts.timeline_event(
            task.contact,
            "task.created",
            subject=task,
            by=by,
            title=task.title,
            due_on=task.due_on.isoformat() if task.due_on else "",
            type=task.type,
            **told,
        )
        for task in about
    ]
    contacts.log_many(lines)
    line_of = {task.pk: line.pk for task, line in zip(about, lines, strict=True)}
    ids = tuple(task.pk for task in tasks)
    actor_id = by.pk if by is not None else None
    publish(TasksPlanned(organization_id=organization_id, actor_id=actor_id, cause=cause, task_ids=ids))
    return {"rows": [[task.pk, fingerprint(task), line_of.get(task.pk)] for task in tasks]}


@transaction.atomic
def take_back_tasks(data: dict, *, by) -> Undone:
    """The tasks go as if they had not been planned; one that was changed, put off or done since stays and is listed."""
    outcome = Undone()
    marks = {pk: (mark, line) for pk, mark, line in data.get("rows", ())}
    rows = Task.objects.filter(pk__in=list(marks)).select_for_update(of=("self",)).order_by("pk")
    present = {task.pk: task for task in rows.select_related("contact")}
    going = [task for pk, task in present.items() if fingerprint(task) == marks[pk][0]]
    audit.deleted_many(going, by=by)
    gone = {task.pk for task in going}
    TimelineEvent.objects.filter(pk__in=[marks[pk][1] for pk in gone]).delete()
    Task.objects.filter(pk__in=gone).delete()
    for pk in marks:
        task = present.get(pk)
        if task is None:
            outcome.left.append({"label": f"#{pk}", "url_name": "", "pk": pk, "reason": "gone"})
        elif pk not in gone:
            label = f"{task.title}, {task.contact.name}" if task.contact else task.title
            outcome.left.append({"label": label, "url_name": "tasks:task_detail", "pk": pk, "reason": "touched"})
    outcome.done = len(going)
    return outcome
