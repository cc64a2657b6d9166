"""The lists of matching gifts and of the companies that match."""

from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.cells import who
from crm.core.dates import format_date, today_in
from crm.core.money import format_money
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.campaigns import said_percent
from crm.giving.choices import CLAIM_TONES, ClaimStatus
from crm.giving.models import MatchingClaim, MatchingProgram


class CompanyColumn(tables.Column):
    def cell(self, record: MatchingClaim, name: str, table) -> str:
        return conditional_escape(record.program.company.name)

    def export(self, record: MatchingClaim, name: str):
        return record.program.company.name


class MatchedDonorColumn(tables.Column):
    def cell(self, record: MatchingClaim, name: str, table) -> str:
        contact = record.gift.contact
        return who(contact, f"{table.contacts_url}{contact.pk}/")

    def export(self, record: MatchingClaim, name: str):
        return record.gift.contact.name


class MatchedGiftColumn(tables.Column):
    """The gift that is matched; it leads to it, where everything is done."""

    css = "is-num mc-num"

    def cell(self, record: MatchingClaim, name: str, table) -> str:
        amount = conditional_escape(format_money(record.gift.amount, record.gift.currency))
        return f'<a href="{table.gifts_url}{record.gift_id}/">{amount}</a>'

    def export(self, record: MatchingClaim, name: str):
        return record.gift.amount


class MatchColumn(MatchedGiftColumn):
    def cell(self, record: MatchingClaim, name: str, table) -> str:
        amount = conditional_escape(format_money(record.amount, record.gift.currency))
        return f'<a class="mc-strong" href="{table.gifts_url}{record.gift_id}/">{amount}</a>'

    def export(self, record: MatchingClaim, name: str):
        return record.amount


class AskByColumn(tables.DateColumn):
    """The last day to ask, or the day it was asked."""

    def cell(self, record: MatchingClaim, name: str, table) -> str:
        if record.status == ClaimStatus.POTENTIAL and record.ask_by:
            tone = "is-bad" if record.ask_by < table.today else "is-warn"
            return format_html('<span class="mc-pill {}">{}</span>', tone, format_date(record.ask_by, short=True))
        if record.submitted_on:
            return conditional_escape(_("Asked on %(date)s") % {"date": format_date(record.submitted_on, short=True)})
        return "–"

    def export(self, record: MatchingClaim, name: str):
        return record.ask_by


class ClaimTable(tables.CrmTable):
    donor = MatchedDonorColumn(
        verbose_name=gettext_lazy("Donor"), needs=("gift__contact",), unlabelled=True, empty_values=(), orderable=False
    )
    company = CompanyColumn(
        verbose_name=gettext_lazy("Company"),
        needs=("program__company",),
        css="mc-sub",
        empty_values=(),
        orderable=False,
    )
    gift = MatchedGiftColumn(
        verbose_name=gettext_lazy("Gift"), needs=("gift",), css="mc-hide-s", empty_values=(), orderable=False
    )
    amount = MatchColumn(verbose_name=gettext_lazy("Match"), css="mc-r", order_by=("amount", "pk"))
    ask_by = AskByColumn(
        verbose_name=gettext_lazy("Ask before"), css="mc-hide-s", empty_values=(), order_by=("ask_by", "pk")
    )
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=ClaimStatus, tones=CLAIM_TONES, css="mc-r mc-r2", orderable=False
    )
    caption = gettext_lazy("Matching gifts")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.gifts_url = org_url(self.membership, "giving:gift_list")
        self.today = today_in(self.membership.organization.timezone)


class ProgramNameColumn(tables.Column):
    def cell(self, record: MatchingProgram, name: str, table) -> str:
        if not table.may_change:
            return format_html('<span class="mc-name">{}</span>', record.company.name)
        return format_html(
            '<a class="mc-name" href="{}{}/edit/">{}</a>', table.programs_url, record.pk, record.company.name
        )

    def export(self, record: MatchingProgram, name: str):
        return record.company.name


class PercentColumn(tables.Column):
    css = "is-num mc-num"

    def cell(self, record: MatchingProgram, name: str, table) -> str:
        return conditional_escape(said_percent(record.percent / 100))


class ProgramTable(tables.CrmTable):
    company = ProgramNameColumn(
        verbose_name=gettext_lazy("Company"), needs=("company",), unlabelled=True, order_by=("company__sort_name", "pk")
    )
    percent = PercentColumn(verbose_name=gettext_lazy("Adds"), css="mc-r", orderable=False)
    maximum = tables.MoneyColumn(verbose_name=gettext_lazy("At most for one gift"), css="mc-hide-s", orderable=False)
    yearly_maximum = tables.MoneyColumn(
        verbose_name=gettext_lazy("At most for one person in a year"), css="mc-hide-s", orderable=False
    )
    days = tables.NumberColumn(verbose_name=gettext_lazy("Days to ask"), css="mc-hide-s", orderable=False)
    is_active = tables.InUseColumn(verbose_name=gettext_lazy("Use"), css="mc-r mc-r2", orderable=False)
    caption = gettext_lazy("Companies that match gifts")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.programs_url = org_url(self.membership, "giving:program_list")
        self.may_change = self.membership.can("funds.change")
