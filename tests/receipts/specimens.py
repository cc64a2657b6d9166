"""Complete, believable snapshots to draw and to break, in both languages; for tests and for ``bench/receipts.py``."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import exp, sin
from typing import Any

from PIL import Image, ImageDraw

from crm.receipts.images import LOGO_BOX, SIGNATURE_BOX, image_data_uri
from crm.receipts.regimes import agency_text_on, regime_on
from crm.receipts.snapshot import Snapshot

ISSUED_ON = date(2027, 1, 12)
KINDS = ("cash", "cash_with_advantage", "in_kind")

WORDS = {
    "fr": {
        "charity_name": "Fondation Rive-Claire",
        "charity_address": ("310, rue du Fleuve", "Trois-Rivières (Québec) G9A 2K4"),
        "donor_name": "Hélène M. Bouchard",
        "donor_address": ("1482, rue des Érables, app. 3", "Trois-Rivières (Québec) G9A 5H7"),
        "place_of_issue": "Shawinigan (Québec)",
        "signatory_title": "directrice générale",
        "thanks": "Merci. Votre don permet à des familles d’ici de vivre la fin de vie d’un proche avec douceur.",
        "advantage_description": "Souper-bénéfice du 14 octobre 2026, un couvert",
        "property_description": "Huile sur toile «\u00a0Brume sur le fleuve\u00a0», signée, encadrée",
        "appraiser_name": "Galerie Montferrand, Sophie Montferrand, évaluatrice agréée",
        "appraiser_address": ("88, rue Saint-Paul Est", "Québec (Québec) G1K 3V9"),
    },
    "en": {
        "charity_name": "Rive-Claire Foundation",
        "charity_address": ("310, rue du Fleuve", "Trois-Rivières, Quebec G9A 2K4"),
        "donor_name": "Sarah J. O’Connor",
        "donor_address": ("27 Glebe Avenue, Apt. 5", "Ottawa, Ontario K1S 2C3"),
        "place_of_issue": "Shawinigan, Quebec",
        "signatory_title": "Executive Director",
        "thanks": "Thank you. Your gift lets local families live the last days of someone they love in gentleness.",
        "advantage_description": "Benefit dinner of October 14, 2026, one seat",
        "property_description": "Upright piano, walnut case, built 1968, restored 2019",
        "appraiser_name": "Harbour Keys Appraisals, Thomas Whynot, accredited appraiser",
        "appraiser_address": ("412 Lacewood Drive", "Halifax, Nova Scotia B3S 0B1"),
    },
}


@lru_cache(maxsize=1)
def logo() -> str:
    picture = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((4, 4, 396, 396), fill=(79, 23, 60, 255))
    for middle in (170, 240):
        pen.line([(75 + x, middle + 25 * sin(x / 40)) for x in range(250)], fill="white", width=20, joint="curve")
    return _png(picture, LOGO_BOX)


@lru_cache(maxsize=1)
def signature() -> str:
    picture = Image.new("RGBA", (880, 240), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    ink = (31, 42, 77, 255)
    pen.line([(40 + x * 8, 120 + 80 * sin(x / 4) * exp(-x / 90)) for x in range(95)], fill=ink, width=8, joint="curve")
    pen.line([(60, 215), (700, 190)], fill=ink, width=4)
    return _png(picture, SIGNATURE_BOX)


def _png(picture: Image.Image, box: tuple[int, int]) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return image_data_uri(out.getvalue(), box)


def snapshot(language: str = "fr", kind: str = "cash", **changes: Any) -> Snapshot:
    """A complete receipt of one kind; keyword arguments replace single fields."""
    words = WORDS[language]
    agency = agency_text_on(ISSUED_ON, language)
    of_kind: dict[str, Any] = {"amount": Decimal("500.00"), "eligible": Decimal("500.00")}
    if kind == "cash_with_advantage":
        of_kind.update(
            advantage=Decimal("120.00"),
            eligible=Decimal("380.00"),
            advantage_description=words["advantage_description"],
        )
    if kind == "in_kind":
        of_kind.update(amount=Decimal("4500.00"), eligible=Decimal("4500.00"))
        of_kind.update({key: words[key] for key in ("property_description", "appraiser_name", "appraiser_address")})
    made = Snapshot(
        language=language,
        kind=kind,
        number="2026-00812",
        registration_number="123456782RR0001",
        gift_date=date(2026, 10, 14),
        issued_on=ISSUED_ON,
        signatory_name="Isabelle Marchand",
        signature=signature(),
        logo=logo(),
        cra_name=agency.name,
        cra_url=agency.website,
        regime=regime_on(ISSUED_ON).code,
        verification_url="https://merci.example/r/2026-00812?h=k7Qm2xT9aBv4Lr0WcYs8Nd",
        **of_kind,
        **{
            key: words[key]
            for key in (
                "charity_name",
                "charity_address",
                "donor_name",
                "donor_address",
                "place_of_issue",
                "signatory_title",
                "thanks",
            )
        },
    )
    return replace(made, **changes)


def annual(language: str = "fr", **changes: Any) -> Snapshot:
    """The cash gifts of a year on one receipt."""
    return snapshot(language, gift_date=None, gift_year=2026, **changes)
