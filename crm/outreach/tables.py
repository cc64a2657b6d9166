"""The lists of messages and of templates."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.cells import who
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.outreach.choices import Channel, Purpose
from crm.outreach.models import Communication, MessageTemplate


class RecipientColumn(tables.Column):
    def cell(self, record: Communication, name: str, table) -> str:
        return who(record.contact, f"{table.contacts_url}{record.contact_id}/")

    def export(self, record: Communication, name: str):
        return record.contact.name


class SubjectColumn(tables.Column):
    def cell(self, record: Communication, name: str, table) -> str:
        subject = record.subject or _("(erased)")
        return format_html('<a href="{}{}/">{}</a>', table.messages_url, record.pk, subject)

    def export(self, record: Communication, name: str):
        return record.subject


class StateColumn(tables.Column):
    def cell(self, record: Communication, name: str, table) -> str:
        return format_html('<span class="mc-pill {}">{}</span>', record.status_tone, record.status_label)

    def export(self, record: Communication, name: str):
        return str(record.status_label)


class CommunicationTable(tables.CrmTable):
    contact = RecipientColumn(
        verbose_name=gettext_lazy("Contact"), needs=("contact",), unlabelled=True, orderable=False
    )
    subject = SubjectColumn(verbose_name=gettext_lazy("Subject"), css="mc-sub", orderable=False)
    channel = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Channel"), choices=Channel, css="mc-hide-s", orderable=False
    )
    created_at = tables.MomentColumn(
        verbose_name=gettext_lazy("Written"), css="mc-hide-s", order_by=("created_at", "pk")
    )
    state = StateColumn(
        verbose_name=gettext_lazy("Status"), needs=("email",), css="mc-r", empty_values=(), orderable=False
    )
    caption = gettext_lazy("Communications")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.messages_url = org_url(self.membership, "outreach:communication_list")


class TemplateNameColumn(tables.Column):
    def cell(self, record: MessageTemplate, name: str, table) -> str:
        if not table.may_change:
            return format_html('<span class="mc-name">{}</span>', record.name)
        return format_html('<a class="mc-name" href="{}{}/edit/">{}</a>', table.templates_url, record.pk, record.name)

    def export(self, record: MessageTemplate, name: str):
        return record.name


class TemplateTable(tables.CrmTable):
    name = TemplateNameColumn(verbose_name=gettext_lazy("Template"), unlabelled=True, order_by=("name", "pk"))
    purpose = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Used for"), choices=Purpose, css="mc-hide-s", orderable=False
    )
    subject_fr = tables.Column(verbose_name=gettext_lazy("Subject in French"), css="mc-sub", orderable=False)
    subject_en = tables.Column(verbose_name=gettext_lazy("Subject in English"), css="mc-hide-s", orderable=False)
    is_active = tables.InUseColumn(verbose_name=gettext_lazy("Use"), css="mc-r", orderable=False)
    caption = gettext_lazy("Message templates")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.templates_url = org_url(self.membership, "outreach:template_list")
        self.may_change = self.membership.can("outreach.change")
