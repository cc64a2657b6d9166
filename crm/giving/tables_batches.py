"""The list of batches."""

from django.db.models import Count, Sum
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.money import ZERO, format_money, to_cents
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.choices import BATCH_TONES, BatchStatus
from crm.giving.models import BatchRow, GiftBatch


class BatchNameColumn(tables.Column):
    def cell(self, record: GiftBatch, name: str, table) -> str:
        url = f"{table.batches_url}{record.pk}/"
        return format_html(
            '<a class="mc-name mc-num" href="{}">{}</a>{}',
            url,
            record.number,
            format_html('<span class="d-block mc-small mc-quiet">{}</span>', record.title) if record.title else "",
        )

    def export(self, record: GiftBatch, name: str):
        return f"{record.number} {record.title}".strip()


class EnteredColumn(tables.MoneyColumn):
    """What was typed; beside what was expected, while they differ."""

    def cell(self, record: GiftBatch, name: str, table) -> str:
        entered = format_money(record.entered, table.currency)
        if record.expected_total is None or record.expected_total == record.entered:
            return entered
        words = {"entered": entered, "expected": format_money(record.expected_total, table.currency)}
        return _("%(entered)s of %(expected)s") % words


class BatchTable(tables.CrmTable):
    number = BatchNameColumn(verbose_name=gettext_lazy("Batch"), unlabelled=True, order_by=("year", "sequence"))
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=BatchStatus, tones=BATCH_TONES, css="mc-r", orderable=False
    )
    received_on = tables.DateColumn(verbose_name=gettext_lazy("Received"), css="mc-hide-s", orderable=False)
    lines = tables.NumberColumn(verbose_name=gettext_lazy("Gifts"), css="mc-hide-s", orderable=False)
    entered = EnteredColumn(verbose_name=gettext_lazy("Entered"), css="mc-sub", orderable=False)
    opened_by = tables.Column(
        verbose_name=gettext_lazy("Opened by"), needs=("opened_by__user",), css="mc-hide-s", orderable=False
    )
    deposited_on = tables.DateColumn(verbose_name=gettext_lazy("Deposited"), css="mc-hide-s", orderable=False)
    caption = gettext_lazy("Batches")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.batches_url = org_url(self.membership, "giving:batch_list")

    def gather(self, records: list[GiftBatch]) -> None:
        rows = BatchRow.objects.filter(batch__in=[record.pk for record in records], amount__isnull=False).order_by()
        sums = {row["batch"]: row for row in rows.values("batch").annotate(lines=Count("pk"), entered=Sum("amount"))}
        for record in records:
            found = sums.get(record.pk, {"lines": 0, "entered": ZERO})
            record.lines, record.entered = found["lines"], to_cents(found["entered"])
