"""What the pipeline does when something happened below it."""

from crm.contacts.events import ContactAnonymized
from crm.pipeline import services


def forget_opportunities(event: ContactAnonymized) -> None:
    services.erase_opportunities(contact_ids=event.contact_ids)
