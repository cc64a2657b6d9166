"""The search box of every page: people, receipts, gifts and acts, for those who may see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.contacts import queries
from crm.contacts.models import RecordView
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.factories.receipts import issued

JSON = {"Accept": "application/json"}


@pytest.fixture
def ask(browse):
    def asked(person, text: str = "", language: str = "en") -> dict:
        browser = browse(person, language)
        response = browser.get(browser.url("contacts:search"), {"q": text}, headers=JSON)
        return {group["code"]: [hit["name"] for hit in group["hits"]] for group in response.json()["groups"]}

    return asked


def opened(person, contact, minutes_ago: int) -> None:
    at = timezone.now() - timezone.timedelta(minutes=minutes_ago)
    RecordView.objects.create(
        organization=person.organization, membership=person, contact=contact, day=at.date(), last_at=at
    )


@pytest.mark.parametrize(
    "text",
    [
        "helene cote",
        "COTE HELENE",
        "Côté-B",
        "bouchard hélène",
        "(819) 555-0142",
        "819.555.0142",
        "helene@courriel",
        "D-77",
    ],
)
def test_a_person_is_found_however_it_is_typed(ask, admin, contact, text):
    type(contact).objects.filter(pk=contact.pk).update(phone="+18195550142", email="helene@courriel.example")
    contact.refresh_from_db()
    contact.external_id = "D-77"
    contact.save()
    assert ask(admin, text)["contacts"] == ["Hélène Côté-Bouchard"]


def test_of_many_who_hold_the_letters_those_called_so_come_first(admin, organization):
    for number in range(queries.MOST + 5):
        ContactFactory(organization=organization, last_name="Leroyer", first_name=f"A{number}")
    ContactFactory(organization=organization, last_name="Roy", first_name="Zoé")
    assert queries.find_contacts(admin, "roy", limit=5)[0].name == "Zoé Roy"


def test_the_best_person_comes_with_what_can_be_done_for_them(ask, admin, contact):
    assert ask(admin, "helene")["acts"] == [
        "New gift: Hélène Côté-Bouchard", "Edit Hélène Côté-Bouchard", "New pledge: Hélène Côté-Bouchard",
        "New opportunity: Hélène Côté-Bouchard",
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "language"), [("gift cote", "en"), ("don côté", "fr"), ("Donation helene", "en")])
def test_a_word_in_front_of_a_name_asks_for_the_act(ask, admin, contact, text, language):
    said = {"en": "New gift: Hélène Côté-Bouchard", "fr": "Nouveau don\u00a0: Hélène Côté-Bouchard"}
    assert ask(admin, text, language)["acts"][0] == said[language]


def test_nothing_typed_shows_who_was_opened_last_and_what_can_be_done_from_anywhere(ask, admin, contact, organization):
    other = ContactFactory(organization=organization, first_name="Luc", last_name="Roy")
    opened(admin, contact, 10)
    opened(admin, other, 5)
    found = ask(admin)
    assert found["recent"] == ["Luc Roy", "Hélène Côté-Bouchard"]
    assert found["acts"] == ["Record a gift", "New batch of gifts", "New contact", "Import a file"]


def test_a_reader_is_offered_nothing_they_may_not_do(ask, reader, contact):
    assert ask(reader, "helene") == {"contacts": ["Hélène Côté-Bouchard"]}
    assert ask(reader, "gift helene") == {}
    assert ask(reader) == {}


def test_a_fundraiser_finds_and_remembers_only_their_own(ask, colleague, contact):
    opened(colleague, contact, 1)
    assert ask(colleague, "helene") == {}
    assert "recent" not in ask(colleague)


def test_an_outsider_finds_nothing_of_ours(ask, outsider, contact, fund, admin):
    gift = GiftFactory(contact=contact, fund=fund, recorded_by=admin, external_id="TX-1001")
    receipt = issued(gift, by=admin)
    for text in ("helene", "TX-1001", receipt.number):
        assert ask(outsider, text) == {}


def test_a_receipt_is_found_by_its_number_with_or_without_its_year(ask, admin, finance, member, gift):
    receipt = issued(gift, by=admin)
    year, _dash, sequence = receipt.number.partition("-")
    for text in (receipt.number, f"{year}-{int(sequence)}"):
        assert ask(finance, text)["receipts"] == [f"Official receipt {receipt.number}"]
    assert "receipts" not in ask(member, receipt.number)


def test_a_gift_is_found_by_the_number_of_its_transaction(ask, admin, contact, fund):
    GiftFactory(contact=contact, fund=fund, recorded_by=admin, external_id="TX-1001")
    assert ask(admin, "TX-1001")["gifts"] == ["Gift of $50.00, Hélène Côté-Bouchard"]


@pytest.mark.parametrize("text", ["\x00", "%", "_", "' OR 1=1", "<script>", "é" * 400, "2026-999999", "99999999999999"])
def test_nonsense_finds_nothing_and_breaks_nothing(ask, admin, contact, text):
    contact.email = "helene@courriel.example"  # a factory's "donor11" does hold the "or 11" of " OR 1=1"
    contact.save()
    assert "contacts" not in ask(admin, text)


def test_searching_costs_the_same_whatever_is_found(browse, admin, organization):
    browser = browse(admin)
    costs = []
    for names in (["Aubin"], [f"Aubin{number}" for number in range(12)]):
        for name in names:
            ContactFactory(organization=organization, last_name=name)
        with CaptureQueriesContext(connection) as made:
            browser.get(browser.url("contacts:search"), {"q": "aubin"}, headers=JSON)
        costs.append(len(made))
    assert costs[0] >= costs[1]
