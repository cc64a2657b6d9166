"""The columns of any list are chosen in its address: shown, exported and paid for as asked."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.contacts.services.custom_fields import save_custom_field
from tests.contracts.test_lists import LISTS, add
from tests.factories.contacts import ContactFactory
from tests.giving.reading import page

pytestmark = pytest.mark.django_db


def headers(response) -> list[str]:
    return [text for text in page(response).texts("thead th") if text]


def choosable(route) -> list[str]:
    columns = route.view.table_class.base_columns
    return [name for name, column in columns.items() if not getattr(column, "unlabelled", False)]


@pytest.mark.parametrize("route", [route for route in LISTS if choosable(route)], ids=str)
def test_any_one_column_can_be_asked_for_alone_and_costs_no_query_a_row(route, admin, browse):
    browser = browse(admin)
    add(route, admin, range(2))
    names = choosable(route)
    costs = {}
    for name in names:
        with CaptureQueriesContext(connection) as made:
            response = browser.open(route.name, {"columns": name})
        assert name in [shown for shown, _column, _bound in response.context["table"].shown()]
        costs[name] = len(made)
    add(route, admin, range(2, 8))
    for name in names:
        with CaptureQueriesContext(connection) as made:
            browser.open(route.name, {"columns": name})
        assert len(made) <= costs[name], (name, [query["sql"][:150] for query in made])


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_a_column_that_does_not_exist_is_said_and_breaks_nothing(route, admin, browse):
    add(route, admin, range(1))
    for asked in ("colour", "owner__user__password", "\x00", "<script>", "a" * 500):
        response = browse(admin).open(route.name, {"columns": asked})
        assert (response.status_code, response.context["table"].unknown_columns) == (200, [asked])


@pytest.mark.parametrize("route", LISTS, ids=str)
def test_the_chooser_offers_every_column_and_ticks_those_shown(route, admin, browse):
    add(route, admin, range(1))
    offered = page(browse(admin).open(route.name, {"panel": "columns"}))
    values = [box.get("value") for box in offered.css("[name=columns]")]
    assert sorted(values) == sorted(choosable(route))


def test_columns_stand_in_the_order_asked_after_the_name(admin, browse, contact):
    asked = browse(admin).open("contacts:contact_list", {"columns": "email,postal_code,lifecycle"})
    assert headers(asked) == ["Name", "E-mail", "Postal code", "Giving status"]
    boxes = browse(admin).open("contacts:contact_list", {"columns": ["email", "city"]})
    assert headers(boxes) == ["Name", "E-mail", "City"]


def test_what_is_shown_is_what_is_exported(admin, browse, contact):
    response = browse(admin).open("contacts:contact_list", {"columns": "phone,email", "export": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert lines == [  # the number leaves with every list of contacts: by it a corrected file finds them again
        ["Name", "Merci number", "Phone", "E-mail"],
        ["Hélène Côté-Bouchard", str(contact.pk), "", contact.email],
    ]


def test_a_hidden_column_is_neither_joined_nor_read(admin, browse, contact):
    with CaptureQueriesContext(connection) as made:
        browse(admin).open("contacts:contact_list", {"columns": "city"})
    listed = next(
        query["sql"] for query in made if 'FROM "contacts_contact"' in query["sql"] and "LIMIT" in query["sql"]
    )
    for absent in ("givingsummary", "membership", "email", "lifecycle"):
        assert absent not in listed.split("WHERE")[0]


def test_a_field_of_ones_own_is_a_column_like_any_other(admin, browse, organization):
    size = save_custom_field(by=admin, kind="choice", label_fr="Taille", label_en="Size", lines=[("Grand", "Large")])
    roy = ContactFactory(organization=organization, last_name="Roy", first_name="", custom={size.code: "v1"})
    name = f"custom_{size.code}"
    response = browse(admin).open("contacts:contact_list", {"columns": name})
    assert headers(response) == ["Name", "Size"]
    assert "Large" in page(response).text
    exported = browse(admin).open("contacts:contact_list", {"columns": name, "export": "csv"})
    assert f"Roy,{roy.pk},Large" in b"".join(exported.streaming_content).decode()


def test_sorting_and_searching_keep_the_columns(admin, browse, contact):
    response = page(browse(admin).open("contacts:contact_list", {"columns": "email,total"}))
    assert "columns=email%2Ctotal" in response.one("#sort-total").get("href")
    assert response.one("input[form=filters][name=columns]").get("value") == "email,total"
