"""My tasks: what is late, for today, to come, done."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from crm.core.dates import today_in
from crm.core.web.actions import Link
from crm.core.web.views import ListView
from crm.tasks import queries
from crm.tasks.filters import TaskFilter
from crm.tasks.models import Task
from crm.tasks.tables import TaskTable


class TaskListView(ListView):
    """Without a word in the address: what is left to do, one's own where one may have any."""

    permission = "tasks.view"
    model = Task
    table_class = TaskTable
    filterset_class = TaskFilter
    actions = (Link(gettext_lazy("New task"), "tasks:task_create", "plus", "tasks.add", primary=True),)
    title = gettext_lazy("Tasks")
    template_name = "tasks/task_list.html"
    empty_icon = "checkbox"
    empty_title = gettext_lazy("Nothing to do here")
    empty_text = gettext_lazy("Plan the next step with a donor from their page, or something else from here.")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.when, self.whose = request.GET.get("when", ""), request.GET.get("whose", "")

    @property
    def has_own(self) -> bool:
        return self.membership.can("tasks.change")

    def whose_tasks(self):
        rows = super().get_queryset().select_related("contact", "owner__user")
        return rows.filter(owner=self.membership) if self.has_own and self.whose != "all" else rows

    def get_queryset(self):
        rows = self.whose_tasks()
        if self.when == "done":
            return rows.latest_done_first()
        return rows.open().soonest_first()

    def get_context(self, **context) -> dict:
        today = today_in(self.membership.organization.timezone)
        return super().get_context(
            counts=queries.counts(self.whose_tasks(), today=today),
            when=self.when,
            whose=self.whose,
            sees_others=self.has_own and self.membership.scope("tasks.view") == "all",
            **context,
        )
