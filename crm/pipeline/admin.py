from django.contrib import admin

from crm.core.web.admin import ReadOnlyAdmin
from crm.pipeline.models import Opportunity


@admin.register(Opportunity)
class OpportunityAdmin(ReadOnlyAdmin):
    list_display = ("id", "organization", "title", "contact", "amount", "stage", "probability", "expected_on", "owner")
    list_filter = ("stage", "organization")
    list_select_related = ("organization", "contact", "owner__user")
    search_fields = ("title", "=contact__id")
    ordering = ("-id",)
