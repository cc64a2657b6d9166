"""Reads about tasks that no single queryset method says."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, Q

from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.tasks.models import Task


def next_task(contact: Contact, membership) -> Task | None:
    """The next thing to do with this contact among the tasks the person may see: the soonest, undated ones last."""
    rows = Task.objects.visible_to(membership).filter(contact=contact).open()
    return rows.select_related("owner__user").soonest_first().first()


def next_tasks(contact_ids: Collection[int], membership) -> dict[int, Task]:
    """:func:`next_task` of many contacts at once, by contact: one query. Those without have no entry."""
    rows = Task.objects.visible_to(membership).filter(contact__in=contact_ids).open().soonest_first()
    found: dict[int, Task] = {}
    for task in rows:
        found.setdefault(task.contact_id, task)
    return found


def count_open(contact: Contact, membership) -> int:
    return Task.objects.visible_to(membership).filter(contact=contact).open().count()


def due_count(membership) -> int:
    """How many of their own tasks are for today or late: the number in the menu."""
    today = today_in(membership.organization.timezone)
    return Task.objects.filter(owner=membership, done_at=None, due_on__lte=today).count()


def counts(tasks, *, today: date) -> dict[str, int]:
    """How many of these are late, for today, to come (undated ones too): one query."""
    return (
        tasks.open()
        .order_by()
        .aggregate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            today=Count("pk", filter=Q(due_on=today)),
            upcoming=Count("pk", filter=Q(due_on__gt=today) | Q(due_on=None)),
        )
    )
