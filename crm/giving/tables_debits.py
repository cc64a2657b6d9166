"""The list of debit files."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.choices import DEBIT_TONES, DebitStatus
from crm.giving.models import DebitFile


class DebitNumberColumn(tables.Column):
    def cell(self, record: DebitFile, name: str, table) -> str:
        said = _("File %(number)d") % {"number": record.number}
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.debits_url, record.pk, said)


class DebitFileTable(tables.CrmTable):
    number = DebitNumberColumn(verbose_name=gettext_lazy("File"), unlabelled=True, order_by=("number", "pk"))
    until = tables.DateColumn(verbose_name=gettext_lazy("Due until"), css="mc-sub", order_by=("until", "pk"))
    count = tables.NumberColumn(verbose_name=gettext_lazy("Debits"), css="mc-hide-s", orderable=False)
    total = tables.MoneyColumn(verbose_name=gettext_lazy("Total"), css="mc-r", order_by=("total", "pk"))
    created_at = tables.MomentColumn(verbose_name=gettext_lazy("Made"), css="mc-hide-s", orderable=False)
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=DebitStatus, tones=DEBIT_TONES, css="mc-r mc-r2", orderable=False
    )
    caption = gettext_lazy("Pre-authorised debits")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.debits_url = org_url(self.membership, "giving:debit_list")
