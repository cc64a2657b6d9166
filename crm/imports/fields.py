"""What a field is that a file can fill, and how its headers are spelled."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Target:
    """``aliases`` are in order of preference: when two columns claim a field, the one named earlier here gets it."""

    name: str
    label: str  # lazy
    aliases: tuple[str, ...]
    parser: str = "text"  # a key of crm.imports.rows.PARSERS
    max_length: int | None = None  # of the model’s field
    required: bool = False
    of_contact: bool = False  # in a file of gifts: describes the donor
    spare: str = ""  # the field that takes a second column of the same kind
    own: Any = None  # the CustomField of an organization, for the parser “own”

    @property
    def is_date(self) -> bool:
        """Whether its column helps to tell how the file writes its dates."""
        return self.parser == "date" or (self.own is not None and self.own.kind == "date")


@dataclass(frozen=True)
class Requirement:
    """At least one of these fields must have a column."""

    names: tuple[str, ...]
    label: str  # lazy: what is missing, as a noun phrase


def spellings(text: str) -> tuple[str, ...]:
    """``A | B`` → ``("A", "B")``."""
    return tuple(name.strip() for name in text.split("|"))
