"""A delimited text file as a table: its header, then its rows one by one, with the line a person sees in a spreadsheet.

The file is never held in memory. ``open_table`` reads it once from end to end to be certain of its encoding; the
:class:`Layout` it finds can be kept as JSON, and with it the same file is opened again at any row at no cost, which is
how a long import goes on after its last finished chunk.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain, islice
from typing import BinaryIO, NamedTuple

from crm.imports.encoding import detect
from crm.imports.problems import FileProblem, NoHeader, NoRows, RowProblem, TooLarge, UnclosedQuote
from crm.imports.text import clean_text

MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 10_000
MAX_LINE = MAX_COLUMNS * MAX_CELL + MAX_COLUMNS  # in characters; what is longer has no line ends and is no table
DELIMITERS = (",", ";", "\t")
HEAD_RECORDS = 60
BLANK = " \t\r\n\xa0\u202f\x1a\ufeff"
SEP_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
DATA_CELL = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+"  # an e-mail address
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"  # a date
    r"|\$?\s?\d[\d\s,.]*[.,]\d\d\s?\$?"  # an amount with its cents
)


class Mark(NamedTuple):
    """Where a row ends, to go on from there: three whole numbers, so JSON keeps it as a list."""

    offset: int = 0  # in bytes from the start of the file
    line: int = 0  # as a spreadsheet numbers it
    index: int = 0  # of the row among those with data, from 1


class Row(NamedTuple):
    """One record that is not blank. ``cells`` are as in the file; with a ``problem``, too few or too many perhaps."""

    line: int  # as a spreadsheet numbers it: a cell that holds line breaks does not count for several lines
    index: int
    cells: list[str]
    end: int
    problem: RowProblem | None

    @property
    def mark(self) -> Mark:
        return Mark(self.end, self.line, self.index)


@dataclass(frozen=True)
class Layout:
    """How one file is written. Valid for that very file only."""

    codec: str
    delimiter: str
    headers: tuple[str, ...]
    header_line: int
    start: int  # the byte where the rows begin
    size: int

    def as_data(self) -> dict:
        return {**asdict(self), "headers": list(self.headers)}

    @classmethod
    def from_data(cls, data: dict) -> "Layout":
        return cls(**{**data, "headers": tuple(data["headers"])})


class Table:
    """An open file. ``rows`` may be called as often as needed, also while another call is under way."""

    def __init__(self, fileobj: BinaryIO, layout: Layout) -> None:
        self.fileobj = fileobj
        self.layout = layout

    @property
    def headers(self) -> tuple[str, ...]:
        """Cleaned, in the order of the file; some may be empty or the same as another."""
        return self.layout.headers

    @property
    def encoding(self) -> str:
        """``utf-8``, ``utf-16`` or ``windows-1252``."""
        return {"utf-8": "utf-8", "cp1252": "windows-1252"}.get(self.layout.codec, "utf-16")

    @property
    def repeated_headers(self) -> tuple[str, ...]:
        """Names that stand above more than one column."""
        return tuple(name for name, count in Counter(self.headers).items() if name and count > 1)

    def start(self) -> Mark:
        return Mark(self.layout.start, self.layout.header_line, 0)

    def rows(self, after: Mark | None = None) -> Iterator[Row]:
        """The rows below the header, or those that follow ``after``; blank lines are passed over.

        Raises :class:`TooLarge` past 200,000 rows and :class:`UnclosedQuote` where a quotation mark swallows the rest:
        read to the end once (the dry run does) before writing anything.
        """
        mark = self.start() if after is None else Mark(*after)
        layout, width, index = self.layout, len(self.headers), mark.index
        for record in _records(self.fileobj, layout.codec, layout.delimiter, mark):
            cells, line, begin, end, problem = record
            if problem is None:
                found = len(cells)
                if not any(cells) or (not cells[0].strip(BLANK) and _is_blank(cells)):
                    continue
                if found > width and _is_blank(cells[width:]):
                    cells = cells[:width]
                elif found != width:
                    problem = _ragged(found, width)
                if end - begin > MAX_CELL and max(map(len, cells)) > MAX_CELL:
                    problem = RowProblem("row_cell_too_long", limit=MAX_CELL)
            index += 1
            if index > MAX_ROWS:
                raise TooLarge("file_too_many_rows", limit=MAX_ROWS)
            yield Row(line, index, cells, end, problem)

    def preview(self, count: int = 20) -> list[Row]:
        return list(islice(self.rows(), count))


def open_table(fileobj: BinaryIO, layout: Layout | None = None, *, delimiters: tuple[str, ...] = DELIMITERS) -> Table:
    """Find out how a binary file is written; raises a :class:`FileProblem` that says what is wrong with it.

    With the ``layout`` of an earlier call nothing is looked at again.
    """
    if layout is not None:
        fileobj.seek(0, 2)
        if fileobj.tell() != layout.size:
            raise ValueError("the layout belongs to another file")
        return Table(fileobj, layout)
    encoding = detect(fileobj)
    origin = Mark(encoding.bom)
    delimiter, head, position = _choose_delimiter(fileobj, encoding.codec, origin, delimiters)
    if not head:
        raise NoRows("file_empty")
    if position is None:
        position = 0
    cells, line, _begin, end, problem = head[position]
    if problem is not None:
        raise NoHeader("file_no_header", line=line)
    headers = [clean_text(cell) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise TooLarge("file_too_many_columns", found=len(headers), limit=MAX_COLUMNS)
    if any(DATA_CELL.fullmatch(header) for header in headers) or not any(_has_letter(header) for header in headers):
        raise NoHeader("file_no_header", line=line)
    table = Table(fileobj, Layout(encoding.codec, delimiter, tuple(headers), line, end, encoding.size))
    if next(table.rows(), None) is None:
        raise NoRows("file_no_rows")
    return table


# --- records ----------------------------------------------------------------------------------------------------------


class _Source(io.RawIOBase):
    """A window on the file that keeps its own place, so that two readers do not disturb each other."""

    def __init__(self, fileobj: BinaryIO, offset: int) -> None:
        self.fileobj = fileobj
        self.offset = offset

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.fileobj.seek(self.offset)
        piece = self.fileobj.read(len(buffer))
        buffer[: len(piece)] = piece
        self.offset += len(piece)
        return len(piece)


class _Lines:
    """Lines with their ends, whether those of Unix, Windows or an old Macintosh, and the byte reached."""

    def __init__(self, fileobj: BinaryIO, codec: str, mark: Mark) -> None:
        self.text = io.TextIOWrapper(io.BufferedReader(_Source(fileobj, mark.offset), 1 << 16), codec, newline="")
        self.codec = codec
        self.unit = 2 if codec.startswith("utf-16") else 1
        self.single = codec == "cp1252"
        self.offset = mark.offset
        self.record_line = mark.line + 1
        self.taken: list[str] = []  # the lines of the present record
        self.ended = False

    def begin_record(self, line: int) -> None:
        self.record_line = line
        self.taken.clear()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.text.readline(MAX_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            raise TooLarge("file_line_too_long", line=self.record_line)
        self.taken.append(line)
        if self.single or line.isascii():
            self.offset += len(line) * self.unit
        else:
            self.offset += len(line.encode(self.codec))
        return line


class _Record(NamedTuple):
    cells: list[str]
    line: int
    begin: int
    end: int
    problem: RowProblem | None


def _records(fileobj: BinaryIO, codec: str, delimiter: str, after: Mark) -> Iterator[_Record]:
    lines = _Lines(fileobj, codec, after)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = after.line
    while True:
        line += 1
        begin = lines.offset
        lines.begin_record(line)
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = _second_reading(lines, delimiter, str(error))
        yield _Record(cells, line, begin, lines.offset, problem)


def _second_reading(lines: _Lines, delimiter: str, complaint: str) -> tuple[list[str], RowProblem | None]:
    """A record the strict reader refused, read the way spreadsheets do, if that is harmless.

    ``"Bob" Roy`` on one line is. Over several lines it is how a missing quotation mark shows: the text between is rows.
    """
    if not lines.ended and not complaint.startswith("field larger"):
        try:
            cells = next(csv.reader(chain(list(lines.taken), lines), delimiter=delimiter))
        except csv.Error:
            cells = []
        if not lines.ended and cells:
            return cells, None if len(lines.taken) == 1 else RowProblem("row_stray_quote", lines=len(lines.taken))
    # Either the file ended inside quotation marks, or one cell passed the 131,072 characters of the csv module.
    if lines.ended or len(lines.taken) > 1:
        raise UnclosedQuote("file_unclosed_quote", line=lines.record_line)
    return [], RowProblem("row_cell_too_long", limit=MAX_CELL)


def _is_blank(cells: list[str]) -> bool:
    return not any(cell.strip(BLANK) for cell in cells)


def _ragged(found: int, expected: int) -> RowProblem:
    code = "row_too_few_cells" if found < expected else "row_too_many_cells"
    return RowProblem(code, found=found, expected=expected)


# --- the header and the delimiter -------------------------------------------------------------------------------------


def _choose_delimiter(
    fileobj: BinaryIO, codec: str, origin: Mark, delimiters: tuple[str, ...]
) -> tuple[str, list[_Record], int | None]:
    """The delimiter under which the header has most cells and most of the first rows have as many."""
    heads = {}
    problems = {}
    for delimiter in delimiters:
        heads[delimiter] = []
        try:
            heads[delimiter].extend(islice(_records(fileobj, codec, delimiter, origin), HEAD_RECORDS))
        except FileProblem as problem:
            problems[delimiter] = problem
    declared = next((SEP_LINE.fullmatch(",".join(head[0].cells).strip()) for head in heads.values() if head), None)
    if declared and declared[1] in delimiters:  # Excel’s own way to say it, on a first line of its own
        best = declared[1]
        heads[best] = heads[best][1:]
    else:
        best = max(delimiters, key=lambda delimiter: _agreement(heads[delimiter]))
    if best in problems:
        raise problems[best]
    head = [record for record in heads[best] if record.problem or not _is_blank(record.cells)]
    return best, head, _find_header(head)


def _agreement(records: list[_Record]) -> float:
    records = [record for record in records if not _is_blank(record.cells)]
    if not records:
        return 0
    position = _find_header(records) or 0
    width = len(records[position].cells)
    if width < 2:
        return 0
    rows = records[position + 1 :]
    share = sum(len(record.cells) == width for record in rows) / len(rows) if rows else 1
    # What looks like a preamble may be the true header, and the commas those of addresses in a file of semicolons.
    return width * (0.1 + share) * (0.5 if position else 1)


def _find_header(records: list[_Record]) -> int | None:
    """The first record, unless a preamble of titles and name/value pairs stands above a wider line of names.

    Some reports (Benevity's, for one) begin that way. A line of a preamble has at most three filled cells; the header
    below has at least two more than any of them, all of them names, each once, and the record after it is as wide.
    """
    most = fallback = 0
    for position, record in enumerate(records):
        filled = [cell.strip(BLANK) for cell in record.cells if cell.strip(BLANK)]
        wider = False
        if position and len(filled) > most + 1 and _are_names(filled):
            follows = records[position + 1].cells if position + 1 < len(records) else []
            wider = sum(1 for cell in follows if cell.strip(BLANK)) > most
        if len(filled) > 3:
            return position if wider else fallback
        fallback = fallback or (position if wider else 0)
        most = max(most, len(filled))
    return fallback if records else None


def _are_names(cells: list[str]) -> bool:
    return len(set(cells)) == len(cells) and all(
        _has_letter(cell) and not cell[0].isdigit() and not DATA_CELL.fullmatch(cell) for cell in cells
    )


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)
