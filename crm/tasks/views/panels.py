"""What tasks show on the donor's page: the next action, all tasks, the quick form."""

from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.web.quick import QuickFormView
from crm.core.web.views import PanelView
from crm.tasks import queries, rules, services
from crm.tasks.forms import QuickTaskForm
from crm.tasks.models import Task

DONE_SHOWN = 50


class ContactPanel(PanelView):
    """Whoever sees the contact may ask; what is shown is what they see of its tasks, which may be nothing."""

    abstract = True
    permission = "contacts.view"
    model = Contact
    context_name = "contact"

    def may_plan(self) -> bool:
        return self.membership.can("tasks.add") and not self.object.is_archived


class ContactNextView(ContactPanel):
    fragment_name = "tasks/_next.html"
    title = gettext_lazy("Next action")

    def get_context(self, **context) -> dict:
        return super().get_context(**next_action(self.object, self.membership), **context)


def next_action(contact: Contact, membership) -> dict:
    """What the bar under the donor's name shows."""
    task = queries.next_task(contact, membership)
    return {
        "task": task,
        "days": rules.postponements(today_in(membership.organization.timezone)),
        "may_act": task is not None and membership.can("tasks.change", task),
        "may_plan": membership.can("tasks.add") and not contact.is_archived,
    }


class ContactTasksView(ContactPanel):
    fragment_name = "tasks/_contact_tasks.html"
    title = gettext_lazy("Tasks")

    def get_context(self, **context) -> dict:
        rows = Task.objects.visible_to(self.membership).filter(contact=self.object).select_related("owner__user")
        return super().get_context(
            tasks=[*rows.open().soonest_first()[:200], *rows.done().latest_done_first()[:DONE_SHOWN]],
            may_plan=self.may_plan(),
            changes_tasks=self.membership.can("tasks.change"),
            **context,
        )


class QuickTaskView(QuickFormView):
    """Planned from the donor's page. Whoever may write about the contact: the very roles that may plan tasks."""

    permission = "contacts.note"
    model = Contact
    form_class = QuickTaskForm
    fragment_name = "tasks/_quick.html"
    context_name = "contact"
    title = gettext_lazy("Plan the next step")
    success_message = gettext_lazy("The task is planned.")
    tells = ("timeline-changed", "tasks-changed")

    def get_object(self) -> Contact:
        self.check("tasks.add")
        return super().get_object()

    def act(self, form: QuickTaskForm) -> None:
        services.create_task(**form.values, contact=self.object, by=self.membership)
