"""The lists of opportunities and of leads."""

from html import escape

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.contacts.choices import FunnelStage, Priority
from crm.contacts.models import Contact
from crm.core.dates import format_date, today_in
from crm.core.money import format_percent
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.pipeline.choices import STAGE_TONES, OpportunityStage
from crm.pipeline.models import Opportunity

PRIORITY_TONES = {"high": "is-warn"}
OWNER_READS = ("owner__organization", "owner__user__first_name", "owner__user__last_name", "owner__user__email")


class AskColumn(tables.Column):
    """What is asked for, and below of whom."""

    def cell(self, record: Opportunity, name: str, table) -> str:
        donor = conditional_escape(record.contact.name)
        return (
            f'<a class="mc-name" href="{table.opportunities_url}{record.pk}/">{escape(record.title)}</a>'
            f'<br><a class="mc-small" href="{table.contacts_url}{record.contact_id}/">{donor}</a>'
        )

    def export(self, record: Opportunity, name: str):
        return record.title


class DonorNameColumn(tables.Column):
    def export(self, record: Opportunity, name: str):
        return record.contact.name

    def cell(self, record: Opportunity, name: str, table) -> str:
        return conditional_escape(record.contact.name)


class PercentColumn(tables.Column):
    css = "is-num mc-num"

    def cell(self, record: Opportunity, name: str, table) -> str:
        return format_percent(self.value_of(record, name))


class ExpectedColumn(tables.Column):
    css = "mc-num"

    def cell(self, record: Opportunity, name: str, table) -> str:
        if record.expected_on is None:
            return "–"
        day = format_date(record.expected_on, short=True)
        is_late = not record.is_closed and record.expected_on < table.today
        return f'{day} <span class="mc-pill is-bad">{_("Overdue")}</span>' if is_late else day


class OwnerColumn(tables.Column):
    def cell(self, record, name: str, table) -> str:
        return conditional_escape(str(record.owner)) if record.owner_id else "–"

    def export(self, record, name: str):
        return str(record.owner) if record.owner_id else ""


class OpportunityTable(tables.CrmTable):
    reads = (
        "organization", "title", "contact", "contact__kind", "contact__name", "contact__organization", "amount",
        "probability", "stage", "expected_on",
    )  # fmt: skip
    title = AskColumn(
        verbose_name=pgettext_lazy("opportunity", "What for"),
        needs=("contact",),
        unlabelled=True,
        order_by=("title", "pk"),
    )
    contact = DonorNameColumn(verbose_name=gettext_lazy("Donor"), needs=("contact",), is_optional=True, orderable=False)
    amount = tables.MoneyColumn(
        verbose_name=pgettext_lazy("opportunity", "Amount to ask"), css="mc-r", order_by=("amount", "pk")
    )
    stage = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Stage"),
        choices=OpportunityStage,
        tones=STAGE_TONES,
        css="mc-r mc-r2",
        orderable=False,
    )
    probability = PercentColumn(verbose_name=gettext_lazy("Probability"), css="mc-hide-s", orderable=False)
    weighted = tables.MoneyColumn(
        verbose_name=gettext_lazy("Weighted by its chances"), css="mc-hide-s", is_optional=True, orderable=False
    )
    expected_on = ExpectedColumn(
        verbose_name=gettext_lazy("Answer expected"), css="mc-sub", order_by=("expected_on", "pk")
    )
    owner = OwnerColumn(
        verbose_name=gettext_lazy("Responsible person"),
        needs=("owner__user",),
        reads=OWNER_READS,
        css="mc-hide-s",
        orderable=False,
    )
    closed_on = tables.DateColumn(
        verbose_name=gettext_lazy("Closed"), reads=("closed_on",), is_optional=True, orderable=False
    )
    reason = tables.Column(
        verbose_name=gettext_lazy("Why it was won or lost"), reads=("reason",), is_optional=True, orderable=False
    )
    caption = gettext_lazy("Opportunities")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.opportunities_url = org_url(self.membership, "pipeline:opportunity_list")
        self.today = today_in(self.membership.organization.timezone)


class LeadNameColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return f'<a class="mc-name" href="{table.contacts_url}{record.pk}/">{escape(record.name)}</a>'

    def export(self, record: Contact, name: str):
        return record.name


class DayColumn(tables.Column):
    """The day of a moment, by the organization's clock."""

    css = "mc-num"

    def cell(self, record: Contact, name: str, table) -> str:
        return format_date(timezone.localdate(self.value_of(record, name)), short=True)


class ConvertColumn(tables.Column):
    @property
    def header(self) -> str:
        return format_html('<span class="visually-hidden">{}</span>', _("What to do"))

    def cell(self, record: Contact, name: str, table) -> str:
        if not (table.membership.can("pipeline.add", record) and table.membership.can("contacts.change", record)):
            return ""
        return format_html(
            '<a class="btn btn-sm" href="{}">{}<span class="visually-hidden"> {}</span></a>',
            f"{table.leads_url}{record.pk}/convert/",
            _("Convert"),
            record.name,
        )


class LeadTable(tables.CrmTable):
    reads = ("organization", "kind", "name", "owner", "funnel_stage", "priority", "lead_source", "last_contact_at")
    name = LeadNameColumn(verbose_name=gettext_lazy("Name"), unlabelled=True, order_by=("sort_name", "pk"))
    funnel_stage = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Stage"), choices=FunnelStage, css="mc-sub", orderable=False
    )
    priority = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Priority"), choices=Priority, tones=PRIORITY_TONES, css="mc-hide-s", orderable=False
    )
    lead_source = tables.Column(verbose_name=gettext_lazy("How they came to us"), css="mc-hide-s", orderable=False)
    estimated_value = tables.MoneyColumn(
        verbose_name=gettext_lazy("Estimated value"), reads=("estimated_value",), css="mc-hide-s", orderable=False
    )
    owner = OwnerColumn(
        verbose_name=gettext_lazy("Responsible person"),
        needs=("owner__user",),
        reads=OWNER_READS,
        css="mc-hide-s",
        orderable=False,
    )
    last_contact_at = DayColumn(
        verbose_name=gettext_lazy("Last contact"), css="mc-hide-s", order_by=("last_contact_at", "pk")
    )
    convert = ConvertColumn(
        verbose_name="", empty_values=(), css="is-num mc-r", unlabelled=True, orderable=False, exclude_from_export=True
    )
    caption = gettext_lazy("Leads")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.leads_url = org_url(self.membership, "pipeline:lead_list")
