from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.accounts.choices import Language
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.receipts.choices import RUN_TONES, Ineligibility, ReceiptKind, ReceiptStatus, Reconciled, RunStatus

STATUS_TONES = {"issued": "is-ok", "cancelled": "is-bad", "replaced": "is-warn"}


class NumberColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        return format_html('<a class="mc-name mc-num" href="{}{}/">{}</a>', table.base_url, record.pk, record.number)


class ReceiptTable(tables.CrmTable):
    number = NumberColumn(verbose_name=_("Number"), order_by=("year", "sequence"), unlabelled=True)
    donor_name = tables.Column(verbose_name=_("Donor"), order_by=("contact__sort_name", "pk"), css="mc-sub")
    issued_on = tables.DateColumn(verbose_name=_("Issued on"), order_by=("issued_on", "pk"), css="mc-hide-s")
    eligible = tables.MoneyColumn(verbose_name=_("Eligible amount"), order_by=("eligible", "pk"), css="mc-strong mc-r")
    kind = tables.ChoiceColumn(choices=ReceiptKind, orderable=False, css="mc-hide-s")
    status = tables.ChoiceColumn(choices=ReceiptStatus, tones=STATUS_TONES, orderable=False, css="mc-r mc-r2")
    language = tables.ChoiceColumn(verbose_name=_("Language"), choices=Language, orderable=False, css="mc-hide-s")
    issued_by = tables.Column(verbose_name=_("Issued by"), needs=("issued_by__user",), orderable=False, css="mc-hide-s")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "receipts:receipt_list")


class RunColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        said = gettext("Annual receipts of %(year)s") % {"year": record.year}
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.base_url, record.pk, said)


class OnceApproved:
    """Nothing before a person approved: what is found may still be stopped."""

    def value_of(self, record, name: str):
        return super().value_of(record, name) if record.approved_at else None


class ApprovedCountColumn(OnceApproved, tables.NumberColumn):
    pass


class ApprovedTotalColumn(OnceApproved, tables.MoneyColumn):
    pass


class RunTable(tables.CrmTable):
    year = RunColumn(verbose_name=pgettext_lazy("receipt run", "Run"), unlabelled=True, order_by=("year", "pk"))
    created_at = tables.MomentColumn(verbose_name=_("Started"), css="mc-sub", order_by=("created_at", "pk"))
    started_by = tables.Column(
        verbose_name=_("Started by"), needs=("started_by__user",), orderable=False, css="mc-hide-s"
    )
    approved_count = ApprovedCountColumn(verbose_name=_("Receipts"), orderable=False, css="mc-hide-s")
    approved_total = ApprovedTotalColumn(verbose_name=_("Total"), orderable=False, css="mc-r")
    status = tables.ChoiceColumn(choices=RunStatus, tones=RUN_TONES, orderable=False, css="mc-r mc-r2")
    caption = _("Receipts of a whole year")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "receipts:run_list")


class LineDonorColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        donor = record.contact
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.contacts_url, donor.pk, donor.name)

    def export(self, record, name: str) -> str:
        return record.contact.name


class OutcomeColumn(tables.Column):
    """The receipt, or the sentence that says why there is none; that it waits, before."""

    def cell(self, record, name: str, table) -> str:
        said, receipt = self.export(record, name), record.receipt
        if receipt is None:
            return tables.escaped(said)
        return format_html('<a class="mc-num" href="{}{}/">{}</a>', table.receipts_url, receipt.pk, said)

    def export(self, record, name: str) -> str:
        if record.receipt is not None:
            return record.receipt.number
        return str(Ineligibility(record.reason).label) if record.reason else gettext("To be issued")


class RunLineTable(tables.CrmTable):
    contact = LineDonorColumn(
        verbose_name=_("Donor"), needs=("contact",), unlabelled=True, order_by=("contact__sort_name", "pk")
    )
    reason = OutcomeColumn(verbose_name=_("Receipt, or why not"), needs=("receipt",), css="mc-sub", orderable=False)
    gifts = tables.NumberColumn(verbose_name=_("Gifts"), css="mc-hide-s", orderable=False)
    amount = tables.MoneyColumn(verbose_name=_("Amount"), css="mc-r", order_by=("amount", "pk"))
    language = tables.ChoiceColumn(verbose_name=_("Language"), choices=Language, orderable=False, css="mc-hide-s")
    caption = _("Donors of a run")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.receipts_url = org_url(self.membership, "receipts:receipt_list")


class GiftReceiptColumn(tables.Column):
    """The number of the receipt, or the sentence that says why there is none."""

    def cell(self, record, name: str, table) -> str:
        said = self.export(record, name)
        if not record.receipt_pk:
            return tables.escaped(said)
        return format_html('<a class="mc-num" href="{}{}/">{}</a>', table.receipts_url, record.receipt_pk, said)

    def export(self, record, name: str) -> str:
        if record.receipt_number:
            return record.receipt_number
        known = Reconciled if record.outcome in Reconciled.values else Ineligibility
        return str(known(record.outcome).label)


class GiftDayColumn(tables.DateColumn):
    def cell(self, record, name: str, table) -> str:
        day = super().cell(record, name, table)
        return format_html('<a href="{}{}/">{}</a>', table.gifts_url, record.pk, day)


class ReconciledTable(tables.CrmTable):
    contact = LineDonorColumn(
        verbose_name=_("Donor"), needs=("contact",), unlabelled=True, order_by=("contact__sort_name", "pk")
    )
    received_on = GiftDayColumn(verbose_name=_("Received"), css="mc-r mc-r2", order_by=("received_on", "pk"))
    outcome = GiftReceiptColumn(verbose_name=_("Receipt, or why not"), css="mc-sub", orderable=False)
    amount = tables.MoneyColumn(verbose_name=_("Amount"), currency="currency", css="mc-r", order_by=("amount", "pk"))
    receipt_eligible = tables.MoneyColumn(verbose_name=_("Eligible amount"), css="mc-hide-s", orderable=False)
    caption = _("Gifts, with their receipts")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.gifts_url = org_url(self.membership, "giving:gift_list")
        self.receipts_url = org_url(self.membership, "receipts:receipt_list")
