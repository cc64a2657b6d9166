"""The lists of gifts, funds and campaigns."""

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.contacts.cells import who
from crm.core.dates import format_date
from crm.core.money import format_money, format_number, format_plain
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.campaigns import figures_of, said_percent, whole_percent
from crm.giving.choices import (
    CAMPAIGN_TONES,
    HOW_OFTEN,
    PLEDGE_TONES,
    STATUS_TONES,
    CampaignStatus,
    Frequency,
    GiftStatus,
    GiftType,
    Method,
    Nature,
    PledgeStatus,
)
from crm.giving.models import Campaign, Fund, Gift, GiftSplit, Pledge


class DonorColumn(tables.Column):
    """The address differs from row to row only by its number: no ``reverse`` for each."""

    def cell(self, record: Gift, name: str, table) -> str:
        return who(record.contact, f"{table.contacts_url}{record.contact_id}/")

    def export(self, record: Gift, name: str):
        return record.contact.name


class AmountColumn(tables.Column):
    """The amount in its own currency; it leads to the gift."""

    css = "is-num mc-num"

    def cell(self, record: Gift, name: str, table) -> str:
        amount = conditional_escape(format_money(record.amount, record.currency))
        return f'<a class="mc-strong" href="{table.gifts_url}{record.pk}/">{amount}</a>'


class FundColumn(tables.Column):
    """The fund of a gift, or all those it is shared out between."""

    def cell(self, record: Gift, name: str, table) -> str:
        return conditional_escape(record.designation)

    def export(self, record: Gift, name: str):
        if record.fund_id is not None:
            return record.fund.name
        return " + ".join(f"{fund.name} ({format_plain(amount)})" for fund, amount in record.parts)


class CampaignColumn(tables.Column):
    def cell(self, record: Gift, name: str, table) -> str:
        return conditional_escape(record.campaign.name) if record.campaign_id else "–"

    def export(self, record: Gift, name: str):
        return record.campaign.name if record.campaign_id else ""


class GiftColumns(tables.CrmTable):
    """What every list of gifts shows; the donor's own tab leaves the donor out."""

    reads = (
        "organization", "contact", "received_on", "amount", "currency", "method", "type", "status",
        "fund__name_fr", "fund__name_en",
    )  # fmt: skip
    received_on = tables.DateColumn(verbose_name=gettext_lazy("Received"), css="mc-sub", order_by=("received_on", "pk"))
    amount = AmountColumn(verbose_name=gettext_lazy("Amount"), css="mc-r", order_by=("amount", "pk"))
    fund = FundColumn(verbose_name=gettext_lazy("Fund"), needs=("fund",), css="mc-hide-s", orderable=False)
    method = tables.ChoiceColumn(verbose_name=gettext_lazy("Method"), choices=Method, css="mc-hide-s", orderable=False)
    type = tables.ChoiceColumn(
        verbose_name=pgettext_lazy("type of gift", "Type"), choices=GiftType, css="mc-hide-s", orderable=False
    )
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=GiftStatus, tones=STATUS_TONES, css="mc-r mc-r2", orderable=False
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.gifts_url = org_url(self.membership, "giving:gift_list")

    def gather(self, records: list[Gift]) -> None:
        if shared := [gift for gift in records if gift.fund_id is None]:
            parts = GiftSplit.objects.select_related("fund")
            prefetch_related_objects(shared, Prefetch("splits", queryset=parts))


class ContactGiftTable(GiftColumns):
    """On a phone, where rows fold in two lines: date and amount, then fund and state."""

    received_on = tables.DateColumn(verbose_name=gettext_lazy("Received"), orderable=False)
    fund = FundColumn(verbose_name=gettext_lazy("Fund"), needs=("fund",), css="mc-sub", orderable=False)
    caption = gettext_lazy("Gifts of this donor")


class CurrencyColumn(tables.Column):
    """In the export only: on the screen each amount says its currency."""

    def cell(self, record: Gift, name: str, table) -> str:
        return conditional_escape(record.currency)


class GiftTable(GiftColumns):
    reads = (*GiftColumns.reads, "contact__kind", "contact__name")
    campaign = CampaignColumn(
        verbose_name=gettext_lazy("Campaign"), needs=("campaign",), reads=("campaign__name",), is_optional=True,
        orderable=False,
    )  # fmt: skip
    appeal = tables.Column(
        verbose_name=gettext_lazy("Appeal"), needs=("appeal",), reads=("appeal__name",), is_optional=True,
        accessor="appeal__name", orderable=False,
    )  # fmt: skip
    nature = tables.ChoiceColumn(
        verbose_name=gettext_lazy("What was given"),
        choices=Nature,
        reads=("nature",),
        is_optional=True,
        orderable=False,
    )
    cheque_number = tables.Column(
        verbose_name=gettext_lazy("Cheque number"), reads=("cheque_number",), is_optional=True, orderable=False
    )
    advantage = tables.MoneyColumn(
        verbose_name=gettext_lazy("Advantage"), currency="currency", reads=("advantage",), is_optional=True,
        orderable=False,
    )  # fmt: skip
    contact = DonorColumn(verbose_name=gettext_lazy("Donor"), needs=("contact",), unlabelled=True, orderable=False)
    currency = CurrencyColumn(verbose_name=gettext_lazy("Currency"), orderable=False)
    caption = gettext_lazy("Gifts")

    class Meta:
        sequence = ("contact", "received_on", "amount", "currency", "...")

    def __init__(self, *args, request=None, **kwargs) -> None:
        super().__init__(*args, request=request, **kwargs)
        if not self.chosen and not (request and request.GET.get("export")):
            self.columns.hide("currency")


class FundNameColumn(tables.Column):
    def cell(self, record: Fund, name: str, table) -> str:
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.funds_url, record.pk, record.name)

    def export(self, record: Fund, name: str):
        return record.name


class FundUseColumn(tables.Column):
    def cell(self, record: Fund, name: str, table) -> str:
        pills = []
        if record.is_default:
            pills.append(("is-brand", _("Proposed for new gifts")))
        if record.is_restricted:
            pills.append(("is-info", _("Restricted")))
        if not record.is_active:
            pills.append(("", _("No longer in use")))
        if not pills:
            pills.append(("is-ok", _("In use")))
        return " ".join(format_html('<span class="mc-pill {}">{}</span>', tone, word) for tone, word in pills)

    def export(self, record: Fund, name: str):
        return _("In use") if record.is_active else _("No longer in use")


class FundEditColumn(tables.Column):
    @property
    def header(self) -> str:
        """Buttons need no title for the eye, but a reader of screens asks what the column is."""
        return format_html('<span class="visually-hidden">{}</span>', _("What to do"))

    def cell(self, record: Fund, name: str, table) -> str:
        if not table.may_change:
            return ""
        return format_html(
            '<a class="btn btn-sm" href="{}{}/edit/">{}<span class="visually-hidden"> {}</span></a>',
            table.funds_url,
            record.pk,
            _("Edit"),
            record.name,
        )


class FundTable(tables.CrmTable):
    name = FundNameColumn(verbose_name=gettext_lazy("Name"), unlabelled=True, orderable=False)
    code = tables.Column(verbose_name=gettext_lazy("Code"), css="mc-r", order_by=("code", "pk"))
    gl_code = tables.Column(verbose_name=gettext_lazy("Ledger account"), css="mc-hide-s", order_by=("gl_code", "pk"))
    use = FundUseColumn(verbose_name=gettext_lazy("Use"), empty_values=(), css="mc-sub", orderable=False)
    edit = FundEditColumn(
        verbose_name="",
        empty_values=(),
        css="is-num mc-r mc-r2",
        unlabelled=True,
        orderable=False,
        exclude_from_export=True,
    )
    caption = gettext_lazy("Funds")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.funds_url = org_url(self.membership, "giving:fund_list")
        self.may_change = self.membership.can("funds.change")
        if not self.may_change:
            self.columns.hide("edit")


class CampaignNameColumn(tables.Column):
    def cell(self, record: Campaign, name: str, table) -> str:
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.campaigns_url, record.pk, record.name)


class RaisedColumn(tables.MoneyColumn):
    """What came, over the bar of the goal."""

    def cell(self, record: Campaign, name: str, table) -> str:
        figures = figures_of(record)
        raised = format_money(figures.raised, table.currency, whole=True)
        if figures.goal is None:
            return format_html("<b>{}</b>", raised)
        said = _("%(raised)s of %(goal)s") % {
            "raised": raised,
            "goal": format_money(figures.goal, table.currency, whole=True),
        }
        return format_html(
            '<b>{}</b><progress class="{}" max="100" value="{}" aria-label="{}"></progress>',
            said,
            "is-ok" if figures.progress >= 1 else "",
            whole_percent(figures.progress),
            said,
        )

    def export(self, record: Campaign, name: str):
        return figures_of(record).raised


class FigureColumn(tables.Column):
    """One of the computed figures, by its name."""

    css = "is-num mc-num"

    def __init__(self, *args, say, **kwargs) -> None:
        super().__init__(*args, orderable=False, **kwargs)
        self.say = say

    def cell(self, record: Campaign, name: str, table) -> str:
        value = getattr(figures_of(record), name)
        return "–" if value is None else conditional_escape(self.say(value, table.currency))

    def export(self, record: Campaign, name: str):
        return getattr(figures_of(record), name)


class CampaignTable(tables.CrmTable):
    name = CampaignNameColumn(verbose_name=gettext_lazy("Campaign"), unlabelled=True, order_by=("name", "pk"))
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=CampaignStatus, tones=CAMPAIGN_TONES, css="mc-r", orderable=False
    )
    starts_on = tables.DateColumn(
        verbose_name=gettext_lazy("Begins"), css="mc-hide-s", orderable=False, is_optional=True
    )
    ends_on = tables.DateColumn(verbose_name=gettext_lazy("Ends"), css="mc-hide-s", order_by=("ends_on", "pk"))
    raised = RaisedColumn(verbose_name=gettext_lazy("Raised"), css="mc-sub", order_by=("raised", "pk"))
    goal_amount = tables.MoneyColumn(verbose_name=gettext_lazy("Goal"), orderable=False, is_optional=True)
    donors = FigureColumn(
        verbose_name=gettext_lazy("Donors"), say=lambda value, _currency: format_number(value), css="mc-hide-s"
    )
    conversion = FigureColumn(
        verbose_name=gettext_lazy("Gave, of those asked"),
        say=lambda value, _currency: said_percent(value),
        css="mc-hide-s",
    )
    average = FigureColumn(verbose_name=gettext_lazy("Average gift"), say=format_money, is_optional=True)
    cost = FigureColumn(verbose_name=gettext_lazy("Cost"), say=format_money, is_optional=True)
    cost_per_donor = FigureColumn(verbose_name=gettext_lazy("Cost per donor"), say=format_money, is_optional=True)
    cost_per_dollar = FigureColumn(
        verbose_name=gettext_lazy("Cost to raise a dollar"), say=format_money, css="mc-hide-s"
    )
    roi = FigureColumn(
        verbose_name=gettext_lazy("Return on cost"), say=lambda value, _currency: said_percent(value), css="mc-hide-s"
    )
    caption = gettext_lazy("Campaigns")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.campaigns_url = org_url(self.membership, "giving:campaign_list")


class PledgeAmountColumn(tables.Column):
    """“$40.00 every month” (the amount alone on a phone); it leads to the pledge."""

    css = "mc-num"

    def cell(self, record: Pledge, name: str, table) -> str:
        amount = conditional_escape(format_money(record.amount, record.currency))
        often = conditional_escape(HOW_OFTEN[record.frequency])
        return f'<a class="mc-strong" href="{table.pledges_url}{record.pk}/">{amount}<span class="mc-hide-s"> {often}</span></a>'

    def export(self, record: Pledge, name: str):
        return record.amount


class NextPaymentColumn(tables.DateColumn):
    """When the next payment is due or, where one is late, how much and since when."""

    def cell(self, record: Pledge, name: str, table) -> str:
        if record.late_since is None:
            return super().cell(record, name, table)
        said = _("%(amount)s late since %(date)s") % {
            "amount": format_money(record.late_amount, record.currency),
            "date": format_date(record.late_since, short=True),
        }
        return format_html('<span class="mc-pill is-bad">{}</span>', said)


class PledgeTable(tables.CrmTable):
    reads = (
        "organization", "contact", "contact__kind", "contact__name", "amount", "currency", "frequency", "status",
        "next_due_on", "late_since", "late_amount",
    )  # fmt: skip
    contact = DonorColumn(verbose_name=gettext_lazy("Donor"), needs=("contact",), unlabelled=True, orderable=False)
    amount = PledgeAmountColumn(verbose_name=gettext_lazy("Pledge"), css="mc-r", order_by=("amount", "pk"))
    frequency = tables.ChoiceColumn(
        verbose_name=gettext_lazy("How often"), choices=Frequency, is_optional=True, orderable=False
    )
    currency = CurrencyColumn(verbose_name=gettext_lazy("Currency"), is_optional=True, orderable=False)
    monthly = tables.MoneyColumn(
        verbose_name=gettext_lazy("A month"), currency="currency", css="mc-hide-s", orderable=False
    )
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=PledgeStatus, tones=PLEDGE_TONES, css="mc-r mc-r2", orderable=False
    )
    next_due_on = NextPaymentColumn(
        verbose_name=gettext_lazy("Next payment"), css="mc-sub", order_by=("next_due_on", "pk")
    )
    late_amount = tables.MoneyColumn(
        verbose_name=gettext_lazy("Late"), currency="currency", is_optional=True, orderable=False
    )
    received = tables.MoneyColumn(
        verbose_name=pgettext_lazy("amount", "Received"),
        currency="currency",
        reads=("received",),
        css="mc-hide-s",
        orderable=False,
    )
    fund = FundColumn(
        verbose_name=gettext_lazy("Fund"), needs=("fund",), reads=("fund__name_fr", "fund__name_en"), is_optional=True,
        orderable=False,
    )  # fmt: skip
    starts_on = tables.DateColumn(
        verbose_name=gettext_lazy("First payment"), reads=("starts_on",), is_optional=True, orderable=False
    )
    ends_on = tables.DateColumn(
        verbose_name=gettext_lazy("Last payment"), reads=("ends_on",), is_optional=True, orderable=False
    )
    caption = gettext_lazy("Pledges")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.pledges_url = org_url(self.membership, "giving:pledge_list")
