"""Words of tasks; imports nothing of ours. Values are stable: they are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TaskType(models.TextChoices):
    CALL = "call", pgettext_lazy("task", "Call")
    EMAIL = "email", pgettext_lazy("task", "E-mail")
    THANK_YOU = "thank_you", pgettext_lazy("task", "Thank-you")
    MEETING = "meeting", pgettext_lazy("task", "Meeting")
    FOLLOW_UP = "follow_up", pgettext_lazy("task", "Follow-up")
    OTHER = "other", pgettext_lazy("task", "Other")


TYPE_ICONS = {
    "call": "phone", "email": "mail", "thank_you": "mail-heart", "meeting": "calendar-event",
    "follow_up": "repeat", "other": "checkbox",
}  # fmt: skip


class TaskPriority(models.TextChoices):
    LOW = "low", pgettext_lazy("priority", "Low")
    MEDIUM = "medium", pgettext_lazy("priority", "Medium")
    HIGH = "high", pgettext_lazy("priority", "High")
    URGENT = "urgent", _("Urgent")
