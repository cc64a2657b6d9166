"""Consent: the card of the donor page, and writing an answer down."""

from django.utils import timezone
from django.utils.translation import gettext_lazy

from crm.contacts import services
from crm.contacts.choices import Channel
from crm.contacts.consent import answer
from crm.contacts.forms.consents import ConsentForm
from crm.contacts.models import Consent, Contact
from crm.core.web.views import FormView, PanelView


class ContactConsentsView(PanelView):
    """Channel by channel: may we, since when, until when."""

    permission = "contacts.view"
    model = Contact
    fragment_name = "contacts/_consents.html"
    context_name = "contact"
    title = gettext_lazy("Consents")

    def get_queryset(self):
        return super().get_queryset().select_related("summary")

    def get_context(self, **context) -> dict:
        contact, today = self.object, timezone.localdate()
        rows = {row.channel: row for row in contact.consents.all()}
        last_gift = contact.summary.last_on if hasattr(contact, "summary") else None
        lines = [
            {
                "channel": channel,
                "label": channel.label,
                "row": rows.get(channel.value),
                "answer": answer(
                    contact, channel.value, consent=rows.get(channel.value), last_gift_on=last_gift, today=today
                ),
            }
            for channel in Channel
        ]
        may_change = self.membership.can("contacts.change", contact)
        return super().get_context(lines=lines, may_change=may_change, **context)


class ConsentRecordView(FormView):
    """For one contact; ``?channel=`` chooses one of its channels and starts from what is known of it."""

    permission = "contacts.change"
    model = Contact
    form_class = ConsentForm
    title = gettext_lazy("Record a consent")
    template_name = "contacts/consent_form.html"
    success_message = gettext_lazy("The answer is written down.")

    def load(self) -> None:
        self.object = self.get_object()

    def get_form(self, data=None, files=None) -> ConsentForm:
        channel = (data or self.request.GET).get("channel", "")
        known = Consent.objects.filter(contact=self.object, channel=channel).first()
        initial = {"channel": channel if channel in Channel.values else Channel.EMAIL}
        if known:
            initial |= {"source": known.source, "proof": known.proof, "status": known.status}
        return self.form_class(data, initial=initial, membership=self.membership)

    def act(self, form: ConsentForm) -> Contact:
        services.record_consent(self.object, **form.cleaned_data, by=self.membership)
        return self.object
