"""What every list keeps, whatever it lists: found by walking the URLconf, so a new list is held to it the day it is born."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import django_filters
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.accounts.models import AuditEntry, Invitation, Membership
from crm.contacts import services as contacts
from crm.contacts.models import Contact, CustomField, Group, Household, RecordView, Segment, Tag, TagAssignment
from crm.contacts.models.duplicates import DuplicatePair, Merge
from crm.core.models import Operation
from crm.core.web.views import ListView
from crm.giving.models import Campaign, Fund, Gift, GiftBatch, GiftSplit, Pledge, Thanks
from crm.imports.models import ImportFile
from crm.imports.services import receive_file
from crm.outreach.models import Communication, MessageTemplate
from crm.receipts.models import Receipt
from crm.tasks.models import Task
from tests.factories.accounts import MembershipFactory
from tests.factories.contacts import ContactFactory, PairFactory
from tests.factories.core import OperationFactory
from tests.factories.giving import (
    AppealFactory,
    BatchFactory,
    BatchRowFactory,
    CampaignFactory,
    FundFactory,
    GiftFactory,
    PledgeFactory,
)
from tests.factories.households import household_of
from tests.factories.receipts import issued
from tests.factories.tasks import TaskFactory
from tests.routes import screens

LISTS = [route for route in screens() if route.is_screen and issubclass(route.view, ListView)]
EXPORTED = [route for route in LISTS if route.view.can_export]
FORMULA = '=HYPERLINK("http://evil.example","Click")'
HTMX = {"HX-Request": "true"}
OOXML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


# --- a row of each kind, the next one unlike the one before -------------------------------------------------------------
def add_contact(admin, number: int) -> Contact:
    contact = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Roy{number}")
    for make in (add_tag, add_group, add_segment):
        make(admin, number)
    TagAssignment.objects.create(tag=Tag.objects.latest("pk"), contact=contact)
    return contact


def add_tag(admin, number: int) -> None:
    Tag.objects.create(organization=admin.organization, name=f"Tag {number} {Tag.objects.count()}")


def add_group(admin, number: int) -> None:
    Group.objects.create(organization=admin.organization, name=f"Group {number}")


def add_segment(admin, number: int) -> None:
    tag = Tag.objects.create(organization=admin.organization, name=f"Of a segment {number} {Tag.objects.count()}")
    rules = {
        "any": [{"field": "tag", "op": "in", "value": [tag.pk]}, {"field": "owner", "op": "in", "value": [admin.pk]}]
    }
    Segment.objects.create(organization=admin.organization, name=f"Segment {number}", rules=rules, count=number)


def add_household(admin, number: int) -> None:
    donor = add_gift(admin, number).contact
    spouse = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Côté{number}")
    household_of(donor, spouse)


def add_gift(admin, number: int) -> Gift:
    donor = ContactFactory(organization=admin.organization, owner=admin, last_name=f"Roy{number}")
    fund = FundFactory(organization=admin.organization)
    amount = Decimal(10 + number)
    appeal = AppealFactory(campaign__organization=admin.organization)
    gift = GiftFactory(
        contact=donor, fund=None if number % 2 else fund, recorded_by=admin, amount=amount,
        received_on=date(2026, 1, 1 + number), campaign=appeal.campaign, appeal=appeal,
    )  # fmt: skip
    if number % 2:  # shared out between two funds
        for one, part in ((fund, 4), (FundFactory(organization=admin.organization), 6 + number)):
            GiftSplit.objects.create(gift=gift, fund=one, amount=part)
    return gift


def add_pledge(admin, number: int) -> None:
    PledgeFactory(
        contact=ContactFactory(organization=admin.organization, owner=admin), recorded_by=admin,
        amount=Decimal(10 + number), late_since=date(2026, 2, 1) if number % 2 else None,
        next_due_on=date(2026, 2, 1 + number), campaign=CampaignFactory(organization=admin.organization),
    )  # fmt: skip


def add_receipt(admin, number: int) -> None:
    issued(add_gift(admin, number), by=admin)


def add_invitation(admin, number: int) -> None:
    Invitation.objects.create(
        organization=admin.organization,
        email=f"new{number}@example.test",
        role="member",
        secret_hash=f"{number:064}",
        invited_by=admin,
        expires_at="2999-01-01T00:00Z",
    )


def add_audit(admin, number: int) -> None:
    AuditEntry.objects.create(
        organization=admin.organization, actor=admin, action="create", model="contacts.contact", object_id=number
    )


def add_import(admin, number: int) -> None:
    sheet = ContentFile(f"Nom,Ville\nRoy{number},Laval\n".encode(), "sheet.csv")
    receive_file(file=sheet, name=f"sheet{number}.csv", kind="contacts", by=admin)


def add_reading(admin, number: int) -> None:
    donor = add_contact(admin, number)
    now = timezone.now()
    RecordView.objects.create(
        organization=admin.organization, membership=admin, contact=donor, day=now.date(), last_at=now
    )


def two(admin, number: int) -> list:
    fields = {"organization": admin.organization, "owner": admin}
    return [ContactFactory(**fields, last_name=f"{name}{number}") for name in ("Roy", "Roi")]


def add_pair(admin, number: int) -> None:
    first, second = two(admin, number)
    PairFactory(first=first, second=second, score=72 + number)


def add_merge(admin, number: int) -> None:
    first, second = two(admin, number)
    contacts.merge_contacts(kept=first, absorbed=second, by=admin)


ADD = {
    DuplicatePair: add_pair,
    Merge: add_merge,
    CustomField: lambda admin, number: CustomField.objects.create(
        organization=admin.organization, code=f"c{number}", label_fr=f"Champ {number}", position=number
    ),
    RecordView: add_reading,
    Contact: add_contact,
    Tag: add_tag,
    Group: add_group,
    Segment: add_segment,
    Gift: add_gift,
    Pledge: add_pledge,
    Thanks: lambda admin, number: Thanks.objects.create(organization=admin.organization, gift=add_gift(admin, number)),
    GiftBatch: lambda admin, number: BatchRowFactory(
        batch=BatchFactory(organization=admin.organization, opened_by=admin, year=2020 + number)
    ),
    Household: add_household,
    Task: lambda admin, number: TaskFactory(
        contact=ContactFactory(organization=admin.organization), owner=admin, due_on=date(2026, 1, 1 + number)
    ),
    Campaign: lambda admin, number: GiftFactory(
        contact=ContactFactory(organization=admin.organization),
        campaign=CampaignFactory(organization=admin.organization, goal_amount=1000 + number, cost=number),
    ),
    Fund: lambda admin, number: FundFactory(organization=admin.organization, name_fr=f"Fonds {number}"),
    Receipt: add_receipt,
    MessageTemplate: lambda admin, number: MessageTemplate.objects.create(
        organization=admin.organization,
        name=f"Ours {number}",
        subject_fr="Merci",
        body_fr="x",
        subject_en="Thanks",
        body_en="x",
    ),
    Communication: lambda admin, number: Communication.objects.create(
        organization=admin.organization,
        contact=ContactFactory(organization=admin.organization),
        channel="letter",
        language="fr",
        subject=f"Merci {number}",
        body="x",
        sent_by=admin,
    ),
    ImportFile: add_import,
    Membership: lambda admin, number: MembershipFactory(organization=admin.organization),
    Invitation: add_invitation,
    AuditEntry: add_audit,
    Operation: lambda admin, number: OperationFactory(organization=admin.organization, started_by=admin),
}


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
    up = browser.open(route.name, {"sort": column}).context["page"].records
    down = browser.open(route.name, {"sort": f"-{column}"}).context["page"].records
    assert {row.pk for row in up} == {row.pk for row in down}
    table = browser.open(route.name, {"sort": column}).context["table"]
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
