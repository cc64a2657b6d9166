"""Contacts in the search box of every page."""

from crm.contacts.models import Contact
from crm.contacts.queries import find_contacts
from crm.core.finder import Hit
from crm.core.web.urls import org_url


def hit(contact: Contact) -> Hit:
    detail = " · ".join(part for part in (contact.city, contact.email) if part)
    return Hit(
        name=contact.name,
        url=org_url(contact, "contacts:contact_detail", pk=contact.pk),
        detail=detail,
        pk=contact.pk,
        is_organization=contact.is_organization,
    )


def find(membership, text: str, limit: int) -> list[Hit]:
    return [hit(contact) for contact in find_contacts(membership, text, limit=limit)]
