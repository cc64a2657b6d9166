"""What a mailing would say, shown with a real person in each language before anything leaves (K-02)."""

from dataclasses import dataclass

from crm.accounts.choices import Language
from crm.contacts.models import Contact
from crm.core import texting
from crm.outreach import composing
from crm.outreach.choices import Channel
from crm.outreach.messages import Message
from crm.outreach.models import Mailing


@dataclass(frozen=True)
class Sample:
    """``message`` is nothing where a field of the text has nothing to say for this person; ``parts``: in how many a text
    message travels.
    """

    language: str
    label: object
    message: Message | None
    parts: int = 0


def samples_of(mailing: Mailing, contact: Contact | None) -> list[Sample]:
    """As if this person read each of the languages; nothing where nobody would get it."""
    if contact is None:
        return []
    own, contact.organization = contact.language, mailing.organization
    found = []
    for code, label in Language.choices:
        contact.language = code
        messages, _blank = composing.compose([contact], template=mailing.template)
        said = messages[0] if messages else None
        parts = texting.parts_of(said.body) if said and mailing.channel == Channel.SMS else 0
        found.append(Sample(code, label, said, parts))
    contact.language = own
    return sorted(found, key=lambda sample: sample.language != own)
