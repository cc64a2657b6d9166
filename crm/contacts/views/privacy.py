"""Law 25: a copy of what is held, being forgotten, and who read what."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.filters import RecordViewFilter
from crm.contacts.forms.privacy import AnonymizeForm
from crm.contacts.models import Contact, RecordView
from crm.contacts.tables import RecordViewTable
from crm.core.models import Operation
from crm.core.web.views import ActionView, FormView, ListView


class AccessPackView(ActionView):
    permission = "privacy.run"
    model = Contact
    service = staticmethod(services.start_access_pack)
    title = gettext_lazy("Prepare a copy of everything held about this person?")
    submit_label = gettext_lazy("Prepare the file")

    def get_question(self, contact: Contact) -> str:
        return _(
            "A zip file is made: a page in the language of %(name)s, the same as data, and the official receipts. Read "
            "it before you send it: notes may speak of somebody else."
        ) % {"name": contact.name}

    def get_success_url(self, contact: Contact, result: Operation) -> str:
        return result.get_absolute_url()


class AnonymizeView(FormView):
    """Irreversible, so it asks twice: a reason, and a box to tick."""

    permission = "privacy.run"
    model = Contact
    form_class = AnonymizeForm
    title = gettext_lazy("Anonymize this contact?")
    submit_label = gettext_lazy("Anonymize for good")
    template_name = "contacts/anonymize.html"

    def load(self) -> None:
        self.object = self.get_object()

    def act(self, form: AnonymizeForm) -> Contact:
        return services.anonymize_contact(self.object, reason=form.cleaned_data["reason"], by=self.membership)

    def get_success_message(self) -> str:
        return _("%(name)s: what was personal is gone. Gifts and receipts are kept.") % {"name": self.object.name}

    def get_context(self, **context) -> dict:
        return super().get_context(contact=self.object, danger=True, **context)


class RecordViewListView(ListView):
    """Who opened whose record, day by day."""

    permission = "privacy.view"
    model = RecordView
    table_class = RecordViewTable
    filterset_class = RecordViewFilter
    title = gettext_lazy("Who read what")
    template_name = "contacts/record_view_list.html"
    empty_icon = "eye-search"
    empty_title = gettext_lazy("No record was opened yet")
    empty_text = gettext_lazy("Each time a colleague opens the page of a contact, it is written here.")

    def get_queryset(self):
        return super().get_queryset().order_by("-last_at", "-pk")
