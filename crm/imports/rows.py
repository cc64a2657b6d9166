"""A row of cells turned into named values with the problems of each cell, after one look at the whole file."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial
from typing import Any, NamedTuple

from crm.imports import values
from crm.imports.amounts import AmountColumn, parse_amount
from crm.imports.choices import DateOrder, ImportKind, NumberStyle
from crm.imports.columns import Column, Mapping
from crm.imports.dates import DateColumn, parse_date
from crm.imports.own import own_parser, parse_tags
from crm.imports.problems import Problem, ValueProblem
from crm.imports.reading import Row, Table
from crm.imports.text import clean_lines, clean_text, refuse_damaged
from crm.imports.words import ANONYMOUS

PARSERS: dict[str, Callable[[str], Any]] = {
    "text": refuse_damaged,
    "lines": refuse_damaged,
    "full_name": refuse_damaged,
    "email": values.parse_email,
    "number": values.parse_number,
    "phone": values.parse_phone,
    "country": values.parse_country,
    "language": values.parse_language,
    "kind": values.parse_kind,
    "boolean": values.parse_boolean,
    "method": values.parse_method,
    "type": values.parse_type,
    "status": values.parse_status,
    "currency": values.parse_currency,
    "company_size": values.parse_company_size,
    "priority": values.parse_priority,
    "receipt_preference": values.parse_receipt_preference,
    "tags": parse_tags,
    "frequency": values.parse_frequency,
    "task_type": values.parse_task_type,
    "task_priority": values.parse_task_priority,
}
OF_COUNTRY: dict[str, Callable[[str, str], str]] = {
    "province": values.parse_province,
    "postal_code": values.parse_postal_code,
}


@dataclass(frozen=True)
class Formats:
    """How this file writes what can be written in several ways."""

    date_order: DateOrder | None = None
    number_style: NumberStyle = NumberStyle.UNKNOWN
    zone: tzinfo | None = None  # the organization’s; only for moments that name their offset from UTC
    country: str = values.HOME  # of addresses that name none


@dataclass
class Survey:
    """What one reading of the whole file shows."""

    rows: int = 0
    row_problems: Counter = field(default_factory=Counter)  # by code
    dates: DateColumn = field(default_factory=DateColumn)
    amounts: AmountColumn = field(default_factory=AmountColumn)

    def formats(self, *, date_order: DateOrder | None = None, zone: tzinfo | None = None) -> Formats:
        """The formats to read the file with; ``date_order`` is the user's answer when :attr:`must_ask`."""
        return Formats(self.dates.order or date_order, self.amounts.style, zone)

    @property
    def must_ask(self) -> bool:
        """Whether the user has to say if day or month comes first."""
        return self.dates.must_ask


def survey(table: Table, mapping: Mapping) -> Survey:
    """Read the file to its end: count it, meet any :class:`FileProblem` before anything is written, and let the columns
    of dates and amounts settle how they are written.
    """
    found = Survey()
    used = mapping.used
    dates = [column for column in mapping.columns if column.target and column.target.is_date]
    amount = used.get("amount")
    for row in table.rows():
        found.rows += 1
        if row.problem:
            found.row_problems[row.problem.code] += 1
            continue
        for column in dates:
            found.dates.add(row.cells[column.index])
        if amount:
            found.amounts.add(row.cells[amount.index])
    return found


class CellProblem(NamedTuple):
    """A problem and the column it is in; ``column`` is ``None`` for the row as a whole."""

    problem: Problem
    column: Column | None = None

    def as_data(self) -> dict:
        """For storage; :func:`crm.imports.problems.told` makes the sentence again."""
        data = {"code": self.problem.code, "params": self.problem.params}
        if self.column is not None:
            data |= {"column": self.column.name, "field": self.column.target.name}
        return data


@dataclass
class ParsedRow:
    """``values`` holds only the fields whose cell is filled, so that “fill blanks only” and “update” can tell."""

    line: int
    index: int
    values: dict[str, Any]
    problems: list[CellProblem]
    left_out: Problem | None = None  # why the row is none of our business: not an error, nothing to correct
    is_contact: bool = False  # in a file of gifts: somebody to keep, who gave nothing here

    @property
    def is_good(self) -> bool:
        return not self.problems


class _Reader(NamedTuple):
    """How one column is read."""

    index: int
    name: str
    clean: Callable[[str], str]
    parse: Callable
    limit: int
    required: bool
    of_donor: bool
    column: Column


class RowParser:
    """Made once per file; ``parse`` is called for every row."""

    def __init__(self, mapping: Mapping, formats: Formats) -> None:
        self.formats = formats
        self.is_gifts = mapping.kind == ImportKind.GIFTS
        self.prefix = mapping.kind.prefix
        readers = [self._reader(column) for column in mapping.used.values()]
        # A province or a postal code is read once the country of the row is known.
        self.readers = [reader for reader in readers if reader.column.target.parser not in OF_COUNTRY]
        self.of_country = [reader for reader in readers if reader.column.target.parser in OF_COUNTRY]

    def _reader(self, column: Column) -> _Reader:
        target, formats = column.target, self.formats
        if target.own is not None:
            parse = own_parser(target.own, order=formats.date_order, zone=formats.zone)
        elif target.parser == "amount":
            parse = partial(parse_amount, style=formats.number_style)
        elif target.parser == "date":
            parse = partial(parse_date, order=formats.date_order, zone=formats.zone)
        else:
            parse = PARSERS.get(target.parser) or OF_COUNTRY[target.parser]
        clean = clean_lines if target.parser == "lines" else clean_text
        of_donor = target.of_contact or not self.prefix
        limit = target.max_length or 0
        return _Reader(column.index, target.name, clean, parse, limit, target.required, of_donor, column)

    def parse(self, row: Row) -> ParsedRow:
        """The values of one row and everything that is wrong with it; never raises for what a file may hold."""
        found: dict[str, Any] = {}
        problems: list[CellProblem] = []
        parsed = ParsedRow(row.line, row.index, found, problems)
        if row.problem is not None:
            problems.append(CellProblem(row.problem))
            return parsed
        hidden: list[str] = []
        self._read(self.readers, row.cells, found, problems, hidden)
        if self.of_country:
            country = found.get(f"{self.prefix}country", self.formats.country)
            self._read(self.of_country, row.cells, found, problems, hidden, country)
        if hidden:
            self._keep_anonymous(found, hidden)
        self._split_full_name(found)
        return parsed

    def _read(
        self, readers: list[_Reader], cells: list[str], found: dict, problems: list, hidden: list, *context
    ) -> None:
        """Read some columns of a row into ``found``; ``hidden`` gets the fields that only say “anonymous”."""
        for index, name, clean, parse, limit, required, of_donor, column in readers:
            text = clean(cells[index])
            if not text:
                if required:
                    problems.append(CellProblem(ValueProblem("required"), column))
                continue
            if of_donor and text.casefold() in ANONYMOUS:
                hidden.append(name)
                continue
            try:
                value = parse(text, *context)
            except ValueProblem as problem:
                problems.append(CellProblem(problem, column))
                continue
            if limit and len(value) > limit:
                problems.append(CellProblem(ValueProblem("too_long", found=len(value), limit=limit), column))
            else:
                found[name] = value

    def _keep_anonymous(self, found: dict[str, Any], hidden: list[str]) -> None:
        """Platforms write a word in the cells a donor did not share. Without the name of the person, the gift is
        anonymous, and a company beside it (the employer, in Benevity's reports) must not pass for the donor.
        """
        parts = {self.prefix + name for name in ("first_name", "last_name", "full_name")}
        if parts & found.keys():
            return
        if parts & set(hidden):
            found.pop(f"{self.prefix}organization_name", None)
        elif f"{self.prefix}organization_name" not in hidden:
            return
        if self.is_gifts:
            found["is_anonymous"] = True

    def _split_full_name(self, found: dict[str, Any]) -> None:
        """A whole name counts where there are no parts; an organization keeps it whole."""
        prefix = self.prefix
        whole = found.pop(f"{prefix}full_name", "")
        if not whole or f"{prefix}first_name" in found or f"{prefix}last_name" in found:
            return
        if found.get(f"{prefix}kind") == "organization":
            found.setdefault(f"{prefix}organization_name", whole)
            return
        first, found[f"{prefix}last_name"] = values.split_name(whole)
        if first:
            found[f"{prefix}first_name"] = first
