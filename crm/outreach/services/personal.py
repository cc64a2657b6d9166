"""What passes between one contact and one colleague: an e-mail of their own, an exchange that is written down (K-01)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core import mailer
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.models import OutgoingEmail
from crm.outreach import mailings, usual
from crm.outreach.choices import LeftOut, Purpose, Way
from crm.outreach.models import Communication

KEY = "personal"
RELATIONS = ["organization", "contact", "sent_by", "email", "text_message", "template"]  # known to exist
TOLD = 120  # characters of a text message on the timeline: it has no subject


def why_not(contact: Contact) -> str:
    """Why nobody may e-mail this contact; nothing where one may. A message from one person to another asks for no consent, and
    stops where consent was withdrawn.
    """
    why = reason_of(contact, Way.EMAIL)
    return "" if why in ("", LeftOut.CONSENT) else str(LeftOut(why).label)


def reason_of(contact: Contact, way: str) -> str:
    """The first :class:`LeftOut` that holds for this contact, as it would in a mailing; nothing where none does."""
    today = today_in(contact.organization.timezone)
    rows = mailings.with_reasons(Contact.objects.filter(pk=contact.pk), way, today=today)
    return rows.values_list("why", flat=True).get()


@transaction.atomic
def write_email(contact: Contact, *, subject: str, body: str, nonce: str, by) -> Communication:
    """Send one e-mail, as it was typed, once for each ``nonce``; answers go to whoever wrote it. Timeline; last contact.

    Raises :class:`DomainError` where this contact may not be written to.
    """
    contact = contacts.hold(contact)
    if refused := why_not(contact):
        raise DomainError(refused)
    if place := usual.left_to_tell(body):
        raise DomainError(_("The text still says “%(place)s”: write it first.") % {"place": place}, field="body")
    email = mailer.send(
        key=f"{KEY}:{by.pk}:{nonce}",
        to=contact.email,
        template="message",
        context={"subject": subject, "text": body},
        language=contact.language,
        organization=contact.organization,
        headers={"Reply-To": by.user.email},
    )
    return keep(contact, channel=Way.EMAIL, subject=subject, body=body, email=email, by=by)


@mailer.checked_on_leaving(KEY)
def check_once_more(email: OutgoingEmail) -> None:
    """Whoever died or said no since it was written is not written to after all."""
    contact = Contact.objects.select_related("organization", "merged_into__organization").get(
        communications__email=email
    )
    if refused := why_not(contacts.living(contact)):
        raise mailer.NoLongerTrue(refused)


@transaction.atomic
def write_down(
    contact: Contact, *, channel: str, direction: str, happened_on: date, subject: str, body: str, by
) -> Communication:
    """Keep an exchange that took place: timeline; last contact. Raises :class:`DomainError` for a day to come, or no words."""
    contact = contacts.hold(contact)
    row = _blank(contact, by=by)
    _fill(row, channel=channel, direction=direction, happened_on=happened_on, subject=subject, body=body)
    row.save()
    _tell(row, by=by)
    return row


@transaction.atomic
def correct_exchange(
    row: Communication, *, channel: str, direction: str, happened_on: date, subject: str, body: str, by
) -> Communication:
    """Only what somebody wrote down is corrected: what was sent is what was sent."""
    row = _written_down(row)
    before = audit.state(row)
    _fill(row, channel=channel, direction=direction, happened_on=happened_on, subject=subject, body=body)
    row.save()
    audit.updated(row, before=before, by=by)
    return row


@transaction.atomic
def delete_exchange(row: Communication, *, by) -> Communication:
    """Take away what somebody wrote down by mistake; the timeline says that it is gone."""
    row = _written_down(row)
    contacts.forget_subject(row.contact, row)
    audit.deleted(row, by=by)
    row.delete()
    return row


def _written_down(row: Communication) -> Communication:
    rows = (
        Communication.objects.written_down().select_for_update(of=("self",)).select_related("contact", "organization")
    )
    held = rows.filter(pk=row.pk).first()
    if held is None:
        raise DomainError(_("What was sent cannot be changed."), code="sent")
    return held


def _fill(row: Communication, **fields) -> None:
    fields |= {"subject": fields["subject"].strip(), "body": fields["body"].strip()}
    if not (fields["subject"] or fields["body"]):
        raise DomainError(_("Write something first."), field="body")
    if fields["happened_on"] > today_in(row.organization.timezone):
        raise DomainError(_("This day is still to come: plan a task instead."), field="happened_on")
    for name, value in fields.items():
        setattr(row, name, value)
    validated(row, exclude=RELATIONS)


def keep(contact: Contact, *, by, **fields) -> Communication:
    """What was just handed over to leave, beside the contact: timeline; last contact."""
    message = _blank(contact, by=by)
    for name, value in fields.items():
        setattr(message, name, value)
    validated(message, exclude=RELATIONS)
    message.save()
    _tell(message, by=by)
    return message


def _blank(contact: Contact, *, by) -> Communication:
    return Communication(
        organization=contact.organization,
        contact=contact,
        purpose=Purpose.PERSONAL,
        language=contact.language,
        sent_by=by,
    )


def _tell(row: Communication, *, by) -> None:
    """On the timeline; and the conversation went on."""
    contacts.log(
        row.contact,
        "communication.sent" if row.email_id else "communication.noted",
        subject=row,
        by=by,
        channel=row.channel,
        direction=row.direction,
        title=row.body[:TOLD] if row.text_message_id else row.subject,
        on=row.happened_on.isoformat() if row.happened_on else "",
    )
    contacts.touch(row.contact)
