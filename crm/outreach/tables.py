"""The lists of messages and of templates."""

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.contacts.cells import who
from crm.core.web import tables
from crm.core.web.urls import org_url
from crm.outreach.choices import MAILING_TONES, Channel, LeftOut, MailingStatus, Purpose, RecipientState, Way
from crm.outreach.models import Communication, Mailing, MessageTemplate, Recipient, SuppressedAddress


class RecipientColumn(tables.Column):
    def cell(self, record: Communication, name: str, table) -> str:
        return who(record.contact, f"{table.contacts_url}{record.contact_id}/")

    def export(self, record: Communication, name: str):
        return record.contact.name


class SubjectColumn(tables.Column):
    def cell(self, record: Communication, name: str, table) -> str:
        subject = record.headline or _("(erased)")
        return format_html('<a href="{}{}/">{}</a>', table.messages_url, record.pk, subject)

    def export(self, record: Communication, name: str):
        return record.headline


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
    channel = tables.ChoiceColumn(verbose_name=gettext_lazy("Channel"), choices=Way, css="mc-hide-s", orderable=False)
    created_at = tables.MomentColumn(
        verbose_name=gettext_lazy("Written"), css="mc-hide-s", order_by=("created_at", "pk")
    )
    state = StateColumn(
        verbose_name=gettext_lazy("Status"),
        needs=("email", "text_message"),
        css="mc-r",
        empty_values=(),
        orderable=False,
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


class OpeningColumn(tables.Column):
    def cell(self, record: MessageTemplate, name: str, table) -> str:
        return tables.escaped(self.export(record, name))

    def export(self, record: MessageTemplate, name: str) -> str:
        return record.opening(name.removeprefix("subject_"))


class TemplateTable(tables.CrmTable):
    name = TemplateNameColumn(verbose_name=gettext_lazy("Template"), unlabelled=True, order_by=("name", "pk"))
    purpose = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Used for"), choices=Purpose, css="mc-hide-s", orderable=False
    )
    subject_fr = OpeningColumn(
        verbose_name=gettext_lazy("Subject in French"), css="mc-sub", empty_values=(), orderable=False
    )
    subject_en = OpeningColumn(
        verbose_name=gettext_lazy("Subject in English"), css="mc-hide-s", empty_values=(), orderable=False
    )
    is_active = tables.InUseColumn(verbose_name=gettext_lazy("Use"), css="mc-r", orderable=False)
    caption = gettext_lazy("Message templates")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.templates_url = org_url(self.membership, "outreach:template_list")
        self.may_change = self.membership.can("outreach.change")


class MailingColumn(tables.Column):
    def cell(self, record: Mailing, name: str, table) -> str:
        return format_html('<a class="mc-name" href="{}{}/">{}</a>', table.mailings_url, record.pk, record.title)

    def export(self, record: Mailing, name: str) -> str:
        return record.title


class MailingTable(tables.CrmTable):
    title = MailingColumn(verbose_name=gettext_lazy("Mailing"), unlabelled=True, order_by=("title", "pk"))
    audience = tables.Column(verbose_name=gettext_lazy("Audience"), css="mc-sub", orderable=False)
    channel = tables.ChoiceColumn(
        verbose_name=gettext_lazy("Channel"), choices=Channel, css="mc-hide-s", orderable=False
    )
    written = tables.NumberColumn(
        verbose_name=gettext_lazy("Written to"), css="mc-hide-s", orderable=False, empty_values=()
    )
    created_at = tables.MomentColumn(
        verbose_name=gettext_lazy("Created"), css="mc-hide-s", order_by=("created_at", "pk")
    )
    status = tables.ChoiceColumn(choices=MailingStatus, tones=MAILING_TONES, orderable=False, css="mc-r")
    caption = gettext_lazy("Mailings")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.mailings_url = org_url(self.membership, "outreach:mailing_list")


class FateColumn(tables.Column):
    """Why somebody got nothing, or what became of the message, with the words of the other side."""

    def cell(self, record: Recipient, name: str, table) -> str:
        if record.left_out:
            return tables.escaped(LeftOut(record.left_out).label)
        message = record.communication
        if _is_doubtful(record):
            return format_html('<span class="mc-pill is-warn">{}</span>', RecipientState.DOUBTFUL.label)
        said = message.why_failed if message.status == "failed" else ""
        pill = format_html('<span class="mc-pill {}">{}</span>', message.status_tone, message.status_label)
        return format_html('{} <span class="mc-small mc-quiet">{}</span>', pill, said[:160]) if said else pill

    def export(self, record: Recipient, name: str) -> str:
        if _is_doubtful(record):
            return str(RecipientState.DOUBTFUL.label)
        return str(LeftOut(record.left_out).label if record.left_out else record.communication.status_label)


def _is_doubtful(record: Recipient) -> bool:
    row = None if record.left_out else record.communication.outgoing
    return row is not None and row.status == row.Status.SENDING


class RecipientContactColumn(tables.Column):
    def cell(self, record: Recipient, name: str, table) -> str:
        return who(record.contact, f"{table.contacts_url}{record.contact_id}/")

    def export(self, record: Recipient, name: str) -> str:
        return record.contact.name


class RecipientMailingColumn(tables.Column):
    def cell(self, record: Recipient, name: str, table) -> str:
        if not table.membership.can("outreach.view", record.mailing):  # a colleague’s, to a donor of theirs
            return tables.escaped(record.mailing.title)
        return format_html('<a href="{}{}/">{}</a>', table.mailings_url, record.mailing_id, record.mailing.title)

    def export(self, record: Recipient, name: str) -> str:
        return record.mailing.title


class ReplyColumn(tables.Column):
    """An answer goes to a mailbox that Merci does not read: somebody says so here."""

    def cell(self, record: Recipient, name: str, table) -> str:
        if record.left_out:
            return ""
        if not table.may_run:
            return format_html('<span class="mc-pill is-ok">{}</span>', _("Answered")) if record.replied_at else ""
        words = _("Answered") if record.replied_at else _("Note an answer")
        return format_html('<a class="btn btn-sm" href="{}{}/reply/">{}</a>', table.recipients_url, record.pk, words)

    def export(self, record: Recipient, name: str):
        return record.replied_at


class RecipientTable(tables.CrmTable):
    contact = RecipientContactColumn(
        verbose_name=gettext_lazy("Contact"), needs=("contact",), unlabelled=True, orderable=False
    )
    mailing = RecipientMailingColumn(
        verbose_name=gettext_lazy("Mailing"), needs=("mailing",), css="mc-hide-s", orderable=False
    )
    fate = FateColumn(
        verbose_name=gettext_lazy("What became of it"),
        needs=("communication__email", "communication__text_message"),
        css="mc-sub",
        empty_values=(),
        orderable=False,
    )
    replied_at = ReplyColumn(verbose_name=gettext_lazy("Answer"), css="mc-r", empty_values=(), orderable=False)
    caption = gettext_lazy("People of a mailing")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.contacts_url = org_url(self.membership, "contacts:contact_list")
        self.mailings_url = org_url(self.membership, "outreach:mailing_list")
        self.recipients_url = org_url(self.membership, "outreach:recipient_list")
        self.may_run = self.membership.can("outreach.run")


class TrustColumn(tables.Column):
    def cell(self, record: SuppressedAddress, name: str, table) -> str:
        if not table.may_delete:
            return ""
        words = _("Write to it again")
        return format_html('<a class="btn btn-sm" href="{}{}/delete/">{}</a>', table.addresses_url, record.pk, words)

    def export(self, record: SuppressedAddress, name: str) -> str:
        return ""


class SaidColumn(tables.Column):
    def cell(self, record: SuppressedAddress, name: str, table) -> str:
        return tables.escaped(self.export(record, name))

    def export(self, record: SuppressedAddress, name: str) -> str:
        return _("Somebody marked a message as spam") if record.is_complaint else record.said


class SuppressedTable(tables.CrmTable):
    address = tables.Column(
        verbose_name=gettext_lazy("E-mail address"), css="mc-name", unlabelled=True, order_by=("address", "pk")
    )
    said = SaidColumn(
        verbose_name=gettext_lazy("What the mail server said"), css="mc-sub", orderable=False, empty_values=()
    )
    created_at = tables.MomentColumn(verbose_name=gettext_lazy("Since"), css="mc-hide-s", order_by=("created_at", "pk"))
    trust = TrustColumn(verbose_name="", css="mc-r", empty_values=(), orderable=False)
    caption = gettext_lazy("Addresses that do not work")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.addresses_url = org_url(self.membership, "outreach:suppressed_list")
        self.may_delete = self.membership.can("outreach.delete")
