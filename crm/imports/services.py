"""Taking a file in, choosing how it is read, trying it, and importing it: chunk by chunk, each chunk exactly once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Membership
from crm.contacts.names import display_name
from crm.core import operations, undo
from crm.core.errors import DomainError
from crm.core.models import Operation
from crm.imports import sources, workbook
from crm.imports.choices import DateOrder, Ignored, ImportKind, Mode, NumberStyle
from crm.imports.columns import Mapping, chosen_mapping, guess_mapping, header_key
from crm.imports.deciding import Decider, Decision, counted
from crm.imports.models import ImportFile
from crm.imports.presets import Preset
from crm.imports.problems import TooLarge
from crm.imports.reading import Layout, Row, Table, open_table
from crm.imports.rows import Formats, survey

CHUNK = 800
TRIED = 2000  # rows looked at before a person decides: well under a second


def check_kind(kind: str, *, by) -> None:
    """Finance staff import gifts; administrators import everything (matrix X)."""
    if by.scope("imports.run") == "own" and kind != ImportKind.GIFTS:
        raise DomainError(_("You may import gifts. Ask an administrator to import contacts."), field="kind")


def may_choose_owner(by: Membership) -> bool:
    """Whoever is responsible is who sees the contact: for administrators to decide."""
    return by.scope("contacts.add") == "all"


def possible_owners(by: Membership) -> QuerySet:
    """Who may be made responsible for the new contacts of a file by this person."""
    if not may_choose_owner(by):
        return Membership.objects.none()
    return Membership.objects.visible_to(by).active().select_related("user").order_by("user__first_name", "pk")


@transaction.atomic
def receive_file(*, file, name: str, kind: str, by, mode: str = Mode.UPDATE) -> ImportFile:
    """Keep a file that can be read as a table, with the mapping its headers suggest.

    Raises a ``FileProblem`` that says what is wrong with the file; then nothing is kept.
    """
    check_kind(kind, by=by)
    if file.size > settings.MAX_IMPORT_BYTES:
        raise TooLarge("file_too_large", limit=settings.MAX_IMPORT_BYTES // 1024 // 1024)
    file.seek(0)
    content = file.read()
    record = ImportFile(
        organization=by.organization,
        kind=kind,
        name=name[-200:],
        sha256=hashlib.sha256(content).hexdigest(),
        mode=mode,
        started_by=by,
    )
    if workbook.is_workbook(file):
        workbook.check_size(file)
        sheets = workbook.filled_sheets(file)
        if len(sheets) > 1:  # kept whole: the person may choose another sheet
            path = f"imports/{by.organization_id}/{record.sha256[:16]}.xlsx"
            record.formats["workbook"] = record.file.storage.save(path, ContentFile(content))
            record.formats["sheets"] = sheets
        _read_sheet(record, file, sheets[0])
    else:
        _read_table(record, open_table(file), content)
    look_through(record)
    return record


def _read_sheet(record: ImportFile, file, sheet: str) -> None:
    with workbook.as_csv(file, sheet) as table:
        opened_table = open_table(table, delimiters=(",",))
        table.seek(0)
        record.formats["sheet"] = sheet
        _read_table(record, opened_table, table.read())


def _read_table(record: ImportFile, table: Table, content: bytes) -> None:
    """Keep the table, and what its headers say: which system it comes from, which field each column fills."""
    former = record.file.name
    record.layout = table.layout.as_data()
    record.file.save(record.name, ContentFile(content), save=False)
    if former:
        record.file.storage.delete(former)
    found = sources.recognize(table.headers)
    record.formats["looks_like"] = found.code if found else ""
    record.formats["preset"] = found.code if found and record.kind in found.kinds else ""
    record.fields = _guessed(record)


def _guessed(record: ImportFile) -> list[str]:
    known = memory(record.organization_id, record.kind) | sources.chosen_fields(preset_of(record), record.kind)
    headers = Layout.from_data(record.layout).headers
    return guess_mapping(headers, ImportKind(record.kind), known, own=record.own_targets).as_data()


def preset_of(record: ImportFile) -> Preset | None:
    return sources.preset_named(record.formats.get("preset", ""))


def memory(organization_id: int, kind: str) -> dict[str, str]:
    """What was chosen for the same headers in the last files that were really imported, newest first."""
    chosen: dict[str, str] = {}
    rows = ImportFile.objects.filter(organization_id=organization_id, kind=kind).exclude(operation=None)
    for former in rows.newest_first()[:5]:
        for header, name in mapping_of(former).as_memory().items():
            chosen.setdefault(header, name)
    return chosen


def mapping_of(record: ImportFile) -> Mapping:
    headers = Layout.from_data(record.layout).headers
    mapping = chosen_mapping(headers, ImportKind(record.kind), record.fields, own=record.own_targets)
    if record.kind != ImportKind.GIFTS or not (kept := sources.kept_headers(preset_of(record))):
        return mapping
    columns = (
        replace(column, ignored=Ignored.KEPT) if column.ignored and header_key(column.header) in kept else column
        for column in mapping.columns
    )
    return replace(mapping, columns=tuple(columns))


def parser_of(record: ImportFile) -> sources.SourceParser:
    """What turns the rows of this file into records; the notes it writes are in the language of the organization."""
    language = record.organization.default_language
    return sources.SourceParser(mapping_of(record), formats_of(record), preset_of(record), language=language)


def formats_of(record: ImportFile) -> Formats:
    stored = record.formats
    order = record.date_order or stored.get("date_order") or None
    return Formats(
        date_order=DateOrder(order) if order else None,
        number_style=NumberStyle(stored.get("number_style", NumberStyle.UNKNOWN)),
        zone=ZoneInfo(record.organization.timezone),
        country=record.organization.country,
    )


def opened(record: ImportFile) -> Table:
    return open_table(record.file.storage.open(record.file.name, "rb"), Layout.from_data(record.layout))


def look_through(record: ImportFile) -> None:
    """Read the whole file once: count it, meet what is wrong with it, let its dates and amounts settle how they are written."""
    with opened(record).fileobj as stream:
        found = survey(open_table(stream, Layout.from_data(record.layout)), mapping_of(record))
    settled = found.formats()
    record.rows = found.rows
    record.formats |= {
        "date_order": settled.date_order,
        "number_style": settled.number_style,
        "must_ask": found.must_ask,
    }
    record.save()


def _locked(record: ImportFile) -> ImportFile:
    """The file as it is now, held until the end: a copy read earlier would undo the start of its import."""
    return ImportFile.objects.select_for_update(of=("self",)).select_related("organization").get(pk=record.pk)


def _refuse_started(record: ImportFile) -> None:
    """Keep the file from being started meanwhile, and read it as it is now."""
    if _locked(record).operation_id:
        raise DomainError(_("This file was already imported."), code="started")
    record.refresh_from_db()


@transaction.atomic
def read_as(record: ImportFile, *, preset: str | None = None, sheet: str = "") -> bool:
    """Guess the columns afresh for another source or another sheet of the workbook; ``False`` when it is the same one.

    Refused once started.
    """
    _refuse_started(record)
    if sheet and sheet != record.formats.get("sheet") and sheet in record.formats.get("sheets", ()):
        with record.file.storage.open(record.formats["workbook"], "rb") as book:
            _read_sheet(record, book, sheet)
    elif preset is not None and preset != record.formats.get("preset", ""):
        chosen = sources.preset_named(preset)
        record.formats["preset"] = chosen.code if chosen and record.kind in chosen.kinds else ""
        record.fields = _guessed(record)
    else:
        return False
    look_through(record)
    return True


@transaction.atomic
def choose(
    record: ImportFile,
    *,
    fields: list[str],
    mode: str,
    date_order: str = "",
    stops: bool = False,
    owner: Membership | None = None,
    by,
) -> ImportFile:
    """Keep what the person chose for each column, for dates, for records already there, for refused rows (``stops`` at the
    first) and for who is responsible for new contacts. Refused once started.
    """
    _refuse_started(record)
    headers = Layout.from_data(record.layout).headers
    chosen_mapping(headers, ImportKind(record.kind), fields, own=record.own_targets).check()
    if owner is not None and not possible_owners(by).filter(pk=owner.pk).exists():
        raise DomainError(_("This person cannot be responsible for contacts here."), field="owner", code="owner")
    record.fields, record.mode, record.date_order = fields, mode, date_order
    record.stops, record.owner = stops, owner
    look_through(record)
    return record


@dataclass
class Trial:
    """What would happen, row by row, for the rows looked at."""

    counts: dict[str, int]
    decisions: list[tuple[Row, Decision]]
    looked_at: int
    total: int
    problem: str = ""
    twins: list[ImportFile] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return self.looked_at >= self.total


def ready(record: ImportFile) -> None:
    """Raise the :class:`DomainError` that keeps this file from being imported, if there is one."""
    mapping_of(record).check()
    if record.formats.get("must_ask") and not record.date_order:
        raise DomainError(
            _("Dates such as 03/04/2026 can be read in two ways. Say whether the day or the month comes first."),
            field="date_order",
            code="date_order",
        )


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def attempt(record: ImportFile, *, limit: int | None = TRIED) -> Trial:
    """Decide the first ``limit`` rows (all of them with ``None``) and write nothing."""
    trial = Trial(counted([]), [], 0, record.rows)
    trial.twins = list(
        ImportFile.objects.filter(organization=record.organization, kind=record.kind, sha256=record.sha256)
        .exclude(pk=record.pk)
        .exclude(operation=None)
        .filter(operation__undone_by=None)
        .newest_first()[:1]
    )
    try:
        ready(record)
    except DomainError as error:
        trial.problem = str(error)
        return trial
    decider = Decider(
        kind=record.kind,
        organization=record.organization,
        by=record.started_by,
        mode=record.mode,
        owner=record.owner,
    )
    parser = parser_of(record)
    with opened(record).fileobj as stream:
        table = open_table(stream, Layout.from_data(record.layout))
        for batch in _batches(islice(table.rows(), limit), CHUNK):
            decisions = decider.decide([one for row in batch for one in parser.parse(row)])
            of_line = {row.line: row for row in batch}
            trial.decisions += ((of_line[decision.line], decision) for decision in decisions)
            trial.looked_at += len(batch)
            for name, count in counted(decisions).items():
                trial.counts[name] = trial.counts.get(name, 0) + count
    return trial


@transaction.atomic
def start_import(record: ImportFile, *, by) -> Operation:
    """Queue the import. Refused when it was started already, or while something must still be answered."""
    record = _locked(record)
    check_kind(record.kind, by=by)
    if record.operation_id:
        raise DomainError(_("This file was already imported."), code="started")
    ready(record)
    record.operation = operations.start(kind="import", by=by, total=record.rows, import_id=record.pk)
    record.save()
    audit.created(record, by=by)
    return record.operation


@transaction.atomic
def undo_import(record: ImportFile, *, by) -> Operation:
    """Queue the undo of an import that is over. Refused while it goes on, twice, or when it wrote nothing."""
    record = _locked(record)
    check_kind(record.kind, by=by)
    if record.operation_id is None:
        raise DomainError(_("This file was not imported: there is nothing to undo."), code="not_started")
    return undo.start_undo(record.operation, by=by)


def contact_words(decision: Decision) -> str:
    """The name of a contact that is not written yet."""
    return display_name(decision.contact)


@transaction.atomic
def forget(record: ImportFile) -> None:
    """Drop a file that was only looked at. Refused once it was imported: what came in keeps its source."""
    record = _locked(record)
    if record.operation_id:
        raise DomainError(_("This file was already imported."), code="started")
    if kept := record.formats.get("workbook"):
        record.file.storage.delete(kept)
    record.file.delete(save=False)
    record.delete()
