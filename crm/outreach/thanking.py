"""What a thank-you says to one donor: one message for all the gifts that are thanked for together."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.contacts.households import greetings_for
from crm.core.dates import format_date
from crm.core.money import ZERO, format_money
from crm.giving.models import Gift, Thanks
from crm.outreach.choices import Purpose
from crm.outreach.messages import Message, in_order, listed_in_words, write
from crm.outreach.models import MessageTemplate


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


def said_amount(gifts: list[Gift]) -> str:
    """One sum a currency: they are never added together."""
    sums = dict.fromkeys((gift.currency for gift in gifts), ZERO)
    for gift in gifts:
        sums[gift.currency] += gift.amount
    return " + ".join(format_money(amount, currency) for currency, amount in sums.items())


def compose(rows: Iterable[Thanks], *, template: MessageTemplate | None) -> list[Message]:
    """One message a donor, in their language, in the order of the envelopes.

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
        gifts = [row.gift for row in some]
        contact.organization = some[0].organization
        with override(contact.language):
            values = {"gifts": said_gifts(gifts), "amount": said_amount(gifts)}
            messages.append(
                write(
                    contact, some, purpose=Purpose.THANKS, template=template, greetings=greetings[contact.pk],
                    values=values,
                )
            )  # fmt: skip
    return in_order(messages)
