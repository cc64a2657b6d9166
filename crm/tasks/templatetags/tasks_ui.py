"""Words about tasks for templates: ``{% load tasks_ui %}``."""

from datetime import date, timedelta

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.core.dates import format_weekday, locale_of
from crm.tasks.choices import TYPE_ICONS

register = template.Library()


@register.filter
def due(day: date | None) -> str:
    """A day inside a sentence: “tomorrow”, “Thursday, November 26”; the year only when it is another one."""
    if day is None:
        return _("no date")
    today = timezone.localdate()
    near = {today - timedelta(days=1): _("yesterday"), today: _("today"), today + timedelta(days=1): _("tomorrow")}
    if day in near:
        return near[day]
    text = format_weekday(day)
    if day.year == today.year:
        text = text.removesuffix(f", {day.year}").removesuffix(f" {day.year}")
    return text[:1].lower() + text[1:] if locale_of() == "fr_CA" else text


@register.filter
def is_late(task) -> bool:
    return task.done_at is None and task.due_on is not None and task.due_on < timezone.localdate()


@register.filter
def task_icon(task) -> str:
    return TYPE_ICONS.get(task.type, "checkbox")
