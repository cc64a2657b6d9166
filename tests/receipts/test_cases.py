"""Worked cases, as an accountant would write them down: :file:`cases.csv`, each in both languages.

``alone``: the eligible amount on a receipt of its own, or the reason why there is none. ``annual``: whether it may stand on
the receipt of 2026. ``fr`` and ``en``: what must be read on the page.
"""

import csv
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from crm.receipts import pdf, queries, services
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory

CASES = list(
    csv.DictReader((Path(__file__).parent / "cases.csv").read_text(encoding="utf-8").splitlines(), delimiter=";")
)
ISSUED_ON = date(2027, 1, 12)
YEAR = 2026

DONORS = {
    "no_postal_code": {"postal_code": ""},
    "no_street": {"address_line1": ""},
    "no_name": {"last_name": "", "first_name": "Hélène"},
    "abroad": {"country": "US", "province": "ME", "postal_code": "04101", "city": "Portland"},
    "company": {
        "kind": "organization",
        "organization_name": "Imprimerie Sainte-Anne inc.",
        "first_name": "",
        "last_name": "",
    },
    "undrawable": {"last_name": "𓀀𓀁"},
}
CHARITIES = {
    "no_place": {"receipt_place_fr": "", "receipt_place_en": ""},
    "no_signatory": {"signatory_name": ""},
    "no_number": {"registration_number": ""},
    "bad_number": {"registration_number": "119219815RR0001"},
}


@pytest.fixture
def make(organization, owner, fund, admin, finance, published, time_machine):
    """The gift of a row, with its donor and its charity."""
    time_machine.move_to("2027-01-12T15:00Z")

    def made(case: dict[str, str], language: str):
        flaw = case["flaw"]
        for name, value in CHARITIES.get(flaw, {}).items():
            setattr(organization, name, value)
        organization.save()
        donor = ContactFactory(
            organization=organization, owner=owner, language=language, receipt_preference=case["donor_wish"],
            **DONORS.get(flaw, {}),
        )  # fmt: skip
        gift = GiftFactory(
            contact=donor, fund=fund, recorded_by=admin, amount=case["amount"], nature=case["nature"] or "cash",
            advantage=Decimal(case["advantage"] or 0), advantage_is_cash=bool(case["near_cash"]),
            advantage_description="Un souper" if case["advantage"] and flaw != "no_words" else "",
            property_description=case["property"], appraiser_name=case["appraiser"],
            appraiser_address="12, rue du Port" if case["appraiser"] and flaw != "no_appraiser_address" else "",
            status=case["status"] or "completed", currency=case["currency"] or "CAD", receipted_by=case["third_party"],
            receipt_preference=case["gift_wish"], received_on=date.fromisoformat(case["received_on"] or "2026-10-14"),
        )  # fmt: skip
        gift.refresh_from_db()
        if flaw in ("receipted", "voided"):
            receipt = services.issue_receipt(gift, by=finance)
            if flaw == "voided":
                services.cancel_receipt(receipt, reason="Wrong", by=finance)
        return gift

    return made


def test_there_are_enough_of_them():
    assert len(CASES) >= 40
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_the_decision_the_amount_and_the_words(case, language, make):
    gift = make(case, language)
    draft = queries.draft(gift, issued_on=ISSUED_ON)
    said = str(draft.snapshot.eligible) if draft.may_be_issued else " ".join(draft.reasons)
    assert said == case["alone"]
    part = queries.annual_part(gift, ISSUED_ON, year=YEAR)
    assert (" ".join(part.reasons) or "yes") == case["annual"]
    if draft.may_be_issued:
        page = " ".join(unescape(pdf.page_html(draft.snapshot, pictures=draft.pictures)).split())
        missing = [words for words in case[language].split("|") if " ".join(words.split()) not in page]
        assert missing == []
        assert draft.snapshot.amount == Decimal(case["amount"])
        assert draft.snapshot.amount - draft.snapshot.advantage == draft.snapshot.eligible
    else:
        assert all(draft.sentences)
