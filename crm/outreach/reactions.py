"""What outreach does when something happened below it."""

from crm.contacts.events import ContactAnonymized
from crm.outreach import services


def forget_messages(event: ContactAnonymized) -> None:
    services.forget_messages(contact_ids=event.contact_ids)
