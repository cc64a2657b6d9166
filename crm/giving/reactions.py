"""What giving does when something happened below it."""

from crm.contacts.events import ContactAnonymized
from crm.giving import services


def forget_words(event: ContactAnonymized) -> None:
    services.forget_words(contact_ids=event.contact_ids)
