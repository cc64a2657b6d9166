"""Acts on several contacts."""

from crm.core.web.bulk import BulkView


class ContactBulkView(BulkView):
    permission = "contacts.view"
    list_url_name = "contacts:contact_list"
