"""Small certain things: of what kind a gift is, how a receipt is numbered, why it is refused."""

from collections.abc import Iterable
from decimal import Decimal

from babel.lists import format_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core.money import locale_of
from crm.receipts.choices import GiftKind, Ineligibility


def gift_kind(*, in_kind: bool, advantage: Decimal) -> GiftKind:
    """The kind that decides what is printed; ``advantage`` is the one that counts (:attr:`Eligibility.advantage`)."""
    if in_kind:
        return GiftKind.IN_KIND
    return GiftKind.CASH_WITH_ADVANTAGE if advantage else GiftKind.CASH


# --- numbers


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
    "charity_purpose": gettext_lazy("purpose of the organization"),
    "charity_status": gettext_lazy("kind of organization in tax law"),
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
