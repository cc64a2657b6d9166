"""Small certain things: how much of a gift is eligible, what a charity number looks like, why a receipt is refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import luhn

from crm.core.money import CENT, ZERO, locale_of
from crm.receipts.choices import GiftKind, Ineligibility

DE_MINIMIS_CEILING = Decimal("75.00")
DE_MINIMIS_SHARE = Decimal("0.10")
INTENTION_SHARE = Decimal("0.80")


@dataclass(frozen=True)
class Eligibility:
    """The outcome of split receipting for one gift, in exact cents.

    ``advantage`` is the value that counts and is printed: zero when it is so small that the law ignores it
    (``de_minimis``). ``reason`` is an :class:`Ineligibility` code, empty when a receipt may be issued; then
    ``eligible`` is always ``amount - advantage`` and above zero. With a reason, ``eligible`` is zero.
    """

    amount: Decimal
    advantage: Decimal
    eligible: Decimal
    de_minimis: bool = False
    reason: str = ""

    @property
    def is_receiptable(self) -> bool:
        return not self.reason


def eligible_amount(amount: Decimal, advantage: Decimal | None, near_cash: bool = False) -> Eligibility:
    """Split receipting: what the donor may claim of a gift for which they received something.

    ``amount``: the cash, or the fair market value of the property, in dollars. ``advantage``: the fair market value,
    to a buyer, of everything received in return, added up; ``None`` when it cannot be established. ``near_cash``: the
    advantage is money or as good as money (a gift certificate redeemable for cash), which is never small enough to be
    ignored.

    - an advantage of at most 10% of the gift and at most $75 is ignored;
    - above 80% of the gift there is no intention to give, hence no receipt; exactly 80% is still a gift;
    - otherwise the eligible amount is the difference.

    Source: Income Tax Act s. 248(30) to (33), CRA “Split receipting”. Raises ``TypeError`` for anything but
    ``Decimal``, ``ValueError`` for negative amounts and for fractions of a cent.
    """
    amount = _cents(amount)
    if amount == 0:
        return Eligibility(amount, ZERO, ZERO, reason=Ineligibility.ZERO_AMOUNT)
    if advantage is None:
        return Eligibility(amount, ZERO, ZERO, reason=Ineligibility.ADVANTAGE_UNKNOWN)
    advantage = _cents(advantage)
    if advantage == 0:
        return Eligibility(amount, ZERO, amount)
    if not near_cash and advantage <= min(DE_MINIMIS_CEILING, amount * DE_MINIMIS_SHARE):
        return Eligibility(amount, ZERO, amount, de_minimis=True)
    if advantage > amount * INTENTION_SHARE:
        return Eligibility(amount, advantage, ZERO, reason=Ineligibility.ADVANTAGE_TOO_HIGH)
    return Eligibility(amount, advantage, amount - advantage)


def _cents(value: Decimal) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"A Decimal is expected, not {type(value).__name__}: cents must be exact.")
    if not value.is_finite() or value < 0:
        raise ValueError(f"Not an amount of money: {value}.")
    rounded = value.quantize(CENT)
    if rounded != value:
        raise ValueError(f"Not a whole number of cents: {value}.")
    return rounded


def gift_kind(*, in_kind: bool, advantage: Decimal) -> GiftKind:
    """The kind that decides what is printed; ``advantage`` is the one that counts (:attr:`Eligibility.advantage`)."""
    if in_kind:
        return GiftKind.IN_KIND
    return GiftKind.CASH_WITH_ADVANTAGE if advantage else GiftKind.CASH


# --- numbers

REGISTRATION_NUMBER = re.compile(r"[0-9]{9}RR[0-9]{4}", re.ASCII)


def normalise_registration_number(text: str) -> str:
    """``12345 6782 rr0001`` → ``123456782RR0001``: what is stored. Does not check anything."""
    return re.sub(r"[\s.\-\u2010-\u2015]", "", text or "").upper()


def is_valid_registration_number(text: str) -> bool:
    """Whether this is the number of a registered charity: nine digits with a right check digit, RR, four digits.

    ``stdnum.ca.bn`` knows RC, RM, RP and RT only and refuses every charity, hence this rule.
    """
    number = normalise_registration_number(text)
    return bool(REGISTRATION_NUMBER.fullmatch(number)) and luhn.is_valid(number[:9])


def display_registration_number(text: str) -> str:
    """``119219814 RR0001``, with a no-break space; a number of another shape is shown as it is."""
    number = normalise_registration_number(text)
    return f"{number[:9]}\u00a0{number[9:]}" if REGISTRATION_NUMBER.fullmatch(number) else text


def receipt_number(year: int, sequence: int) -> str:
    """``2026-00812``. After 99,999 receipts in a year the number simply grows: it is never cut, never reused."""
    if sequence < 1:
        raise ValueError(f"Receipt numbers start at 1, not {sequence}.")
    return f"{year:04d}-{sequence:05d}"


# --- why not

FIELD_NAMES = {
    "charity_name": gettext_lazy("legal name"),
    "charity_address": gettext_lazy("address"),
    "registration_number": gettext_lazy("charitable registration number"),
    "place_of_issue": gettext_lazy("place where receipts are issued"),
    "signatory_name": gettext_lazy("name of the authorized signatory"),
    "signature": gettext_lazy("image of the signature"),
}

# A snapshot field that is empty → the reason a person reads. The organization's own fields are grouped in one sentence.
REASON_OF_FIELD = {
    "place_of_issue": Ineligibility.NO_PLACE_OF_ISSUE,
    "donor_name": Ineligibility.NO_DONOR_NAME,
    "donor_address": Ineligibility.INCOMPLETE_ADDRESS,
    "gift_date": Ineligibility.DATE_MISSING,
    "amount": Ineligibility.ZERO_AMOUNT,
    "eligible": Ineligibility.ZERO_ELIGIBLE,
    "advantage": Ineligibility.ADVANTAGE_UNKNOWN,
    "advantage_description": Ineligibility.ADVANTAGE_NOT_DESCRIBED,
    "property_description": Ineligibility.PROPERTY_NOT_DESCRIBED,
    "appraiser_name": Ineligibility.APPRAISER_INCOMPLETE,
    "appraiser_address": Ineligibility.APPRAISER_INCOMPLETE,
}


def reasons_for(missing: Iterable[str]) -> list[Ineligibility]:
    """The reasons behind the empty fields named by ``snapshot.missing_fields``, each once, in the order of the law.

    Several empty fields of the organization make one reason; ``no_place_of_issue`` is used when it is the only one.
    Fields that only the software fills (number, texts of the agency) are not a person's business: ``ValueError``.
    """
    names = list(missing)
    organization = [name for name in names if name in FIELD_NAMES]
    reasons: list[Ineligibility] = []
    for name in names:
        if name in FIELD_NAMES and organization != ["place_of_issue"]:
            reason = Ineligibility.ORGANIZATION_INCOMPLETE
        elif name in REASON_OF_FIELD:
            reason = REASON_OF_FIELD[name]
        else:
            raise ValueError(f"“{name}” is filled by the software: it cannot be missing from what a person typed.")
        if reason not in reasons:
            reasons.append(reason)
    return reasons


def explain(code: str, missing: Iterable[str] = ()) -> str:
    """The sentence of a reason in the active language; for an incomplete organization it names what is missing."""
    reason = Ineligibility(code)
    names = [str(FIELD_NAMES[name]) for name in missing if name in FIELD_NAMES]
    if reason == Ineligibility.ORGANIZATION_INCOMPLETE and names:
        return _("The receipt settings of the organization are incomplete: %(fields)s.") % {
            "fields": format_list(names, locale=locale_of())
        }
    return str(reason.label)
