from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.outreach.models import Communication, Mailing, MessageTemplate, Recipient, SuppressedAddress


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


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ("title", "organization", "channel", "status", "started_at", "finished_at")
    list_filter = ("status", "channel", "organization")
    list_select_related = ("organization",)
    search_fields = ("title",)
    ordering = ("-id",)


@admin.register(Recipient)
class RecipientAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "mailing", "contact", "left_out", "replied_at")
    list_filter = ("left_out", "organization")
    list_select_related = ("organization", "mailing", "contact")
    search_fields = ("=contact__id", "=mailing__id")
    ordering = ("-id",)


@admin.register(SuppressedAddress)
class SuppressedAddressAdmin(ReadOnlyAdmin):
    list_display = ("address", "organization", "created_at")
    list_filter = ("organization",)
    list_select_related = ("organization",)
    search_fields = ("address",)
    ordering = ("-id",)
