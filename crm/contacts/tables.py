"""The contacts list."""

from django.db.models import Prefetch
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.accounts.choices import ReceiptPreference
from crm.contacts.cells import tag_html, who
from crm.contacts.choices import (
    LIFECYCLE_TONES,
    TREND_TONES,
    CustomFieldKind,
    FunnelStage,
    Kind,
    Lifecycle,
    Priority,
    Relationship,
    Trend,
)
from crm.contacts.custom_fields import PREFIX, CustomColumn, fields_of
from crm.contacts.models import Contact, CustomField, RecordView, TagAssignment
from crm.core.money import format_money
from crm.core.phones import show_phone
from crm.core.templatetags.crm_ui import icon
from crm.core.web import tables
from crm.core.web.urls import org_url


class NameColumn(tables.Column):
    """Built by hand rather than ``reverse`` for each row: the address differs only by its number."""

    def cell(self, record: Contact, name: str, table) -> str:
        return who(record, f"{table.base_url}{record.pk}/", ", ".join(filter(None, (record.city, record.province))))


def short_name(user) -> str:
    """``G. Tremblay``: a colleague in a narrow column."""
    return f"{user.first_name[:1]}.\u00a0{user.last_name}" if user.first_name and user.last_name else str(user)


class OwnerColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return conditional_escape(short_name(record.owner.user)) if record.owner_id else "–"


class LanguageColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return record.language.upper()


class TagsColumn(tables.Column):
    """The tags as dots and words, read by one query a page (:meth:`ContactTable.optimise`)."""

    def cell(self, record: Contact, name: str, table) -> str:
        return f'<span class="mc-line is-tight">{"".join(tag_html(one.tag) for one in record.tags_shown)}</span>'

    def export(self, record: Contact, name: str) -> str:
        return "; ".join(one.tag.name for one in record.tags_shown)  # as the import reads them


class PhoneColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return tables.escaped(show_phone(record.phone)) if record.phone else "–"

    def export(self, record: Contact, name: str) -> str:
        return show_phone(record.phone) if record.phone else ""


class CountryColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return tables.escaped(record.country.name) if record.country else "–"

    def export(self, record: Contact, name: str) -> str:
        return str(record.country)


class LastAmountColumn(tables.MoneyColumn):
    """In the currency of that gift, which may not be the organization's."""

    def cell(self, record: Contact, name: str, table) -> str:
        summary = getattr(record, "summary", None)
        return format_money(summary.last_amount, summary.last_currency or table.currency) if summary else "–"


def optional(label, path: str, kind: type = tables.Column, **kwargs) -> tables.Column:
    """A column for whoever chooses it: the field at ``path``, read and joined only then."""
    relation, _mark, _name = path.rpartition("__")
    reads = (path, "summary__last_currency") if kind is LastAmountColumn else (path,)
    return kind(
        verbose_name=label,
        accessor=path,
        needs=(relation,) if relation else (),
        reads=reads,
        orderable=False,
        is_optional=True,
        css="mc-xtra",
        **kwargs,
    )


TAGS = Prefetch(
    "tag_assignments", TagAssignment.objects.select_related("tag").order_by("tag__name", "pk"), to_attr="tags_shown"
)


class ContactTable(tables.CrmTable):
    reads = ("organization", "kind", "name", "city", "province")
    name = NameColumn(verbose_name=_("Name"), order_by=("sort_name", "pk"), unlabelled=True)
    lifecycle = tables.ChoiceColumn(
        verbose_name=_("Giving status"),
        choices=Lifecycle,
        tones=LIFECYCLE_TONES,
        css="mc-sub",
        orderable=False,
        reads=("lifecycle",),
    )
    tags = TagsColumn(verbose_name=_("Tags"), empty_values=(), css="mc-hide-s", orderable=False)
    owner = OwnerColumn(
        verbose_name=_("Responsible"),
        needs=("owner__user",),
        accessor="owner__user",
        css="mc-hide-s",
        orderable=False,
        reads=("owner__user__first_name", "owner__user__last_name"),
    )
    year_total = tables.MoneyColumn(
        accessor="summary__year_total",
        needs=("summary",),
        css="mc-hide-s",
        beside="summary__year_total",
        reads=("summary__year_total",),
    )
    total = tables.MoneyColumn(
        verbose_name=_("Lifetime"),
        accessor="summary__total",
        needs=("summary",),
        css="mc-strong mc-r",
        beside="summary__total",
        reads=("summary__total",),
    )
    last_on = tables.DateColumn(
        verbose_name=_("Last gift"),
        accessor="summary__last_on",
        needs=("summary",),
        css="mc-r mc-r2",
        beside="summary__last_on",
        reads=("summary__last_on",),
    )
    language = LanguageColumn(verbose_name=_("Language"), css="mc-hide-s", orderable=False, reads=("language",))
    email = optional(_("E-mail"), "email")
    phone = optional(_("Phone"), "phone", PhoneColumn)
    address_line1 = optional(_("Address"), "address_line1")
    address_line2 = optional(_("Address, second line"), "address_line2")
    city = optional(_("City"), "city")
    province = optional(_("Province"), "province")
    postal_code = optional(_("Postal code"), "postal_code")
    country = optional(_("Country"), "country", CountryColumn)
    kind = optional(_("Kind"), "kind", tables.ChoiceColumn, choices=Kind)
    honorific = optional(_("Honorific"), "honorific")
    first_name = optional(_("First name"), "first_name")
    last_name = optional(_("Last name"), "last_name")
    organization_name = optional(_("Name of the organization"), "organization_name")
    job_title = optional(_("Job title"), "job_title")
    relationship = optional(_("Relationship"), "relationship", tables.ChoiceColumn, choices=Relationship)
    funnel_stage = optional(_("Stage"), "funnel_stage", tables.ChoiceColumn, choices=FunnelStage)
    priority = optional(_("Priority"), "priority", tables.ChoiceColumn, choices=Priority)
    receipt_preference = optional(
        _("Official receipts"), "receipt_preference", tables.ChoiceColumn, choices=ReceiptPreference
    )
    lead_source = optional(_("How they came to us"), "lead_source")
    estimated_value = optional(_("Estimated value"), "estimated_value", tables.MoneyColumn)
    gift_count = optional(_("Number of gifts"), "summary__gift_count", tables.NumberColumn)
    first_on = optional(_("First gift"), "summary__first_on", tables.DateColumn)
    last_amount = optional(_("Amount of the last gift"), "summary__last_amount", LastAmountColumn)
    largest_amount = optional(_("Largest gift"), "summary__largest_amount", tables.MoneyColumn)
    last_year_total = optional(_("Last year"), "summary__last_year_total", tables.MoneyColumn)
    engagement = tables.NumberColumn(
        verbose_name=_("Engagement"),
        accessor="summary__engagement",
        needs=("summary",),
        beside="summary__engagement",
        reads=("summary__engagement",),
        is_optional=True,
        css="mc-r",
    )
    trend = optional(_("Trend"), "summary__trend", tables.ChoiceColumn, choices=Trend, tones=TREND_TONES)
    visit_total = optional(_("Spent during visits"), "visit_total", tables.MoneyColumn)
    last_visit_at = optional(_("Last visit"), "last_visit_at", tables.MomentColumn)
    last_contact_at = optional(_("Last contact"), "last_contact_at", tables.MomentColumn)
    created_at = optional(_("Known since"), "created_at", tables.MomentColumn)
    latest_note = optional(_("Latest note"), "latest_note")
    external_id = optional(_("External number"), "external_id")

    def extra(self) -> dict:
        fields = fields_of(self.membership.organization)
        return {f"{PREFIX}{field.code}": CustomColumn(field) for field in fields}

    def optimise(self, queryset):
        queryset = super().optimise(queryset)
        return queryset.prefetch_related(TAGS) if "tags" in self.columns else queryset

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:contact_list")
        if "year_total" in self.columns:
            self.columns["year_total"].column.verbose_name = str(timezone.localdate().year)

    def header_of(self, name: str) -> str:
        return str(timezone.localdate().year) if name == "year_total" else super().header_of(name)


class ReadColumn(tables.Column):
    def cell(self, record: RecordView, name: str, table) -> str:
        return who(record.contact, f"{table.base_url}{record.contact_id}/")


class RecordViewTable(tables.CrmTable):
    """Who read whose record. The moment is that of the last reading of the day."""

    contact = ReadColumn(verbose_name=_("Contact"), needs=("contact",), orderable=False, unlabelled=True)
    membership = tables.Column(verbose_name=_("Read by"), needs=("membership__user",), orderable=False)
    last_at = tables.MomentColumn(verbose_name=_("Last time"), orderable=False)
    times = tables.NumberColumn(verbose_name=_("Times that day"), orderable=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:contact_list")


class FieldNameColumn(tables.Column):
    def cell(self, record: CustomField, name: str, table) -> str:
        other = record.label_en if record.label == record.label_fr else record.label_fr
        below = f'<br><span class="mc-small mc-quiet">{tables.escaped(other)}</span>' if other else ""
        return f'<a class="mc-name" href="{table.base_url}{record.pk}/edit/">{tables.escaped(record.label)}</a>{below}'


class ActsColumn(tables.Column):
    """Up, down, out of use: plain links to acts that ask once, so that they work by keyboard and without script."""

    ACTS = (("up", "arrow-up", _("Move up")), ("down", "arrow-down", _("Move down")))

    def cell(self, record: CustomField, name: str, table) -> str:
        csrf = get_token(table.request)
        parts = [
            f'<form method="post" action="{table.base_url}{record.pk}/{act}/"><input type="hidden" name="csrfmiddlewaretoken" '
            f'value="{csrf}"><button class="mc-iconbtn" type="submit" title="{label}" aria-label="{label}: '
            f'{tables.escaped(record.label)}">{icon(sign, 16)}</button></form>'
            for act, sign, label in self.ACTS
        ]
        act, word = (
            ("retire", pgettext_lazy("custom field", "Take out of use"))
            if record.is_active
            else ("reuse", _("Use again"))
        )
        parts.append(f'<a class="mc-small" href="{table.base_url}{record.pk}/{act}/">{word}</a>')
        return f'<div class="d-flex gap-2 align-items-center justify-content-end">{"".join(parts)}</div>'


class CustomFieldTable(tables.CrmTable):
    label_fr = FieldNameColumn(verbose_name=_("Name"), orderable=False, unlabelled=True)
    kind = tables.ChoiceColumn(verbose_name=_("Kind of field"), choices=CustomFieldKind, orderable=False)
    is_active = ActsColumn(verbose_name=_("Order and use"), orderable=False, unlabelled=True)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:custom_field_list")
