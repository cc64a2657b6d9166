"""The address at which somebody stops e-mails for good: signed by the installation, for one person, without an end."""

from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from crm.contacts.models import Contact
from crm.outreach.models import Mailing

SALT = "crm.outreach.unsubscribing"


class WayOut(NamedTuple):
    contact: Contact
    mailing: Mailing | None  # of the message; nothing once it is gone


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def address_of(contact_id: int, mailing_id: int, language: str) -> str:
    """An absolute address. It holds numbers and a signature, nothing that says who it is for."""
    token = _signer().sign(f"{contact_id}-{mailing_id}")
    with override(language):
        return settings.SITE_URL + reverse("unsubscribe:email", kwargs={"token": token})


def way_out_behind(token: str) -> WayOut | None:
    """Whose address this is, whom they were merged into since included; nothing for one that was not made here."""
    try:
        contact_id, _dash, mailing_id = _signer().unsign(token).partition("-")
    except signing.BadSignature:
        return None
    rows = Contact.objects.select_related("organization", "merged_into__organization")
    contact = rows.filter(pk=contact_id).first()
    while contact is not None and contact.merged_into is not None:
        contact = contact.merged_into
    return contact and WayOut(contact, Mailing.objects.filter(pk=mailing_id).first())
