from django.contrib import admin

from crm.contacts.models import Contact, Note, NoteVersion, TimelineEvent
from crm.core.web.admin import ReadOnlyAdmin


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = (
        "name",
        "organization",
        "kind",
        "email",
        "city",
        "lifecycle",
        "owner",
        "archived_at",
        "last_contact_at",
    )
    list_filter = ("kind", "lifecycle", "language", "organization")
    list_select_related = ("organization", "owner__user")
    search_fields = ("search_text", "=external_id")
    ordering = ("-id",)


@admin.register(Note)
class NoteAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "author", "at", "edited_at", "deleted_at")
    list_filter = ("organization",)
    list_select_related = ("organization", "contact", "author__user")
    search_fields = ("=contact__id",)
    ordering = ("-id",)


@admin.register(NoteVersion)
class NoteVersionAdmin(ReadOnlyAdmin):
    list_display = ("id", "note", "replaced_by", "replaced_at")
    list_select_related = ("note", "replaced_by__user")
    search_fields = ("=note__id",)
    ordering = ("-id",)


@admin.register(TimelineEvent)
class TimelineEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "organization", "contact", "verb", "actor", "severity", "subject_model", "subject_id")
    list_filter = ("severity", "organization")
    list_select_related = ("organization", "contact", "actor__user")
    search_fields = ("=contact__id", "=verb")
    ordering = ("-id",)
