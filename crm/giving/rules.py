"""Small truths about gifts."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import Lifecycle
from crm.core.money import CENT, ZERO, format_plain, to_cents

LAPSED_AFTER = timedelta(days=730)  # two years without a gift; the organization may set its own later
FIRST_YEAR = 1900
APPRAISED_FROM = Decimal(1000)  # of property: from there the CRA recommends an independent appraisal (P113)
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


def match_amount(
    amount: Decimal, *, percent: int, minimum: Decimal, maximum: Decimal | None, left: Decimal | None
) -> Decimal:
    """What a company adds to a gift of ``amount``, to the cent; zero below its ``minimum``.

    ``maximum`` is for one gift, ``left`` what remains of what it gives for one person in the year.
    """
    if amount < minimum:
        return ZERO
    limits = [limit for limit in (maximum, left) if limit is not None]
    return max(ZERO, min([to_cents(amount * percent / 100), *limits]))


def split_problem(parts: list[Decimal], *, amount: Decimal):
    """Why these are not the parts of a gift of ``amount``, or ``None``: two at least, and the sum to the cent (F-02)."""
    if len(parts) < 2:
        return _("Share the gift out between two funds at least, or choose one fund.")
    if problem := next((problem for part in parts if (problem := amount_problem(part))), None):
        return problem
    left = amount - sum(parts, Decimal(0))
    if left > 0:
        return _("The lines add up to %(sum)s: %(left)s of the gift goes to no fund.") % said_sums(amount, left)
    if left < 0:
        return _("The lines add up to %(sum)s: %(left)s more than the gift.") % said_sums(amount, left)
    return None


def said_sums(amount: Decimal, left: Decimal) -> dict[str, str]:
    return {"sum": format_plain(amount - left), "left": format_plain(abs(left))}
