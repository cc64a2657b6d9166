"""An Excel workbook as the table everything else reads: its first filled sheet, or the one chosen, written out as CSV.

Rows keep the numbers the spreadsheet shows. A date cell becomes an ISO date, a number its plain digits, a formula the
value Excel kept for it: nothing is calculated, and no cell is guessed from how it looks.
"""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import BinaryIO

from crm.core.web.exports import neutral
from crm.imports.encoding import MEGABYTE, kind_of_zip
from crm.imports.problems import NoRows, NotATable, TooLarge
from crm.imports.reading import MAX_COLUMNS, MAX_ROWS

MAX_UNPACKED = 300 * MEGABYTE  # of XML; a real workbook of 200,000 rows and 15 columns has about 150
MAX_PARTS = 2_000
SPOOLED = 4 * MEGABYTE
PIECE = 1 << 18


def is_workbook(fileobj: BinaryIO) -> bool:
    fileobj.seek(0)
    found = fileobj.read(4) == b"PK\x03\x04" and kind_of_zip(fileobj) == "file_excel"
    fileobj.seek(0)
    return found


def check_size(fileobj: BinaryIO) -> None:
    """Refuse an archive that would unpack into more than a table: the sizes it declares, then those it really has.

    The standard library reads no further than what was declared and compares a checksum: a lie is found here, before
    the reader that trusts the archive opens it.
    """
    fileobj.seek(0)
    try:
        with zipfile.ZipFile(fileobj) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                raise TooLarge("file_unpacked_too_large", limit=MAX_UNPACKED // MEGABYTE)
            for part in parts:
                with archive.open(part) as stream:
                    while stream.read(PIECE):
                        pass
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise NotATable("file_workbook_damaged") from error
    fileobj.seek(0)


def _open(fileobj: BinaryIO):
    import python_calamine as calamine

    fileobj.seek(0)
    try:
        return calamine.CalamineWorkbook.from_filelike(fileobj)
    except calamine.PasswordError as error:
        raise NotATable("file_workbook_locked") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise NotATable("file_workbook_damaged") from error


def filled_sheets(fileobj: BinaryIO) -> list[str]:
    """The names of the sheets that hold something, those the user sees, in order."""
    import python_calamine as calamine

    book = _open(fileobj)
    names = []
    for sheet in book.sheets_metadata:
        hidden = sheet.visible != calamine.SheetVisibleEnum.Visible
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet and not hidden and book.get_sheet_by_name(sheet.name).height:
            names.append(sheet.name)
    if not names:
        raise NoRows("file_empty")
    return names


def as_csv(fileobj: BinaryIO, sheet: str) -> BinaryIO:
    """One sheet as a CSV file in UTF-8; on disk once it is more than a few megabytes."""
    table = _open(fileobj).get_sheet_by_name(sheet)
    if table.total_height > MAX_ROWS + 1_000:
        raise TooLarge("file_too_many_rows", limit=MAX_ROWS)
    if table.width > MAX_COLUMNS:
        raise TooLarge("file_too_many_columns", found=table.width, limit=MAX_COLUMNS)
    target = tempfile.SpooledTemporaryFile(max_size=SPOOLED)  # noqa: SIM115 - the caller closes it
    text = io.TextIOWrapper(target, "utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    for cells in _rows(table):
        if any(cells):
            writer.writerow(cells)
        else:
            text.write("\r\n")  # a blank row is a line too, or the numbers of the lines below would be wrong
    text.detach()
    target.seek(0)
    return target


def _rows(table) -> Iterator[list[str]]:
    for row in table.iter_rows():
        yield [_said(cell) for cell in row]


def _said(cell) -> str:
    """What a typed cell says, in the spelling the parsers read one way only."""
    if isinstance(cell, str):
        # The shield that readers of CSV take off: in a workbook a text needs none and has none.
        return neutral(cell.replace("\0", "").encode("utf-8", "replace").decode())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
