"""Which column of a file fills which field: guessed from the headers, remembered, corrected by the user."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from crm.core.errors import DomainError
from crm.core.text import fold
from crm.imports.choices import Ignored, ImportKind
from crm.imports.targets import REQUIREMENTS, TARGETS, Requirement, Target, spellings

# Words that may stand in front of (or behind) the name of a field and say no more than whose it is.
PREFIXES = (
    "contact1",
    "primarycontact",
    "contact",
    "donor",
    "supporter",
    "constituent",
    "billing",
    "mailing",
    "household",
    "hh",
    "home",
    "primary",
)
SUFFIXES = ("dudonateur", "delapersonne", "ducontact")
SECOND_CONTACT = ("contact2", "secondcontact", "deuxiemecontact", "spouse", "conjoint")

# Known columns that no field of the system takes yet; said to be left out rather than not understood.
LEFT_OUT = spellings(
    "Donation time | Donation source | Fee | Disbursement date | Payment time | Payout date | Tax receipt # | "
    "Tax receipt URL | Details | Extra donation | Time | Net | Time zone | TimeZone | Project | "
    "Match amount | Cause support fee | Merchant fee | Source | Financial type | Form title | "
    "Supplemental address 2 | Household name | Household ID | Cheque number | Check number | "
    "Payment check/reference number | Donation name | Appeal | No de chèque | "
    "N° de chèque | Numéro de chèque | Sollicitation | No de reçu | Numéro de reçu | Receipt number | "
    "Reçu | Frais | Heure | Heure du don | Donation donor | To email address | "
    # What our own list of contacts shows and works out by itself.
    "Giving status | Statut de don | Responsible | Responsable | Lifetime | À vie | Last gift | Dernier don"
)

SALESFORCE = re.compile(r"\W*(?:[a-z]\w*?__)?(\w+?)__c\W*$", re.IGNORECASE)
PARENTHESES = re.compile(r"\s*[(\[{].*?[)\]}]")
YEAR = re.compile(r"(?:19|20)\d\d")  # a column of totals of that year
BARE_NAMES = frozenset(("nom", "last"))  # alone, without a first name beside it, they head a column of whole names


def header_key(header: str) -> str:
    """What two spellings of one header have in common: ``npsp__Contact1_Firstname__c`` and ``Contact1 First Name``."""
    match = SALESFORCE.match(header)
    return fold(match[1] if match else header).replace(" ", "")


def column_letter(index: int) -> str:
    """``A`` for 0, ``AA`` for 26: how a spreadsheet names a column that has no header."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Column:
    """One column of the file: where it goes, or why it goes nowhere."""

    index: int
    header: str
    target: Target | None = None
    ignored: Ignored | None = None

    @property
    def letter(self) -> str:
        return column_letter(self.index)

    @property
    def reason(self) -> str:
        return self.ignored.label if self.ignored else ""

    @property
    def name(self) -> str:
        """The header, or the letter when there is none."""
        return self.header or self.letter


@dataclass(frozen=True)
class Mapping:
    """Every column of one file, in order."""

    kind: ImportKind
    columns: tuple[Column, ...]

    @property
    def used(self) -> dict[str, Column]:
        """Field name → its column."""
        return {column.target.name: column for column in self.columns if column.target}

    @property
    def ignored(self) -> tuple[Column, ...]:
        """Columns with a header that fill nothing, each with its reason."""
        return tuple(column for column in self.columns if column.target is None)

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """What the file lacks to be imported; empty when it can be."""
        used = self.used
        return tuple(need for need in REQUIREMENTS[self.kind] if not any(name in used for name in need.names))

    def check(self) -> None:
        """Raise :class:`DomainError` when nothing was recognized, or what is missing, by name."""
        if not self.used:
            raise DomainError(
                _("None of the columns is recognized. Is this the right file? Otherwise choose the fields yourself."),
                code="nothing_recognized",
            )
        if self.missing:
            labels = " · ".join(str(need.label) for need in self.missing)
            raise DomainError(_("The file lacks %(labels)s.") % {"labels": labels}, code="columns_missing")

    def as_memory(self) -> dict[str, str]:
        """What to remember for the next file with the same headers: header key → field name, ``""`` for left out."""
        return {
            header_key(column.header): column.target.name if column.target else ""
            for column in reversed(self.columns)
            if column.header and (column.target or column.ignored == Ignored.CHOSEN)
        }

    def as_data(self) -> list[str]:
        """The field name of each column, ``""`` for none; :func:`chosen_mapping` reads it back."""
        return [column.target.name if column.target else "" for column in self.columns]


@dataclass(frozen=True)
class _Index:
    """The headers one kind of file is known by."""

    exact: dict[str, tuple[Target, int]]
    of_contact: dict[str, tuple[Target, int]]  # what may follow a prefix such as “donor”
    left_out: frozenset[str]


@cache
def _index(kind: ImportKind) -> _Index:
    exact: dict[str, tuple[Target, int]] = {}
    of_contact: dict[str, tuple[Target, int]] = {}
    for target in TARGETS[kind]:
        for rank, alias in enumerate((target.name, *target.aliases)):
            exact.setdefault(header_key(alias), (target, rank))
            if kind == ImportKind.CONTACTS or target.of_contact:
                of_contact.setdefault(header_key(alias), (target, rank))
    left_out = {header_key(name) for name in LEFT_OUT}
    if kind == ImportKind.CONTACTS:
        left_out |= {header_key(alias) for target in TARGETS[ImportKind.GIFTS] for alias in target.aliases}
    return _Index(exact, of_contact, frozenset(left_out - exact.keys()))


def target_named(kind: ImportKind, name: str, own: Iterable[Target] = ()) -> Target | None:
    return next((target for target in (*TARGETS[kind], *own) if target.name == name), None)


def _find(header: str, kind: ImportKind, own: dict[str, Target]) -> tuple[Target, int] | Ignored:
    """The field a header names and how strongly (0 is best), or why there is none.

    ``own`` are the fields the organization defined, by the key of their labels.
    """
    index = _index(kind)
    keys = [header_key(header), header_key(PARENTHESES.sub("", header))]
    if not keys[0]:
        return Ignored.NO_HEADER
    named = [index.exact[key] for key in keys if key in index.exact] or [(own[key], 0) for key in keys if key in own]
    if named:
        return named[0]
    for key in keys:
        if key in index.left_out or YEAR.fullmatch(key):
            return Ignored.LEFT_OUT
        if key.startswith(SECOND_CONTACT):
            return Ignored.SECOND_CONTACT
    for key in keys:
        for bare in (*(key.removeprefix(word) for word in PREFIXES), *(key.removesuffix(word) for word in SUFFIXES)):
            if bare != key and bare in index.of_contact:
                target, rank = index.of_contact[bare]
                return target, rank + 100
    return Ignored.UNKNOWN


def guess_mapping(
    headers: Iterable[str], kind: ImportKind, memory: dict[str, str] | None = None, *, own: Iterable[Target] = ()
) -> Mapping:
    """Match each header with a field. ``memory`` (:meth:`Mapping.as_memory` of an earlier file) comes first.

    A field is filled by one column: the header it is better known by, else the one further left. A second e-mail or phone
    goes to the field for it; other columns are reported as repeated, so that nobody believes they were imported.
    """
    kind, own = ImportKind(kind), tuple(own)
    own_headers = {header_key(alias): target for target in reversed(own) for alias in target.aliases}
    headers = list(headers)
    claims: dict[str, list[tuple[int, int, Target]]] = {}
    columns: dict[int, Column] = {}
    for position, header in enumerate(headers):
        remembered = (memory or {}).get(header_key(header)) if header else None
        if remembered == "":
            columns[position] = Column(position, header, ignored=Ignored.CHOSEN)
            continue
        target = target_named(kind, remembered, own) if remembered else None
        found = (target, -1) if target else _find(header, kind, own_headers)
        if isinstance(found, Ignored):
            columns[position] = Column(position, header, ignored=found)
        else:
            claims.setdefault(found[0].name, []).append((found[1], position, found[0]))
    _read_bare_names_as_whole(claims, headers, kind)
    if "number" in claims:  # our own export: the whole name follows from its parts
        whole = claims.pop("full_name", [])
        for claim in [one for one in whole if header_key(headers[one[1]]) in ("name", "nom")]:
            whole.remove(claim)
            columns[claim[1]] = Column(claim[1], headers[claim[1]], ignored=Ignored.LEFT_OUT)
        if whole:
            claims["full_name"] = whole
    for claim in claims.values():
        (_rank, winner, target), *others = sorted(claim, key=lambda one: one[:2])
        columns[winner] = Column(winner, headers[winner], target)
        if others and target.spare and target.spare not in claims and (spare := target_named(kind, target.spare)):
            _rank, position, _target = others.pop(0)
            columns[position] = Column(position, headers[position], spare)
        for _rank, position, _target in others:
            columns[position] = Column(position, headers[position], ignored=Ignored.REPEATED)
    return Mapping(kind, tuple(columns[position] for position in range(len(headers))))


def _read_bare_names_as_whole(claims: dict, headers: list[str], kind: ImportKind) -> None:
    """“Nom” is the family name beside “Prénom”; alone it heads whole names."""
    first, last, full = (f"{kind.prefix}{name}" for name in ("first_name", "last_name", "full_name"))
    claim = claims.get(last, [])
    if first in claims or full in claims or not claim:
        return
    if all(rank >= 0 and header_key(headers[position]) in BARE_NAMES for rank, position, _target in claim):
        whole = target_named(kind, full)
        claims[full] = [(rank, position, whole) for rank, position, _target in claims.pop(last)]


def chosen_mapping(
    headers: Iterable[str], kind: ImportKind, choices: Iterable[str], *, own: Iterable[Target] = ()
) -> Mapping:
    """The mapping a person chose: one field name (or ``""``) per column; raises :class:`DomainError`.

    A column left out by hand keeps the reason it had when that reason is not the user's.
    """
    kind, own = ImportKind(kind), tuple(own)
    headers, choices = list(headers), list(choices)
    if len(choices) != len(headers):
        raise DomainError(_("The file has other columns than those chosen for. Send it again."), code="columns_changed")
    guessed = guess_mapping(headers, kind, own=own)
    columns, taken = [], {}
    for position, (header, name) in enumerate(zip(headers, choices, strict=True)):
        if not name:
            reason = guessed.columns[position].ignored or Ignored.CHOSEN
            columns.append(Column(position, header, ignored=reason))
            continue
        target = target_named(kind, name, own)
        if target is None:
            raise DomainError(_("This field does not exist: %(name)s.") % {"name": name}, code="unknown_field")
        if name in taken:
            raise DomainError(
                _("Two columns fill “%(label)s”: %(one)s and %(two)s. Keep one.")
                % {"label": target.label, "one": taken[name].name, "two": header or column_letter(position)},
                code="field_twice",
            )
        taken[name] = Column(position, header, target)
        columns.append(taken[name])
    return Mapping(kind, tuple(columns))
