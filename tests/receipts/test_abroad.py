"""Receipts under the law of another country than Canada: what their files say, on paper of any size, for one gift or a year."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest

from crm.contacts import services as contacts
from crm.core.money import format_money
from crm.giving.models import Gift
from crm.outreach.models import Communication
from crm.receipts import queries, services
from crm.receipts.labels import labels
from crm.receipts.pile import postal_code
from crm.receipts.services import delivering
from tests.factories.giving import GiftFactory
from tests.giving.reading import page
from tests.receipts.reading import day_said, drawn, places, reader, said_on, words
from tests.receipts.worked import ABROAD, CASES, ISSUED_ON, LAWS, YEAR

ISSUABLE = [one for one in ABROAD if one["alone"][0].isdigit()]
CHEQUE = {one["law"]: one for one in reversed(ISSUABLE)}  # the first of each country


def compared(receipt) -> dict[str, tuple]:
    """Field by field: what is read on the stored file, and what the frozen snapshot says; those that differ."""
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    said, language = receipt.said, receipt.language
    read = said_on(services.stored_pdf(receipt), language, said.template)
    found = {
        "number": (read["number"].split()[0], receipt.number),
        "charity_name": (read["charity_name"], said.charity_name),
        "charity_address": (read["charity_address"], ", ".join(said.charity_address)),
        "registration_number": (read["registration_number"].startswith(plain(said.registration)), True),
        "donor": (read["donor"], " ".join([said.donor_name, *said.donor_address])),
        "issued_on": (day_said(" ".join(read["issued_on"].split()[:3]), language), said.issued_on),
        "year": (read.get("gift_year", ""), str(said.gift_year or "")),
        "signature": (read["signature"].startswith(said.signatory_name), True),
        "verify": (read["verify"].replace(" ", ""), said.verification_url.partition("://")[2]),
        "property": (read.get("property_description", ""), said.property_description),
    }
    if said.gift_date:
        found["gift_date"] = (day_said(read["gift_date"], language), said.gift_date)
    text = words(services.stored_pdf(receipt))
    if said.replaces:
        sentence = labels(said.template, language)["replaces"].format(number=said.replaces)
        found["replaces"] = (plain(sentence) in text, True)
    for name in ("amount", "advantage", "eligible"):
        if amount := getattr(said, name):
            written = " ".join(format_money(amount, said.currency, language).split())
            found[name] = (written in text, said.tells_value)
    return {name: pair for name, pair in found.items() if plain(pair[0]) != plain(pair[1])}


def plain(value):
    return " ".join(value.split()) if isinstance(value, str) else value


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("case", ISSUABLE, ids=lambda case: case["case"])
def test_the_stored_file_says_field_by_field_what_is_frozen(case, language, make, finance):
    receipt = services.issue_receipt(make(case, language), by=finance)
    assert compared(receipt) == {}
    assert receipt.language == ("fr" if case["law"] == "FR" else language)


@pytest.mark.parametrize("law", ["US", "FR"])
def test_the_receipt_of_a_year_lists_each_payment_with_its_date_and_how_it_was_made(law, make, finance):
    gift = make(CHEQUE[law], "fr")
    GiftFactory(
        contact=gift.contact, fund=gift.fund, recorded_by=finance, amount="40.10", currency=gift.currency, method="cash",
        received_on=date(YEAR, 2, 1),
    )  # fmt: skip
    receipt = services.issue_annual_receipt(gift.contact, year=YEAR, by=finance)
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    text = words(services.stored_pdf(receipt))
    means = {"US": ("", ""), "FR": ("Remise d’espèces ", "Chèque ")}[law]
    marks = {"US": "$ US", "FR": "€"}[law]
    amount = " ".join(f"{gift.amount:.2f}".replace(".", ",").split())
    assert f"1er février 2026 {means[0]}40,10 {marks}" in text
    assert f"14 octobre 2026 {means[1]}{amount} {marks}" in text
    assert sum(payment.amount for payment in receipt.said.payments) == receipt.amount
    assert compared(receipt) == {}
    replaced = services.replace_receipt(receipt, reason="Adresse", by=finance)
    assert compared(replaced) == {}


def test_a_year_of_weekly_payments_goes_over_the_page_and_loses_none(make, finance):
    gift = make(CHEQUE["FR"], "fr")
    Gift.objects.filter(pk=gift.pk).update(received_on=date(YEAR, 1, 1))
    for week in range(1, 52):
        GiftFactory(
            contact=gift.contact, fund=gift.fund, recorded_by=finance, amount=Decimal(week), currency="EUR",
            received_on=date.fromordinal(date(YEAR, 1, 1).toordinal() + 7 * week),
        )  # fmt: skip
    draft = queries.draft_annual(gift.contact, year=YEAR, issued_on=ISSUED_ON)
    assert len(draft.snapshot.payments) == 52
    data = services.specimen_pdf(draft)
    text = words(data)
    assert len(reader(data).pages) == 2
    assert all(f" {week},00 €" in text for week in range(1, 52))
    assert "*** 1 426,00 € ***" in text


def test_the_law_changes_with_the_settings_and_what_was_issued_stays(make, finance, organization):
    before = services.issue_receipt(make(CASES[0], "en"), by=finance)
    frozen = before.snapshot
    for name, value in LAWS["US"].items():
        setattr(organization, name, value)
    organization.save()
    before.refresh_from_db()
    assert before.snapshot == frozen
    assert before.said.law.country == "CA"
    assert compared_title(before) == "Official donation receipt for income tax purposes"
    draft = queries.draft(queries.read_gifts(Gift.objects.all()).get(), issued_on=ISSUED_ON)
    assert set(draft.reasons) == {"currency", "already_receipted"}


def compared_title(receipt) -> str:
    services.draw_receipt(receipt.pk)
    receipt.refresh_from_db()
    return reader(services.stored_pdf(receipt)).metadata.title.partition(" – ")[0]


def test_what_property_is_worth_is_told_to_nobody_under_american_law(make, finance, client):
    case = next(one for one in ISSUABLE if one["nature"] == "in_kind" and one["law"] == "US")
    gift = make(case, "en")
    receipt = services.issue_receipt(gift, by=finance)
    html = client.get(urlsplit(receipt.said.verification_url).path).content.decode()
    assert receipt.number in html
    assert "5,000" not in html
    assert "Eligible amount" not in html
    receipt.contact.email = "donor@example.org"
    receipt.contact.save()
    delivering.email_receipt(receipt, by=finance)
    body = Communication.objects.get().body
    assert "Eligible amount: for you to determine." in body
    assert "5,000" not in body


def test_the_page_of_a_french_receipt_is_a4_with_the_donor_in_the_window_on_the_right(make, finance):
    draft = queries.draft(make(CHEQUE["FR"], "fr"), issued_on=ISSUED_ON)
    box = reader(drawn(draft.snapshot) if not draft.pictures else services.specimen_pdf(draft)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


# Of a DL envelope, 110 x 220 mm, its window 35 x 100 mm, 20 mm from the right and from the bottom; the sheet is folded in three
# and has 11 mm of play. Inches from the corner of the sheet, where it shows wherever the sheet slides.
SEEN_FROM, SEEN_TO, LEFT, RIGHT = 55 / 25.4, 79 / 25.4, 100 / 25.4, 190 / 25.4


@pytest.mark.parametrize("law", ["CA", "FR"])
def test_on_a4_the_donor_shows_in_the_window_wherever_the_sheet_slides(law, make, finance, organization):
    organization.paper = "a4"
    organization.save()
    case = CASES[0] if law == "CA" else CHEQUE["FR"]
    draft = queries.draft(make(case, "fr"), issued_on=ISSUED_ON)
    data = services.specimen_pdf(draft)
    seen = [text for text, x, y in places(data) if LEFT <= x <= RIGHT and SEEN_FROM <= y <= SEEN_TO]
    assert " ".join(seen) == " ".join(" ".join([draft.snapshot.donor_name, *draft.snapshot.donor_address]).split())
    below = [text for text, x, y in places(data) if x > LEFT and SEEN_TO < y <= 90 / 25.4]
    assert below == []


def test_the_page_of_a_receipt_and_the_settings_are_shown(browse, finance, admin, make):
    gift = make(CHEQUE["FR"], "fr")
    receipt = services.issue_receipt(gift, by=finance)
    html = browse(finance).open("receipts:receipt_detail", pk=receipt.pk).content.decode()
    assert "775\u00a0672\u00a0272" in html
    assert "€100.00" in html
    form = browse(admin).open("accounts:organization_update").context["form"]
    assert {"purpose", "legal_status"} <= set(form.fields)


@pytest.mark.parametrize(
    ("law", "said", "figures"),
    [
        ("CA", "T3010", ["$100.00", "$0.00", "$0.00"]),
        ("US", "Form 990", ["US$250.00", "US$0.00"]),
        ("FR", "yearly declaration of receipts", ["1", "€100.00"]),
    ],
)
def test_the_year_is_told_as_the_return_of_the_country_asks(law, said, figures, browse, finance, make):
    services.issue_receipt(make(CASES[0] if law == "CA" else CHEQUE[law], "en"), by=finance)
    shown = page(browse(finance).open("receipts:reconciliation", {"year": YEAR}))
    card = shown.one("[aria-labelledby=return]")
    assert said in card.words
    assert card.texts(".mc-list .mc-num") == figures


@pytest.mark.parametrize(
    ("law", "number", "outcome"),
    [
        ("US", "53-0196605", "530196605"),
        ("US", "119219814 RR0001", None),
        ("FR", "775 672 272", "775672272"),
        ("FR", "W751000000", "W751000000"),
        ("FR", "775 672 273", None),
        ("CA", "53-0196605", None),
    ],
)
def test_the_settings_take_the_number_of_the_country_and_no_other(law, number, outcome, browse, admin, organization):
    client = browse(admin)
    form = client.open("accounts:organization_update").context["form"]
    data = {name: form[name].value() or "" for name in form.fields if name not in ("logo", "signature")}
    data |= {"receipt_law": law, "registration_number": number}
    answer = client.send("accounts:organization_update", data)
    organization.refresh_from_db()
    if outcome:
        assert (answer.status_code, organization.receipt_law, organization.registration_number) == (302, law, outcome)
    else:
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["registration_number"]


@pytest.mark.parametrize(
    ("address", "country", "code"),
    [
        (["1482, rue des Érables", "Trois-Rivières (Québec) G9A\u00a05H7"], "CA", "G9A5H7"),
        (["12345 Main St", "Portland, ME 04101-1234"], "US", "04101"),
        (["12 rue du Port", "69002 Lyon"], "FR", "69002"),
        (["12 rue du Port", "1000 Bruxelles", "Belgique"], "FR", ""),
        (["12345 Main St", "Portland, ME 04101", "États-Unis"], "CA", ""),
    ],
)
def test_piles_are_made_by_the_postal_code_of_the_country(address, country, code):
    assert postal_code(address, country) == code


@pytest.mark.parametrize(
    ("law", "fields", "lines"),
    [
        ("FR", {"city": "Lyon", "postal_code": "69002", "country": "FR", "province": ""}, ["69002 Lyon"]),
        ("US", {"city": "Portland", "province": "ME", "postal_code": "04101", "country": "US"}, ["Portland, ME 04101"]),
        ("US", {}, ["Trois-Rivières, Quebec G9A\u00a05H7", "Canada"]),
    ],
)
def test_an_address_names_the_country_where_it_is_not_the_one_of_the_organization(
    law, fields, lines, contact, organization
):
    organization.receipt_law = law
    organization.save()
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.language, contact.address_line2 = "en", ""
    contact.organization = organization
    assert contact.address_lines[1:] == lines


def test_a_new_contact_lives_where_the_organization_is(organization, admin, browse):
    organization.receipt_law = "FR"
    organization.save()
    admin.refresh_from_db()
    made = contacts.create_contact(by=admin, first_name="Luce", last_name="Roy")
    assert made.country == "FR"
    assert browse(admin).open("contacts:contact_create").context["form"].initial["country"] == "FR"


def test_whoever_issues_reads_why_a_small_advantage_is_not_taken_off(make, finance, browse):
    gift = make(CHEQUE["FR"], "fr")
    Gift.objects.filter(pk=gift.pk).update(
        amount=Decimal(250), advantage=Decimal(60), advantage_description="Un souper"
    )
    read = page(browse(finance).open("receipts:receipt_issue", pk=gift.pk)).words
    assert "The advantage of €60.00 is not taken off the gift of €250.00" in read
    assert "at most 25% of a gift, up to €69.00" in read
    assert "Association reconnue d’utilité publique" in read
