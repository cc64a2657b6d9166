"""What was written to whom, the letters to print, the templates."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts.models import Contact
from crm.core import texting
from crm.core.web.actions import BoundLink, Link, Menu
from crm.core.web.views import CreateView, DetailView, FormView, ListView, PanelView, UpdateView
from crm.outreach import letters, services, usual
from crm.outreach.choices import Purpose
from crm.outreach.filters import CommunicationFilter, TemplateFilter
from crm.outreach.forms import PrintForm, TemplateForm
from crm.outreach.models import Communication, MessageTemplate
from crm.outreach.tables import CommunicationTable, TemplateTable


class CommunicationListView(ListView):
    permission = "outreach.view"
    model = Communication
    table_class = CommunicationTable
    filterset_class = CommunicationFilter
    actions = (
        Link(gettext_lazy("Mailings"), "outreach:mailing_list", "send", "outreach.view"),
        Link(gettext_lazy("Templates"), "outreach:template_list", "file-text", "outreach.view"),
        Link(gettext_lazy("Print letters"), "outreach:letter_print", "printer", "outreach.run", primary=True),
    )
    title = gettext_lazy("Communications")
    empty_icon = "send"
    empty_title = gettext_lazy("Nothing written yet")
    empty_text = gettext_lazy("Thank donors from the queue of thank-yous: letters and e-mails then show here.")

    def get_queryset(self):
        return super().get_queryset().order_by("-created_at", "-pk")


class CommunicationDetailView(DetailView):
    permission = "outreach.view"
    model = Communication
    template_name = "outreach/communication_detail.html"
    context_name = "message"

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("contact__owner", "email", "text_message", "template", "sent_by__user")
        )

    def get_context(self, **context) -> dict:
        return super().get_context(may_change=self.membership.can("outreach.run", self.object), **context)


class ContactCommunicationsView(PanelView):
    """The tab of a donor's page."""

    permission = "outreach.view"
    model = Contact
    fragment_name = "outreach/_contact_communications.html"
    context_name = "contact"
    title = gettext_lazy("Communications")

    def get_context(self, **context) -> dict:
        rows = Communication.objects.visible_to(self.membership).filter(contact=self.object)
        rows = rows.select_related("email", "text_message")
        return super().get_context(communications=rows.order_by("-created_at", "-pk")[:100], **context)


class LetterPrintView(FormView):
    """All letters that wait, as one file, a page each."""

    permission = "outreach.run"
    model = Communication
    form_class = PrintForm
    title = gettext_lazy("Print the letters that wait")
    submit_label = gettext_lazy("Make the file")
    template_name = "generic/confirm.html"

    def waiting(self) -> list[int]:
        rows = self.get_queryset().to_print().order_by("pk")
        return list(rows.values_list("pk", flat=True)[: letters.MOST])

    def act(self, form: PrintForm):
        return letters.start_printing(self.waiting(), by=self.membership)

    def check_reach(self) -> None:
        """What is made is an operation of the person's own."""

    def get_cancel_url(self) -> str:
        return self.url("outreach:communication_list")

    def get_context(self, **context) -> dict:
        count = len(self.waiting())
        words = ngettext(
            "%(count)d letter waits. It is put in one PDF and is then marked as printed.",
            "%(count)d letters wait. They are put in one PDF, by language and name, and are then marked as printed.",
            count,
        )
        return super().get_context(question=words % {"count": count}, **context)


class TextLink(Link):
    """Offered where text messages can be sent."""

    def bound(self, request: HttpRequest, **kwargs) -> BoundLink | None:
        return super().bound(request, **kwargs) if texting.is_ready() else None


class TemplateListView(ListView):
    permission = "outreach.view"
    model = MessageTemplate
    table_class = TemplateTable
    filterset_class = TemplateFilter
    actions = (
        Menu(
            gettext_lazy("Other templates"),
            "plus",
            (
                Link(gettext_lazy("New text for mailings"), "outreach:mailing_template_create", "send", "outreach.add"),
                TextLink(
                    gettext_lazy("New text message"), "outreach:text_template_create", "message-circle", "outreach.add"
                ),
                Link(
                    gettext_lazy("New words for receipts"),
                    "outreach:receipt_template_create",
                    "receipt",
                    "outreach.add",
                ),
                Link(
                    gettext_lazy("New notice to families"), "outreach:notice_template_create", "heart", "outreach.add"
                ),
            ),
        ),
        Link(gettext_lazy("New thank-you"), "outreach:template_create", "plus", "outreach.add", primary=True),
    )
    title = gettext_lazy("Message templates")
    empty_icon = "file-text"
    empty_title = gettext_lazy("No template of your own yet")
    empty_text = gettext_lazy("Merci writes with its usual words until you have yours.")

    def get_queryset(self):
        return super().get_queryset().order_by("name", "pk")


class TemplateFormMixin:
    model = MessageTemplate
    form_class = TemplateForm
    template_name = "outreach/template_form.html"

    def get_cancel_url(self) -> str:
        return self.url("outreach:template_list")


class TemplateCreateView(TemplateFormMixin, CreateView):
    permission = "outreach.add"
    purpose, name = Purpose.THANKS, gettext_lazy("Our thank-you")
    title = gettext_lazy("New thank-you")
    success_message = gettext_lazy("The template is saved.")

    def get_form(self, data=None, files=None) -> TemplateForm:
        return TemplateForm(data, files, initial=self.get_initial(), membership=self.membership, purpose=self.purpose)

    def act(self, form: TemplateForm) -> MessageTemplate:
        return services.save_template(purpose=self.purpose, **form.cleaned_data, by=self.membership)

    def get_initial(self) -> dict:
        """Merci's usual words: nobody begins with an empty page."""
        initial = {"name": self.name, "is_active": True}
        for language, words in usual.WORDS[self.purpose].items():
            initial |= {f"subject_{language}": words.subject, f"body_{language}": words.body}
        return initial


class NoticeTemplateCreateView(TemplateCreateView):
    permission = "outreach.add"
    purpose, name = Purpose.NOTICE, gettext_lazy("Our notice to families")
    title = gettext_lazy("New notice to families")


class ReceiptTemplateCreateView(TemplateCreateView):
    permission = "outreach.add"
    purpose, name = Purpose.RECEIPT, gettext_lazy("Our words for receipts")
    title = gettext_lazy("New words for receipts")


class MailingTemplateCreateView(TemplateCreateView):
    permission = "outreach.add"
    purpose, name = Purpose.MAILING, gettext_lazy("Our appeal")
    title = gettext_lazy("New text for mailings")


class TextTemplateCreateView(TemplateCreateView):
    permission = "outreach.add"
    purpose, name = Purpose.TEXT, gettext_lazy("Our text message")
    title = gettext_lazy("New text message")


class TemplateUpdateView(TemplateFormMixin, UpdateView):
    permission = "outreach.change"
    service = staticmethod(services.save_template)
    title = gettext_lazy("Edit the template")
    success_message = gettext_lazy("The template is saved.")
