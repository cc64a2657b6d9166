"""“Today’s tasks”, in the daily digest: the reader’s own, late ones first."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.core.dates import today_in
from crm.core.web.urls import org_url
from crm.notifications.digest import MAX_LINES, Line, Section
from crm.tasks.models import Task
from crm.tasks.templatetags.tasks_ui import due


def collect_tasks(membership, since: datetime, until: datetime) -> Section | None:
    """What the reader has to do today or should have done before: not news, so the span of time does not count."""
    today = today_in(membership.organization.timezone)
    rows = Task.objects.visible_to(membership).filter(owner=membership, due_on__lte=today).open()
    count = rows.count()
    if not count:
        return None
    late = rows.filter(due_on__lt=today).count()
    total = ngettext("%(count)d task to do today.", "%(count)d tasks to do today.", count) % {"count": count}
    if late:
        total += " " + ngettext("%(count)d is late.", "%(count)d are late.", late) % {"count": late}
    first = rows.select_related("contact__owner").soonest_first()[:MAX_LINES]
    return Section(
        title=_("Today’s tasks"),
        total=total,
        count=count,
        lines=[_line(task, membership, today) for task in first],
        link_url=org_url(membership, "tasks:task_list"),
        link_label=_("See the tasks"),
    )


def _line(task: Task, membership, today) -> Line:
    seen = task.contact is not None and membership.can("contacts.view", task.contact)
    return Line(
        text=task.title,
        detail=task.contact.name if seen else "",
        amount=due(task.due_on),
        tone="bad" if task.due_on < today else "",
        url=task.get_absolute_url(),
    )
