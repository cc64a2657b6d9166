from django.contrib import admin

from crm.contacts.models import (
    Consent,
    Contact,
    ContactPoint,
    ContactRelation,
    CustomField,
    DuplicatePair,
    Group,
    GroupMember,
    Household,
    Merge,
    Note,
    NoteVersion,
    RecordView,
    Segment,
    Tag,
    TagAssignment,
    TimelineEvent,
    Visit,
)
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


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "kind", "value", "label")
    list_filter = ("kind", "organization")
    list_select_related = ("organization", "contact")
    search_fields = ("=contact__id", "=value")
    ordering = ("-id",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "channel", "status", "given_on", "source")
    list_filter = ("channel", "status", "organization")
    list_select_related = ("organization", "contact")
    search_fields = ("=contact__id",)
    ordering = ("-id",)


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "code", "label_fr", "label_en", "kind", "position", "is_active")
    list_filter = ("kind", "organization")
    list_select_related = ("organization",)
    search_fields = ("code", "label_fr", "label_en")
    ordering = ("organization", "position", "id")


@admin.register(Visit)
class VisitAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "at", "amount", "recorded_by")
    list_filter = ("organization",)
    list_select_related = ("organization", "contact", "recorded_by__user")
    search_fields = ("=contact__id",)
    ordering = ("-id",)


@admin.register(RecordView)
class RecordViewAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "membership", "contact", "day", "last_at", "times")
    list_filter = ("organization",)
    list_select_related = ("organization", "contact", "membership__user")
    search_fields = ("=contact__id", "=membership__id")
    ordering = ("-id",)


@admin.register(Household)
class HouseholdAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "name", "head")
    list_filter = ("organization",)
    list_select_related = ("organization", "head")
    search_fields = ("name", "=id")
    ordering = ("-id",)


@admin.register(ContactRelation)
class ContactRelationAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "contact", "kind", "other", "note")
    list_filter = ("kind", "organization")
    list_select_related = ("organization", "contact", "other")
    search_fields = ("=contact__id", "=other__id")
    ordering = ("-id",)


class SetAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "name", "owner", "description")
    list_filter = ("organization",)
    list_select_related = ("organization", "owner__user")
    search_fields = ("name",)
    ordering = ("-id",)


admin.site.register([Tag, Group, Segment], SetAdmin)


@admin.register(TagAssignment)
class TagAssignmentAdmin(ReadOnlyAdmin):
    list_display = ("id", "tag", "contact", "assigned_by", "assigned_at")
    list_select_related = ("tag", "contact", "assigned_by__user")
    search_fields = ("=contact__id", "=tag__id")
    ordering = ("-id",)


@admin.register(GroupMember)
class GroupMemberAdmin(ReadOnlyAdmin):
    list_display = ("id", "group", "contact", "added_by", "added_at")
    list_select_related = ("group", "contact", "added_by__user")
    search_fields = ("=contact__id", "=group__id")
    ordering = ("-id",)


@admin.register(DuplicatePair)
class DuplicatePairAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "first", "second", "score", "status", "decided_at")
    list_filter = ("status", "organization")
    list_select_related = ("organization", "first", "second")
    search_fields = ("=first__id", "=second__id")
    ordering = ("-id",)


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "kept", "absorbed", "merged_by", "merged_at", "undone_at")
    list_filter = ("organization",)
    list_select_related = ("organization", "kept", "absorbed", "merged_by__user")
    search_fields = ("=kept__id", "=absorbed__id")
    ordering = ("-id",)
    exclude = ("before",)
