"""What giving does when something happened below it."""

from crm.accounts.models import Organization
from crm.contacts.events import ContactAnonymized, ContactsMerged, ContactsUnmerged
from crm.core.dates import today_in
from crm.giving import services, summaries


def forget_words(event: ContactAnonymized) -> None:
    services.forget_words(contact_ids=event.contact_ids)
    services.forget_pledge_words(contact_ids=event.contact_ids)
    services.forget_payment_methods(contact_ids=event.contact_ids)
    services.forget_tributes(contact_ids=event.contact_ids)


def recount_merged(event: ContactsMerged | ContactsUnmerged) -> None:
    """Gifts changed hands: the totals and the giving status of both contacts, in the same transaction."""
    organization = Organization.objects.get(pk=event.organization_id)
    summaries.refresh([event.contact_id, event.absorbed_id], on=today_in(organization.timezone))
