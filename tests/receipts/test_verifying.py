"""Anybody who holds a receipt may ask whether it counts; nobody learns more, and nobody who does not hold it learns that."""

import re

import pytest
from django.db import connection
from django.test import Client

from crm.receipts import services, triggers
from crm.receipts.models import Receipt
from tests.giving.reading import page
from tests.receipts.reading import words


@pytest.fixture
def receipt(gift, finance, run_jobs):
    issued = services.issue_receipt(gift, by=finance)
    run_jobs()
    issued.refresh_from_db()
    return issued


def path_of(receipt: Receipt) -> str:
    return "/" + receipt.said.verification_url.split("://")[1].partition("/")[2]


def test_the_address_is_printed_and_tells_nothing_personal(receipt, contact):
    printed = receipt.said.verification_url.split("://")[1]
    assert printed.replace(" ", "") in words(services.stored_pdf(receipt)).replace(" ", "")
    answer = Client().get(path_of(receipt))
    shown = page(answer).words
    assert "Ce reçu est valide" in shown
    assert receipt.number in shown
    assert "50,00 $" in shown
    assert contact.last_name not in answer.content.decode()
    assert (answer["Referrer-Policy"], answer["X-Robots-Tag"]) == ("no-referrer", "noindex")
    assert "sessionid" not in answer.cookies


def test_it_tells_of_what_was_voided_and_of_what_replaced_it(receipt, finance, published):
    new = services.replace_receipt(receipt, reason="Adresse de Madame, au 12", by=finance)
    shown = page(Client().get(path_of(receipt))).words
    assert "Ce reçu n’a plus de valeur" in shown
    assert new.number in shown
    assert "Madame" not in shown
    assert "Ce reçu est valide" in page(Client().get(path_of(new))).words


def test_a_change_of_key_leaves_what_was_printed_good(receipt, settings):
    settings.SECRET_KEY = "another key altogether, of the same installation"
    assert Client().get(path_of(receipt)).status_code == 200


@pytest.mark.parametrize(
    ("find", "put"),
    [
        (r"[^/]+/$", "AAAAAAAAAAAAAAAAAAAAAA/"),
        (r"-00001", "-00002"),
        (r"/r/[^/]+/", "/r/other/"),
        (r"[^/]+/$", "é%00/"),
    ],
)
def test_an_address_that_was_made_up_finds_nothing(receipt, outsider, find, put):
    assert Client().get(re.sub(find, put, path_of(receipt))).status_code == 404


def test_words_altered_in_the_database_are_not_vouched_for(receipt):
    address = path_of(receipt)
    with connection.cursor() as cursor:
        on_table = " ON receipts_receipt" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER receipts_receipt_frozen{on_table}")
    try:
        Receipt.objects.update(snapshot=receipt.snapshot.replace("50.00", "5000.00"))
        assert Client().get(address).status_code == 404
    finally:
        triggers.ensure(using="default")


def test_each_code_is_of_one_receipt(receipt, contact, fund, finance, published):
    from tests.factories.giving import GiftFactory

    other = services.issue_receipt(GiftFactory(contact=contact, fund=fund, recorded_by=finance), by=finance)
    mine, theirs = (path_of(one).split("/")[-2] for one in (receipt, other))
    assert mine != theirs
    assert Client().get(path_of(receipt).replace(mine, theirs)).status_code == 404


def test_a_receipt_issued_before_there_were_codes_has_no_page(gift, finance, published, monkeypatch):
    monkeypatch.setattr("crm.receipts.services.issuing.address_for", lambda *_, **__: "")
    receipt = services.issue_receipt(gift, by=finance)
    assert Client().get(f"/fr/r/{receipt.organization.slug}/{receipt.number}/x/").status_code == 404
