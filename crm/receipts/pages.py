"""What stands where on the page of a receipt, in the words of its reader: one page, which each country fills."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from crm.accounts.choices import ReceiptLaw
from crm.core.dates import format_date
from crm.core.money import format_money
from crm.receipts import images
from crm.receipts.choices import GiftKind
from crm.receipts.printing import glued, link_or_none
from crm.receipts.snapshot import DRAFT_NUMBER, Snapshot

Labels = Mapping[str, str]
LONG_TITLE = 70  # characters: set smaller, or it takes three lines


class MissingPicture(LookupError):
    """The snapshot names a stored picture by its hash and the caller did not hand it over."""


class Fact(NamedTuple):
    """A label and what is said under or beside it."""

    label: str
    value: str
    is_amount: bool = False


def printed(snapshot: Snapshot, t: Labels, pictures: Mapping[str, str]) -> dict[str, Any]:
    """Every value of the page, already written in the language of the receipt."""
    annual, link = snapshot.is_annual, link_or_none(snapshot.verification_url)
    signatory = ", ".join(part for part in (snapshot.signatory_name, snapshot.signatory_title) if part)
    agency = (
        f"{snapshot.cra_name}{t['agency_joiner']}" if snapshot.cra_name else "",
        snapshot.cra_url,
    )
    return {
        "number": t["no_number"] if snapshot.number == DRAFT_NUMBER else snapshot.number,
        "kind": t["kind.annual"] if annual else t[f"kind.{snapshot.kind}"],
        "charity_name": snapshot.charity_name,
        "donor_name": snapshot.donor_name,
        "donor_address": [glued(line) for line in snapshot.donor_address],
        "when": _when(snapshot, t),
        "issued_on_iso": snapshot.issued_on.isoformat(),
        "about": _about(snapshot, t),
        "registered": _registered(snapshot, t),
        "long_title": len(t["title"]) > LONG_TITLE,
        "payments": _payments(snapshot, t),
        "signature": None if snapshot.signed_by_hand else _picture(snapshot.signature, pictures),
        "logo": _picture(snapshot.logo, pictures),
        "signatory": signatory,
        "thanks": snapshot.thanks,
        "replaces": t["replaces"].format(number=snapshot.replaces) if snapshot.replaces else "",
        "agency": agency if snapshot.cra_name else None,
        "verification_url": link,
        "qr": images.qr_data_uri(link) if snapshot.qr and link else "",
        "verification_text": snapshot.verification_url.removeprefix("https://").removeprefix("http://"),
        **COUNTRIES[snapshot.law.country](snapshot, t),
    }


def _money(snapshot: Snapshot, amount) -> str:
    return format_money(amount, snapshot.currency, snapshot.language)


def _day(snapshot: Snapshot, value: date | None) -> str:
    return format_date(value, snapshot.language) if value else ""


def _when(snapshot: Snapshot, t: Labels) -> list[Fact]:
    """When it was given, when and where the receipt was issued."""
    received = (
        Fact(t["gift_year"], str(snapshot.gift_year))
        if snapshot.is_annual
        else Fact(t["gift_date"], _day(snapshot, snapshot.gift_date))
    )
    facts = [received, Fact(t["issued_on"], _day(snapshot, snapshot.issued_on))]
    if "place_of_issue" in snapshot.law.fields_for(snapshot.kind) or snapshot.place_of_issue:
        facts.append(Fact(t["place_of_issue"], snapshot.place_of_issue))
    return facts


def _about(snapshot: Snapshot, t: Labels) -> list[Fact]:
    """Where the charity is, and what for."""
    facts = [Fact(t["charity_address"], glued(", ".join(snapshot.charity_address)))] if snapshot.charity_address else []
    if snapshot.charity_purpose:
        facts.append(Fact(t["charity_purpose"], snapshot.charity_purpose))
    return facts


def _registered(snapshot: Snapshot, t: Labels) -> list[Fact]:
    """Under which number, and as what."""
    facts = [Fact(t["registration_number"], snapshot.registration)]
    if snapshot.charity_status:
        facts.append(Fact(t["charity_status"], snapshot.charity_status))
    return facts


def _payments(snapshot: Snapshot, t: Labels) -> list[dict[str, str]]:
    """Each of the year; a single one is told by the rows."""
    if not snapshot.is_annual:
        return []
    return [
        {
            "day": _day(snapshot, payment.day),
            "means": t.get(f"means.{payment.means}", ""),
            "amount": _money(snapshot, payment.amount),
        }
        for payment in snapshot.payments
    ]


def _in_canada(snapshot: Snapshot, t: Labels) -> dict[str, Any]:
    """The rows of the kind, in the order of CRA's samples; others are left out."""
    in_kind = snapshot.kind == GiftKind.IN_KIND
    rows = []
    if in_kind:
        rows.append(Fact(t["property_description"], snapshot.property_description))
        if snapshot.appraiser_name:
            rows.append(Fact(t["appraiser_name"], snapshot.appraiser_name))
        if snapshot.appraiser_address:
            rows.append(Fact(t["appraiser_address"], glued(", ".join(snapshot.appraiser_address))))
    rows.append(Fact(t["fair_market_value" if in_kind else "amount"], _money(snapshot, snapshot.amount), True))
    if in_kind or snapshot.advantage:
        rows.append(Fact(t["advantage_description"], snapshot.advantage_description or t["no_advantage"]))
        rows.append(Fact(t["advantage"], _money(snapshot, snapshot.advantage), True))
    return {"rows": rows, "total": Fact(t["eligible"], _money(snapshot, snapshot.eligible)), "statements": []}


def _in_the_united_states(snapshot: Snapshot, t: Labels) -> dict[str, Any]:
    """What was given, what was got for it or that nothing was; the value of property is never said."""
    rows, statements, total = [], [], None
    if snapshot.kind == GiftKind.IN_KIND:
        rows.append(Fact(t["property_description"], snapshot.property_description))
        statements.append(t["value_is_yours"])
    elif snapshot.advantage:
        rows.append(Fact(t["amount"], _money(snapshot, snapshot.amount), True))
        total = Fact(t["eligible"], _money(snapshot, snapshot.eligible))
    else:
        total = Fact(t["amount"], _money(snapshot, snapshot.amount))
    if snapshot.advantage:
        rows.append(Fact(t["advantage_description"], snapshot.advantage_description))
        rows.append(Fact(t["advantage"], _money(snapshot, snapshot.advantage), True))
        statements.append(t["excess_only"])
    else:
        statements.append(t["nothing_given.annual" if snapshot.is_annual else "nothing_given"])
    statements.append(t["exempt"].format(name=snapshot.charity_name))
    return {"rows": rows, "total": total, "statements": statements}


def _in_france(snapshot: Snapshot, t: Labels) -> dict[str, Any]:
    """The boxes of form 11580 that concern this gift, in its order."""
    rows = [Fact(t["form"], t["form.manual"]), Fact(t["nature"], t[f"nature.{snapshot.kind}"])]
    if snapshot.kind == GiftKind.IN_KIND:
        rows.append(Fact(t["property_description"], snapshot.property_description))
    elif not snapshot.is_annual:
        rows.extend(Fact(t["means"], t[f"means.{payment.means}"]) for payment in snapshot.payments)
    amount = t["in_figures"].format(amount=_money(snapshot, snapshot.eligible))
    return {"rows": rows, "total": Fact(t["eligible"], amount), "statements": [t["certifies"]]}


COUNTRIES: dict[str, Callable[[Snapshot, Labels], dict[str, Any]]] = {
    ReceiptLaw.CANADA: _in_canada,
    ReceiptLaw.UNITED_STATES: _in_the_united_states,
    ReceiptLaw.FRANCE: _in_france,
}


def _picture(value: str, pictures: Mapping[str, str]) -> images.Picture | None:
    if not value:
        return None
    if images.REFERENCE.fullmatch(value):
        if value not in pictures:
            raise MissingPicture(value)
        reference, value = value, pictures[value]
        if images.reference_of(value) != reference:
            raise images.UnsafeImage(f"The stored picture is not the one of the receipt: {reference}.", code="altered")
    return images.checked(value)
