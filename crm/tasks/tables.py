"""The list of tasks."""

from html import escape

from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.tasks.choices import TaskPriority, TaskType
from crm.tasks.models import Task
from crm.tasks.templatetags.tasks_ui import due, is_late

PRIORITY_TONES = {"urgent": "is-bad", "high": "is-warn"}


class TitleColumn(tables.Column):
    """What to do, and below with whom, for those who may see them."""

    def cell(self, record: Task, name: str, table) -> str:
        contact = record.contact if record.contact and table.membership.can("contacts.view", record.contact) else None
        below = ""
        if contact is not None:
            below = format_html(
                '<br><a class="mc-small" href="{}{}/">{}</a>', table.contacts_url, contact.pk, contact.name
            )
        return f'<a class="mc-name" href="{table.tasks_url}{record.pk}/">{escape(record.title)}</a>{below}'

    def export(self, record: Task, name: str):
        return record.title


class DueColumn(tables.Column):
    css = "mc-num"

    def cell(self, record: Task, name: str, table) -> str:
        if record.done_at:
            return f'<span class="mc-pill is-ok">{pgettext("one task", "Done")}</span>'
        if record.due_on is None:
            return "–"
        words = conditional_escape(due(record.due_on))
        words = words[:1].upper() + words[1:]
        return f'{words} <span class="mc-pill is-bad">{_("Overdue")}</span>' if is_late(record) else words


class OwnerColumn(tables.Column):
    def cell(self, record: Task, name: str, table) -> str:
        return conditional_escape(str(record.owner))

    def export(self, record: Task, name: str):
        return str(record.owner)


class ActColumn(tables.Column):
    @property
    def header(self) -> str:
        return format_html('<span class="visually-hidden">{}</span>', _("What to do"))

    def cell(self, record: Task, name: str, table) -> str:
        if record.done_at or not table.membership.can("tasks.change", record):
            return ""
        url = f"{table.tasks_url}{record.pk}/complete/"
        return format_html(
            '<a class="btn btn-sm" href="{}" hx-get="{}?place=tr" hx-target="closest tr" hx-swap="outerHTML">{}'
            '<span class="visually-hidden"> {}</span></a>',
            url,
            url,
            pgettext("an act: it is done", "Done"),
            record.title,
        )


class TaskTable(tables.CrmTable):
    title = TitleColumn(
        verbose_name=gettext_lazy("What to do"), needs=("contact",), unlabelled=True, order_by=("title", "pk")
    )
    due_on = DueColumn(verbose_name=gettext_lazy("Due"), empty_values=(), css="mc-sub", order_by=("due_on", "pk"))
    type = tables.ChoiceColumn(
        verbose_name=pgettext_lazy("task", "Type"), choices=TaskType, css="mc-hide-s", orderable=False
    )
    priority = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Priority"),
        choices=TaskPriority,
        tones=PRIORITY_TONES,
        css="mc-hide-s",
        orderable=False,
    )
    owner = OwnerColumn(
        verbose_name=gettext_lazy("Who does it"), needs=("owner__user",), css="mc-hide-s", orderable=False
    )
    act = ActColumn(
        verbose_name="", empty_values=(), css="is-num mc-r", unlabelled=True, orderable=False, exclude_from_export=True
    )
    caption = gettext_lazy("Tasks")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.tasks_url = org_url(self.membership, "tasks:task_list")
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
