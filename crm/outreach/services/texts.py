"""Text messages to one contact, where Twilio is set up (K-04)."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.contacts import services as contacts
from crm.contacts.choices import Channel
from crm.contacts.models import Contact
from crm.core import mailer, texting
from crm.core.errors import DomainError
from crm.core.models import OutgoingText
from crm.outreach.choices import LeftOut, Way
from crm.outreach.models import Communication
from crm.outreach.services.personal import keep, reason_of
from crm.outreach.services.unsubscribing import refuse

KEY = "text"


def numbers_of(contact: Contact) -> list[str]:
    """The phone numbers that may take a text message, the first one first: whole ones, without an extension."""
    further = contact.points.filter(kind="phone").order_by("pk").values_list("value", flat=True)
    return [one for one in dict.fromkeys([contact.phone, *further]) if one.startswith("+") and one[1:].isdigit()]


def why_no_text(contact: Contact) -> str:
    """Why nobody may text this contact; nothing where one may. Like an e-mail of one's own (:func:`why_not`)."""
    why = reason_of(contact, Way.SMS)
    if why not in ("", LeftOut.ADDRESS, LeftOut.CONSENT):
        return str(LeftOut(why).label)
    return "" if numbers_of(contact) else _("No phone number that takes text messages")


@transaction.atomic
def write_text(contact: Contact, *, to: str, body: str, nonce: str, by) -> Communication:
    """Send one text message to one of the contact's own numbers, once for each ``nonce``. Timeline; last contact.

    Raises :class:`DomainError` where this contact, or this number, may not be written to.
    """
    contact = contacts.hold(contact)
    if refused := why_no_text(contact):
        raise DomainError(refused)
    if not texting.is_ready():
        raise DomainError(_("Text messages are not set up here."))
    if to not in numbers_of(contact):
        raise DomainError(_("This is no longer a number of this contact."), field="to")
    body = body.strip()
    if len(body) > texting.MOST:
        said = _("A text message holds %(count)s characters at most.") % {"count": texting.MOST}
        raise DomainError(said, field="body")
    text = texting.send(key=f"{KEY}:{by.pk}:{contact.pk}:{nonce}", to=to, text=body, organization=contact.organization)
    already = Communication.objects.filter(text_message=text).first()
    if already is not None:  # a second click
        return already
    return keep(contact, channel=Way.SMS, body=body, text_message=text, by=by)


@texting.checked_on_leaving(KEY)
def check_text(text: OutgoingText) -> None:
    """Whoever died or said no since it was written is not written to after all."""
    rows = Contact.objects.select_related("organization", "merged_into__organization")
    contact = rows.get(communications__text_message=text)
    if refused := why_no_text(contacts.living(contact)):
        raise mailer.NoLongerTrue(refused)


def stop_texts(*, text_id: int) -> bool:
    """They answered STOP: their consent to text messages is withdrawn, once; returns whether it was now."""
    rows = Communication.objects.select_related("contact__organization", "contact__merged_into")
    message = rows.filter(text_message=text_id).first()
    if message is None:
        return False
    contact = contacts.living(message.contact)
    with override(contact.language):  # like what they would have told us
        return refuse(contact, channel=Channel.SMS, source=_("Answered STOP to a text message"))
