"""What receipts do when something happened below them."""

from crm.contacts.events import ContactAnonymized
from crm.receipts import services


def forget_names(event: ContactAnonymized) -> None:
    services.forget_names(contact_ids=event.contact_ids)
