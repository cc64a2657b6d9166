"""Writes on tasks. What is done about a contact is told on its timeline and counts as a contact (C-06)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.policy import OWN
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.tasks import notices, rules
from crm.tasks.choices import TaskPriority, TaskType
from crm.tasks.events import TaskCompleted, TaskCreated
from crm.tasks.models import Task

RELATIONS = ["organization", "owner", "contact", "created_by", "done_by"]


def _check(task: Task, *, by, moved: bool = True) -> None:
    """``moved``: the person or the contact is new; who was there before is not judged again with every comma."""
    if moved:
        _check_people(task, by=by)
    if task.due_on is not None and not rules.FIRST_DAY <= task.due_on <= rules.LAST_DAY:
        raise DomainError(_("Check the year of this date."), field="due_on", code="date")
    longest = Task._meta.get_field("notes").max_length
    if len(task.notes) > longest:  # the database does not mind
        raise DomainError(_("At most %(count)d characters.") % {"count": longest}, field="notes", code="long")
    validated(task, exclude=RELATIONS)


def _check_people(task: Task, *, by) -> None:
    owner, contact = task.owner, task.contact
    if owner.organization_id != task.organization_id or not owner.is_active:
        raise DomainError(_("This person does not work in your organization."), field="owner", code="owner")
    if not owner.can("tasks.change"):
        raise DomainError(_("The role of this person has no tasks. Choose somebody else."), field="owner", code="role")
    if owner.pk != by.pk and by.scope("tasks.change") == OWN:
        raise DomainError(_("You plan your own tasks only."), field="owner", code="own")
    if contact is None:
        return
    if not by.can("contacts.view", contact):
        raise DomainError(_("Choose the contact in the list."), field="contact", code="foreign")
    if not owner.can("contacts.view", contact):
        said = _("%(person)s may not see this contact. Choose somebody else.") % {"person": owner}
        raise DomainError(said, field="owner", code="unseen")


def locked(task: Task) -> Task:
    """The task as it is now, held until the end: two people at once neither do it twice nor lose what was written.

    Its contact first, the order of every act on a contact: whoever thanks a donor ends the task that was planned for it.
    """
    if task.contact_id:
        list(Contact.objects.select_for_update(no_key=True).filter(pk=task.contact_id).values_list("pk"))
    rows = Task.objects.select_for_update(of=("self",)).select_related("owner__user", "contact__owner", "organization")
    found = rows.filter(pk=task.pk).first()
    if found is None:
        raise DomainError(_("Somebody deleted this task meanwhile."), code="gone")
    return found


@transaction.atomic
def create_task(
    *,
    title: str,
    owner,
    by,
    contact: Contact | None = None,
    type: str = TaskType.FOLLOW_UP,  # noqa: A002 - the name of the field
    priority: str = TaskPriority.MEDIUM,
    due_on: date | None = None,
    notes: str = "",
) -> Task:
    """Plan something, mostly about a contact: audit, the contact's timeline, publish.

    Refused: an owner who has left, whose role has no tasks or who may not see the contact; a contact out of reach or
    archived.
    """
    if contact is not None and contact.is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), field="contact", code="archived")
    task = Task(
        organization=by.organization, title=title.strip(), type=type, priority=priority, due_on=due_on, owner=owner,
        contact=contact, notes=notes.strip(), created_by=by,
    )  # fmt: skip
    _check(task, by=by)
    task.save()
    audit.created(task, by=by)
    notices.given(task, by=by)
    if contact is not None:
        due = due_on.isoformat() if due_on else ""
        contacts.log(contact, "task.created", subject=task, by=by, title=task.title, due_on=due, type=task.type)
    publish(
        TaskCreated(
            organization_id=task.organization_id,
            actor_id=by.pk,
            task_id=task.pk,
            owner_id=task.owner_id,
            contact_id=task.contact_id,
        )
    )
    return task


@transaction.atomic
def update_task(task: Task, *, by, **fields) -> Task:
    """Change what is planned; the audit log keeps before and after. A contact it leaves keeps its past entries."""
    task = locked(task)
    before, former = audit.state(task), task.contact
    for name, value in fields.items():
        setattr(task, name, value)
    changed = audit.changes(before, audit.state(task))
    if not changed:
        return task
    _check(task, by=by, moved=bool({"owner_id", "contact_id"} & set(changed)))
    task.save()
    audit.updated(task, before=before, by=by)
    if "owner_id" in changed:
        notices.given(task, by=by)
    if former is not None and former.pk != task.contact_id:
        contacts.forget_subject(former, task)
    return task


@transaction.atomic
def complete_task(task: Task, *, by, outcome: str = "") -> Task:
    """Done, with what came of it: audit, timeline, last contact moved, publish. Done twice is done once.

    ``by``: nobody, where Merci ends what it planned itself.
    """
    task = locked(task)
    if task.is_done:
        return task
    before = audit.state(task)
    task.done_at, task.done_by, task.outcome = timezone.now(), by, outcome.strip()
    validated(task, exclude=RELATIONS)
    task.save()
    audit.updated(task, before=before, by=by)
    if task.contact is not None:
        contacts.log(
            task.contact, "task.done", subject=task, by=by, title=task.title, outcome=task.outcome, type=task.type
        )
        contacts.touch(task.contact)
    publish(
        TaskCompleted(
            organization_id=task.organization_id,
            actor_id=by.pk if by is not None else None,
            task_id=task.pk,
            owner_id=task.owner_id,
            contact_id=task.contact_id,
        )
    )
    return task


@transaction.atomic
def reopen_task(task: Task, *, by) -> Task:
    """It was not done after all: back among the tasks to do; what was said of it is forgotten but for the audit log."""
    task = locked(task)
    if not task.is_done:
        return task
    before = audit.state(task)
    task.done_at, task.done_by, task.outcome = None, None, ""
    task.save()
    audit.updated(task, before=before, by=by)
    if task.contact is not None:
        contacts.log(task.contact, "task.reopened", subject=task, by=by, title=task.title)
    return task


@transaction.atomic
def postpone_task(task: Task, *, due_on: date, by) -> Task:
    """Put it off to a later day: today at the earliest. Refused once it is done."""
    task = locked(task)
    if task.is_done:
        raise DomainError(_("This task is already done."), code="done")
    if due_on < today_in(task.organization.timezone):
        raise DomainError(_("Choose today or a later day."), field="due_on", code="past")
    before = audit.state(task)
    task.due_on = due_on
    if audit.changes(before, audit.state(task)):
        if due_on > rules.LAST_DAY:
            raise DomainError(_("Check the year of this date."), field="due_on", code="date")
        task.save()
        audit.updated(task, before=before, by=by)
    return task


@transaction.atomic
def delete_task(task: Task, *, by) -> None:
    """Erase what was planned by mistake; the audit log keeps it, the timeline no longer leads to it."""
    task = locked(task)
    audit.deleted(task, by=by)
    if task.contact is not None:
        contacts.forget_subject(task.contact, task)
    task.delete()
