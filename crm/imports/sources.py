"""Carrying out a preset: recognizing a file by its headers, and what its rows need beyond their columns."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.core.text import fold
from crm.imports import words
from crm.imports.columns import Column, Mapping, header_key, target_named
from crm.imports.presets import BY_CODE, PRESETS, Another, Preset
from crm.imports.problems import MESSAGES, Problem, RowProblem
from crm.imports.reading import Row
from crm.imports.rows import CellProblem, Formats, ParsedRow, RowParser
from crm.imports.text import clean_text

PARENTHESES = re.compile(r"\s*\(.*?\)")
TOTALS = re.compile(
    r"\s*(?:grand |net )?(?:totals?|totaux|sous total|subtotals?|somme|nombre de|donations gross|check fee|"
    r"net total payment)\b"
)
NOBODY = {"contact_country", "contact_language", "contact_province", "contact_kind"}  # they name no one
GIFT_NOTE = 2_000  # characters of the field


def _keys(header: str) -> set[str]:
    """``Payment Date (America/Montreal)`` is known by its words too."""
    return {header_key(header), header_key(PARENTHESES.sub("", header))}


def recognize(headers: Iterable[str]) -> Preset | None:
    """The source whose headers are all there; the one asking for most when several are."""
    present = {key for header in headers for key in _keys(header) if key}
    fitting = [
        preset
        for preset in PRESETS
        if all(any(header_key(name) in present for name in need.split(" | ")) for need in preset.recognized_by)
    ]
    return max(fitting, key=lambda preset: len(preset.recognized_by), default=None)


def preset_named(code: str) -> Preset | None:
    return BY_CODE.get(code)


def chosen_fields(preset: Preset | None, kind: str) -> dict[str, str]:
    """What the preset says of headers (``columns.guess_mapping`` takes it as what was remembered)."""
    if preset is None:
        return {}
    return {header_key(header): name for header, name in preset.fields.items() if not name or target_named(kind, name)}


def kept_headers(preset: Preset | None) -> set[str]:
    """Keys of the headers that the preset keeps in words."""
    if preset is None:
        return set()
    names = {name for headers, _label in preset.kept for name in headers.split(" | ")}
    return {header_key(name) for name in (*names, preset.receipt_number) if name}


class Places:
    """Where the columns of a preset stand in one file."""

    def __init__(self, headers: Iterable[str]) -> None:
        self.of: dict[str, int] = {}
        for index, header in enumerate(headers):
            for key in _keys(header):
                self.of.setdefault(key, index)

    def find(self, headers: str) -> int | None:
        return next((self.of[key] for name in headers.split(" | ") if (key := header_key(name)) in self.of), None)


@dataclass
class _Second:
    another: Another
    parser: RowParser
    present_if: list[int]


class SourceParser:
    """Rows of one file: what its columns say, and what its source needs. ``language`` is that of the notes it writes."""

    def __init__(
        self, mapping: Mapping, formats: Formats, preset: Preset | None = None, *, language: str = "fr"
    ) -> None:
        self.parser = RowParser(mapping, formats)
        self.is_gifts = self.parser.is_gifts
        self.preset = preset
        if preset is None:
            return
        places = Places(column.header for column in mapping.columns)
        self.status = places.find(preset.status) if preset.status else None
        self.never = [
            (index, re.compile(rule.pattern, re.IGNORECASE), rule.code)
            for rule in preset.never
            if (index := places.find(rule.header)) is not None
        ]
        taken = {column.index for column in mapping.used.values()}
        with override(language):
            self.kept = [
                (index, str(label))
                for headers, label in preset.kept
                if (index := places.find(headers)) is not None and index not in taken
            ]
            self.campaign = _("Campaign")
            self.receipt = _("Official receipt issued by %(name)s.") % {"name": preset.receipts_by}
            self.anonymous = _("Anonymous donors (%(name)s)") % {"name": preset.name}
            self.numbered = _("Official receipt issued by %(name)s, no. %(number)s.")
        self.receipt_number = places.find(preset.receipt_number) if preset.receipt_number else None
        self.seconds = [self._second(another, mapping, formats, places) for another in preset.another]

    def _second(self, another: Another, mapping: Mapping, formats: Formats, places: Places) -> _Second:
        prefix = "contact_" if self.is_gifts and another.is_contact else ""
        columns: dict[str, Column] = {}
        for header, name in another.fields.items():
            index, target = places.find(header), target_named(mapping.kind, prefix + name)
            if index is not None and target is not None:
                columns.setdefault(target.name, Column(index, mapping.columns[index].header, target))
        parser = RowParser(Mapping(mapping.kind, tuple(columns.values())), formats)
        return _Second(another, parser, [i for name in another.present_if if (i := places.find(name)) is not None])

    def parse(self, row: Row) -> list[ParsedRow]:
        """The records of one row: usually one; two where the source puts two people, or two gifts, on a row."""
        if self.preset is None:
            return [self.parser.parse(row)]
        if reason := self._left_out(row.cells):
            return [ParsedRow(row.line, row.index, {}, [], left_out=reason)]
        first = self.parser.parse(row)
        if row.problem is not None:
            return [first]
        if self.is_gifts:
            self._keep(first, row.cells)
            self._gather_anonymous(first)
        return [first, *(second for one in self.seconds if (second := self._another(one, row, first)))]

    def _left_out(self, cells: list[str]) -> Problem | None:
        if self.preset.has_totals and cells and TOTALS.match(fold(cells[0])):
            return RowProblem("left_total")
        if self.status is not None and self.status < len(cells):
            text = clean_text(cells[self.status])
            if text and words.STATUSES.get(words.spelling(text), "completed") != "completed":
                return RowProblem("left_status", text=text)
        for index, pattern, code in self.never:
            if index < len(cells) and (found := pattern.search(cells[index])) and found[0]:
                return RowProblem(
                    code, **({"text": clean_text(cells[index])} if "%(text)s" in str(MESSAGES[code]) else {})
                )
        return None

    def _keep(self, parsed: ParsedRow, cells: list[str]) -> None:
        """What no field takes, in words in the note of the gift."""
        lines = [parsed.values["note"]] if parsed.values.get("note") else []
        lines += [f"{label}: {text}" for index, label in self.kept if (text := clean_text(cells[index]))]
        lines += self._receipted(parsed, cells)
        if campaign := parsed.values.get("campaign"):
            parsed.values["campaign_words"] = f"{self.campaign}: {campaign}"
        note = "\n".join(lines)
        if len(note) > GIFT_NOTE:
            parsed.problems.append(CellProblem(RowProblem("note_too_long", found=len(note), limit=GIFT_NOTE)))
        elif note:
            parsed.values["note"] = note

    def _gather_anonymous(self, parsed: ParsedRow) -> None:
        """A gift whose donor the source did not name belongs to one record that says so: the money is not lost."""
        values = parsed.values
        named = any(name.startswith("contact_") and name not in NOBODY for name in values)
        if values.get("is_anonymous") and not named:
            values["contact_organization_name"] = self.anonymous
            values["contact_kind"] = "organization"
            values["contact_external_id"] = f"anonymous-{self.preset.code}"

    def _receipted(self, parsed: ParsedRow, cells: list[str]) -> list[str]:
        """The words about a receipt that the source issued; the gift then says whose it is, and gets none of ours (Q-04)."""
        if lines := self._receipt(cells):
            parsed.values["receipted_by"] = self.preset.receipts_by
        return lines

    def _receipt(self, cells: list[str]) -> list[str]:
        if not self.preset.receipts_by:
            return []
        if not self.preset.receipt_number:
            return [self.receipt]
        number = clean_text(cells[self.receipt_number]) if self.receipt_number is not None else ""
        return [self.numbered % {"name": self.preset.receipts_by, "number": number}] if number else []

    def _another(self, one: _Second, row: Row, first: ParsedRow) -> ParsedRow | None:
        filled = [clean_text(row.cells[index]) for index in one.present_if]
        if not any(text and re.search(r"[^\W\d_]|[1-9]", text) for text in filled):  # “0.00” is no match
            return None
        parsed = one.parser.parse(row)
        parsed.values |= one.another.fixed
        if one.another.is_contact:
            parsed.is_contact = True
            return parsed
        for name in ("fund", "campaign", "campaign_words", "method", "status"):
            if name in first.values:
                parsed.values.setdefault(name, first.values[name])
        if number := parsed.values.get("external_id"):
            parsed.values["external_id"] = f"{number}{one.another.number_suffix}"
        if lines := self._receipted(parsed, row.cells):
            parsed.values["note"] = "\n".join(lines)
        return parsed
