"""Done, put off, to do again: on a page of their own, or in the very place where the task is shown."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.web.htmx import trigger, wants_fragment
from crm.core.web.views import ActionView, FormView
from crm.tasks import rules, services
from crm.tasks.forms import OutcomeForm, PostponeForm
from crm.tasks.models import Task
from crm.tasks.tables import TaskTable
from crm.tasks.templatetags.tasks_ui import due
from crm.tasks.views.panels import next_action

# Where a task is shown → what an act made there replaces, and how.
PLACES = {
    "next": ("#next-action", "innerHTML"),  # the bar under a donor's name
    "li": ("closest li", "outerHTML"),  # the tab of a donor
    "tr": ("closest tr", "outerHTML"),  # the list
}


class InPlaceMixin:
    """Knows the ``place`` an act was asked from and draws that place again once it is done."""

    permission = "tasks.change"
    model = Task

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "owner__user", "organization")

    @property
    def place(self) -> str:
        asked = self.request.POST.get("place") or self.request.GET.get("place", "")
        return asked if asked in PLACES and wants_fragment(self.request) else ""

    def in_place(self, task: Task, said: str) -> HttpResponse:
        """The place as it is now: ``said`` tells what was just done, and takes the focus."""
        context = {"view": self, "place": self.place, "said": said, "done": task, "moved": bool(said)}
        if self.place == "next" and task.contact is not None:
            context |= {"contact": task.contact} | next_action(task.contact, self.membership)
            response = render(self.request, "tasks/_next.html", context)
        elif self.place == "tr" and not task.is_done:
            table = TaskTable([task], request=self.request)
            response = HttpResponse(table.rows_html([task]))
        else:
            response = render(self.request, "tasks/_row.html", context | {"task": task, "changes_tasks": True})
        return trigger(response, "timeline-changed") if said else response

    def home_of(self, task: Task) -> str:
        """The donor's page or, for those who do not see it, the list."""
        seen = task.contact is not None and self.membership.can("contacts.view", task.contact)
        return task.contact.get_absolute_url() if seen else self.url("tasks:task_list")


class InPlaceForm(InPlaceMixin, FormView):
    abstract = True
    permission = "tasks.change"
    template_name = "generic/confirm.html"
    asks = ""  # the fragment that asks, in place

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if self.place and request.GET.get("cancel"):
            return self.in_place(self.get_object(), "")
        return super().get(request, *args, **kwargs)

    def load(self) -> None:
        self.object = self.get_object()

    def get_form(self, data=None, files=None):
        return self.form_class(
            data, initial=self.get_initial(), membership=self.membership, auto_id=f"{self.place or 'id'}_%s"
        )

    def render(self, context: dict | None = None, *, status: int = 200) -> HttpResponse:
        if not self.place:
            return super().render(context, status=status)
        target, swap = PLACES[self.place]
        context = self.get_context(**(context or {}), place=self.place, target=target, swap=swap, task=self.object)
        return render(self.request, self.asks, context, status=status)

    def go(self, url: str) -> HttpResponse:
        return self.in_place(self.object, self.said()) if self.place else super().go(url)

    def get_success_message(self) -> str:
        return "" if self.place else self.said()

    def get_success_url(self) -> str:
        return self.home_of(self.object)

    def get_cancel_url(self) -> str:
        return self.get_success_url()


class TaskCompleteView(InPlaceForm):
    permission = "tasks.change"
    form_class = OutcomeForm
    asks = "tasks/_complete.html"
    title = gettext_lazy("Is it done?")
    submit_label = gettext_lazy("It is done")

    def act(self, form: OutcomeForm) -> Task:
        return services.complete_task(self.object, **form.cleaned_data, by=self.membership)

    def said(self) -> str:
        return _("Done: %(title)s") % {"title": self.object.title}

    def get_context(self, **context) -> dict:
        return super().get_context(question=self.object.title, **context)


class TaskPostponeView(InPlaceForm):
    permission = "tasks.change"
    form_class = PostponeForm
    asks = "tasks/_postpone.html"
    title = gettext_lazy("Postpone until when?")
    submit_label = gettext_lazy("Postpone")

    def get_initial(self) -> dict:
        return {"due_on": rules.next_monday(today_in(self.membership.organization.timezone))}

    def act(self, form: PostponeForm) -> Task:
        return services.postpone_task(self.object, **form.cleaned_data, by=self.membership)

    def said(self) -> str:
        return _("Postponed: %(day)s") % {"day": due(self.object.due_on)}

    def get_context(self, **context) -> dict:
        return super().get_context(question=self.object.title, **context)


class TaskReopenView(InPlaceMixin, ActionView):
    permission = "tasks.change"
    service = staticmethod(services.reopen_task)
    title = gettext_lazy("Not done after all?")
    question = gettext_lazy("The task comes back among those to do; what was noted of its outcome goes.")
    submit_label = gettext_lazy("To do again")
    success_message = gettext_lazy("The task is to do again.")

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not self.place:
            return super().post(request, *args, **kwargs)
        try:
            task = services.reopen_task(self.get_object(), by=self.membership)
        except DomainError as error:
            raise Http404 from error
        return self.in_place(task, str(self.success_message))

    def get_success_url(self, obj, result) -> str:
        return self.home_of(obj)
