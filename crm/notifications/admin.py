from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.notifications.models import DigestDelivery, NoticePreferences, Notification


@admin.register(DigestDelivery)
class DigestDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("membership", "on", "status", "sent_at", "counts")
    list_filter = ("on",)
    list_select_related = ("membership__user", "email")
    search_fields = ("membership__user__email",)
    date_hierarchy = "on"


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "membership", "kind", "object_id", "on", "created_at", "read_at")
    list_filter = ("kind", "organization")
    list_select_related = ("organization", "membership__user")
    search_fields = ("=object_id",)
    ordering = ("-id",)


@admin.register(NoticePreferences)
class NoticePreferencesAdmin(ReadOnlyAdmin):
    list_display = ("membership", "silenced", "by_email", "by_text", "quiet_from", "quiet_until", "quiet_days")
    list_select_related = ("membership__user",)
    search_fields = ("membership__user__email",)
