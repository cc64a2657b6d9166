"""What outreach does when something happened below it."""

from crm.contacts.events import ContactAnonymized
from crm.core.mail_events import MailComplained, MailUnsubscribed
from crm.core.mailer import MailReturned
from crm.core.texting import TextStopped
from crm.outreach import services


def forget_messages(event: ContactAnonymized) -> None:
    services.forget_messages(contact_ids=event.contact_ids)


def suppress_address(event: MailReturned) -> None:
    services.suppress_address(email_id=event.email_id, said=event.said)


def withdraw_after_complaint(event: MailComplained) -> None:
    services.stop_writing(email_id=event.email_id, is_complaint=True)


def withdraw_consent(event: MailUnsubscribed) -> None:
    services.stop_writing(email_id=event.email_id, is_complaint=False)


def stop_texts(event: TextStopped) -> None:
    services.stop_texts(text_id=event.text_id)
