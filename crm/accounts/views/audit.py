"""The audit log: who changed what, field by field."""

from django.utils.translation import gettext_lazy as _

from crm.accounts.filters import AuditFilter
from crm.accounts.models import AuditEntry
from crm.accounts.tables import AuditTable
from crm.core.web.views import ListView


class AuditListView(ListView):
    permission = "settings.view"
    model = AuditEntry
    table_class = AuditTable
    filterset_class = AuditFilter
    title = _("Audit log")
    template_name = "accounts/audit_list.html"
    empty_icon = "history"
    empty_title = _("Nothing yet")
    empty_text = _("Each change to a contact, a gift, a receipt or a setting is written here.")

    def get_queryset(self):
        return super().get_queryset().order_by("-at", "-pk")
