"""Small truths about gifts."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Lifecycle
from crm.core.money import CENT

LAPSED_AFTER = timedelta(days=730)  # two years without a gift; the organization may set its own later
FIRST_YEAR = 1900
HIGHEST = Decimal("9999999999.99")  # what Decimal(12, 2) holds


def lifecycle_for(*, current: str, gift_count: int | None, last_on: date | None, today: date) -> str:
    """Donor and lapsed follow the gifts (C-04); without a gift, what was set by hand stays."""
    if gift_count and last_on:
        return Lifecycle.LAPSED if today - last_on > LAPSED_AFTER else Lifecycle.DONOR
    if current in (Lifecycle.DONOR, Lifecycle.LAPSED):
        return Lifecycle.PROSPECT
    return current


def amount_problem(amount: Decimal | None):
    """Why this cannot be the amount of a gift, or ``None``: more than zero, whole cents, and small enough to store."""
    if amount is None or not amount.is_finite():
        return _("Enter an amount such as 125.00.")
    if amount <= 0:
        return _("The amount must be more than zero.")
    if amount > HIGHEST:
        return _("This amount is too large. Check the zeros.")
    if amount != amount.quantize(CENT):
        return _("An amount has at most two decimals.")
    return None


def date_problem(received_on: date | None, *, today: date):
    """Why a gift cannot have been received that day, or ``None``; ``today`` is the organization's own date."""
    if received_on is None:
        return _("Give the date the gift was received.")
    if received_on > today:
        return _("The date is in the future. A gift is recorded once received.")
    if received_on.year < FIRST_YEAR:
        return _("Check the year of the date.")
    return None
