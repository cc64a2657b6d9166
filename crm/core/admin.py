from django.contrib import admin

from crm.core.models import Heartbeat, MailEvent, Operation, OperationStep, OutgoingEmail, OutgoingText
from crm.core.web.admin import ReadOnlyAdmin


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "kind", "status", "done", "failed", "total", "started_by", "created_at")
    list_filter = ("status", "kind")
    list_select_related = ("organization", "started_by__user")
    search_fields = ("=id",)
    ordering = ("-created_at",)


@admin.register(OperationStep)
class OperationStepAdmin(ReadOnlyAdmin):
    list_display = ("id", "operation", "number")
    list_select_related = ("operation",)
    search_fields = ("=operation__id",)
    ordering = ("-id",)
    exclude = ("data",)


@admin.register(OutgoingEmail)
class OutgoingEmailAdmin(ReadOnlyAdmin):
    """Whether a message left, and why not. What it said is between the sender and the recipient."""

    list_display = ("id", "created_at", "key", "recipient", "language", "status", "attempts", "sent_at")
    list_filter = ("status", "language")
    search_fields = ("key", "recipient")
    ordering = ("-created_at",)
    exclude = ("text", "html", "headers")


@admin.register(OutgoingText)
class OutgoingTextAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "key", "recipient", "status", "attempts", "sent_at", "delivered_at")
    list_filter = ("status",)
    search_fields = ("key", "recipient")
    ordering = ("-created_at",)
    exclude = ("text",)


@admin.register(MailEvent)
class MailEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "created_at", "provider", "kind", "number", "happened_at", "followed_at")
    list_filter = ("provider", "kind")
    search_fields = ("number", "identity")
    ordering = ("-id",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("name", "at")
