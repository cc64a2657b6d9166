"""Worked cases, as an accountant would write them down: :file:`cases.csv`, each in both languages.

``alone``: the eligible amount on a receipt of its own, or the reason why there is none. ``annual``: whether it may stand on
the receipt of 2026. ``fr`` and ``en``: what must be read on the page.
"""

from decimal import Decimal
from html import unescape

import pytest

from crm.receipts import pdf, queries, services
from tests.receipts.reading import amount_said, day_said, said_on
from tests.receipts.worked import ABROAD, CASES, ISSUED_ON, YEAR


def test_there_are_enough_of_them():
    assert len(CASES) >= 40
    assert len({case["case"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", CASES + ABROAD, ids=lambda case: case["case"])
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
        assert draft.snapshot.tells_value or not any(
            said in page for said in ("5000.00", "5,000", "5 000", "5\u00a0000")
        )
    else:
        assert all(draft.sentences)


def compared(receipt) -> dict[str, tuple]:
    """Field by field: what is read on the stored file, and what the frozen snapshot says; those that differ."""
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    said, language = receipt.said, receipt.language
    read = said_on(services.stored_pdf(receipt), language)
    money = {"eligible": "eligible", "amount": "amount", "advantage": "advantage", "fair_market_value": "amount"}
    one_line = {"charity_address", "appraiser_address"}
    pairs = {
        "charity_name": (read["charity_name"], said.charity_name),
        "number": (read["number"], receipt.number),
        "charity_address": (read["charity_address"], ", ".join(said.charity_address)),
        "registration_number": (read["registration_number"].replace(" ", "")[:15], said.registration_number),
        "donor": (read["donor"], " ".join([said.donor_name, *said.donor_address])),
        "issued_on": (day_said(read["issued_on"], language), said.issued_on),
        "place_of_issue": (read["place_of_issue"], said.place_of_issue),
        "year": (read.get("gift_year", ""), str(said.gift_year or "")),
        "replaces": (said.replaces in read["registration_number"], True),
    }
    if said.gift_date:
        pairs["gift_date"] = (day_said(read["gift_date"], language), said.gift_date)
    for label, name in money.items():
        if label in read:
            pairs[label] = (amount_said(read[label], language), getattr(said, name))
    for name in ("property_description", "appraiser_name", "appraiser_address", "advantage_description"):
        value = getattr(said, name)
        wanted = ", ".join(value) if name in one_line else value
        if wanted or name in read:
            pairs[name] = (read.get(name), wanted or {"fr": "Aucun", "en": "None"}[language])
    signatory = ", ".join(part for part in (said.signatory_name, said.signatory_title) if part)
    foot = {"fr": f"{said.cra_name} : {said.cra_url}", "en": f"{said.cra_name}: {said.cra_url}"}[language]
    pairs["signature"] = (read["signature"].startswith(signatory), True)
    pairs["cra"] = (foot in read["signature"], True)
    pairs["verify"] = (read["verify"].replace(" ", ""), said.verification_url.partition("://")[2])
    return {name: pair for name, pair in pairs.items() if plain(pair[0]) != plain(pair[1])}


def plain(value):
    """A text with all its white space as single spaces."""
    return " ".join(value.split()) if isinstance(value, str) else value


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", [one for one in CASES if one["alone"][0].isdigit()], ids=lambda case: case["case"])
def test_the_stored_file_says_field_by_field_what_is_frozen(case, language, make, finance):
    assert compared(services.issue_receipt(make(case, language), by=finance)) == {}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_so_do_the_receipt_of_a_year_and_the_one_that_replaces_it(language, make, finance):
    gift = make(CASES[0], language)
    issued = services.issue_annual_receipt(gift.contact, year=YEAR, by=finance)
    assert compared(issued) == {}
    assert compared(services.replace_receipt(issued, reason="New address", by=finance)) == {}
