"""Somebody stops e-mails by themselves: from the link in one of them, at their provider, or by calling one spam."""

from django.db import transaction
from django.utils.translation import gettext as _

from crm.contacts import services as contacts
from crm.contacts.choices import Channel, ConsentStatus
from crm.contacts.models import Consent, Contact
from crm.core.dates import today_in
from crm.outreach.models import Mailing


def unsubscribe(contact: Contact, mailing: Mailing | None) -> bool:
    """From the link in a message (:func:`withdraw`)."""
    return withdraw(contact, title=mailing.title if mailing else "")


def withdraw(contact: Contact, *, title: str, is_complaint: bool = False) -> bool:
    """No more e-mails (:func:`refuse`). ``title`` is what they were sent."""
    if is_complaint:
        source = _("Marked as spam: “%(mailing)s”") % {"mailing": title}
    else:
        source = _("Unsubscribed from “%(mailing)s”") % {"mailing": title} if title else _("Unsubscribed")
    return refuse(contact, channel=Channel.EMAIL, source=source)


@transaction.atomic
def refuse(contact: Contact, *, channel: str, source: str) -> bool:
    """Withdraw their consent to this channel, at once (the law gives ten business days: S.C. 2010, c. 23, s. 11(3)); returns
    whether it was not withdrawn already. Told twice, it is recorded once. Nothing more is kept of somebody who was forgotten.
    """
    held = (
        Contact.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=contact.pk)
    )
    known = Consent.objects.filter(contact=held, channel=channel).first()
    if held.anonymized_at or (known and known.status == ConsentStatus.WITHDRAWN):
        return False
    contacts.record_consent(
        held,
        channel=channel,
        status=ConsentStatus.WITHDRAWN,
        given_on=today_in(held.organization.timezone),
        source=source[:120],
        by=None,
    )
    return True
