"""The contacts list."""

from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import LIFECYCLE_TONES, Lifecycle
from crm.contacts.models import Contact
from crm.core.text import initials
from crm.core.web import tables
from crm.core.web.urls import org_url


def who(contact: Contact, url: str, detail: str = "") -> str:
    """Avatar, name as a link, one quiet line under it: how a contact looks in every list."""
    shape = "mc-org" if contact.is_organization else f"a-{contact.pk % 5}"
    return format_html(
        '<div class="mc-who"><span class="avatar avatar-sm {}" aria-hidden="true">{}</span>'
        '<span><a class="mc-name" href="{}">{}</a>{}</span></div>',
        shape,
        initials(contact.name),
        url,
        contact.name,
        format_html('<br><span class="mc-small mc-quiet">{}</span>', detail) if detail else "",
    )


class NameColumn(tables.Column):
    """Built by hand rather than ``reverse`` for each row: the address differs only by its number."""

    def cell(self, record: Contact, name: str, table) -> str:
        return who(record, f"{table.base_url}{record.pk}/", ", ".join(filter(None, (record.city, record.province))))


class OwnerColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return conditional_escape(record.owner.user.get_full_name()) if record.owner_id else "–"


class LanguageColumn(tables.Column):
    def cell(self, record: Contact, name: str, table) -> str:
        return record.language.upper()


class ContactTable(tables.CrmTable):
    name = NameColumn(verbose_name=_("Name"), order_by=("sort_name", "pk"), unlabelled=True)
    lifecycle = tables.ChoiceColumn(
        verbose_name=_("Status"), choices=Lifecycle, tones=LIFECYCLE_TONES, css="mc-sub", orderable=False
    )
    owner = OwnerColumn(
        verbose_name=_("Responsible"), needs=("owner__user",), accessor="owner__user", css="mc-hide-s", orderable=False
    )
    year_total = tables.MoneyColumn(
        accessor="summary__year_total", needs=("summary",), css="mc-hide-s", order_by=("summary__year_total", "pk")
    )
    total = tables.MoneyColumn(
        verbose_name=_("Lifetime"),
        accessor="summary__total",
        needs=("summary",),
        css="mc-strong mc-r",
        order_by=("summary__total", "pk"),
    )
    last_on = tables.DateColumn(
        verbose_name=_("Last gift"),
        accessor="summary__last_on",
        needs=("summary",),
        css="mc-r mc-r2",
        order_by=("summary__last_on", "pk"),
    )
    language = LanguageColumn(verbose_name=_("Language"), css="mc-hide-s", orderable=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.base_url = org_url(self.membership, "contacts:contact_list")
        self.columns["year_total"].column.verbose_name = str(timezone.localdate().year)
