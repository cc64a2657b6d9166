"""What all that is written shares: a message to one contact, in their language, from words with fields. Public."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list
from django.utils.translation import get_language

from crm.contacts.addresses import envelope_lines
from crm.contacts.households import Greetings
from crm.contacts.models import Contact
from crm.outreach import merge, usual
from crm.outreach.models import MessageTemplate


@dataclass(frozen=True)
class Message:
    """``rows`` are what it answers: thank-yous, the news for one person, a receipt."""

    contact: Contact
    purpose: str
    rows: list
    language: str
    subject: str
    body: str
    addressee: str


def write(
    contact: Contact, rows: list, *, purpose: str, template: MessageTemplate | None, greetings: Greetings,
    values: Mapping[str, str],
) -> Message:  # fmt: skip
    """Fill the words of this purpose for ``contact``, in the language that is active.

    Raises :class:`~crm.outreach.merge.MissingValue` for a field that has nothing to say.
    """
    organization, language = contact.organization, (get_language() or "fr")[:2]
    signatory = [organization.signatory_name, getattr(organization, f"signatory_title_{language}")]
    values = {
        "greeting": greetings.formal,
        "organization": organization.name,
        "signatory": "\n".join(part for part in signatory if part) or organization.name,
        **values,
    }
    words = words_of(template, purpose, language)
    return Message(
        contact=contact,
        purpose=purpose,
        rows=rows,
        language=language,
        subject=merge.fill(words.subject, values),
        body=merge.fill(words.body, values),
        addressee="\n".join([greetings.addressee, *envelope_lines(contact, language, home=organization.country)]),
    )


def words_of(template: MessageTemplate | None, purpose: str, language: str) -> usual.Words:
    if template is None:
        return usual.WORDS[purpose][language]
    return usual.Words(getattr(template, f"subject_{language}"), getattr(template, f"body_{language}"))


def listed_in_words(parts: list[str]) -> str:
    return format_list(parts, locale=f"{(get_language() or 'fr')[:2]}_CA")


def in_order(messages: list[Message]) -> list[Message]:
    """As the envelopes come: by language, then by name."""
    return sorted(messages, key=lambda one: (one.language, one.contact.sort_name, one.contact.pk))
