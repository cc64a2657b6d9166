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


@transaction.atomic
def withdraw(contact: Contact, *, title: str, is_complaint: bool = False) -> bool:
    """Withdraw their consent to e-mails, at once (the law gives ten business days: S.C. 2010, c. 23, s. 11(3)); returns whether
    it was not withdrawn already. Told twice, it is recorded once. Nothing more is kept of somebody who was forgotten.
    ``title`` is what they were sent.
    """
    held = (
        Contact.objects.select_for_update(of=("self",), no_key=True).select_related("organization").get(pk=contact.pk)
    )
    known = Consent.objects.filter(contact=held, channel=Channel.EMAIL).first()
    if held.anonymized_at or (known and known.status == ConsentStatus.WITHDRAWN):
        return False
    if is_complaint:
        source = _("Marked as spam: “%(mailing)s”") % {"mailing": title}
    else:
        source = _("Unsubscribed from “%(mailing)s”") % {"mailing": title} if title else _("Unsubscribed")
    contacts.record_consent(
        held,
        channel=Channel.EMAIL,
        status=ConsentStatus.WITHDRAWN,
        given_on=today_in(held.organization.timezone),
        source=source[:120],
        by=None,
    )
    return True
