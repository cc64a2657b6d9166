"""Creating, correcting, archiving a contact."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.forms import ContactForm
from crm.contacts.models import Contact
from crm.core.web.views import ActionView, CreateView, UpdateView


class ContactCreateView(CreateView):
    permission = "contacts.add"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.create_contact)
    title = gettext_lazy("New contact")
    submit_label = gettext_lazy("Save the contact")
    template_name = "contacts/contact_form.html"

    def get_initial(self) -> dict:
        initial = {"language": self.membership.organization.default_language, "owner": self.membership.pk}
        name = self.request.GET.get("name", "").strip()
        if name:
            first, _space, last = name.rpartition(" ")
            initial |= {"first_name": first, "last_name": last}
        return initial

    def get_success_message(self) -> str:
        return _("%(name)s is saved.") % {"name": self.object.name}

    def get_cancel_url(self) -> str:
        return self.url("contacts:contact_list")


class ContactUpdateView(UpdateView):
    permission = "contacts.change"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.update_contact)
    title = gettext_lazy("Edit the contact")
    template_name = "contacts/contact_form.html"

    def get_success_message(self) -> str:
        return _("%(name)s is saved.") % {"name": self.object.name}


class ContactArchiveView(ActionView):
    permission = "contacts.delete"
    model = Contact
    service = staticmethod(services.archive_contact)
    title = gettext_lazy("Archive this contact?")
    submit_label = gettext_lazy("Archive")
    success_message = gettext_lazy("The contact is archived. It can be restored from its page.")

    def get_question(self, contact: Contact) -> str:
        return _(
            "%(name)s leaves the lists and searches. Notes, gifts and receipts are kept, and the contact can be restored "
            "at any time."
        ) % {"name": contact.name}


class ContactRestoreView(ActionView):
    permission = "contacts.delete"
    model = Contact
    service = staticmethod(services.restore_contact)
    title = gettext_lazy("Restore this contact?")
    question = gettext_lazy("The contact comes back to the lists and searches.")
    submit_label = gettext_lazy("Restore")
    success_message = gettext_lazy("The contact is back.")
