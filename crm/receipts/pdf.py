"""Draws a receipt, by the press of :mod:`crm.core.press`: same snapshot, same bytes.

The file is a tagged PDF/A-3a that also declares PDF/UA-1 (declared, not certified: no validator was at hand), on Letter
paper. What makes it fast, measured by ``bench/receipts.py``: fonts and style sheet read once per process, fixed widths,
no flex.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.template.loader import render_to_string

from crm.core.dates import format_date
from crm.core.money import format_money
from crm.core.press import FONTS, Press, press_for
from crm.receipts import images
from crm.receipts.choices import GiftKind
from crm.receipts.labels import labels
from crm.receipts.printing import finish, glued, link_or_none
from crm.receipts.rules import display_registration_number
from crm.receipts.snapshot import DRAFT_NUMBER, Snapshot

PAGES = {"1": ("pdf/receipt.html", "pdf/receipt.css")}  # template version → page and style sheet
LANGUAGE_TAGS = {"fr": "fr-CA", "en": "en-CA"}


class MissingPicture(LookupError):
    """The snapshot names a stored picture by its hash and the caller did not hand it over."""


def render(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> bytes:
    """The PDF of ``snapshot``, in its language; rendering twice gives identical bytes.

    ``mark``: a :class:`~crm.receipts.choices.Mark` drawn across the page (a copy, a cancelled receipt, a specimen).
    ``pictures``: data URI by reference (``sha256:…``) for a snapshot that holds references. Raises ``UnsafeImage`` for
    a picture that is not a plain PNG or JPEG, ``MissingPicture``, :class:`~crm.core.press.RefusedResource`, ``KeyError``
    for an unknown mark or template version. Does not check that the snapshot is complete: a preview must be drawable
    too; issuing calls ``missing_fields`` first.
    """
    html = page_html(snapshot, mark=mark, pictures=pictures)
    version = snapshot.template
    press = press_for(f"receipt {version}", lambda: Press(style_sheet(version), finish=finish))
    return press.print(html, tighten=True)


def page_html(snapshot: Snapshot, *, mark: str | None = None, pictures: Mapping[str, str] | None = None) -> str:
    """The page handed to WeasyPrint, without its style sheet. What a person typed is escaped by the template."""
    t = labels(snapshot.template, snapshot.language)
    context = {
        "s": _printed(snapshot, t, pictures or {}),
        "t": t,
        "lang": LANGUAGE_TAGS[snapshot.language],
        "mark": t[f"mark.{mark}"] if mark else "",
    }
    return render_to_string(PAGES[snapshot.template][0], context)


def style_sheet(version: str) -> str:
    """The style sheet of a template version. Its font families are those of :mod:`crm.core.typefaces`."""
    return render_to_string(PAGES[version][1], FONTS)


def _printed(snapshot: Snapshot, t: Mapping[str, str], pictures: Mapping[str, str]) -> dict[str, Any]:
    """Every value as the reader sees it."""

    def money(amount) -> str:
        return format_money(amount, snapshot.currency, snapshot.language)

    def day(value: date | None) -> str:
        return format_date(value, snapshot.language) if value else ""

    annual = snapshot.is_annual
    signatory = ", ".join(part for part in (snapshot.signatory_name, snapshot.signatory_title) if part)
    return {
        "number": t["no_number"] if snapshot.number == DRAFT_NUMBER else snapshot.number,
        "kind": t["kind.annual"] if annual else t[f"kind.{snapshot.kind}"],
        "charity_name": snapshot.charity_name,
        "charity_address": glued(", ".join(snapshot.charity_address)),
        "registration_number": display_registration_number(snapshot.registration_number),
        "donor_name": snapshot.donor_name,
        "donor_address": [glued(line) for line in snapshot.donor_address],
        "received_label": t["gift_year"] if annual else t["gift_date"],
        "received": str(snapshot.gift_year) if annual else day(snapshot.gift_date),
        "issued_on": day(snapshot.issued_on),
        "issued_on_iso": snapshot.issued_on.isoformat(),
        "place_of_issue": snapshot.place_of_issue,
        "rows": _rows(snapshot, t, money),
        "eligible": money(snapshot.eligible),
        "signature": None if snapshot.signed_by_hand else _picture(snapshot.signature, pictures),
        "logo": _picture(snapshot.logo, pictures),
        "signatory": signatory,
        "thanks": snapshot.thanks,
        "replaces": t["replaces"].format(number=snapshot.replaces) if snapshot.replaces else "",
        "cra_name": snapshot.cra_name,
        "cra_url": snapshot.cra_url,
        "verification_url": link_or_none(snapshot.verification_url),
        "verification_text": snapshot.verification_url.removeprefix("https://").removeprefix("http://"),
    }


def _rows(snapshot: Snapshot, t: Mapping[str, str], money) -> list[dict[str, Any]]:
    """The rows above the eligible amount: those of the kind, in the order of CRA's samples. Others are left out."""
    in_kind = snapshot.kind == GiftKind.IN_KIND
    rows: list[tuple[str, str, bool]] = []
    if in_kind:
        rows.append(("property_description", snapshot.property_description, False))
        if snapshot.appraiser_name:
            rows.append(("appraiser_name", snapshot.appraiser_name, False))
        if snapshot.appraiser_address:
            rows.append(("appraiser_address", glued(", ".join(snapshot.appraiser_address)), False))
    rows.append(("fair_market_value" if in_kind else "amount", money(snapshot.amount), True))
    if in_kind or snapshot.advantage:
        rows.append(("advantage_description", snapshot.advantage_description or t["no_advantage"], False))
        rows.append(("advantage", money(snapshot.advantage), True))
    return [{"label": t[key], "value": value, "is_amount": is_amount} for key, value, is_amount in rows]


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
