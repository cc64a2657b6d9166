"""What two receipts say differently, as a person reads it."""

from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from crm.core.dates import format_date
from crm.core.money import format_money
from crm.receipts.snapshot import Payment, Snapshot

# In the order of the page. What every new receipt has anew (its number, its day) is not a difference.
NAMES = {
    "language": _("Language"),
    "donor_name": _("Donor"),
    "donor_address": _("Address"),
    "gift_date": _("Date the gift was received"),
    "gift_year": _("Year the gifts were received"),
    "amount": _("Amount of the gift"),
    "advantage": _("Advantage"),
    "advantage_description": _("What the donor received"),
    "eligible": _("Eligible amount"),
    "property_description": _("What was given"),
    "appraiser_name": _("Appraiser"),
    "appraiser_address": _("Address of the appraiser"),
    "charity_name": _("Charity"),
    "charity_address": _("Address of the charity"),
    "registration_number": _("Charity registration number"),
    "place_of_issue": _("Place of issue"),
    "signatory_name": _("Signed by"),
    "signatory_title": _("Title"),
    "charity_purpose": _("Purpose of the organization"),
    "charity_status": _("Kind of organization in tax law"),
    "payments": _("Payments"),
    "paper": _("Paper"),
}


class Difference(NamedTuple):
    label: str
    before: str
    after: str


def _said(value, currency: str) -> str:
    if isinstance(value, Decimal):
        return format_money(value, currency)
    if isinstance(value, tuple):
        return ", ".join(_said(one, currency) for one in value)
    if isinstance(value, Payment):
        return f"{format_date(value.day)} {format_money(value.amount, currency)}"
    if hasattr(value, "isoformat"):
        return format_date(value)
    return str(value or "")


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Field by field; empty for a receipt that was only lost."""
    pairs = ((label, getattr(before, name), getattr(after, name)) for name, label in NAMES.items())
    return [
        Difference(str(label), _said(old, before.currency), _said(new, after.currency))
        for label, old, new in pairs
        if old != new
    ]
