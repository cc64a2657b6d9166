from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from crm.core.models import Operation
from crm.core.web import tables
from crm.core.web.operations import TONES
from crm.core.web.urls import org_url
from crm.imports.choices import ImportKind


class FileColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.base_url, record.pk, record.name)


class StateColumn(tables.Column):
    """Not started yet, or the state of its operation."""

    def cell(self, record, name: str, table) -> str:
        if record.operation_id is None:
            return format_html('<span class="mc-pill">{}</span>', _("To be checked"))
        status = record.operation.status
        return format_html('<span class="mc-pill {}">{}</span>', TONES[status], Operation.Status(status).label)


class ImportTable(tables.CrmTable):
    name = FileColumn(verbose_name=_("File"), orderable=False, unlabelled=True)
    kind = tables.ChoiceColumn(verbose_name=_("What it holds"), choices=ImportKind, orderable=False)
    rows = tables.NumberColumn(verbose_name=_("Rows"), orderable=False)
    state = StateColumn(verbose_name=_("Status"), accessor="operation", needs=("operation",), orderable=False)
    refused = tables.NumberColumn(verbose_name=_("Refused"), accessor="operation__failed", orderable=False)
    started_by = tables.Column(verbose_name=_("Sent by"), needs=("started_by__user",), orderable=False, css="mc-hide-s")
    created_at = tables.MomentColumn(verbose_name=_("Sent"), orderable=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "imports:import_list")
