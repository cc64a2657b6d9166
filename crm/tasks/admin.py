from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.tasks.models import Task


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "title", "type", "owner", "contact", "due_on", "done_at")
    list_filter = ("type", "priority", "organization")
    list_select_related = ("organization", "owner__user", "contact")
    search_fields = ("title", "=contact__id")
    ordering = ("-id",)
