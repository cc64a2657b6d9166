"""Screens of official receipts."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.choices import ReceiptPreference
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.web.views import ActionView, DetailView, ListView, PanelView, ScopedView, UpdateView
from crm.giving.models import Gift
from crm.receipts import queries, services
from crm.receipts.filters import ReceiptFilter
from crm.receipts.forms import CancelForm
from crm.receipts.models import Receipt
from crm.receipts.rules import display_registration_number
from crm.receipts.tables import ReceiptTable


class ReceiptListView(ListView):
    """The register: every number ever given, with its state."""

    permission = "receipts.view"
    model = Receipt
    table_class = ReceiptTable
    filterset_class = ReceiptFilter
    title = gettext_lazy("Official receipts")
    empty_icon = "file-certificate"
    empty_title = gettext_lazy("No receipts yet")
    empty_text = gettext_lazy("Open a gift and issue its official receipt. Numbers start at 1 and never skip.")

    def get_queryset(self):
        return super().get_queryset().newest_first()


class ReceiptMixin:
    model = Receipt

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "issued_by__user", "cancelled_by__user")


class ReceiptDetailView(ReceiptMixin, DetailView):
    """What the receipt says, and its PDF; while a worker draws it, the fragment asks again every second."""

    permission = "receipts.view"
    template_name = "receipts/receipt_detail.html"
    fragment_name = "receipts/_pdf.html"
    context_name = "receipt"

    def get_context(self, **context) -> dict:
        snapshot = self.object.said
        return super().get_context(
            snapshot=snapshot,
            registration_number=display_registration_number(snapshot.registration_number),
            lines=self.object.lines.select_related("gift"),
            may_void=self.object.is_valid and self.membership.can("receipts.void", self.object),
            **context,
        )


class ReceiptPdfView(ReceiptMixin, ScopedView):
    """The very bytes that were issued, checked against their hash."""

    permission = "receipts.view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        receipt = self.get_object()
        if not receipt.rendered_at:
            return self.go(receipt.get_absolute_url())
        response = HttpResponse(services.stored_pdf(receipt), content_type="application/pdf")
        word = {"fr": "recu", "en": "receipt"}[receipt.language]
        placed = "inline" if request.GET.get("view") else "attachment"
        response["Content-Disposition"] = f'{placed}; filename="{word}-{receipt.number}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


class ReceiptCancelView(ReceiptMixin, UpdateView):
    permission = "receipts.void"
    form_class = CancelForm
    title = gettext_lazy("Void this receipt?")
    submit_label = gettext_lazy("Void the receipt")
    success_message = gettext_lazy("The receipt is void. Its number stays taken and the gift may be receipted again.")
    template_name = "receipts/receipt_cancel.html"

    def get_form(self, data=None, files=None):
        return CancelForm(data, initial=self.get_initial(), membership=self.membership)

    def act(self, form):
        return services.cancel_receipt(self.object, reason=form.cleaned_data["reason"], by=self.membership)


class GiftMixin:
    model = Gift

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "fund")

    def draft(self, gift: Gift) -> queries.Draft:
        return queries.draft(gift, issued_on=today_in(self.membership.organization.timezone))


class GiftReceiptView(GiftMixin, PanelView):
    """On the page of a gift: its receipt, or why there is none, or the button that issues it."""

    permission = "receipts.view"
    fragment_name = "receipts/_gift_receipt.html"
    context_name = "gift"
    title = gettext_lazy("Official receipt")

    def get_context(self, **context) -> dict:
        receipt = queries.live_receipt(self.object)
        former = Receipt.objects.visible_to(self.membership).filter(lines__gift=self.object, lines__is_live=False)
        outcome = queries.eligibility(self.object)
        return super().get_context(
            receipt=receipt,
            counted=outcome.advantage,
            waits=queries.preference(self.object) == ReceiptPreference.ANNUAL,
            eligible=outcome.eligible,
            former=former.newest_first(),
            draft=None if receipt else self.draft(self.object),
            may_issue=self.membership.can("receipts.issue", self.object),
            **context,
        )


class ReceiptIssueView(GiftMixin, ActionView):
    """Shows what will be printed, then issues."""

    permission = "receipts.issue"
    service = staticmethod(services.issue_receipt)
    title = gettext_lazy("Issue the official receipt")
    submit_label = gettext_lazy("Issue the receipt")
    success_message = gettext_lazy("The receipt is issued.")
    template_name = "receipts/receipt_issue.html"

    def ask(self, obj, *, error: str = "", status: int = 200) -> HttpResponse:
        self.preview = self.draft(obj)
        self.registration_number = display_registration_number(self.preview.snapshot.registration_number)
        return super().ask(obj, error=error, status=status)

    def get_question(self, gift: Gift) -> str:
        return _("Once issued, what the receipt says never changes: it can only be voided, and its number stays taken.")

    def get_success_url(self, obj, result) -> str:
        return result.get_absolute_url()


class ContactReceiptsView(PanelView):
    """The tab of a donor's page."""

    permission = "receipts.view"
    model = Contact
    fragment_name = "receipts/_contact_receipts.html"
    context_name = "contact"
    title = gettext_lazy("Receipts")

    def get_context(self, **context) -> dict:
        rows = Receipt.objects.visible_to(self.membership).of_contact(self.object).newest_first()
        return super().get_context(receipts=rows[:200], **context)
