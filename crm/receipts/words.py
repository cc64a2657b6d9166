"""What is written with a receipt that leaves by e-mail: in the language of the receipt."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.contacts import services as contacts
from crm.contacts.households import greetings_for
from crm.core.dates import format_date
from crm.core.money import format_money
from crm.outreach.choices import Purpose
from crm.outreach.messages import Message, write
from crm.outreach.models import MessageTemplate
from crm.receipts import links
from crm.receipts.models import Receipt


def own_words(organization_id: int) -> MessageTemplate | None:
    """The organization's template for receipts, where it has one in use; else Merci's usual words."""
    rows = MessageTemplate.objects.filter(organization_id=organization_id, purpose=Purpose.RECEIPT)
    return rows.active().order_by("name", "pk").first()


def compose(receipts: Iterable[Receipt], *, template: MessageTemplate | None) -> list[Message]:
    """One message a receipt. Raises :class:`~crm.outreach.merge.MissingValue` for a field that has nothing to say."""
    receipts = list(receipts)
    donors = {receipt.pk: contacts.living(receipt.contact) for receipt in receipts}
    greetings: dict[str, dict] = {}
    messages = []
    for receipt in receipts:
        contact, language = donors[receipt.pk], receipt.language
        contact.organization = receipt.organization
        with override(language):
            if language not in greetings:
                greetings[language] = greetings_for(donors.values(), language)
            values = {
                "number": receipt.number,
                "amount": said_worth(receipt),
                "gifts": said_gifts(receipt),
            }
            message = write(
                contact, [receipt], purpose=Purpose.RECEIPT, template=template,
                greetings=greetings[language][contact.pk], values=values,
            )  # fmt: skip
            messages.append(_with_link(message) if receipt.organization.receipt_by_link else message)
    return messages


def _with_link(message: Message) -> Message:
    """Where to get the file, under words of whatever template: the link itself is put in as the mail leaves."""
    line = _("Open or download the receipt here: %(link)s") % {"link": links.place(message.language)}
    return replace(message, body=f"{message.body}\n\n{line}")


def said_worth(receipt: Receipt) -> str:
    """The eligible amount; nobody’s but the donor’s business where the receipt must not say what property is worth."""
    said = receipt.said
    return format_money(said.eligible, said.currency) if said.tells_value else _("for you to determine")


def said_gifts(receipt: Receipt) -> str:
    """What it is for, as its own words say: a year, or a day. In the active language."""
    said = receipt.said
    if said.gift_year:
        return _("your gifts of %(year)s") % {"year": said.gift_year}
    return _("your gift of %(day)s") % {"day": format_date(said.gift_date)}
