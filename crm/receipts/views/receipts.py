"""The register, a receipt, and the acts on it."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.accounts.choices import ReceiptPreference
from crm.contacts.models import Contact
from crm.contacts.services import living
from crm.core.dates import today_in
from crm.core.web.actions import Link
from crm.core.web.bulk import BulkView
from crm.core.web.views import ActionView, DetailView, ListView, PanelView, ScopedView, UpdateView
from crm.giving.models import Gift
from crm.giving.rules import FIRST_YEAR
from crm.receipts import queries, services
from crm.receipts.bulk import EmailReceipts
from crm.receipts.choices import Mark
from crm.receipts.differences import differences
from crm.receipts.filters import ReceiptFilter
from crm.receipts.forms import ReasonForm
from crm.receipts.models import Receipt
from crm.receipts.tables import ReceiptTable


class ReceiptListView(ListView):
    """The register: every number ever given, with its state."""

    permission = "receipts.view"
    model = Receipt
    table_class = ReceiptTable
    filterset_class = ReceiptFilter
    bulk_actions = (EmailReceipts(),)
    bulk_url_name = "receipts:receipt_bulk"
    actions = (
        Link(gettext_lazy("Gifts and receipts"), "receipts:reconciliation", "report-money", "ledger.view"),
        Link(gettext_lazy("Receipts of a year"), "receipts:run_list", "calendar", "receipts.issue"),
    )
    title = gettext_lazy("Official receipts")
    empty_icon = "file-certificate"
    empty_title = gettext_lazy("No receipts yet")
    empty_text = gettext_lazy("Open a gift and issue its official receipt. Numbers start at 1 and never skip.")

    def get_queryset(self):
        return super().get_queryset().newest_first()


class ReceiptBulkView(BulkView):
    permission = "receipts.view"
    list_url_name = "receipts:receipt_list"


class ReceiptMixin:
    model = Receipt

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("contact__owner", "contact__merged_into", "issued_by__user", "cancelled_by__user")
        )


class ReceiptDetailView(ReceiptMixin, DetailView):
    """What the receipt says, and its PDF; while a worker draws it, the fragment asks again every second."""

    permission = "receipts.view"
    template_name = "receipts/receipt_detail.html"
    fragment_name = "receipts/_pdf.html"
    context_name = "receipt"

    def get_context(self, **context) -> dict:
        snapshot = self.object.said
        may_issue = self.membership.can("receipts.issue", self.object)
        may_void = self.object.is_valid and self.membership.can("receipts.void", self.object)
        return super().get_context(
            snapshot=snapshot,
            lines=self.object.lines.select_related("gift").order_by("gift__received_on", "pk"),
            replaced_by=Receipt.objects.filter(replaces=self.object).first(),
            deliveries=self.object.deliveries.select_related("communication__email", "sent_by__user").order_by("-pk")[
                :20
            ],
            may_send=may_issue and self.object.is_valid and not snapshot.signed_by_hand,
            may_void=may_void,
            may_replace=may_void and may_issue,
            **context,
        )


WORDS = {
    "": {"fr": "recu", "en": "receipt"},
    Mark.COPY: {"fr": "recu-copie", "en": "receipt-copy"},
    Mark.CANCELLED: {"fr": "recu-annule", "en": "receipt-cancelled"},
    Mark.SPECIMEN: {"fr": "recu-specimen", "en": "receipt-specimen"},
}


def pdf_answer(content: bytes, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


class ReceiptPdfView(ReceiptMixin, ScopedView):
    """The very bytes that were issued, checked against their hash; with ``?mark=`` a copy for who lost theirs.

    A void receipt comes with the word across it; ``?mark=none`` shows an auditor the file as it was.
    """

    permission = "receipts.view"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        receipt = self.get_object()
        if not receipt.rendered_at:
            return self.go(receipt.get_absolute_url())
        mark = self.mark(receipt)
        content = services.marked_pdf(receipt, mark) if mark else services.stored_pdf(receipt)
        name = f"{WORDS[mark][receipt.language]}-{receipt.number}"
        return pdf_answer(content, name, inline=bool(request.GET.get("view")))

    def mark(self, receipt: Receipt) -> Mark | str:
        asked = self.request.GET.get("mark", "")
        if not receipt.is_valid:
            return "" if asked == "none" else Mark.CANCELLED
        return Mark.COPY if asked == Mark.COPY else ""


class ReceiptEmailView(ReceiptMixin, ActionView):
    """The file that was issued, to the donor's address, in the language of the receipt."""

    permission = "receipts.issue"
    service = staticmethod(services.email_receipt)
    title = gettext_lazy("Send this receipt by e-mail?")
    submit_label = gettext_lazy("Send")
    success_message = gettext_lazy("The e-mail is leaving.")

    def get_question(self, receipt: Receipt) -> str:
        donor = living(receipt.contact)
        if receipt.said.signed_by_hand:
            return _("To be printed and signed by hand")
        if not donor.email:
            return _("This donor has no e-mail address.")
        return _("Receipt %(number)s leaves by e-mail for %(email)s.") % {
            "number": receipt.number,
            "email": donor.email,
        }


class ReceiptVoidView(ReceiptMixin, UpdateView):
    """What voiding and replacing share: they ask why."""

    abstract = True
    permission = "receipts.void"
    form_class = ReasonForm

    example = ""

    def get_form(self, data=None, files=None):
        form = ReasonForm(data, initial=self.get_initial(), membership=self.membership)
        form.fields["reason"].help_text = self.example
        return form


class ReceiptCancelView(ReceiptVoidView):
    title = gettext_lazy("Void this receipt?")
    submit_label = gettext_lazy("Void the receipt")
    success_message = gettext_lazy("The receipt is void. Its number stays taken and its gifts may be receipted again.")
    template_name = "receipts/receipt_cancel.html"
    example = gettext_lazy("For example: the cheque came back, wrong amount, wrong donor.")

    def act(self, form):
        return services.cancel_receipt(self.object, reason=form.cleaned_data["reason"], by=self.membership)


class ReceiptReplaceView(ReceiptVoidView):
    """Shows what the new receipt will say, and what of it is new; then voids the one and issues the other."""

    title = gettext_lazy("Replace this receipt")
    submit_label = gettext_lazy("Void it and issue the new one")
    template_name = "receipts/receipt_replace.html"
    example = gettext_lazy("For example: the name was misspelled, the address was wrong, the first one never arrived.")

    def load(self) -> None:
        super().load()
        self.check("receipts.issue", self.object)

    def act(self, form):
        seen = self.request.POST.get("draft", "")
        return services.replace_receipt(
            self.object, reason=form.cleaned_data["reason"], by=self.membership, expected=seen
        )

    def get_success_message(self) -> str:
        numbers = {"number": self.object.number, "former": self.object.replaces.number}
        return _("Receipt %(number)s is issued. It cancels and replaces receipt %(former)s.") % numbers

    def get_context(self, **context) -> dict:
        receipt = self.object
        draft = queries.draft_instead_of(receipt, issued_on=today_in(self.membership.organization.timezone))
        return super().get_context(
            draft=draft,
            differences=differences(receipt.said, draft.snapshot),
            **context,
        )


class GiftMixin:
    model = Gift

    def get_queryset(self):
        return super().get_queryset().select_related("contact__owner", "fund")

    def draft(self, gift: Gift) -> queries.Draft:
        return queries.draft(gift, issued_on=today_in(self.membership.organization.timezone))


class SpecimenView(ScopedView):
    """The page as it would be printed, marked as a specimen and without a number. Writes nothing."""

    abstract = True
    permission = "receipts.issue"

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        draft = self.draft(self.get_object())
        name = f"{WORDS[Mark.SPECIMEN][draft.snapshot.language]}-{draft.contact.pk}"
        return pdf_answer(services.specimen_pdf(draft), name, inline=True)


class GiftSpecimenView(GiftMixin, SpecimenView):
    pass


class GiftReceiptView(GiftMixin, PanelView):
    """On the page of a gift: its receipt, or why there is none, or the button that issues it."""

    permission = "receipts.view"
    fragment_name = "receipts/_gift_receipt.html"
    context_name = "gift"
    title = gettext_lazy("Official receipt")

    def get_context(self, **context) -> dict:
        receipt = queries.live_receipt(self.object)
        former = Receipt.objects.visible_to(self.membership).filter(lines__gift=self.object, lines__is_live=False)
        organization = self.membership.organization
        outcome = queries.eligibility(self.object, queries.law_of(organization, today_in(organization.timezone)))
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


class IssueView(ActionView):
    """Shows what will be printed, then issues that and nothing else."""

    abstract = True
    permission = "receipts.issue"
    submit_label = gettext_lazy("Issue the receipt")
    success_message = gettext_lazy("The receipt is issued.")
    template_name = "receipts/receipt_issue.html"

    def ask(self, obj, *, error: str = "", status: int = 200) -> HttpResponse:
        self.preview = self.draft(obj)
        self.specimen_url = self.get_specimen_url(obj)
        return super().ask(obj, error=error, status=status)

    @property
    def seen(self) -> str:
        return self.request.POST.get("draft", "")

    def get_question(self, obj) -> str:
        return _("Once issued, what the receipt says never changes: it can only be voided, and its number stays taken.")

    def get_success_url(self, obj, result) -> str:
        return result.get_absolute_url()


class ReceiptIssueView(GiftMixin, IssueView):
    title = gettext_lazy("Issue the official receipt")

    def act(self, gift: Gift) -> Receipt:
        return services.issue_receipt(gift, by=self.membership, expected=self.seen)

    def get_specimen_url(self, gift: Gift) -> str:
        return self.url("receipts:gift_specimen", pk=gift.pk)


class AnnualMixin:
    """``?year=``, else the year that is over."""

    model = Contact

    @cached_property
    def today(self) -> date:
        return today_in(self.membership.organization.timezone)

    @cached_property
    def year(self) -> int:
        asked = self.request.GET.get("year", "") or str(self.today.year - 1)
        if not (asked.isdecimal() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= self.today.year):
            raise Http404
        return int(asked)

    def get_queryset(self):
        return super().get_queryset().select_related("organization", "owner")

    def draft(self, contact: Contact) -> queries.Draft:
        return queries.draft_annual(contact, year=self.year, issued_on=self.today)


class AnnualSpecimenView(AnnualMixin, SpecimenView):
    pass


class AnnualIssueView(AnnualMixin, IssueView):
    """One receipt for the cash gifts of a year."""

    @property
    def title(self) -> str:
        return _("Annual receipt of %(year)s") % {"year": self.year}

    def act(self, contact: Contact) -> Receipt:
        return services.issue_annual_receipt(contact, year=self.year, by=self.membership, expected=self.seen)

    def get_specimen_url(self, contact: Contact) -> str:
        return f"{self.url('receipts:annual_specimen', pk=contact.pk)}?year={self.year}"


class ContactReceiptsView(PanelView):
    """The tab of a donor's page."""

    permission = "receipts.view"
    model = Contact
    fragment_name = "receipts/_contact_receipts.html"
    context_name = "contact"
    title = gettext_lazy("Receipts")

    def get_context(self, **context) -> dict:
        rows = Receipt.objects.visible_to(self.membership).of_contact(self.object).newest_first()
        may_issue = self.membership.can("receipts.issue", self.object)
        years = queries.waiting_years(self.object) if may_issue else []
        since = today_in(self.membership.organization.timezone).year - 1
        return super().get_context(
            receipts=rows[:200],
            years=[one for one in years if one.year >= since],
            earlier=[one for one in years if one.year < since],
            **context,
        )
