"""What a mailing would say, shown with a real person in each language before anything leaves (K-02)."""

from dataclasses import dataclass

from crm.accounts.choices import Language
from crm.contacts.models import Contact
from crm.outreach import composing
from crm.outreach.messages import Message
from crm.outreach.models import Mailing


@dataclass(frozen=True)
class Sample:
    """``message`` is nothing where a field of the text has nothing to say for this person."""

    language: str
    label: object
    message: Message | None


def samples_of(mailing: Mailing, contact: Contact | None) -> list[Sample]:
    """As if this person read each of the languages; nothing where nobody would get it."""
    if contact is None:
        return []
    own, contact.organization = contact.language, mailing.organization
    found = []
    for code, label in Language.choices:
        contact.language = code
        messages, _blank = composing.compose([contact], template=mailing.template)
        found.append(Sample(code, label, messages[0] if messages else None))
    contact.language = own
    return sorted(found, key=lambda sample: sample.language != own)
