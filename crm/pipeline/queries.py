"""Reads about opportunities that no single queryset method says."""

from crm.contacts.models import Contact
from crm.pipeline.models import Opportunity


def count_open(contact: Contact, membership) -> int:
    return Opportunity.objects.visible_to(membership).filter(contact=contact).open().count()
