"""What a family reads: who gave in memory or in honour of somebody, and never how much (F-12)."""

from collections.abc import Iterable

from django.utils.translation import ngettext, override

from crm.contacts.households import greetings_for
from crm.giving import tributes
from crm.giving.models import Gift
from crm.giving.tributes import Waiting
from crm.outreach.choices import Purpose
from crm.outreach.messages import Message, in_order, write
from crm.outreach.models import MessageTemplate


def is_unnamed(gift: Gift) -> bool:
    """The donor asked not to be named, or must be forgotten."""
    return gift.is_anonymous or gift.contact.anonymized_at is not None


def said_donors(gifts: list[Gift], names: dict[int, str]) -> str:
    """One donor a line, each once, in the order of their gifts; those who are not named are counted."""
    named = dict.fromkeys(names[gift.contact_id] for gift in gifts if not is_unnamed(gift))
    lines = list(named)
    if unnamed := len({gift.contact_id for gift in gifts if is_unnamed(gift)}):
        words = ngettext(
            "%(count)d person who does not wish to be named", "%(count)d people who do not wish to be named", unnamed
        )
        lines.append(words % {"count": unnamed})
    return "\n".join(lines)


def compose(held: Iterable[Waiting], *, template: MessageTemplate | None) -> list[Message]:
    """One message for each person and tribute, in their language, in the order of the envelopes.

    Raises :class:`~crm.outreach.merge.MissingValue` for a field that has nothing to say.
    """
    held = list(held)
    greetings = greetings_for([one.recipient.contact for one in held])
    donors = {gift.contact_id: gift.contact for one in held for gift in one.gifts}
    names: dict[str, dict[int, str]] = {}
    messages = []
    for one in held:
        contact = one.recipient.contact
        contact.organization = one.recipient.organization
        language = contact.language
        with override(language):
            if language not in names:  # as they are written to, in the language of who reads
                said = greetings_for(donors.values(), language)
                names[language] = {pk: said[pk].addressee for pk in donors}
            values = {
                "tribute": tributes.said(one.recipient.tribute),
                "name": one.recipient.tribute.name,
                "donors": said_donors(one.gifts, names[language]),
            }
            messages.append(
                write(
                    contact, [one], purpose=Purpose.NOTICE, template=template, greetings=greetings[contact.pk],
                    values=values,
                )
            )  # fmt: skip
    return in_order(messages)
