"""Excel workbooks: the first filled sheet or the one chosen, typed cells, and what is refused."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.base import ContentFile

from crm.contacts.models import Contact
from crm.core import operations
from crm.giving.models import Gift
from crm.imports import services, workbook
from crm.imports.problems import FileProblem


def book(**sheets) -> bytes:
    """``book(Feuille=[[…], …])``: dates are date cells, ``=…`` a formula with the value that follows the bar."""
    buffer = io.BytesIO()
    file = xlsxwriter.Workbook(buffer)
    day, moment = file.add_format({"num_format": "dd/mm/yyyy"}), file.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for name, rows in sheets.items():
        sheet = file.add_worksheet(name)
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, column, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(line, column, datetime.combine(value, time()), day)
                elif isinstance(value, str) and value.startswith("="):
                    formula, _bar, result = value.partition("|")
                    number = float(result) if result[0].isdigit() else result
                    sheet.write_formula(line, column, formula, None, number)
                elif value is not None:
                    sheet.write(line, column, value)
    file.close()
    return buffer.getvalue()


def receive(content: bytes, by, kind="gifts"):
    return services.receive_file(file=ContentFile(content, "dons.xlsx"), name="dons.xlsx", kind=kind, by=by)


def run(record, by):
    operation = services.start_import(record, by=by)
    operations.run_to_end(operation.pk)
    operation.refresh_from_db()
    return operation


GIFTS = [
    ["Dons de l’hiver"],
    [],
    ["No du don", "Prénom", "Nom", "Date du don", "Montant", "Téléphone", "Anonyme", "Note"],
    [1, "Zoé", "Roy", date(2026, 4, 3), 1234.5, 8195550142, True, '=CONCATENATE("a")|Merci'],
    [],
    [2, "Léa", "Roy", datetime(2026, 4, 5, 14, 30), "=10+9.99|19.990000000000002", "819 555-0143", False, None],  # noqa: DTZ001 - a cell has no zone
    [3, "Max", "Roy", "pas une date", 5, None, None, None],
]


def test_typed_cells_are_read_as_what_they_are_and_lines_keep_their_numbers(admin, fund):
    record = receive(book(Vide=[], Dons=GIFTS), admin)
    assert (record.rows, record.formats["sheet"]) == (3, "Dons")
    operation = run(record, admin)
    assert (operation.result["created"], operation.result["errors"]) == (2, 1)
    one, two = Gift.objects.order_by("external_id")
    assert (one.external_id, one.received_on, one.amount, one.is_anonymous, one.note) == (
        "1", date(2026, 4, 3), Decimal("1234.50"), True, "Merci",
    )  # fmt: skip
    assert (one.contact.phone, two.received_on, two.amount) == ("+18195550142", date(2026, 4, 5), Decimal("19.99"))
    assert record.rejected.get().line == 7


def test_another_sheet_may_be_chosen(admin, fund):
    content = book(Dons=GIFTS, Donateurs=[["Prénom", "Nom"], ["Ana", "Roy"]])
    record = receive(content, admin, kind="contacts")
    assert record.formats["sheets"] == ["Dons", "Donateurs"]
    services.read_as(record, sheet="Donateurs")
    record.refresh_from_db()
    assert (record.rows, record.layout["headers"], record.fields) == (1, ["Prénom", "Nom"], ["first_name", "last_name"])
    run(record, admin)
    assert Contact.objects.get().name == "Ana Roy"


def problem(content: bytes) -> str:
    try:
        workbook.check_size(io.BytesIO(content))
        workbook.as_csv(io.BytesIO(content), workbook.filled_sheets(io.BytesIO(content))[0])
    except FileProblem as error:
        return error.code
    return ""


def test_an_empty_workbook_is_refused():
    assert problem(book(A=[], B=[])) == "file_empty"


def test_a_damaged_workbook_is_refused():
    content = bytearray(book(A=GIFTS))
    content[300:400] = b"\x00" * 100
    assert problem(bytes(content)) == "file_workbook_damaged"
    assert problem(bytes(content[: len(content) // 2])) == "file_workbook_damaged"


def test_a_zip_bomb_is_refused_before_anything_trusts_it(monkeypatch):
    buffer = io.BytesIO(book(A=GIFTS))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros.xml", b"0" * 5_000_000)
    assert len(buffer.getvalue()) < 50_000
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 4_000_000)
    assert problem(buffer.getvalue()) == "file_unpacked_too_large"
    # The same bomb with a small size in its directory: the real bytes and the checksum tell.
    lie = buffer.getvalue().replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != buffer.getvalue()
    assert problem(lie) == "file_workbook_damaged"


def test_too_many_columns_are_refused():
    assert problem(book(A=[["x"] * 201, ["y"] * 201])) == "file_too_many_columns"


def test_a_large_upload_is_refused(admin, settings):
    settings.MAX_IMPORT_BYTES = 1000
    with pytest.raises(FileProblem) as caught:
        receive(book(A=GIFTS), admin)
    assert caught.value.code == "file_too_large"
