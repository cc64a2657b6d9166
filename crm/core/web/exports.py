"""“Export what you see”: CSV and Excel of the visible columns of a list, formulas neutralised."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

GATHERED = 500  # rows of which the cells' needs are fetched together
KINDS = {"xlsx": _("Excel"), "csv": _("CSV")}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the last four: full width


def neutral(value, zone: tzinfo | None = None) -> object:
    """A cell a spreadsheet shows as typed: text that would start a formula gets an apostrophe (OWASP, CSV injection)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value, zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | Decimal):
        return value
    text = str(value)
    # A text that begins like a shield of ours gets one too, or whoever reads the file back would take it for one.
    shielded = text.startswith("'") and text[1:].startswith(DANGEROUS)
    return f"'{text}" if shielded or text.startswith(DANGEROUS) else text


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(headers: list[str], rows: Iterable[list], zone: tzinfo | None = None) -> Iterator[str]:
    """UTF-8 with a byte-order mark, which Excel needs to see the accents.

    ``zone`` is the clock of the organization: lines are written once the request, and its clock, are over.
    """
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([neutral(header) for header in headers])  # those of a file sent in are its own
    for row in rows:
        yield writer.writerow([neutral(value, zone) for value in row])


def xlsx_bytes(headers: list[str], rows: Iterable[list], title: str) -> bytes:
    buffer = io.BytesIO()
    write_xlsx(buffer, headers, rows, title)
    return buffer.getvalue()


def write_xlsx(target: BinaryIO, headers: list[str], rows: Iterable[list], title: str) -> None:
    """A workbook of one sheet, row by row: memory does not grow with their number."""
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet("".join(char for char in title if char not in "[]:*?/\\")[:31] or "Merci")
    bold, day, money = (
        book.add_format({"bold": True}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "#,##0.00"}),
    )
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.write_string(0, column, header, bold)
        sheet.set_column(column, column, 22)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, column, timezone.make_naive(value), day)
            elif isinstance(value, date):
                sheet.write_datetime(line, column, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day has no zone
            elif isinstance(value, Decimal):
                sheet.write_number(line, column, value, money)
            elif isinstance(value, int) and not isinstance(value, bool):
                sheet.write_number(line, column, value)
            elif value is not None:
                sheet.write_string(line, column, str(value))
    book.close()


def read_through(table, records: Iterable) -> tuple[list[str], Iterator[list]]:
    """The headers of the columns that leave with a list, and the cells of each of these records."""
    shown = [(name, column, bound) for name, column, bound in table.shown() if column.exclude_from_export is False]
    headers = [str(bound.header) for _name, _column, bound in shown]
    gathered = _gathered(table, iter(records))
    return headers, ([column.export(record, name) for name, column, _bound in shown] for record in gathered)


def _gathered(table, records: Iterator) -> Iterator:
    while some := list(islice(records, GATHERED)):
        table.gather(some)
        yield from some


def filename(title: str, kind: str) -> str:
    return f"{slugify(title) or 'export'}-{timezone.localdate().isoformat()}.{kind}"


def write(table, records: Iterable, target: BinaryIO, *, title: str, kind: str) -> None:
    """These records in the columns of ``table``, as :func:`respond` would send them, into an open file."""
    headers, rows = read_through(table, records)
    if kind == "xlsx":
        write_xlsx(target, headers, rows, title)
        return
    target.writelines(line.encode() for line in csv_lines(headers, rows, timezone.get_current_timezone()))


def respond(table, queryset, *, title: str, kind: str) -> HttpResponse:
    """A download of every row of ``queryset`` in the columns of ``table``; ``kind`` is ``csv`` or ``xlsx``."""
    headers, rows = read_through(table, queryset.iterator(chunk_size=2000))
    return answer(headers, rows, title=title, kind=kind)


def answer(headers: list[str], rows: Iterable[list], *, title: str, kind: str, sheet: str = "") -> HttpResponse:
    """A download of these rows; ``kind`` is ``csv`` or ``xlsx``, ``sheet`` the name of its page where the title is longer."""
    if kind == "xlsx":
        response = HttpResponse(
            xlsx_bytes(headers, rows, sheet or title),
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        )
    else:
        lines = csv_lines(headers, rows, timezone.get_current_timezone())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename(title, kind)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def asking_url(view, query: QueryDict) -> str:
    """The page that asks for the file of a long list, with these filters, order and columns."""
    asked = QueryDict(mutable=True)
    asked["list"], asked["query"] = view.request.resolver_match.view_name, query.urlencode()
    return f"{view.url('core:export')}?{asked.urlencode()}"
