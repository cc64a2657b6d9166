"""My tasks: what is late, for today, to come, done."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.models import Membership
from crm.accounts.policy import ALL
from crm.core.dates import today_in
from crm.core.web.actions import Link
from crm.core.web.bulk import BulkView
from crm.core.web.views import ListView, PageMixin, ScopedView
from crm.tasks import figures, queries, rules
from crm.tasks.bulk import TASK_ACTIONS
from crm.tasks.choices import TaskType
from crm.tasks.filters import TaskFilter
from crm.tasks.models import Task
from crm.tasks.tables import TaskTable

WEEK = timedelta(days=7)


class WhoseMixin:
    """One's own tasks, where one may have any, or everybody's: ``?whose=all``."""

    model = Task

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.whose = request.GET.get("whose", "")

    @property
    def has_own(self) -> bool:
        return self.membership.can("tasks.change")

    @property
    def sees_others(self) -> bool:
        return self.has_own and self.membership.scope("tasks.view") == ALL

    def whose_tasks(self):
        rows = Task.objects.visible_to(self.membership).select_related("contact", "owner__user")
        return rows.filter(owner=self.membership) if self.has_own and self.whose != "all" else rows


class TaskListView(WhoseMixin, ListView):
    """Without a word in the address: what is left to do, one's own where one may have any."""

    permission = "tasks.view"
    table_class = TaskTable
    filterset_class = TaskFilter
    bulk_actions = TASK_ACTIONS
    bulk_url_name = "tasks:task_bulk"
    actions = (Link(gettext_lazy("New task"), "tasks:task_create", "plus", "tasks.add", primary=True),)
    title = gettext_lazy("Tasks")
    template_name = "tasks/task_list.html"
    empty_icon = "checkbox"
    empty_title = gettext_lazy("Nothing to do here")
    empty_text = gettext_lazy("Plan the next step with a donor from their page, or something else from here.")

    def setup(self, request: HttpRequest, *args, **kwargs) -> None:
        super().setup(request, *args, **kwargs)
        self.when = request.GET.get("when", "")

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
            sees_others=self.sees_others,
            **context,
        )


class TaskBulkView(BulkView):
    permission = "tasks.view"
    list_url_name = "tasks:task_list"


@dataclass
class Day:
    date: date
    tasks: list[Task]
    is_today: bool
    is_past: bool


class TaskWeekView(WhoseMixin, PageMixin, ScopedView):
    """Seven days from a Monday, with what is due and what was done of it; ``?week=`` any day of it."""

    permission = "tasks.view"
    template_name = "tasks/task_week.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    def monday(self, today: date) -> date:
        try:
            asked = date.fromisoformat(self.request.GET.get("week", ""))
        except ValueError:
            asked = today
        asked = min(max(asked, rules.FIRST_DAY + WEEK), rules.LAST_DAY - WEEK)
        return asked - timedelta(days=asked.weekday())

    def get_context(self, **context) -> dict:
        today = today_in(self.membership.organization.timezone)
        monday = self.monday(today)
        days = [monday + timedelta(days=number) for number in range(7)]
        rows = self.whose_tasks().filter(due_on__range=(days[0], days[-1]))
        by_day: dict[date, list[Task]] = {day: [] for day in days}
        for task in rows.order_by("done_at", "pk"):
            task.is_seen = task.contact is not None and self.membership.can("contacts.view", task.contact)
            by_day[task.due_on].append(task)
        return super().get_context(
            title=_("Tasks of the week"),
            days=[Day(day, found, day == today, day < today) for day, found in by_day.items()],
            monday=monday,
            sunday=days[-1],
            before=monday - WEEK,
            after=monday + WEEK,
            is_this_week=monday <= today <= days[-1],
            overdue=queries.counts(self.whose_tasks(), today=today)["overdue"],
            whose=self.whose,
            sees_others=self.sees_others,
            **context,
        )


class TaskStatisticsView(WhoseMixin, PageMixin, ScopedView):
    """By person and by type; ``?days=`` of what was done: 7, 30, 90 or 365. Each number leads to the list that holds it."""

    permission = "tasks.view"
    template_name = "tasks/statistics.html"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return self.render()

    @property
    def days(self) -> int:
        asked = self.request.GET.get("days", "")
        return int(asked) if asked in map(str, figures.PERIODS) else 30

    def get_context(self, **context) -> dict:
        organization = self.membership.organization
        today, rows = today_in(organization.timezone), Task.objects.visible_to(self.membership)
        counted = {"days": self.days, "today": today, "zone": organization.timezone}
        people, types = (figures.by(rows, name, **counted) for name in ("owner", "type"))
        members = Membership.objects.visible_to(self.membership).select_related("user")
        names = {person.pk: str(person) for person in members.filter(pk__in=[row.key for row in people])}
        return super().get_context(
            title=gettext_lazy("Tasks in numbers"),
            people=[(names.get(row.key, "–"), f"owner={row.key}", row) for row in people],
            types=[(TaskType(row.key).label, f"type={row.key}", row) for row in types],
            total=figures.total(people),
            periods=figures.PERIODS,
            days=self.days,
            since=figures.began(self.days, today=today),
            **context,
        )
