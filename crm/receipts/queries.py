"""Reads: may this gift be receipted, and what would its receipt say? The same answer for preview, page and issue."""

from dataclasses import dataclass
from datetime import date

from crm.accounts.choices import ReceiptPreference
from crm.accounts.models import Organization
from crm.contacts import addresses
from crm.contacts.models import Contact
from crm.core import typefaces
from crm.core.money import ZERO
from crm.giving.choices import GiftStatus
from crm.giving.models import Gift
from crm.receipts import images, rules
from crm.receipts.choices import Ineligibility
from crm.receipts.models import Receipt
from crm.receipts.regimes import agency_text_on, regime_on
from crm.receipts.snapshot import LANGUAGES, Snapshot, missing_fields

DRAFT_NUMBER = "0000-00000"  # stands in a preview, where no number is taken


def donor_name(contact: Contact) -> str:
    """First name, initial, last name (Regulations s. 3501(1)(g)); an organization by its name; nothing else counts."""
    if contact.is_organization:
        return contact.organization_name
    if not contact.last_name:
        return ""
    middle = contact.middle_name.strip()
    initial = f"{middle[0].upper()}." if middle else ""
    return " ".join(part for part in (contact.first_name, initial, contact.last_name, contact.suffix) if part)


def picture(field, box: tuple[int, int]) -> str:
    """The stored image as a data URI fit for printing; empty when there is none or it is unreadable."""
    if not field:
        return ""
    try:
        with field.open("rb") as file:
            return images.image_data_uri(file.read(), box)
    except (OSError, images.UnsafeImage):
        return ""


@dataclass(frozen=True)
class Draft:
    """A receipt that could be issued: its snapshot (with a number of zeros) and, where it may not be, the reasons."""

    snapshot: Snapshot
    reasons: tuple[str, ...]
    sentences: tuple[str, ...]
    pictures: dict[str, str]

    @property
    def may_be_issued(self) -> bool:
        return not self.reasons


def _pictures(organization: Organization) -> tuple[str, str, dict[str, str]]:
    logo = picture(organization.logo, images.LOGO_BOX)
    signature = picture(organization.signature, images.SIGNATURE_BOX)
    found = {images.reference_of(uri): uri for uri in (logo, signature) if uri}
    return (
        images.reference_of(logo) if logo else "",
        images.reference_of(signature) if signature else "",
        found,
    )


def preference(gift: Gift) -> str:
    """How this gift is receipted (Q-04), a :class:`ReceiptPreference`: its own wish, else the donor's, else as usual."""
    return gift.receipt_preference or gift.contact.receipt_preference or gift.organization.receipt_preference


def eligibility(gift: Gift) -> rules.Eligibility:
    """What the donor may claim of this gift."""
    return rules.eligible_amount(gift.amount, gift.advantage, gift.advantage_is_cash)


def draft(gift: Gift, *, issued_on: date) -> Draft:
    """What the receipt of ``gift`` would say if issued on ``issued_on``, and every reason against it. Writes nothing."""
    contact, organization = gift.contact, gift.organization
    language = contact.language if contact.language in LANGUAGES else organization.default_language
    agency, regime = agency_text_on(issued_on, language), regime_on(issued_on)
    logo, signature, pictures = _pictures(organization)
    outcome = eligibility(gift)
    complete = addresses.is_complete(contact)
    snapshot = Snapshot(
        language=language,
        kind=rules.gift_kind(in_kind=gift.is_property, advantage=outcome.advantage),
        number=DRAFT_NUMBER,
        charity_name=organization.said("legal_name", language) or organization.said("name", language),
        charity_address=tuple(organization.said("address", language).splitlines()),
        registration_number=organization.registration_number,
        donor_name=donor_name(contact),
        donor_address=tuple(addresses.envelope_lines(contact, language)) if complete else (),
        gift_date=min(gift.received_on, issued_on),
        amount=outcome.amount,
        advantage=min(outcome.advantage, outcome.amount),
        eligible=max(outcome.amount - outcome.advantage, ZERO),
        advantage_description=gift.advantage_description if outcome.advantage else "",
        property_description=gift.property_description,
        appraiser_name=gift.appraiser_name,
        appraiser_address=tuple(gift.appraiser_address.splitlines()),
        issued_on=issued_on,
        place_of_issue=organization.said("receipt_place", language),
        signatory_name=organization.signatory_name,
        signatory_title=organization.said("signatory_title", language),
        signature=signature,
        signed_by_hand=not signature,
        logo=logo,
        thanks=organization.said("receipt_thanks", language),
        cra_name=agency.name,
        cra_url=agency.website,
        regime=regime.code,
        currency=gift.currency,
    )
    missing = missing_fields(snapshot)
    reasons = [*_reasons_of_gift(gift, issued_on, outcome), *rules.reasons_for(missing)]
    if typefaces.undrawable(snapshot.texts()):
        reasons.append(Ineligibility.UNPRINTABLE)
    if not rules.is_valid_registration_number(organization.registration_number) and not any(
        reason == Ineligibility.ORGANIZATION_INCOMPLETE for reason in reasons
    ):
        reasons.append(Ineligibility.ORGANIZATION_INCOMPLETE)
        missing = [*missing, "registration_number"]
    codes = tuple(dict.fromkeys(str(reason) for reason in reasons))
    return Draft(snapshot, codes, tuple(rules.explain(code, missing) for code in codes), pictures)


def _reasons_of_gift(gift: Gift, issued_on: date, outcome: rules.Eligibility) -> list[str]:
    reasons = []
    if gift.status == GiftStatus.REFUNDED:
        reasons.append(Ineligibility.REFUNDED)
    elif gift.status != GiftStatus.COMPLETED:
        reasons.append(Ineligibility.NOT_COMPLETED)
    if gift.currency != "CAD":
        reasons.append(Ineligibility.CURRENCY)
    if gift.receipted_by:
        reasons.append(Ineligibility.THIRD_PARTY)
    if preference(gift) == ReceiptPreference.NONE:
        reasons.append(Ineligibility.NOT_WANTED)
    if gift.received_on > issued_on:
        reasons.append(Ineligibility.FUTURE_DATE)
    if outcome.reason:
        reasons.append(outcome.reason)
    if live_receipt(gift) is not None:
        reasons.append(Ineligibility.ALREADY_RECEIPTED)
    return reasons


def live_receipt(gift: Gift) -> Receipt | None:
    """The valid receipt of this gift, if there is one."""
    return Receipt.objects.filter(lines__gift=gift, lines__is_live=True).first()


def count_receipts(contact: Contact, membership) -> int:
    return Receipt.objects.visible_to(membership).filter(contact=contact).count()
