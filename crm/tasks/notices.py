"""What people are told of tasks inside the application: given to them, overdue (M-03)."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crm.accounts.models import Membership, Organization
from crm.core.dates import today_in
from crm.notifications import inbox
from crm.notifications.kinds import Told, by_object
from crm.notifications.models import Notification
from crm.tasks.models import Task
from crm.tasks.templatetags.tasks_ui import due

OVERDUE, GIVEN = "task_overdue", "task_given"
NEWS = timedelta(
    days=7
)  # what has been overdue for longer is in the list and in the digest, and makes no flood of notices


def _beside(membership, notifications: list) -> list[tuple[Notification, Task]]:
    rows = Task.objects.visible_to(membership).filter(pk__in={one.object_id for one in notifications})
    return by_object(notifications, rows.select_related("contact__owner"))


def _donor(task: Task, membership) -> str:
    seen = task.contact is not None and membership.can("contacts.view", task.contact)
    return task.contact.name if seen else ""


def tell_overdue(membership, notifications: list) -> dict[int, Told]:
    """A task that is done meanwhile, or put off, is said to be."""
    found = {}
    for one, task in _beside(membership, notifications):
        text = _("Overdue: %(title)s") % {"title": task.title}
        if task.is_done:
            text = _("Done meanwhile: %(title)s") % {"title": task.title}
        parts = [_donor(task, membership), _("due %(day)s") % {"day": due(one.on)}]
        found[one.pk] = Told(text, " · ".join(part for part in parts if part), task.get_absolute_url())
    return found


def tell_given(membership, notifications: list) -> dict[int, Told]:
    givers = {one.data.get("by") for one in notifications}
    people = Membership.objects.visible_to(membership).filter(pk__in=givers - {None}).select_related("user")
    names = {person.pk: str(person) for person in people}
    found = {}
    for one, task in _beside(membership, notifications):
        said = {"person": names.get(one.data.get("by"), "Merci"), "title": task.title}
        parts = [_donor(task, membership), _("due %(day)s") % {"day": due(task.due_on)} if task.due_on else ""]
        detail = " · ".join(part for part in parts if part)
        found[one.pk] = Told(_("%(person)s gave you a task: %(title)s") % said, detail, task.get_absolute_url())
    return found


def given(task: Task, *, by) -> None:
    """Somebody else planned it for its owner."""
    if by is not None and by.pk != task.owner_id:
        inbox.notify(task.owner, GIVEN, task.pk, by=by.pk)


def notify_overdue(organization: Organization) -> int:
    """Each owner once for each task and the day it was due; put off and overdue again is told again. Returns how many."""
    today = today_in(organization.timezone)
    known = Notification.objects.filter(
        membership=OuterRef("owner"), kind=OVERDUE, object_id=OuterRef("pk"), on=OuterRef("due_on")
    )
    rows = (
        Task.objects.of(organization).open().filter(due_on__lt=today, due_on__gte=today - NEWS, owner__is_active=True)
    )
    rows = rows.exclude(Exists(known)).select_related("owner").order_by("pk")
    return inbox.notify_many(OVERDUE, ((task.owner, task.pk, task.due_on, {}) for task in rows))
