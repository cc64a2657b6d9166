"""Files of other systems: recognized by their headers, taken with what their columns cannot say."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from crm.contacts.models import Contact
from crm.core import operations, undo
from crm.giving.models import Gift
from crm.imports import services, sources
from crm.receipts import queries as receipts
from tests.factories.giving import CampaignFactory

FILES = Path(__file__).parent / "files"


def bring(name: str, by, kind: str = "gifts", content: bytes | None = None):
    content = content or (FILES / name).read_bytes()
    record = services.receive_file(file=ContentFile(content, name), name=name, kind=kind, by=by)
    if record.formats["must_ask"]:
        services.choose(record, fields=record.fields, mode=record.mode, date_order="day_first", by=by)
        record.refresh_from_db()
    operation = services.start_import(record, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    assert operation.status == "done", operation.error
    return record, operation


@pytest.fixture(autouse=True)
def _fund(fund, organization):
    organization.default_language = "en"
    organization.save()
    fund.name_en = "General"
    fund.save()


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("canadahelps.csv", "gifts", "canadahelps"),
        ("zeffy.csv", "gifts", "zeffy"),
        ("paypal.csv", "gifts", "paypal"),
        ("benevity.csv", "gifts", "benevity"),
        ("npsp_labels.csv", "gifts", "npsp"),
        ("npsp_api.csv", "contacts", "npsp"),
        ("civicrm_contributions.csv", "gifts", "civicrm"),
        ("civicrm_contacts.csv", "contacts", "civicrm"),
        ("givewp.csv", "gifts", "givewp"),
        ("gifts_fr_cp1252.csv", "gifts", "french"),
        ("contacts_fr_utf8.csv", "contacts", ""),
        ("gifts_en_utf8.csv", "gifts", ""),
    ],
)
def test_a_file_is_recognized_by_its_headers(admin, name, kind, code):
    content = ContentFile((FILES / name).read_bytes(), name)
    record = services.receive_file(file=content, name=name, kind=kind, by=admin)
    assert record.formats["preset"] == code


def test_headers_in_another_order_case_and_accent_are_recognized_too():
    headers = ["MONTANT ", "date du DON", "nom", "prenom", "x"]
    assert sources.recognize(headers).code == "french"
    assert sources.recognize(headers[1:]) is None


def test_canadahelps_issues_its_own_receipts_and_its_unknown_donors_gather_on_one_record(admin):
    _record, operation = bring("canadahelps.csv", admin)
    assert operation.result["errors"] == 0
    named, unknown, company = Gift.objects.order_by("external_id")
    assert named.note.splitlines() == [
        "Merci !", "Source: Donate Now", "Fees: 3.75", "Paid out: 2025/02/07", "Official receipt issued by CanadaHelps.",
    ]  # fmt: skip
    assert {gift.receipted_by for gift in (named, unknown, company)} == {"CanadaHelps"}
    assert receipts.draft(named, issued_on=date(2026, 11, 20)).reasons[0] == "third_party"
    assert (unknown.contact.name, unknown.is_anonymous) == ("Anonymous donors (CanadaHelps)", True)
    assert (company.contact.name, company.contact.kind) == ("Boulangerie Saint-Louis inc.", "organization")
    assert not Contact.objects.filter(name__iexact="anon").exists()


def test_the_next_anonymous_gift_joins_the_same_record(admin):
    bring("canadahelps.csv", admin)
    text = (FILES / "canadahelps.csv").read_bytes().replace(b"CH-100", b"CH-200")
    bring("second.csv", admin, content=text)
    assert Contact.objects.get(external_id="anonymous-canadahelps").gifts.count() == 2


def test_zeffy_leaves_refunds_and_tickets_out_and_keeps_the_number_of_its_receipt(admin):
    _record, operation = bring("zeffy.csv", admin)
    gift = Gift.objects.get()
    assert gift.note.splitlines() == [
        "Details: Don 50 $", "Official receipt issued by Zeffy, no. 1001.", "Campaign: Campagne d’hiver",
    ]  # fmt: skip
    assert operation.result == {
        "created": 1, "updated": 0, "skipped": 0, "errors": 0, "left_out": 1, "reasons": {"left_status|Refunded": 1},
    }  # fmt: skip


def test_a_paid_ticket_is_no_gift(admin):
    text = (FILES / "zeffy.csv").read_text().replace("Refunded", "Succeeded")
    _record, operation = bring("zeffy.csv", admin, content=text.encode())
    assert operation.result["reasons"] == {"left_ticket|Billet": 1}


def test_paypal_takes_only_money_that_came_in(admin):
    _record, operation = bring("paypal.csv", admin)
    gift = Gift.objects.get()
    assert (gift.amount, gift.contact.name, gift.received_on.isoformat()) == (
        Decimal("50.00"),
        "Hélène Bouchard",
        "2026-01-31",
    )
    assert operation.result["left_out"] == 1
    assert operation.result["errors"] == 0


def test_benevity_gives_the_match_to_the_company_and_its_totals_to_nobody(admin):
    content = (FILES / "benevity.csv").read_bytes().replace(b"BEN2,CAD,40.00,0.00", b"BEN2,CAD,40.00,15.00")
    _record, operation = bring("benevity.csv", admin, content=content)
    gifts = dict(Gift.objects.values_list("external_id", "contact__name"))
    assert gifts == {
        "BEN1": "Hélène Bouchard", "BEN1-match": "Acme Inc.",
        "BEN2": "Anonymous donors (Benevity)", "BEN2-match": "Acme Inc.",
    }  # fmt: skip
    assert Contact.objects.filter(organization_name="Acme Inc.", kind="organization").count() == 1
    assert operation.result["errors"] == 0
    assert operation.result["reasons"] == {"left_total|": 2}
    before = Gift.objects.count()
    _record, again = bring("again.csv", admin, content=content + b"\n")
    assert (Gift.objects.count(), again.result["created"]) == (before, 0)


@pytest.mark.parametrize("kind", ["contacts", "gifts"])
def test_npsp_keeps_both_people_of_a_row_and_says_when_the_first_is_missing(admin, kind):
    _record, operation = bring("npsp_labels.csv", admin, kind)
    assert set(Contact.objects.values_list("name", flat=True)) == {"Jane Doe", "John Doe", "John Roe"}
    john = Contact.objects.get(first_name="John", last_name="Doe")
    assert (john.address_line1, john.postal_code) == ("1 Main St", "K1A 0B1")
    rejected = _record.rejected.get()
    assert (rejected.line, rejected.problems[0]["code"]) == (
        3,
        "donor_missing" if kind == "gifts" else "contact_without_name",
    )
    if kind == "gifts":
        assert "Cheque no.: 4521" in Gift.objects.get().note
    assert operation.result["errors"] == 1


def test_civicrm_refuses_a_household_aloud(admin):
    record, operation = bring("civicrm_contacts.csv", admin, "contacts")
    assert (operation.result["created"], operation.result["errors"]) == (2, 1)
    assert record.rejected.get().problems[0]["code"] == "kind"
    _record, operation = bring("civicrm_contributions.csv", admin)
    gift = Gift.objects.get()
    assert gift.note.splitlines() == ["Financial type: Donation", "Source: Website"]
    assert (gift.amount, gift.contact.external_id) == (Decimal("1250.00"), "12")


def test_givewp_takes_complete_donations(admin):
    _record, operation = bring("givewp.csv", admin)
    assert Gift.objects.get().note == "Form: Give today"
    assert operation.result["reasons"] == {"left_status|Pending": 1}


@pytest.fixture
def winter(organization):
    return CampaignFactory(organization=organization, name="CAMPAGNE D’HIVER", status="completed")


def test_a_form_that_is_a_campaign_of_ours_counts_for_it_and_needs_no_words(admin, winter):
    bring("zeffy.csv", admin)
    gift = Gift.objects.get()
    assert (gift.campaign, "Campaign" in gift.note) == (winter, False)


def test_another_source_may_be_chosen_and_is_then_read_its_way(admin, winter):
    content = ContentFile((FILES / "zeffy.csv").read_bytes(), "z.csv")
    record = services.receive_file(file=content, name="z.csv", kind="gifts", by=admin)
    services.read_as(record, preset="")
    record.refresh_from_db()
    trial = services.attempt(record)
    assert (record.formats["preset"], trial.counts["created"], trial.counts.get("left_out")) == ("", 2, None)


def test_everything_a_preset_brought_is_taken_back(admin):
    _record, operation = bring("benevity.csv", admin)
    undoing = undo.start_undo(operation, by=admin)
    operations.run_to_end(undoing.pk)
    assert not Gift.objects.exists()
    assert not Contact.objects.exists()
