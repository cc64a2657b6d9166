"""What tasks do when something happened below them."""

from crm.contacts.events import ContactAnonymized
from crm.tasks import erasing


def forget_tasks(event: ContactAnonymized) -> None:
    erasing.erase_tasks(contact_ids=event.contact_ids)
