"""Creating, correcting, archiving a contact."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.choices import Kind
from crm.contacts.forms import ContactForm, NewDonorForm
from crm.contacts.forms.contact import shown_value
from crm.contacts.models import Contact, ContactPoint
from crm.contacts.views.record import OpenedMixin
from crm.core.web.htmx import trigger
from crm.core.web.views import ActionView, CreateView, DeleteView, UpdateView


class ContactCreateView(CreateView):
    permission = "contacts.add"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.create_with_points)
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


class NewDonorView(ContactCreateView):
    """A new contact without leaving what one is doing: a dialog, told by the event ``contact-created`` (number, name)."""

    permission = "contacts.add"
    form_class = NewDonorForm
    template_name = "generic/form.html"
    fragment_name = "contacts/_new_donor.html"

    def get_initial(self) -> dict:
        return super().get_initial() | {"kind": self.request.GET.get("kind") or Kind.PERSON}

    def act(self, form):
        return services.create_contact(**form.cleaned_data, owner=self.membership, by=self.membership)

    def get_success_message(self) -> str:
        return "" if self.request.htmx else super().get_success_message()

    def go(self, url: str) -> HttpResponse:
        if not self.request.htmx or self.object is None:
            return super().go(url)
        return trigger(HttpResponse(status=204), "contact-created", {"id": self.object.pk, "name": self.object.name})


class ContactUpdateView(OpenedMixin, UpdateView):
    permission = "contacts.change"
    model = Contact
    form_class = ContactForm
    service = staticmethod(services.update_with_points)
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


class ContactDeleteView(DeleteView):
    """A contact made by mistake, that nothing leads to: for administrators only."""

    permission = "contacts.destroy"
    model = Contact
    service = staticmethod(services.delete_contact)
    title = gettext_lazy("Delete this contact?")
    submit_label = gettext_lazy("Delete for good")
    list_url_name = "contacts:contact_list"
    success_message = gettext_lazy("The contact is deleted. The audit log keeps what it was.")

    def get_question(self, contact: Contact) -> str:
        return _("%(name)s disappears, with its address and its history. It cannot be undone.") % {"name": contact.name}


class PointPrimaryView(ActionView):
    """A further e-mail or phone becomes the main one; the former main one becomes a further one."""

    permission = "contacts.change"
    model = ContactPoint
    service = staticmethod(services.make_point_primary)
    title = gettext_lazy("Make this the main one?")
    submit_label = gettext_lazy("Make it the main one")
    success_message = gettext_lazy("The main one has changed.")

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner")

    def get_question(self, point: ContactPoint) -> str:
        return _("%(value)s becomes the one lists and letters use; the former one is kept beside it.") % {
            "value": shown_value(point)
        }
