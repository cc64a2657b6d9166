"""The list behind the report on retention; the history of KPIs."""

from decimal import Decimal
from html import escape

from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.contacts.models import Contact
from crm.core.money import ZERO, format_money, format_rate
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.models import Gift
from crm.insights import kpis, movements, years
from crm.insights.choices import TONES, Movement
from crm.insights.models import KpiValue


class NameColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return f'<a class="mc-name" href="{table.contacts_url}{record.pk}/">{escape(record.name)}</a>'

    def export(self, record: Contact, name: str):
        return record.name


class YearColumn(tables.Column):
    """``place``: which of the two years, the earlier one first."""

    css = "is-num mc-num"

    def __init__(self, *args, place: int, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.place = place

    def export(self, record: Contact, name: str) -> Decimal:
        return record.given[self.place]

    def cell(self, record: Contact, name: str, table) -> str:
        return format_money(record.given[self.place], table.currency)


class ChangeColumn(tables.Column):
    css = "is-num mc-num"

    def export(self, record: Contact, name: str) -> Decimal:
        before, now = record.given
        return now - before

    def cell(self, record: Contact, name: str, table) -> str:
        change = self.export(record, name)
        return f"{'+' if change > 0 else ''}{format_money(change, table.currency)}"


class MovementColumn(tables.Column):
    def export(self, record: Contact, name: str):
        return str(Movement(record.movement).label)

    def cell(self, record: Contact, name: str, table) -> str:
        word = conditional_escape(Movement(record.movement).label)
        return f'<span class="mc-pill {TONES[record.movement]}">{word}</span>'


class MovementTable(tables.CrmTable):
    name = NameColumn(verbose_name=gettext_lazy("Donor"), unlabelled=True, order_by=("sort_name", "pk"))
    movement = MovementColumn(
        verbose_name=gettext_lazy("From last year to this one"), empty_values=(), css="mc-sub", orderable=False
    )
    before = YearColumn(
        verbose_name=gettext_lazy("The year before"), empty_values=(), place=0, css="mc-hide-s", orderable=False
    )
    now = YearColumn(verbose_name=gettext_lazy("That year"), empty_values=(), place=1, css="mc-r", orderable=False)
    change = ChangeColumn(
        verbose_name=pgettext_lazy("amount", "Change"), empty_values=(), css="mc-r mc-r2", orderable=False
    )
    last_on = tables.DateColumn(
        verbose_name=gettext_lazy("Last gift"), accessor="summary__last_on", needs=("summary",), css="mc-hide-s",
        orderable=False,
    )  # fmt: skip
    caption = gettext_lazy("Donors from one year to the next")
    year: years.Year | None = None

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")

    def gather(self, records: list[Contact]) -> None:
        """What each of them gave in both years, and what that makes of them: two queries."""
        gifts, ids = Gift.objects.visible_to(self.membership), [record.pk for record in records]
        year = self.year or years.present_year(self.membership.organization)
        rows = movements.per_donor(gifts.filter(contact__in=ids), year, currency=self.currency)
        found = {row["contact"]: row for row in movements.with_first(rows)}
        for record in records:
            row = found.get(record.pk)
            record.given = movements.given(row) if row else (ZERO, ZERO)
            record.movement = movements.movement_of(row, row["first_on"], year) if row else Movement.SAME


class KpiColumn(tables.Column):
    def cell(self, record: KpiValue, name: str, table) -> str:
        title = f'<a class="mc-name" href="{table.kpis_url}{record.kpi_id}/">{escape(record.kpi.title)}</a>'
        return f'{title}<br><span class="mc-small mc-quiet">{escape(record.note)}</span>' if record.note else title

    def export(self, record: KpiValue, name: str) -> str:
        return record.kpi.title


class InUnitColumn(tables.Column):
    css = "is-num mc-num"

    def cell(self, record: KpiValue, name: str, table) -> str:
        return escape(kpis.written(self.value_of(record, name), record.kpi.unit, table.currency))


class ReachedColumn(tables.Column):
    css = "is-num mc-num"

    def cell(self, record: KpiValue, name: str, table) -> str:
        return format_rate(record.reached)


class ByColumn(tables.Column):
    """Nobody wrote what Merci measured."""

    def cell(self, record: KpiValue, name: str, table) -> str:
        return escape(self.export(record, name))

    def export(self, record: KpiValue, name: str) -> str:
        return str(record.recorded_by) if record.recorded_by_id else "Merci"


class KpiValueTable(tables.CrmTable):
    kpi = KpiColumn(verbose_name=gettext_lazy("KPI"), unlabelled=True, needs=("kpi",), orderable=False)
    on = tables.DateColumn(verbose_name=pgettext_lazy("KPI", "Day"), css="mc-sub", order_by=("on", "pk"))
    recorded_by = ByColumn(
        verbose_name=gettext_lazy("By"), empty_values=(), needs=("recorded_by__user",), css="mc-hide-s", orderable=False
    )
    value = InUnitColumn(verbose_name=gettext_lazy("Value"), css="mc-strong mc-r", orderable=False)
    target = InUnitColumn(verbose_name=pgettext_lazy("KPI", "Target"), css="mc-hide-s", orderable=False)
    reached = ReachedColumn(verbose_name=gettext_lazy("Reached"), empty_values=(), css="mc-r mc-r2", orderable=False)
    note = tables.Column(verbose_name=pgettext_lazy("KPI", "Note"), css="mc-hide-s", orderable=False, is_optional=True)
    caption = gettext_lazy("History of the KPIs")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kpis_url = org_url(self.membership, "insights:kpi_list")
