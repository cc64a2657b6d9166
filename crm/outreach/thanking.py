"""What a thank-you says to one donor: one message for all the gifts that are thanked for together."""

from collections.abc import Iterable
from dataclasses import dataclass

from babel.lists import format_list
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from crm.contacts.households import greetings_for
from crm.contacts.models import Contact
from crm.core.dates import format_date
from crm.core.money import ZERO, format_money
from crm.giving.models import Gift, Thanks
from crm.outreach import merge, usual
from crm.outreach.models import MessageTemplate


@dataclass(frozen=True)
class Message:
    contact: Contact
    thanks: list[Thanks]
    language: str
    subject: str
    body: str
    addressee: str


def words_of(template: MessageTemplate | None, language: str) -> usual.Words:
    if template is None:
        return usual.THANKS[language]
    return usual.Words(getattr(template, f"subject_{language}"), getattr(template, f"body_{language}"))


def said_gifts(gifts: list[Gift]) -> str:
    """“your gift of $50.00, received on March 3, 2026”; several are listed with their dates."""
    listed = [
        _("%(amount)s (%(date)s)")
        % {"amount": format_money(gift.amount, gift.currency), "date": format_date(gift.received_on)}
        for gift in gifts
    ]
    if len(gifts) == 1:
        return _("your gift of %(amount)s, received on %(date)s") % {
            "amount": format_money(gifts[0].amount, gifts[0].currency),
            "date": format_date(gifts[0].received_on),
        }
    return _("your gifts of %(list)s") % {"list": listed_in_words(listed)}


def listed_in_words(parts: list[str]) -> str:
    return format_list(parts, locale=f"{(get_language() or 'fr')[:2]}_CA")


def said_amount(gifts: list[Gift]) -> str:
    """One sum a currency: they are never added together."""
    sums = dict.fromkeys((gift.currency for gift in gifts), ZERO)
    for gift in gifts:
        sums[gift.currency] += gift.amount
    return " + ".join(format_money(amount, currency) for currency, amount in sums.items())


def envelope(contact: Contact, name: str) -> str:
    """Name and address, line by line, as an envelope shows them."""
    town = " ".join(part for part in (contact.city, f"({contact.province})" if contact.province else "") if part)
    lines = [name, contact.address_line1, contact.address_line2, f"{town}  {contact.postal_code}".strip()]
    return "\n".join(line for line in lines if line)


def compose(rows: Iterable[Thanks], *, template: MessageTemplate | None) -> list[Message]:
    """One message a donor, in their language, in the order of the envelopes (language, then name).

    Raises :class:`~crm.outreach.merge.MissingValue` for a field that has nothing to say.
    """
    by_donor: dict[int, list[Thanks]] = {}
    for row in rows:
        by_donor.setdefault(row.gift.contact_id, []).append(row)
    donors = [some[0].gift.contact for some in by_donor.values()]
    greetings = greetings_for(donors)
    messages = []
    for contact in donors:
        some = sorted(by_donor[contact.pk], key=lambda row: (row.gift.received_on, row.pk))
        gifts, organization, language = [row.gift for row in some], some[0].organization, contact.language
        with override(language):
            signatory = [organization.signatory_name, getattr(organization, f"signatory_title_{language}")]
            values = {
                "greeting": greetings[contact.pk].formal,
                "gifts": said_gifts(gifts),
                "amount": said_amount(gifts),
                "organization": organization.name,
                "signatory": "\n".join(part for part in signatory if part) or organization.name,
            }
            words = words_of(template, language)
            messages.append(
                Message(
                    contact=contact,
                    thanks=some,
                    language=language,
                    subject=merge.fill(words.subject, values),
                    body=merge.fill(words.body, values),
                    addressee=envelope(contact, greetings[contact.pk].addressee),
                )
            )
    return sorted(messages, key=lambda one: (one.language, one.contact.sort_name, one.contact.pk))
