"""Official receipts in the search box of every page, by their number."""

import re

from django.utils.translation import gettext as _

from crm.core.finder import Hit
from crm.core.money import format_money
from crm.receipts.models import Receipt

NUMBER = re.compile(r"[0-9]{4}-?[0-9]{1,6}|[0-9]{2,6}")  # 2026-00812, 2026-812, 812


def find(membership, text: str, limit: int) -> list[Hit]:
    """A whole number with its year, or the part after it (the latest years first)."""
    number = text.strip()
    if not NUMBER.fullmatch(number):
        return []
    rows = Receipt.objects.visible_to(membership)
    year, dash, sequence = number.partition("-")
    rows = rows.filter(year=int(year), sequence=int(sequence)) if dash else rows.filter(sequence=int(number))
    return [
        Hit(
            name=_("Official receipt %(number)s") % {"number": receipt.number},
            url=receipt.get_absolute_url(),
            detail=f"{receipt.donor_name} · {format_money(receipt.amount, receipt.organization.currency)}",
            icon="file-certificate",
            pk=receipt.pk,
        )
        for receipt in rows.order_by("-year", "-sequence")[:limit]
    ]
