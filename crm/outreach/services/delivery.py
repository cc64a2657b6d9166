"""What follows from what a mail server or a provider says of a message to a donor."""

from django.db import transaction

from crm.contacts import services as contacts
from crm.core.models import OutgoingEmail
from crm.outreach.models import Communication, SuppressedAddress
from crm.outreach.services.unsubscribing import withdraw


def _written(email_id: int) -> Communication | None:
    """The message to a donor that this e-mail carried; nothing for one to a colleague."""
    rows = Communication.objects.select_related("email", "contact__organization", "contact__merged_into")
    return rows.filter(email=email_id).first()


@transaction.atomic
def suppress_address(*, email_id: int, said: str) -> bool:
    """Its address does not work: nobody here writes to it any more; returns whether that is new."""
    message = _written(email_id)
    if message is None or not message.email.recipient:
        return False
    return _suppress(message.email, said=said)


@transaction.atomic
def stop_writing(*, email_id: int, is_complaint: bool) -> bool:
    """Somebody called it spam, or unsubscribed at the provider: their consent to e-mails is withdrawn, once. After a complaint
    nobody writes to that address any more, whoever shares it. Returns whether consent was withdrawn now.
    """
    message = _written(email_id)
    if message is None:
        return False
    if is_complaint and message.email.recipient:
        _suppress(message.email, is_complaint=True)
    return withdraw(contacts.living(message.contact), title=message.subject, is_complaint=is_complaint)


def _suppress(email: OutgoingEmail, **why) -> bool:
    _row, created = SuppressedAddress.objects.get_or_create(
        organization_id=email.organization_id, address=email.recipient.lower(), defaults=why
    )
    return created
