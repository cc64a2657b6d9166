"""The lists of tributes, and of the people who are to be told of gifts."""

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from crm.contacts.cells import who
from crm.core.dates import format_date
from crm.core.money import format_money, format_number
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving import tributes
from crm.giving.choices import TributeKind
from crm.giving.models import Tribute, TributeRecipient
from crm.giving.tables import GiftColumns, GiftTable


class TributeNameColumn(tables.Column):
    def cell(self, record: Tribute, name: str, table) -> str:
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.tributes_url, record.pk, record.name)


class TributeFigureColumn(tables.Column):
    """One of the figures of the page, by its name; dates as dates."""

    css = "is-num mc-num"

    def cell(self, record: Tribute, name: str, table) -> str:
        return conditional_escape(format_number(getattr(record.figures, name)))

    def export(self, record: Tribute, name: str):
        return getattr(record.figures, name)


class LastGiftColumn(TributeFigureColumn):
    css = "mc-num"

    def cell(self, record: Tribute, name: str, table) -> str:
        return conditional_escape(format_date(record.figures.last_on, short=True)) if record.figures.last_on else "–"


class TributeRaisedColumn(TributeFigureColumn):
    """One sum a currency."""

    def cell(self, record: Tribute, name: str, table) -> str:
        sums = " + ".join(format_money(money.amount, money.currency) for money in record.figures.raised)
        return conditional_escape(sums or "–")

    def export(self, record: Tribute, name: str):
        own = record.organization.currency
        return next((money.amount for money in record.figures.raised if money.currency == own), 0)


class FamilyColumn(tables.Column):
    """Whether somebody is still to be told."""

    def cell(self, record: Tribute, name: str, table) -> str:
        return format_html('<span class="mc-pill is-warn">{}</span>', _("To be told")) if record.is_waiting else ""

    def export(self, record: Tribute, name: str):
        return _("To be told") if record.is_waiting else ""


class TributeTable(tables.CrmTable):
    name = TributeNameColumn(verbose_name=gettext_lazy("Name"), unlabelled=True, order_by=("key", "pk"))
    kind = tables.ChoiceColumn(
        verbose_name=pgettext_lazy("tribute", "Made"), choices=TributeKind, css="mc-sub", orderable=False
    )
    gifts = TributeFigureColumn(verbose_name=gettext_lazy("Gifts"), css="mc-hide-s", empty_values=(), orderable=False)
    donors = TributeFigureColumn(verbose_name=gettext_lazy("Donors"), css="mc-hide-s", empty_values=(), orderable=False)
    raised = TributeRaisedColumn(
        verbose_name=gettext_lazy("Raised"), needs=("organization",), css="mc-r", empty_values=(), orderable=False
    )
    last_on = LastGiftColumn(verbose_name=gettext_lazy("Last gift"), css="mc-hide-s", empty_values=(), orderable=False)
    family = FamilyColumn(verbose_name=gettext_lazy("Family"), css="mc-r mc-r2", empty_values=(), orderable=False)
    caption = gettext_lazy("Tributes")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.tributes_url = org_url(self.membership, "giving:tribute_list")

    def gather(self, records: list[Tribute]) -> None:
        """The figures of the page, and who of it waits: three queries."""
        figures = tributes.figures_of(records, self.membership)
        ids = [record.pk for record in records]
        rows = TributeRecipient.objects.visible_to(self.membership).filter(tribute__in=ids)
        waiting = set(tributes.due(rows).values_list("tribute_id", flat=True))
        for record in records:
            record.figures, record.is_waiting = figures[record.pk], record.pk in waiting


class ToldColumn(tables.Column):
    def cell(self, record: TributeRecipient, name: str, table) -> str:
        return who(record.contact, f"{table.contacts_url}{record.contact_id}/")

    def export(self, record: TributeRecipient, name: str):
        return record.contact.name


class HonouredColumn(tables.Column):
    """“in memory of Jeanne Tremblay”, leading to her page."""

    def cell(self, record: TributeRecipient, name: str, table) -> str:
        return format_html('<a href="{}{}/">{}</a>', table.tributes_url, record.tribute_id, self.export(record, name))

    def export(self, record: TributeRecipient, name: str):
        return tributes.said(record.tribute)


class ToTellColumn(tables.Column):
    """How many gifts, and for how long the first has waited."""

    def cell(self, record: TributeRecipient, name: str, table) -> str:
        said = ngettext("%(count)d gift", "%(count)d gifts", record.waiting) % {"count": record.waiting}
        return format_html('<span class="mc-pill is-warn">{}</span>', said)

    def export(self, record: TributeRecipient, name: str):
        return record.waiting


class SinceColumn(tables.Column):
    def cell(self, record: TributeRecipient, name: str, table) -> str:
        days = (table.now - record.since).days if record.since else 0
        if days < 1:
            return conditional_escape(_("Since today"))
        return conditional_escape(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})

    def export(self, record: TributeRecipient, name: str):
        return record.since


class NoticeTable(tables.CrmTable):
    contact = ToldColumn(verbose_name=gettext_lazy("Who is told"), needs=("contact",), unlabelled=True, orderable=False)
    tribute = HonouredColumn(verbose_name=gettext_lazy("Gifts made"), needs=("tribute",), css="mc-sub", orderable=False)
    waiting = ToTellColumn(verbose_name=gettext_lazy("To be told"), css="mc-r", empty_values=(), orderable=False)
    since = SinceColumn(
        verbose_name=gettext_lazy("Waiting"), css="mc-r mc-r2", empty_values=(), order_by=("since", "pk")
    )
    language = tables.Column(
        verbose_name=gettext_lazy("Language"), accessor="contact__get_language_display", css="mc-hide-s",
        orderable=False,
    )  # fmt: skip
    caption = gettext_lazy("Families to be told")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.tributes_url = org_url(self.membership, "giving:tribute_list")
        self.now = timezone.now()


class TributeGiftTable(GiftColumns):
    """The gifts of one tribute, on its page."""

    reads = GiftTable.reads
    contact = GiftTable.base_columns["contact"]
    caption = gettext_lazy("Gifts made in this name")

    class Meta:
        sequence = ("contact", "...")
        exclude = ("method", "type")
