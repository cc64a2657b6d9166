"""Acts on several tasks at once; and a task for each of several contacts, offered in the list of contacts."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from crm.accounts.policy import ALL, OWN
from crm.core.acts import BulkAction, numbered
from crm.core.operations import Undone
from crm.tasks import many
from crm.tasks.forms import GiveForm, OutcomeForm, PlannedForm, PostponeForm
from crm.tasks.holders import HOLDERS
from crm.tasks.planning import plan_tasks, take_back_tasks


class PlanTasks(BulkAction):
    code, icon = "task", "checkbox"
    label = _("Plan a task for each")
    permission, url_name = "tasks.add", "contacts:contact_detail"
    form_class = PlannedForm
    explanation = _("One task for each contact, on its page and in the list of whoever does it.")
    reasons = {
        "archived": _("Archived"),
        "nobody": _("Nobody is responsible for them"),
        "holder": _("The role of the responsible person has no tasks"),
        "unseen": _("This person may not see them"),
    }

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        skips = {"archived": Q(archived_at__isnull=False)}
        if by.scope(self.permission) == OWN or not data:
            return skips
        if owner := data.get("owner"):
            return skips | ({"unseen": ~Q(owner=owner)} if owner.scope("contacts.view") == OWN else {})
        holds = Q(owner__role__in=HOLDERS, owner__is_active=True)
        return skips | {"nobody": Q(owner=None), "holder": ~holds}

    def all_skips(self, *, data: dict, by) -> dict[str, Q]:
        """A task is one's own, whoever the contact is: what one sees, one may plan for."""
        return self.skips(data=data, by=by)

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        owner = by if by.scope(self.permission) == OWN else data["owner"]
        values = {name: data[name] for name in ("title", "due_on", "type", "priority")}
        return plan_tasks(contact_ids=ids, by=by, owner=owner, **values)

    def undo(self, data: dict, *, by) -> Undone:
        return take_back_tasks(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Plan %(count)s task", "Plan %(count)s tasks", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s task is planned.", "%(count)s tasks are planned.", count), count)


class TaskAction(BulkAction):
    permission, url_name = "tasks.change", "tasks:task_detail"
    reasons = {
        "done": _("Done already"),
        "unseen": _("This person may not see the contact"),
        "theirs": _("Theirs already"),
    }

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        return {"done": Q(done_at__isnull=False)}


class Complete(TaskAction):
    code, icon = "done", "check"
    label = pgettext_lazy("an act: it is done", "Done")
    form_class = OutcomeForm
    explanation = _("What came of it is told on the page of each contact.")

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return many.complete_tasks(ids, outcome=data["outcome"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return many.reopen_tasks(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Tick off %(count)s task", "Tick off %(count)s tasks", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s task is done.", "%(count)s tasks are done.", count), count)


class Postpone(TaskAction):
    code, icon = "postpone", "calendar"
    label = _("Postpone")
    form_class = PostponeForm

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return many.postpone_tasks(ids, due_on=data["due_on"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return many.put_back(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Postpone %(count)s task", "Postpone %(count)s tasks", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(ngettext("%(count)s task is postponed.", "%(count)s tasks are postponed.", count), count)


class Give(TaskAction):
    code, icon = "owner", "user-check"
    label = _("Give to somebody else")
    form_class = GiveForm

    def may(self, by) -> bool:
        return by.scope(self.permission) == ALL

    def skips(self, *, data: dict, by) -> dict[str, Q]:
        skips = super().skips(data=data, by=by)
        if owner := data.get("owner"):
            skips["theirs"] = Q(owner=owner)
            if owner.scope("contacts.view") == OWN:
                skips["unseen"] = Q(contact__isnull=False) & ~Q(contact__owner=owner)
        return skips

    def run(self, ids: list[int], *, data: dict, by) -> dict:
        return many.give_tasks(ids, owner=data["owner"], by=by)

    def undo(self, data: dict, *, by) -> Undone:
        return many.give_back(data, by=by)

    def said(self, count: int, data: dict) -> str:
        return numbered(ngettext("Give %(count)s task", "Give %(count)s tasks", count), count)

    def told(self, count: int, data: dict) -> str:
        return numbered(
            ngettext("%(count)s task has changed hands.", "%(count)s tasks have changed hands.", count), count
        )


TASK_ACTIONS = (Complete(), Postpone(), Give())
