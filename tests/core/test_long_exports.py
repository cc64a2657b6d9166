"""A long list as a file: made by a worker, the same rows as on screen, for whoever asked and may still have it."""

import csv
import io
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from crm.accounts.choices import Role
from crm.accounts.models import AuditEntry, Membership
from crm.core import exporting, operations
from crm.core.models import Operation
from crm.giving import summaries
from crm.imports.workbook import as_csv
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory

CONTACTS = "contacts:contact_list"


@pytest.fixture
def many(organization, owner, settings):
    """Five contacts, where three make a long list; one whose name would be a formula, one that gave nothing."""
    settings.EXPORT_AT_ONCE = 3
    names = ("Roy", "Écuyer", "=HYPERLINK(1)", "Lavoie", "Cyr")
    return [ContactFactory(organization=organization, owner=owner, first_name="", last_name=name) for name in names]


def asked(client, kind: str = "csv", name: str = CONTACTS, **query) -> tuple:
    """The page that asks, and what its form would send."""
    response = client.open(name, {"export": kind, **query})
    assert (response.status_code, "/work/export/" in response.url) == (302, True)
    page = client.get(response.url)
    return page, page.context["hidden"] | {"submission": page.context["submission"]}


def made(client, run_jobs, kind: str = "csv", **query) -> Operation:
    _page, form = asked(client, kind, **query)
    response = client.send("core:export", form)
    operation = Operation.objects.get(kind="export")
    assert response.url == operation.get_absolute_url()
    run_jobs()
    operation.refresh_from_db()
    return operation


def content(client, operation) -> bytes:
    return b"".join(client.open("core:operation_file", pk=operation.pk).streaming_content)


def lines(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    "query", [{}, {"sort": "name"}, {"sort": "-total"}, {"columns": "email,city", "sort": "-name"}, {"q": "e"}]
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_file_is_the_one_a_short_list_would_send(many, admin, fund, browse, run_jobs, settings, query, language):
    GiftFactory(contact=many[1], fund=fund, recorded_by=admin, amount="5.00")
    summaries.refresh([many[1].pk])
    admin.user.language = language
    admin.user.save()
    client = browse(admin, language)
    operation = made(client, run_jobs, **query)
    settings.EXPORT_AT_ONCE = 100
    at_once = b"".join(client.open(CONTACTS, {"export": "csv", **query}).streaming_content)
    assert content(client, operation) == at_once
    assert (operation.status, operation.done, operation.total) == (
        "done",
        len(lines(at_once)) - 1,
        len(lines(at_once)) - 1,
    )
    assert operation.result_file.name.endswith(".csv")


def test_a_workbook_too_and_nothing_in_it_calculates(many, admin, browse, run_jobs):
    client = browse(admin)
    with as_csv(io.BytesIO(content(client, made(client, run_jobs, "xlsx"))), "Contacts") as table:
        rows = lines(table.read())
    assert len(rows) == 6
    assert {"=HYPERLINK(1)", "'=HYPERLINK(1)"} & {cell for row in rows for cell in row}  # a text, as it was typed


def test_the_page_says_how_many_and_sent_twice_it_is_made_once(many, admin, browse):
    client = browse(admin, "fr")
    page, form = asked(client)
    assert "5 lignes" in page.content.decode()
    first, second = (client.send("core:export", form) for _twice in range(2))
    assert first.url == second.url
    assert Operation.objects.filter(kind="export").count() == 1


def test_what_left_is_written_down_as_for_a_short_list(many, admin, browse, run_jobs):
    made(browse(admin), run_jobs, sort="name")
    (entry,) = AuditEntry.objects.filter(action="export")
    assert (entry.actor, entry.model) == (admin, "contacts.contact")
    assert entry.changes["rows"] == [None, 5]


def test_only_what_the_person_may_see_when_it_is_made(many, owner, colleague, browse, run_jobs, organization):
    stranger = ContactFactory(organization=organization, owner=colleague, last_name="Hidden")
    client = browse(owner)
    _page, form = asked(client)
    client.send("core:export", form)
    type(stranger).objects.filter(pk=many[0].pk).update(owner=colleague)  # between the click and the worker
    run_jobs()
    text = content(client, Operation.objects.get(kind="export")).decode()
    assert "Hidden" not in text
    assert "Roy" not in text
    assert "Lavoie" in text


@pytest.mark.parametrize("change", [{"role": Role.READ_ONLY}, {"is_active": False}])
def test_a_role_taken_away_meanwhile_stops_it(many, owner, browse, run_jobs, change):
    client = browse(owner)
    _page, form = asked(client)
    client.send("core:export", form)
    Membership.objects.filter(pk=owner.pk).update(**change)
    run_jobs()
    operation = Operation.objects.get(kind="export")
    assert (operation.status, bool(operation.result_file)) == ("failed", False)
    assert "may no longer" in operation.error


def test_nobody_else_gets_the_file(many, owner, colleague, reader, finance, outsider, browse, run_jobs):
    operation = made(browse(owner), run_jobs)
    for person in (colleague, finance, reader):
        assert browse(person).open("core:operation_file", pk=operation.pk).status_code in (403, 404)
    assert browse(outsider).open("core:operation_file", pk=operation.pk).status_code == 404
    Membership.objects.filter(pk=owner.pk).update(role=Role.READ_ONLY)
    assert browse(owner).open("core:operation_file", pk=operation.pk).status_code == 403


@pytest.mark.parametrize("person", ["reader", "member"])
def test_who_may_not_export_may_not_ask(many, person, browse, request):
    client = browse(request.getfixturevalue(person))
    form = {"list": CONTACTS, "query": "export=csv"}
    assert client.send("core:export", form).status_code == 403
    assert client.open(CONTACTS, {"export": "csv"}).status_code == 403
    assert not Operation.objects.exists()


@pytest.mark.parametrize(
    "form",
    [{}, {"list": "contacts:contact_list"}, {"list": "nothing:here", "query": "export=csv"},
     {"list": CONTACTS, "query": "export=exe"}, {"list": "contacts:statistics", "query": "export=csv"},
     {"list": "contacts:contact_detail", "query": "export=csv"}, {"list": "\x00", "query": "\x00"}],
)  # fmt: skip
def test_nonsense_leads_back(many, admin, browse, form):
    client = browse(admin)
    for response in (client.open("core:export", form), client.send("core:export", form)):
        assert response.url == client.url("core:operation_list")
    assert not Operation.objects.exists()


def test_stopped_it_leaves_no_file(many, admin, browse, run_jobs, monkeypatch):
    client = browse(admin)
    _page, form = asked(client)
    client.send("core:export", form)
    operation = Operation.objects.get(kind="export")
    batches = exporting.batches

    def stopping(rows, size=2):
        for batch in batches(rows, 2):
            operations.cancel(operation)
            yield batch

    monkeypatch.setattr(exporting, "batches", stopping)
    run_jobs()
    operation.refresh_from_db()
    assert (operation.status, bool(operation.result_file)) == ("cancelled", False)
    assert not list(exporting.ExportWork().unfinished(operation).glob("*"))


def test_a_week_later_the_file_is_gone_and_the_page_says_so(many, admin, browse, run_jobs):
    client = browse(admin)
    operation = made(client, run_jobs)
    name, storage = operation.result_file.name, operation.result_file.storage
    assert operations.forget_old_results() == 0
    Operation.objects.filter(pk=operation.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert operations.forget_old_results() == 1
    assert not storage.exists(name)
    page = client.open("core:operation_detail", pk=operation.pk).content.decode()
    assert "Download the file" not in page
    assert "no longer kept" in page


# --- the rows that were ticked ------------------------------------------------------------------------------------------
def test_ticked_rows_leave_in_the_columns_of_the_list(many, admin, browse):
    client = browse(admin)
    query = QueryDict(mutable=True)
    query.update({"columns": "city", "sort": "-name"})
    form = {"act": "export", "row": [many[0].pk, many[4].pk], "query": query.urlencode(), "kind": "csv", "expected": 2}
    response = client.send("contacts:contact_bulk", form)
    rows = lines(b"".join(response.streaming_content))
    assert [row[0] for row in rows] == ["Name", "Roy", "Cyr"]
    assert AuditEntry.objects.get(action="export").model == "contacts.contact"


def test_everything_that_matches_goes_by_way_of_a_worker(many, admin, browse):
    client = browse(admin)
    response = client.send(
        "contacts:contact_bulk", {"act": "export", "all": "1", "query": "q=e", "kind": "csv", "expected": 5}
    )
    assert "/work/export/" in response.url


def test_rows_out_of_reach_do_not_leave(many, colleague, foreign_contact, browse):
    form = {"act": "export", "row": [many[0].pk, foreign_contact.pk], "kind": "csv", "expected": 0}
    page = browse(colleague).send("contacts:contact_bulk", form)
    assert page.context["count"] == 0
