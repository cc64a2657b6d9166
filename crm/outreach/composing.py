"""What a mailing says to each person: the template in their language, filled, with how to unsubscribe."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.contacts.households import greetings_for
from crm.contacts.models import Contact
from crm.core import mailer, texting
from crm.core.dates import format_date
from crm.core.models import OutgoingEmail, OutgoingText
from crm.core.money import ZERO, format_money
from crm.giving.models import GivingSummary
from crm.outreach import unsubscribing
from crm.outreach.choices import Channel, Purpose
from crm.outreach.merge import MissingValue
from crm.outreach.messages import Message, write
from crm.outreach.models import Mailing, MessageTemplate


def _gave(summary: GivingSummary | None, currency: str) -> dict[str, str]:
    """What is known of their gifts; empty texts where nothing is: a template that asks for them leaves these people out."""
    if summary is None or not summary.last_on:
        return {}
    said = {"amount": format_money(summary.last_amount, summary.last_currency), "date": format_date(summary.last_on)}
    found = {"last_gift": _("your gift of %(amount)s, received on %(date)s") % said}
    if summary.last_year_total > ZERO:
        found["last_year"] = format_money(summary.last_year_total, currency)
    return found


def compose(contacts: Iterable[Contact], *, template: MessageTemplate) -> tuple[list[Message], list[Contact]]:
    """One message each, and those for whom a field of the text has nothing to say. Contacts come with their summary.

    A text message ends with who writes, how to reach them and how to stop it (S.C. 2010, c. 23, s. 6(2)).
    """
    contacts = list(contacts)
    greetings = greetings_for(contacts)
    messages, blank = [], []
    for contact in contacts:
        with override(contact.language):
            values = {"first_name": contact.first_name, "name": contact.name}
            values |= _gave(getattr(contact, "summary", None), contact.organization.currency)
            try:
                said = write(
                    contact,
                    [],
                    purpose=Purpose.MAILING,
                    template=template,
                    greetings=greetings[contact.pk],
                    values=values,
                )
            except MissingValue:
                blank.append(contact)
            else:
                messages.append(_signed(said) if template.purpose == Purpose.TEXT else said)
    return messages, blank


def _signed(message: Message) -> Message:
    organization = message.contact.organization
    who = ", ".join(part for part in (organization.name, organization.email or organization.phone) if part)
    foot = _("%(who)s. Reply STOP to unsubscribe.") % {"who": who}
    return replace(message, body=f"{message.body.rstrip()}\n{foot}")


def _context(message: Message, organization, way_out: str) -> dict:
    return {
        "language": message.language,
        "site_url": settings.SITE_URL,
        "organization": organization,
        "subject": message.subject,
        "text": message.body,
        "way_out": way_out,
    }


def outgoing_of(message: Message, mailing: Mailing, *, batch: str) -> OutgoingEmail | OutgoingText:
    """The row that waits to leave by e-mail or as a text message. A contact of the latter comes with its ``number``."""
    if mailing.channel == Channel.EMAIL:
        return _email_of(message, mailing, batch=batch)
    return OutgoingText(
        organization=mailing.organization,
        key=key_of(message, mailing),
        batch=batch,
        recipient=message.contact.number,
        text=message.body,
    )


def key_of(message: Message, mailing: Mailing) -> str:
    return f"mailing:{mailing.pk}:{message.contact.pk}"


def _email_of(message: Message, mailing: Mailing, *, batch: str) -> OutgoingEmail:
    """The row that waits in the table of the mailer: who writes, their address, and the way out (S.C. 2010, c. 23, s. 6(2))."""
    organization, contact = mailing.organization, message.contact
    way_out = unsubscribing.address_of(contact.pk, mailing.pk, message.language)
    with override(message.language):
        subject, text, html = mailer.render("mailing", _context(message, organization, way_out))
    return OutgoingEmail(
        organization=organization,
        key=key_of(message, mailing),
        batch=batch,
        recipient=contact.email.lower(),
        language=message.language,
        subject=subject[:250],
        text=text,
        html=html,
        headers=_headers(organization, way_out),
    )


def send_test(message: Message, mailing: Mailing, *, to: str, nonce: str) -> OutgoingEmail | OutgoingText:
    """The same to oneself, with a word at its head that says so."""
    key = f"mailing-test:{mailing.pk}:{nonce}"
    if mailing.channel == Channel.SMS:
        with override(message.language):
            text = _("[Test] %(subject)s") % {"subject": message.body}
        return texting.send(key=key, to=to, text=text, organization=mailing.organization)
    with override(message.language):
        context = _context(message, mailing.organization, "")
        context["subject"] = _("[Test] %(subject)s") % {"subject": message.subject}
    return mailer.send(
        key=key,
        to=to,
        template="mailing",
        context=context,
        language=message.language,
        organization=mailing.organization,
    )


def _headers(organization, way_out: str) -> dict[str, str]:
    """Answers go to people; mail programs offer to unsubscribe in one click (RFC 8058)."""
    found = {"List-Unsubscribe": f"<{way_out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return {**found, "Reply-To": organization.email} if organization.email else found
