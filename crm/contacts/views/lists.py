"""The list of contacts."""

from django.utils.translation import gettext_lazy

from crm.contacts.bulk import CONTACT_ACTIONS
from crm.contacts.bulk_sets import SET_ACTIONS
from crm.contacts.exported import ContactExportTable
from crm.contacts.filters import ContactFilter
from crm.contacts.models import Contact
from crm.contacts.tables import ContactTable
from crm.core.web.actions import Link
from crm.core.web.exporting import ExportSelection
from crm.core.web.views import ListView


class ContactListView(ListView):
    permission = "contacts.view"
    model = Contact
    table_class = ContactTable
    filterset_class = ContactFilter
    actions = (
        Link(gettext_lazy("Statistics"), "contacts:statistics", "chart-bar", "contacts.view"),
        Link(gettext_lazy("Import"), "imports:import_list", "upload", "imports.run"),
        Link(gettext_lazy("New contact"), "contacts:contact_create", "plus", "contacts.add", primary=True),
    )
    bulk_actions = (*SET_ACTIONS[:2], *CONTACT_ACTIONS[:2], *SET_ACTIONS[2:], *CONTACT_ACTIONS[2:], ExportSelection())
    bulk_url_name = "contacts:contact_bulk"
    title = gettext_lazy("Contacts")
    empty_icon = "users"
    empty_title = gettext_lazy("No contacts yet")
    empty_text = gettext_lazy("Add a first donor by hand, or import the list you already have.")

    def read(self):
        if self.request.GET.get("export"):  # what leaves can be corrected and sent back
            self.table_class = ContactExportTable
        return super().read()

    def get_queryset(self):
        return super().get_queryset().recent_first()
