from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.notifications.models import DigestDelivery


@admin.register(DigestDelivery)
class DigestDeliveryAdmin(ReadOnlyAdmin):
    list_display = ("membership", "on", "status", "sent_at", "counts")
    list_filter = ("on",)
    list_select_related = ("membership__user", "email")
    search_fields = ("membership__user__email",)
    date_hierarchy = "on"
