from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.insights.models import Kpi, KpiValue


@admin.register(Kpi)
class KpiAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "title", "metric", "unit", "value", "target", "valued_on", "position")
    list_filter = ("metric", "organization")
    list_select_related = ("organization",)
    search_fields = ("title",)
    ordering = ("organization", "position", "id")


@admin.register(KpiValue)
class KpiValueAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "kpi", "on", "value", "target", "note", "recorded_by")
    list_filter = ("organization",)
    list_select_related = ("organization", "kpi", "recorded_by__user")
    search_fields = ("kpi__title", "note")
    ordering = ("-id",)
