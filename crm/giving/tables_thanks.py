"""The queue of thank-yous."""

from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.contacts.cells import who
from crm.core.dates import format_date
from crm.core.money import format_money
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.giving.choices import THANKS_TONES, ThankedHow, ThanksStatus
from crm.giving.models import Thanks
from crm.giving.thanks import TARGET, is_first


class ThankedDonorColumn(tables.Column):
    def cell(self, record: Thanks, name: str, table) -> str:
        contact = record.gift.contact
        return who(contact, f"{table.contacts_url}{contact.pk}/")

    def export(self, record: Thanks, name: str):
        return record.gift.contact.name


class ThankedGiftColumn(tables.Column):
    css = "is-num mc-num"

    def cell(self, record: Thanks, name: str, table) -> str:
        gift = record.gift
        amount = conditional_escape(format_money(gift.amount, gift.currency))
        return f'<a class="mc-strong" href="{table.gifts_url}{gift.pk}/">{amount}</a>'

    def export(self, record: Thanks, name: str):
        return record.gift.amount


class WaitingColumn(tables.Column):
    """How long it has waited, or how and when it was done; and whether it is the first gift of its donor."""

    def cell(self, record: Thanks, name: str, table) -> str:
        waited = self.waited(record, table)
        if not record.is_first_gift:
            return waited
        return format_html('{} <span class="mc-pill is-brand">{}</span>', waited, _("First gift"))

    def waited(self, record: Thanks, table) -> SafeString:
        if record.status != ThanksStatus.DUE:
            how = dict(ThankedHow.choices).get(record.how, "")
            return escape(f"{how} {format_date(record.thanked_at, short=True)}".strip())
        waited = table.now - record.created_at
        if waited.days < 1:
            return escape(_("Since today"))
        said = ngettext("%(count)d day", "%(count)d days", waited.days) % {"count": waited.days}
        return format_html('<span class="mc-pill {}">{}</span>', "is-warn" if waited > TARGET else "", said)

    def export(self, record: Thanks, name: str):
        return record.created_at


class ThanksTable(tables.CrmTable):
    reads = (
        "organization", "status", "how", "thanked_at", "created_at", "gift__amount", "gift__currency", "gift__received_on",
        "gift__contact__name", "gift__contact__kind", "gift__contact__language",
    )  # fmt: skip
    donor = ThankedDonorColumn(
        verbose_name=gettext_lazy("Donor"), needs=("gift__contact",), unlabelled=True, empty_values=(), orderable=False
    )
    gift = ThankedGiftColumn(
        verbose_name=gettext_lazy("Gift"), css="mc-r", empty_values=(), order_by=("gift__amount", "pk")
    )
    received_on = tables.DateColumn(
        verbose_name=gettext_lazy("Received"), accessor="gift__received_on", css="mc-hide-s", orderable=False
    )
    language = tables.Column(
        verbose_name=gettext_lazy("Language"), accessor="gift__contact__get_language_display", css="mc-hide-s",
        orderable=False,
    )  # fmt: skip
    status = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Status"), choices=ThanksStatus, tones=THANKS_TONES, css="mc-r mc-r2", orderable=False
    )
    waiting = WaitingColumn(
        verbose_name=gettext_lazy("Waiting"), css="mc-sub", empty_values=(), order_by=("created_at", "pk")
    )
    caption = gettext_lazy("Thank-yous")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.gifts_url = org_url(self.membership, "giving:gift_list")
        self.now = timezone.now()

    def gather(self, records: list[Thanks]) -> None:
        """For whom it is the first gift: one question for the whole page."""
        firsts = set(
            Thanks.objects.filter(pk__in=[record.pk for record in records])
            .filter(is_first())
            .values_list("pk", flat=True)
        )
        for record in records:
            record.is_first_gift = record.pk in firsts
