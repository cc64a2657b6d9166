"""How a donor wants official receipts (Q-04): the gift's own wish, else the donor's, else what is usual here."""

from datetime import date

import pytest

from crm.accounts.choices import ReceiptPreference
from crm.contacts import services as contacts
from crm.contacts.models import Contact
from crm.core.errors import DomainError
from crm.giving.models import Gift
from crm.receipts import queries, services
from tests.factories.accounts import OrganizationFactory
from tests.giving.reading import facts, gift_form, page


@pytest.mark.parametrize(
    ("usual", "donor", "gift", "expected"),
    [
        ("each", "", "", "each"),
        ("annual", "", "", "annual"),
        ("annual", "each", "", "each"),
        ("each", "none", "", "none"),
        ("each", "none", "annual", "annual"),
        ("annual", "each", "none", "none"),
    ],
)
def test_the_nearest_wish_holds(usual, donor, gift, expected):
    one = Gift(
        organization=OrganizationFactory.build(receipt_preference=usual),
        contact=Contact(receipt_preference=donor),
        receipt_preference=gift,
    )
    assert queries.preference(one) == expected


def test_who_wants_no_receipt_gets_none_and_the_page_says_why(gift, contact, finance, admin, browse, published):
    contacts.update_contact(contact, by=admin, receipt_preference=ReceiptPreference.NONE)
    with pytest.raises(DomainError) as refusal:
        services.issue_receipt(gift, by=finance)
    assert refusal.value.code == "not_wanted"
    panel = page(browse(finance).open("receipts:gift_receipt", pk=gift.pk))
    assert "No receipt is wanted" in panel.words


def test_a_gift_for_the_receipt_of_the_year_says_that_it_waits_and_may_be_receipted_now(gift, finance, admin, browse):
    Gift.objects.update(receipt_preference=ReceiptPreference.ANNUAL)
    panel = page(browse(finance).open("receipts:gift_receipt", pk=gift.pk))
    assert f"waits for the annual receipt of {gift.received_on.year}" in panel.words
    gift.refresh_from_db()
    assert queries.draft(gift, issued_on=date(2026, 11, 20)).may_be_issued


def test_the_form_of_a_donor_says_what_is_usual_here(admin, contact, browse):
    admin.organization.receipt_preference = ReceiptPreference.ANNUAL
    admin.organization.save()
    form = page(browse(admin).open("contacts:contact_update", pk=contact.pk))
    first, *others = form.css("#id_receipt_preference option")
    assert first.words == "As usual: one for the whole year"
    assert [one.words for one in others] == ["One for each gift", "One for the whole year", "No receipt"]


def test_a_wish_comes_with_a_file_in_the_words_people_use(admin):
    from tests.imports.test_import_services import bring

    sheet = "Nom,Préférence de reçu\nRoy,annuel\nCôté,par don\nLê,aucun\nDion,parfois\n"
    record, result = bring(sheet, "contacts", admin)
    assert (result["created"], result["errors"]) == (3, 1)
    assert list(Contact.objects.order_by("pk").values_list("receipt_preference", flat=True)) == [
        "annual",
        "each",
        "none",
    ]
    assert record.rejected.get().problems[0]["code"] == "receipt_preference"


def test_a_gift_keeps_its_wish_through_the_form(contact, fund, admin, browse, published):
    sent = gift_form(contact, fund) | {"receipt_preference": "annual"}
    assert browse(admin).send("giving:gift_create", sent).status_code == 302
    gift = Gift.objects.get()
    assert gift.receipt_preference == "annual"
    assert facts(browse(admin).open("giving:gift_detail", pk=gift.pk))["Official receipt"] == "One for the whole year"
