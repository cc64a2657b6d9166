"""Gifts in the search box of every page, by their external number (a transaction, a cheque)."""

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.core.dates import format_date
from crm.core.finder import Hit
from crm.core.money import format_money
from crm.giving.models import Gift

LEAST = 3  # characters: shorter numbers would match by chance


def find(membership, text: str, limit: int) -> list[Hit]:
    number = text.strip()
    if len(number) < LEAST:
        return []
    rows = (
        Gift.objects.visible_to(membership)
        .filter(Q(external_id=number) | Q(cheque_number=number))
        .select_related("contact")
    )
    return [
        Hit(
            name=_("Gift of %(amount)s, %(person)s")
            % {"amount": format_money(gift.amount, gift.currency), "person": gift.contact.name},
            url=gift.get_absolute_url(),
            detail=f"{number} · {format_date(gift.received_on)}",
            icon="coin",
            pk=gift.pk,
        )
        for gift in rows[:limit]
    ]
