from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.receipts.choices import ReceiptStatus

STATUS_TONES = {"issued": "is-ok", "cancelled": "is-bad", "replaced": "is-warn"}


class NumberColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        return format_html('<a class="mc-name mc-num" href="{}{}/">{}</a>', table.base_url, record.pk, record.number)


class ReceiptTable(tables.CrmTable):
    number = NumberColumn(verbose_name=_("Number"), order_by=("year", "sequence"), unlabelled=True)
    donor_name = tables.Column(verbose_name=_("Donor"), order_by=("contact__sort_name", "pk"))
    issued_on = tables.DateColumn(verbose_name=_("Issued on"), order_by=("issued_on", "pk"))
    eligible = tables.MoneyColumn(verbose_name=_("Eligible amount"), order_by=("eligible", "pk"), css="mc-strong")
    status = tables.ChoiceColumn(choices=ReceiptStatus, tones=STATUS_TONES, orderable=False)
    language = tables.Column(verbose_name=_("Language"), orderable=False, css="text-uppercase mc-hide-s")
    issued_by = tables.Column(verbose_name=_("Issued by"), needs=("issued_by__user",), orderable=False, css="mc-hide-s")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "receipts:receipt_list")
