"""A list of contacts that was exported, corrected and sent back changes what was corrected and nothing else."""

import csv
import io

import pytest
from django.core.files.base import ContentFile

from crm.contacts.models import Contact
from crm.core import operations
from crm.imports import services
from crm.imports.choices import Ignored
from crm.imports.workbook import as_csv
from tests.factories.contacts import ContactFactory
from tests.factories.giving import GiftFactory
from tests.imports.test_undo import everything


@pytest.fixture
def awkward(organization, admin, owner, fund):
    """Contacts that a careless export or import would damage."""
    make = lambda **fields: ContactFactory(**{"organization": organization, "owner": owner, **fields})  # noqa: E731
    rows = [
        make(first_name="=SUM(A1)", last_name="-Roy", phone="+18195550142", job_title="@home"),
        make(first_name="Éloïse; « Lou »", last_name="O’Neil, fille", address_line1='12 "B", rue A', language="en"),
        make(first_name="", last_name="", email="seul@courriel.example", owner=None),
        make(kind="organization", first_name="", last_name="", organization_name="007", postal_code="", email=""),
        make(
            first_name="Ann",
            last_name="Lee",
            country="US",
            province="Vermont",
            postal_code="05401",
            email="a@b.example",
        ),
        make(first_name="Bo", last_name="Lee", email="a@b.example", phone="demander à la secrétaire"),
        make(first_name="1/2", last_name="2026-01-02", job_title="1 234,50 $", external_id="0012", city="＝Ville"),
        make(first_name="'=x", last_name="True"),
    ]
    GiftFactory(contact=rows[0], fund=fund, recorded_by=admin, amount="1234.50")
    for row in rows:
        row.refresh_from_db()
    return rows


def exported(browse, admin, kind: str, language: str, **more: str) -> bytes:
    response = browse(admin, language).open("contacts:contact_list", {"export": kind, **more})
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def send_back(content: bytes, admin, kind: str):
    record = services.receive_file(file=ContentFile(content, f"c.{kind}"), name=f"c.{kind}", kind="contacts", by=admin)
    operation = services.start_import(record, by=admin)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    return record, operation


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_sent_back_as_it_is_nothing_changes(awkward, browse, admin, kind, language):
    content = exported(browse, admin, kind, language)
    before = everything()
    record, operation = send_back(content, admin, kind)
    assert operation.result == {"created": 0, "updated": 0, "skipped": len(awkward), "errors": 0}, [
        (row.cells, row.problems) for row in record.rejected.all()
    ]
    assert everything() == before
    reasons = {column.header: column.ignored for column in services.mapping_of(record).ignored}
    assert Ignored.UNKNOWN not in reasons.values(), reasons


@pytest.mark.parametrize("language", ["en", "fr"])
def test_one_corrected_cell_changes_one_column_of_one_contact(awkward, browse, admin, colleague, language):
    text = exported(browse, admin, "csv", language).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    city = next(name for name in rows[0] if name.casefold() in ("city", "ville"))
    mail = next(
        name for name in rows[0] if name in ("E-mail of the responsible person", "Courriel de la personne responsable")
    )
    target = next(row for row in rows if "-Roy" in row.values() or "'-Roy" in row.values())
    target[city], target[mail] = "Rimouski", colleague.user.email
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    before = {row["id"]: row for row in Contact.objects.values()}
    _record, operation = send_back(out.getvalue().encode("utf-8-sig"), admin, "csv")
    assert (operation.result["updated"], operation.result["errors"]) == (1, 0)
    changed = {
        (pk, name)
        for pk, row in ((row["id"], row) for row in Contact.objects.values())
        for name, value in row.items()
        if before[pk][name] != value and name not in ("updated_at", "last_contact_at", "search_text")
    }
    assert changed == {(awkward[0].pk, "city"), (awkward[0].pk, "owner_id")}
    awkward[0].refresh_from_db()
    assert (awkward[0].city, awkward[0].owner) == ("Rimouski", colleague)


def test_a_number_of_another_organization_finds_nobody_here(admin, foreign_contact):
    sheet = f"Merci number,Last name,City\n{foreign_contact.pk},Vole,Laval\n".encode()
    record, operation = send_back(sheet, admin, "csv")
    assert operation.result["errors"] == 1
    assert record.rejected.get().problems[0]["code"] == "contact_number_unknown"
    foreign_contact.refresh_from_db()
    assert foreign_contact.city != "Laval"


def test_a_stranger_cannot_become_responsible(admin, awkward, outsider):
    sheet = f"Merci number,Last name,Owner email\n{awkward[0].pk},-Roy,{outsider.user.email}\n".encode()
    record, operation = send_back(sheet, admin, "csv")
    assert operation.result["errors"] == 1
    assert record.rejected.get().problems[0]["code"] == "owner_unknown"


def test_what_is_said_of_a_merged_contact_is_said_of_the_one_that_was_kept(admin, awkward):
    kept, gone = awkward[4], awkward[5]
    Contact.objects.filter(pk=gone.pk).update(merged_into=kept, archived_at="2026-01-01T00:00Z")
    sheet = f"Merci number,Last name,City\n{gone.pk},Lee,Burlington\n".encode()
    _record, operation = send_back(sheet, admin, "csv")
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (operation.result["updated"], kept.city, gone.city) == (1, "Burlington", "Trois-Rivières")


def test_a_workbook_of_the_list_holds_the_same_cells(awkward, browse, admin):
    with as_csv(io.BytesIO(exported(browse, admin, "xlsx", "en")), "Contacts") as table:
        sheet = table.read().decode()
    assert len(list(csv.reader(io.StringIO(sheet)))) == len(awkward) + 1
