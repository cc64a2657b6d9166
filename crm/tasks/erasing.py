"""Forgetting people: what tasks said about them goes (Law 25)."""

from collections.abc import Iterable

from django.db import transaction

from crm.accounts import audit
from crm.tasks.models import Task


@transaction.atomic
def erase_tasks(*, contact_ids: Iterable[int]) -> int:
    """Erase the tasks about these contacts, in the audit log too; who did what to which number stays there."""
    rows = Task.objects.filter(contact__in=list(contact_ids))
    audit.scrub("tasks.task", list(rows.values_list("pk", flat=True)))
    return rows.delete()[0]
