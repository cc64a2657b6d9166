import base64
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from crm.receipts import services
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.receipts.specimens import signature
from tests.receipts.worked import CHARITIES, DONORS, LAWS


@pytest.fixture
def ink(organization):
    """The image of a signature in the settings: without one, receipts are signed by hand and none leaves by e-mail."""
    organization.signature.save("ink.png", ContentFile(base64.b64decode(signature().partition(",")[2])))
    return organization


@pytest.fixture
def make(organization, owner, fund, admin, finance, published, time_machine):
    """The gift of a row, with its donor and its charity."""
    time_machine.move_to("2027-01-12T15:00Z")

    def made(case: dict[str, str], language: str):
        flaw = case["flaw"]
        for name, value in (LAWS[case["law"]] | CHARITIES.get(flaw, {})).items():
            setattr(organization, name, value)
        organization.save()
        donor = ContactFactory(
            organization=organization, owner=owner, language=language, receipt_preference=case["donor_wish"],
            **DONORS.get(flaw, {}),
        )  # fmt: skip
        gift = GiftFactory(
            contact=donor, fund=fund, recorded_by=admin, method=case["method"], amount=case["amount"],
            nature=case["nature"] or "cash",
            advantage=Decimal(case["advantage"] or 0), advantage_is_cash=bool(case["near_cash"]),
            advantage_description="Un souper" if case["advantage"] and flaw != "no_words" else "",
            property_description=case["property"], appraiser_name=case["appraiser"],
            appraiser_address="12, rue du Port" if case["appraiser"] and flaw != "no_appraiser_address" else "",
            status=case["status"] or "completed", currency=case["currency"] or organization.currency,
            receipted_by=case["third_party"],
            receipt_preference=case["gift_wish"], received_on=date.fromisoformat(case["received_on"] or "2026-10-14"),
        )  # fmt: skip
        gift.refresh_from_db()
        if flaw == "given_before":
            GiftFactory(
                contact=donor, fund=fund, recorded_by=admin, amount=500, currency=organization.currency, advantage=40,
                advantage_description="Un livre", received_on=date(2026, 3, 1),
            )  # fmt: skip
        if flaw in ("receipted", "voided"):
            receipt = services.issue_receipt(gift, by=finance)
            if flaw == "voided":
                services.cancel_receipt(receipt, reason="Wrong", by=finance)
        return gift

    return made
