"""What every list keeps, whatever it lists: found by walking the URLconf, so a new list is held to it the day it is born."""

import csv
import io
import zipfile
from xml.etree import ElementTree as ET

import django_filters
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.accounts.models import AuditEntry
from crm.core.web.tables import is_optional
from crm.core.web.views import ListView
from tests.contracts.rows import ADD
from tests.factories.contacts import ContactFactory
from tests.factories.giving import (
    GiftFactory,
)
from tests.routes import screens

LISTS = [route for route in screens() if route.is_screen and issubclass(route.view, ListView)]
EXPORTED = [route for route in LISTS if route.view.can_export]
FORMULA = '=HYPERLINK("http://evil.example","Click")'
HTMX = {"HX-Request": "true"}
OOXML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def add(route, admin, numbers) -> None:
    for number in numbers:
        ADD[route.view.model](admin, number)


@pytest.fixture
def browser(admin, browse):
    return browse(admin)


def total(response) -> int:
    return response.context["page"].total


def every_list(function):
    return pytest.mark.parametrize("route", LISTS, ids=str)(function)


def test_there_are_lists():
    assert {route.view.model for route in LISTS} == set(ADD)


# --- the page -----------------------------------------------------------------------------------------------------------
@every_list
def test_twelve_rows_cost_as_many_queries_as_two(route, admin, browser):
    add(route, admin, range(2))
    browser.open(route.name)  # what is looked up once only (content types, visits) is not counted
    with CaptureQueriesContext(connection) as few:
        browser.open(route.name)
    add(route, admin, range(2, 12))
    with CaptureQueriesContext(connection) as many:
        response = browser.open(route.name)
    assert total(response) >= 12
    assert len(many) == len(few), [query["sql"][:120] for query in many]


@every_list
def test_an_htmx_request_gets_the_fragment_and_anything_else_the_page(route, admin, browser):
    add(route, admin, range(1))
    url = browser.url(route.name)
    page, fragment = browser.get(url), browser.get(url, headers=HTMX)
    back = browser.get(url, headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert ["<html" in response.content.decode() for response in (page, fragment, back)] == [True, False, True]
    assert ["HX-Request" in response["Vary"] for response in (page, fragment, back)] == [True, True, True]


@every_list
@pytest.mark.parametrize("asked", ["abc", "0", "-1", "999", "99999999999999999999", "²", ""])
def test_a_page_that_does_not_exist_shows_rows_all_the_same(route, asked, admin, browser):
    add(route, admin, range(3))
    response = browser.open(route.name, {"page": asked})
    assert (response.status_code, response.context["page"].number) == (200, 1)
    assert len(response.context["page"].records) == total(response)


@every_list
def test_a_page_past_the_end_is_the_last_one(route, admin, browser):
    add(route, admin, range(27))
    page = browser.open(route.name, {"page": "99"}).context["page"]
    assert (page.number, len(page.records), page.has_next) == (2, page.total - 25, False)


@every_list
def test_an_unknown_parameter_is_said_and_empties_nothing(route, admin, browser):
    add(route, admin, range(2))
    plain, asked = browser.open(route.name), browser.open(route.name, {"colour": "red"})
    assert total(asked) == total(plain)
    assert asked.context["filter"].ignored == ["colour"]
    assert "“colour”" in asked.content.decode()


# --- sorting ------------------------------------------------------------------------------------------------------------
def sortable() -> list:
    return [
        pytest.param(route, name, id=f"{route.name}-{name}")
        for route in LISTS
        for name, column in route.view.table_class.base_columns.items()
        if column.orderable is not False
    ]


@pytest.mark.parametrize(("route", "column"), sortable())
def test_every_sortable_column_sorts_both_ways(route, column, admin, browser):
    add(route, admin, range(3))
    chosen = {"columns": column} if is_optional(route.view.table_class.base_columns[column]) else {}
    up = browser.open(route.name, chosen | {"sort": column}).context["page"].records
    down = browser.open(route.name, chosen | {"sort": f"-{column}"}).context["page"].records
    assert {row.pk for row in up} == {row.pk for row in down}
    table = browser.open(route.name, chosen | {"sort": column}).context["table"]
    said = [name for name, _column, bound in table.shown() if bound.is_ordered]
    assert said == [column]
    values = [[table.columns[column].column.value_of(row, column) for row in rows] for rows in (up, down)]
    known = [[value for value in side if value is not None] for side in values]
    if len(set(map(str, known[0]))) == len(known[0]):
        assert known[1] == known[0][::-1]


@every_list
def test_a_column_that_does_not_sort_leaves_the_order_as_it_was(route, admin, browser):
    add(route, admin, range(3))
    plain = browser.open(route.name).context["page"].records
    odd = browser.open(route.name, {"sort": "password"}).context["page"].records
    assert [row.pk for row in odd] == [row.pk for row in plain]


# --- filters ------------------------------------------------------------------------------------------------------------
TYPED = {"DateField": "2026-01-31", "DecimalField": "2026", "AmountField": "2026", "IntegerField": "1"}


def plausible(entry, form, name: str) -> dict[str, str]:
    """Something a person may choose in this filter, as the address says it."""
    field = form.fields[name]
    if isinstance(entry, django_filters.ModelChoiceFilter | django_filters.ModelMultipleChoiceFilter):
        return {name: str(field.queryset.first().pk)} if field.queryset.exists() else {}
    choices = [str(key) for key, _word in getattr(field, "choices", ()) if key not in ("", None)]
    if choices:
        return {name: choices[0]}
    kind = type(field).__name__
    if kind in TYPED:
        return {name: TYPED[kind]}
    if suffixes := getattr(field.widget, "suffixes", None):
        ends = ("2020-01-01", "2030-12-31") if "after" in suffixes else ("1", "1000")
        return {f"{name}_{suffix}": end for suffix, end in zip(suffixes, ends, strict=True)}
    return {name: "a"}


def filters() -> list:
    return [
        pytest.param(route, name, id=f"{route.name}-{name}")
        for route in LISTS
        for name in route.view.filterset_class.base_filters
    ]


@pytest.mark.parametrize(("route", "name"), filters())
def test_every_filter_runs_and_is_said_back(route, name, admin, browser):
    add(route, admin, range(2))
    listed = browser.open(route.name).context["filter"].whole
    params = plausible(listed.filters[name], listed.form, name)
    if not params:
        pytest.fail(f"no row offers a choice for {name}")
    response = browser.open(route.name, params)
    shown = response.context["filter"]
    assert (response.status_code, shown.form.errors, shown.ignored) == (200, {}, [])
    assert [chip.label for chip in shown.chips] == ([] if name == "q" else [shown.form.fields[name].label])
    panel = browser.open(route.name, params | {"panel": "fields"})
    assert (panel.status_code, "<html" in panel.content.decode()) == (200, False)


@pytest.mark.parametrize(("route", "name"), filters())
def test_nonsense_in_a_filter_is_never_an_error_of_ours(route, name, admin, browser):
    add(route, admin, range(1))
    names = (name, f"{name}_min", f"{name}_max", f"{name}_after", f"{name}_before")
    for value in ("\x00", "'\"<script>", "99999999999999999999999", "é" * 300):
        assert browser.open(route.name, dict.fromkeys(names, value)).status_code == 200


# --- exports ------------------------------------------------------------------------------------------------------------
def csv_rows(response) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def xlsx_rows(response) -> list[list[tuple[str, str]]]:
    """Each cell as its kind (``inlineStr``, ``n``; a formula is ``f``) and its text."""
    with zipfile.ZipFile(io.BytesIO(response.content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - the file we just made
    return [
        [
            ("f" if cell.find(f"{OOXML}f") is not None else cell.get("t", "n"), "".join(cell.itertext()))
            for cell in row.iter(f"{OOXML}c")
        ]
        for row in sheet.iter(f"{OOXML}row")
    ]


@pytest.mark.parametrize("route", EXPORTED, ids=str)
def test_an_export_holds_the_rows_of_the_list_in_both_formats(route, admin, browser):
    add(route, admin, range(27))
    # Taking a list out is itself written in the audit log, whose list would grow from one export to the next.
    narrow = {"action": "create"} if route.view.model is AuditEntry else {}
    listed = total(browser.open(route.name, narrow))
    lines = csv_rows(browser.open(route.name, narrow | {"export": "csv"}))
    sheet = xlsx_rows(browser.open(route.name, narrow | {"export": "xlsx"}))
    assert (len(lines), len(sheet)) == (listed + 1, listed + 1)
    assert [text for _kind, text in sheet[0]] == lines[0]


@pytest.mark.parametrize(
    "route", [route for route in EXPORTED if route.view.filterset_class.base_filters.get("q")], ids=str
)
def test_an_export_holds_only_what_the_search_left(route, admin, browser):
    add(route, admin, range(2))
    nothing = {"q": "zzzzzzzz"}
    assert total(browser.open(route.name, nothing)) == 0
    assert len(csv_rows(browser.open(route.name, nothing | {"export": "csv"}))) == 1
    assert len(xlsx_rows(browser.open(route.name, nothing | {"export": "xlsx"}))) == 1


@pytest.mark.parametrize("name", ["contacts:contact_list", "giving:gift_list"])
def test_a_formula_typed_as_a_name_stays_text_in_a_spreadsheet(name, admin, browser):
    donor = ContactFactory(organization=admin.organization, owner=admin, first_name="", last_name=FORMULA)
    GiftFactory(contact=donor, recorded_by=admin)
    lines = csv_rows(browser.open(name, {"export": "csv"}))
    assert {cell for line in lines for cell in line if "HYPERLINK" in cell} == {f"'{FORMULA}"}
    sheet = xlsx_rows(browser.open(name, {"export": "xlsx"}))
    assert {cell for row in sheet for cell in row if "HYPERLINK" in cell[1]} == {("inlineStr", FORMULA)}
