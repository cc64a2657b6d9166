from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.outreach.models import Communication, MessageTemplate


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ReadOnlyAdmin):
    list_display = ("name", "organization", "purpose", "is_active")
    list_filter = ("is_active", "organization")
    list_select_related = ("organization",)
    search_fields = ("name",)
    ordering = ("organization__slug", "name")


@admin.register(Communication)
class CommunicationAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "channel", "language", "created_at", "printed_at")
    list_filter = ("channel", "organization")
    list_select_related = ("organization", "contact")
    search_fields = ("=id", "=contact__id")
    ordering = ("-id",)
