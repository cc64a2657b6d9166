"""Writing to one contact, and writing down what was said."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.models import Contact
from crm.core import texting
from crm.core.phones import show_phone
from crm.core.web.quick import QuickFormView
from crm.core.web.views import ActionView, FormView, UpdateView
from crm.outreach import composing, services
from crm.outreach.choices import Purpose
from crm.outreach.forms_personal import ExchangeForm, TextForm, WriteForm
from crm.outreach.messages import Message
from crm.outreach.models import Communication, MessageTemplate


class ExchangeCreateView(QuickFormView):
    """A call or a meeting, written down from the donor’s page without leaving it."""

    permission = "outreach.run"
    model = Contact
    form_class = ExchangeForm
    service = staticmethod(services.write_down)
    fragment_name = "outreach/_exchange_form.html"
    context_name = "contact"
    title = gettext_lazy("Write down an exchange")
    success_message = gettext_lazy("The exchange is written down.")


class ExchangeMixin:
    permission = "outreach.run"
    model = Communication

    def get_queryset(self):
        return super().get_queryset().written_down().select_related("contact__owner", "organization")


class ExchangeUpdateView(ExchangeMixin, UpdateView):
    form_class = ExchangeForm
    service = staticmethod(services.correct_exchange)
    title = gettext_lazy("Correct what was written down")
    success_message = gettext_lazy("The exchange is corrected.")


class ExchangeDeleteView(ExchangeMixin, ActionView):
    service = staticmethod(services.delete_exchange)
    title = gettext_lazy("Delete this exchange?")
    question = gettext_lazy("What was written down of it goes. That something was stays on the timeline.")
    submit_label = gettext_lazy("Delete the exchange")
    danger = True
    success_message = gettext_lazy("The exchange is deleted.")

    def get_success_url(self, obj: Communication, result: Communication) -> str:
        return obj.contact.get_absolute_url()


class MessageView(FormView):
    """A message to one contact: seen first, where one likes, as it will leave."""

    abstract = True
    model = Contact
    begins_with: Purpose  # the texts one may begin with; ``?text=`` is the number of one
    submit_label = gettext_lazy("Send")

    def load(self) -> None:
        self.object = self.contact = self.get_object()

    def get_queryset(self):
        return super().get_queryset().select_related("organization", "summary", "owner")

    def check_reach(self) -> None:
        """What is saved is a message to a contact that the person sees."""

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if "preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        self.load()
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.invalid(form)
        return self.render({"form": form, "shown": True})

    @property
    def nonce(self) -> str:
        """What makes a second click the same message."""
        return self.request.POST.get("submission", "")[:64] or secrets.token_urlsafe(16)

    def get_context(self, **context) -> dict:
        form = context.get("form")
        shown = bool(context.pop("shown", False)) and form is not None
        blank = self.chosen is not None and not form.is_bound and self.composed is None
        return super().get_context(
            contact=self.contact,
            shown=form.cleaned_data if shown else None,
            texts=self.texts,
            chosen=self.chosen,
            blank=blank,
            **context,
        )

    @cached_property
    def texts(self) -> list[MessageTemplate]:
        rows = MessageTemplate.objects.visible_to(self.membership).active().filter(purpose=self.begins_with)
        return list(rows.order_by("name", "pk"))

    @cached_property
    def chosen(self) -> MessageTemplate | None:
        asked = self.request.GET.get("text", "")
        return next((one for one in self.texts if str(one.pk) == asked), None)

    @cached_property
    def composed(self) -> Message | None:
        """The chosen text, filled; nothing where none is chosen, or one of its fields has nothing to say."""
        if self.chosen is None:
            return None
        messages, _blank = composing.compose([self.contact], template=self.chosen)
        return messages[0] if messages else None

    def get_success_url(self) -> str:
        return f"{self.contact.get_absolute_url()}?tab=messages"

    def get_cancel_url(self) -> str:
        return self.contact.get_absolute_url()


class WriteView(MessageView):
    """An e-mail to one contact, from nothing or from a text for mailings."""

    permission = "outreach.run"
    begins_with = Purpose.MAILING
    form_class = WriteForm
    title = gettext_lazy("Write an e-mail")
    success_message = gettext_lazy("The e-mail is on its way.")
    template_name = "outreach/write.html"

    def get_initial(self) -> dict:
        return {"subject": self.composed.subject, "body": self.composed.body} if self.composed else {}

    def act(self, form: WriteForm) -> Communication:
        return services.write_email(self.contact, **form.cleaned_data, nonce=self.nonce, by=self.membership)

    def get_context(self, **context) -> dict:
        return super().get_context(refused=services.why_not(self.contact), **context)


class TextView(MessageView):
    """A text message to one contact, from nothing or from a text of ours, where Twilio is set up."""

    permission = "outreach.run"
    begins_with = Purpose.TEXT
    form_class = TextForm
    title = gettext_lazy("Write a text message")
    success_message = gettext_lazy("The text message is on its way.")
    template_name = "outreach/text.html"

    def load(self) -> None:
        if not texting.is_ready():
            raise Http404(_("Text messages are not set up here."))
        super().load()

    @cached_property
    def numbers(self) -> list[str]:
        return services.numbers_of(self.contact)

    def get_form(self, *args, **kwargs) -> TextForm:
        form = super().get_form(*args, **kwargs)
        form.fields["to"].choices = [(one, show_phone(one)) for one in self.numbers]
        return form

    def get_initial(self) -> dict:
        return {"body": self.composed.body} if self.composed else {}

    def act(self, form: TextForm) -> Communication:
        return services.write_text(self.contact, **form.cleaned_data, nonce=self.nonce, by=self.membership)

    def get_context(self, **context) -> dict:
        found = super().get_context(refused=services.why_no_text(self.contact), most=texting.MOST, **context)
        return found | {"parts": texting.parts_of(found["shown"]["body"]) if found["shown"] else 0}
