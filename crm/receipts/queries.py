"""Reads: may this gift be receipted, and what would its receipt say? The same answer for preview, page and issue."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum

from crm.accounts.choices import ReceiptLaw, ReceiptPreference
from crm.accounts.models import Organization
from crm.contacts import addresses
from crm.contacts.choices import Channel
from crm.contacts.consent import blocked, refused
from crm.contacts.models import Contact
from crm.core import charity_numbers, typefaces
from crm.core.dates import today_in
from crm.core.money import ZERO
from crm.giving.choices import GiftStatus, Nature
from crm.giving.models import Gift
from crm.outreach.models import SuppressedAddress
from crm.receipts import images, rules
from crm.receipts.advantages import Eligibility
from crm.receipts.choices import GiftKind, Ineligibility, ReceiptKind
from crm.receipts.models import Receipt, ReceiptLine
from crm.receipts.regimes import Regime, agency_text_on, regime_on
from crm.receipts.snapshot import DRAFT_NUMBER, LANGUAGES, Payment, Snapshot, missing_fields


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
        return _read_picture(field.name, str(field.storage.get_modified_time(field.name)), field.size, box)
    except (OSError, images.UnsafeImage):
        return ""


@lru_cache(maxsize=16)
def _read_picture(name: str, modified: str, size: int, box: tuple[int, int]) -> str:
    """Read once for a run of thousands; ``modified`` and ``size`` tell one file of the same name from another."""
    with default_storage.open(name, "rb") as file:
        return images.image_data_uri(file.read(), box)


@dataclass(frozen=True)
class Part:
    """A gift and what of it may be claimed; ``reasons`` say why it is on no receipt, or not on this one."""

    gift: Gift
    outcome: Eligibility
    reasons: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        return [rules.explain(code) for code in self.reasons]


@dataclass(frozen=True)
class Draft:
    """A receipt that could be issued: its snapshot (with a number of zeros) and, where it may not be, the reasons.

    ``left_out``: what else the donor gave in the year of an annual receipt, each with the reason.
    """

    contact: Contact
    kind: ReceiptKind
    snapshot: Snapshot
    parts: tuple[Part, ...]
    reasons: tuple[str, ...]
    sentences: tuple[str, ...]
    pictures: dict[str, str]
    left_out: tuple[Part, ...] = ()

    @property
    def may_be_issued(self) -> bool:
        return not self.reasons

    @property
    def ignored(self) -> list[dict]:
        """The gifts whose advantage counts for nothing, with the two limits that it stays within: shown before issuing."""
        rule = self.snapshot.law.advantage
        return [
            {"gift": part.gift, "share": rule.small_share * 100, "ceiling": rule.ceiling_on(part.gift.received_on)}
            for part in self.parts
            if part.outcome.de_minimis
        ]

    def refused(self, reason: Ineligibility) -> "Draft":
        return replace(self, reasons=(str(reason), *self.reasons), sentences=(rules.explain(reason), *self.sentences))

    @property
    def fingerprint(self) -> str:
        """Of all that it says and of the gifts it is for: what was read is what is issued."""
        gifts = ",".join(str(part.gift.pk) for part in self.parts)
        return f"{self.snapshot.sha256[:32]}-{hashlib.sha256(gifts.encode()).hexdigest()[:16]}"


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


def law_of(organization: Organization, day: date) -> Regime:
    """The law that a receipt of this organization follows if issued on ``day``."""
    return regime_on(day, organization.receipt_law)


def eligibility(gift: Gift, law: Regime) -> Eligibility:
    """What the donor may claim of this gift."""
    others = given_besides(gift) if law.advantage.is_yearly and gift.advantage else ZERO
    return law.advantage.applied(
        gift.amount, gift.advantage, gift.advantage_is_cash, day=gift.received_on, others=others
    )


def given_besides(gift: Gift) -> Decimal:
    """The worth of what the donor was given for their other gifts of the same year."""
    others = Gift.objects.filter(
        contact=gift.contact_id, received_on__year=gift.received_on.year, status=GiftStatus.COMPLETED
    ).exclude(pk=gift.pk)
    return others.aggregate(total=Sum("advantage"))["total"] or ZERO


def read_gifts(rows: QuerySet) -> QuerySet:
    """With what a receipt needs to know of each: its valid receipt too, in ``live_receipt_id``."""
    live = ReceiptLine.objects.filter(gift=OuterRef("pk"), is_live=True).values("receipt_id")[:1]
    return rows.select_related("contact__organization", "organization", "fund").annotate(live_receipt_id=Subquery(live))


def draft(gift: Gift, *, issued_on: date, instead_of: Receipt | None = None) -> Draft:
    """What the receipt of ``gift`` would say if issued on ``issued_on``, and every reason against it. Writes nothing.

    ``instead_of``: the receipt that this one would cancel and replace.
    """
    law = law_of(gift.organization, issued_on)
    outcome = eligibility(gift, law)
    part = Part(gift, outcome, tuple(_reasons_of_gift(gift, issued_on, outcome, instead_of)))
    return _drafted(
        gift.contact,
        [part],
        kind=ReceiptKind.IN_KIND if gift.is_property else ReceiptKind.SINGLE,
        instead_of=instead_of,
        issued_on=issued_on,
        reasons=part.reasons,
        said={
            "kind": rules.gift_kind(in_kind=gift.is_property, advantage=outcome.advantage),
            "gift_date": min(gift.received_on, issued_on),
            "amount": outcome.amount,
            "advantage": min(outcome.advantage, outcome.amount),
            "eligible": max(outcome.amount - outcome.advantage, ZERO),
            "advantage_description": gift.advantage_description if outcome.advantage else "",
            "property_description": gift.property_description,
            **(_appraisal(gift) if law.if_appraised else {}),
        },
    )


def _appraisal(gift: Gift) -> dict:
    return {
        "appraiser_name": gift.appraiser_name,
        "appraiser_address": tuple(gift.appraiser_address.splitlines()),
    }


def draft_annual(contact: Contact, *, year: int, issued_on: date) -> Draft:
    """What one receipt for all the cash gifts of ``year`` without a receipt would say. Writes nothing.

    Property and gifts with an advantage that counts are left out: they have a receipt of their own (receipts.md A4).
    """
    gifts = read_gifts(Gift.objects.filter(contact=contact, received_on__year=year)).order_by("received_on", "pk")
    return drafted_annual(contact, gifts, year=year, issued_on=issued_on)


def drafted_annual(contact: Contact, gifts: Iterable[Gift], *, year: int, issued_on: date) -> Draft:
    """:func:`draft_annual` from the gifts of the donor in that year, read before (:func:`read_gifts`), by date."""
    return _annual(contact, [annual_part(gift, issued_on, year=year) for gift in gifts], year=year, issued_on=issued_on)


def draft_instead_of(receipt: Receipt, *, issued_on: date) -> Draft:
    """What would cancel and replace ``receipt``: the same gifts, with what is true today. Writes nothing."""
    gifts = list(
        read_gifts(Gift.objects.filter(receipt_lines__receipt=receipt)).order_by("received_on", "pk")
    )  # fmt: skip
    owner = receipt.contact.merged_into or receipt.contact
    moved = [gift for gift in gifts if gift.contact_id != owner.pk]
    year = receipt.said.gift_year
    if year is None:
        found = draft(gifts[0], issued_on=issued_on, instead_of=receipt)
    else:
        parts = [annual_part(gift, issued_on, year=year, instead_of=receipt) for gift in gifts]
        found = _annual(owner, parts, year=year, issued_on=issued_on, instead_of=receipt)
    return found.refused(Ineligibility.OTHER_DONOR) if moved else found


def annual_part(gift: Gift, issued_on: date, *, year: int, instead_of: Receipt | None = None) -> Part:
    """Whether this gift may stand on the annual receipt of ``year``."""
    outcome = eligibility(gift, law_of(gift.organization, issued_on))
    reasons = list(_reasons_of_gift(gift, issued_on, outcome, instead_of))
    if not reasons and (gift.is_property or outcome.advantage):
        reasons = [Ineligibility.OWN_RECEIPT]
    if gift.received_on.year != year:
        reasons.append(Ineligibility.OTHER_YEAR)
    return Part(gift, outcome, tuple(dict.fromkeys(str(reason) for reason in reasons)))


def _annual(
    contact: Contact, parts: list[Part], *, year: int, issued_on: date, instead_of: Receipt | None = None
) -> Draft:
    taken = [part for part in parts if not part.reasons]
    amount = sum((part.outcome.amount for part in taken), ZERO)
    return _drafted(
        contact,
        taken,
        kind=ReceiptKind.CUMULATIVE,
        instead_of=instead_of,
        issued_on=issued_on,
        reasons=() if taken else (Ineligibility.NOTHING_LEFT,),
        left_out=tuple(part for part in parts if part.reasons),
        said={"kind": GiftKind.CASH, "gift_year": min(year, issued_on.year), "amount": amount, "eligible": amount},
    )


def _drafted(
    contact: Contact,
    parts: list[Part],
    *,
    kind: ReceiptKind,
    issued_on: date,
    reasons: Iterable[str],
    said: dict,
    instead_of: Receipt | None,
    left_out: tuple[Part, ...] = (),
) -> Draft:
    """``said``: what the gifts put on the page; the rest comes from the donor, the organization and the law of the day."""
    organization = contact.organization
    law = law_of(organization, issued_on)
    language = contact.language if contact.language in LANGUAGES else organization.default_language
    language = language if language in law.languages else law.languages[0]
    logo, signature, pictures = _pictures(organization)
    snapshot = Snapshot(
        **said,
        language=language,
        number=DRAFT_NUMBER,
        replaces=instead_of.number if instead_of else "",
        charity_name=organization.said("legal_name", language) or organization.said("name", language),
        charity_address=tuple(organization.said("address", language).splitlines()),
        registration_number=organization.registration_number,
        **_asked_by(law, organization, parts, issued_on=issued_on, language=language),
        donor_name=donor_name(contact),
        donor_address=_address(contact, language),
        issued_on=issued_on,
        signatory_name=organization.signatory_name,
        signatory_title=organization.said("signatory_title", language),
        signature=signature,
        signed_by_hand=not signature and law.wants_signature,
        logo=logo,
        thanks=organization.said("receipt_thanks", language),
        currency=law.currency,
        regime=law.code,
        template=law.template,
        paper=organization.paper,
        qr=organization.receipt_qr,
    )
    is_told = not parts or parts[0].outcome.reason  # why there is nothing to claim is said already
    told = ("amount", "eligible", "payments") if is_told else ()
    missing = [name for name in missing_fields(snapshot) if name not in told]
    reasons = [*reasons, *rules.reasons_for(missing)]
    if typefaces.undrawable(snapshot.texts()):
        reasons.append(Ineligibility.UNPRINTABLE)
    if not charity_numbers.is_valid(organization.registration_number, law.country) and not any(
        reason == Ineligibility.ORGANIZATION_INCOMPLETE for reason in reasons
    ):
        reasons.append(Ineligibility.ORGANIZATION_INCOMPLETE)
        missing = [*missing, "registration_number"]
    codes = tuple(dict.fromkeys(str(reason) for reason in reasons))
    sentences = tuple(rules.explain(code, missing) for code in codes)
    return Draft(contact, kind, snapshot, tuple(parts), codes, sentences, pictures, left_out)


def _address(contact: Contact, language: str) -> tuple[str, ...]:
    """As on the envelope; nothing where it is not complete."""
    if not addresses.is_complete(contact):
        return ()
    return tuple(addresses.envelope_lines(contact, language, home=contact.organization.country))


def _asked_by(law: Regime, organization: Organization, parts: list[Part], *, issued_on: date, language: str) -> dict:
    """What the page of one country says and the others do not."""
    place = "" if law.country == ReceiptLaw.UNITED_STATES else organization.said("receipt_place", language)
    said: dict = {"place_of_issue": place, "cra_name": "", "cra_url": ""}
    if law.country == ReceiptLaw.CANADA:
        agency = agency_text_on(issued_on, language)
        said |= {"cra_name": agency.name, "cra_url": agency.website}
    if law.country == ReceiptLaw.FRANCE:
        said |= {"charity_purpose": organization.purpose, "charity_status": organization.legal_status}
    if law.lists_payments and not any(part.gift.is_property for part in parts):
        said["payments"] = tuple(
            Payment(min(part.gift.received_on, issued_on), part.outcome.amount, part.gift.method) for part in parts
        )
    return said


def _reasons_of_gift(gift: Gift, issued_on: date, outcome: Eligibility, instead_of: Receipt | None) -> Iterator[str]:
    if gift.status == GiftStatus.REFUNDED:
        yield Ineligibility.REFUNDED
    elif gift.status != GiftStatus.COMPLETED:
        yield Ineligibility.NOT_COMPLETED
    law = law_of(gift.organization, issued_on)
    if gift.currency != law.currency:
        yield Ineligibility.CURRENCY
    if gift.receipted_by:
        yield Ineligibility.THIRD_PARTY
    if gift.contact.is_organization and not law.serves_organizations:
        yield Ineligibility.COMPANY
    if preference(gift) == ReceiptPreference.NONE and instead_of is None:
        yield Ineligibility.NOT_WANTED
    if gift.received_on > issued_on:
        yield Ineligibility.FUTURE_DATE
    if outcome.reason:
        yield outcome.reason
    if _live_id(gift) not in (None, instead_of and instead_of.pk):
        yield Ineligibility.ALREADY_RECEIPTED


def _live_id(gift: Gift) -> int | None:
    """The number of its valid receipt: read with the gift, where it came from :func:`read_gifts`."""
    if "live_receipt_id" in gift.__dict__:
        return gift.live_receipt_id
    return ReceiptLine.objects.filter(gift=gift, is_live=True).values_list("receipt_id", flat=True).first()


def live_receipt(gift: Gift) -> Receipt | None:
    """The valid receipt of this gift, if there is one."""
    return Receipt.objects.filter(lines__gift=gift, lines__is_live=True).first()


class Waiting(NamedTuple):
    """What a donor gave in a year that an annual receipt would be for; ``total`` in dollars."""

    year: int
    count: int
    total: Decimal


def waiting_years(contact: Contact) -> list[Waiting]:
    """The years with cash gifts that no receipt names yet, the latest first."""
    gifts = read_gifts(Gift.objects.filter(contact=contact, status=GiftStatus.COMPLETED, nature=Nature.CASH))
    today = today_in(contact.organization.timezone)
    parts = [
        annual_part(gift, today, year=gift.received_on.year)
        for gift in gifts.filter(live_receipt_id=None).order_by("-received_on")[:500]
    ]
    years: dict[int, list[Decimal]] = {}
    for part in parts:
        if not part.reasons:
            years.setdefault(part.gift.received_on.year, []).append(part.outcome.amount)
    return [Waiting(year, len(amounts), sum(amounts, ZERO)) for year, amounts in years.items()]


def count_receipts(contact: Contact, membership) -> int:
    return Receipt.objects.visible_to(membership).filter(contact=contact).count()


def reachable_by_email(contacts: Iterable[Contact]) -> set[int]:
    """Those whose receipt may leave by e-mail: they have an address that works, and neither said no to e-mails nor are left in
    peace.

    A receipt offers nothing for sale: the anti-spam law does not ask consent for it (S.C. 2010, c. 23, s. 1(2)).
    """
    may = [contact.pk for contact in contacts if contact.email and not blocked(contact)]
    rows = Contact.objects.filter(pk__in=may).exclude(refused("pk", Channel.EMAIL))
    return set(rows.exclude(Exists(SuppressedAddress.objects.of_outer())).values_list("pk", flat=True))
