"""One task: planning, correcting, deleting it."""

from django.utils.translation import gettext_lazy

from crm.core.web.views import ActionView, CreateView, DetailView, UpdateView
from crm.tasks import services
from crm.tasks.forms import TaskForm
from crm.tasks.models import Task


class TaskMixin:
    model = Task

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "owner__user", "organization")


class TaskDetailView(TaskMixin, DetailView):
    permission = "tasks.view"
    template_name = "tasks/task_detail.html"
    context_name = "task"

    def get_queryset(self):
        return super().get_queryset().select_related("created_by__user", "done_by__user")

    def get_context(self, **context) -> dict:
        task = self.object
        return super().get_context(
            contact=task.contact if task.contact and self.membership.can("contacts.view", task.contact) else None,
            may_change=self.membership.can("tasks.change", task),
            may_delete=self.membership.can("tasks.delete", task),
            **context,
        )


class TaskCreateView(CreateView):
    """Something to do that is about nobody in particular; what is about a donor is planned on their page."""

    permission = "tasks.add"
    model = Task
    form_class = TaskForm
    title = gettext_lazy("New task")
    submit_label = gettext_lazy("Save the task")
    success_message = gettext_lazy("The task is planned.")

    def act(self, form: TaskForm) -> Task:
        return services.create_task(**form.values, by=self.membership)

    def get_success_url(self) -> str:
        return self.url("tasks:task_list")

    def get_cancel_url(self) -> str:
        return self.url("tasks:task_list")


class TaskUpdateView(TaskMixin, UpdateView):
    permission = "tasks.change"
    form_class = TaskForm
    title = gettext_lazy("Edit the task")
    submit_label = gettext_lazy("Save the task")
    success_message = gettext_lazy("The task is saved.")

    def act(self, form: TaskForm) -> Task:
        current = self.get_queryset().get(pk=self.object.pk)
        return services.update_task(current, **form.values, by=self.membership)


class TaskDeleteView(TaskMixin, ActionView):
    permission = "tasks.delete"
    service = staticmethod(services.delete_task)
    title = gettext_lazy("Delete this task?")
    question = gettext_lazy("It leaves every list. The audit log keeps what it said.")
    submit_label = gettext_lazy("Delete the task")
    danger = True
    success_message = gettext_lazy("The task is deleted.")

    def get_success_url(self, obj, result) -> str:
        seen = obj.contact is not None and self.membership.can("contacts.view", obj.contact)
        return obj.contact.get_absolute_url() if seen else self.url("tasks:task_list")
