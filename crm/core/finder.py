"""What the search box of every page finds: each domain registers what it knows, in the order it is read (C-11)."""

from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, one line about it, where it is.

    ``icon`` names an icon of the sprite; without one the initials of ``name`` stand in a round mark (square for an
    organization), in the colour of ``pk``.
    """

    name: str
    url: str
    detail: str = ""
    icon: str = ""
    pk: int = 0
    is_organization: bool = False

    def as_data(self) -> dict:
        return asdict(self)


@dataclass(frozen=True)
class Finder:
    """``find(membership, text, limit)`` returns the hits that this person may see, the best first."""

    code: str
    order: int
    label: object
    permission: str
    find: Callable


FINDERS: dict[str, Finder] = {}


def register_finder(code: str, *, order: int, label, permission: str, find: Callable) -> None:
    FINDERS[code] = Finder(code, order, label, permission, find)


def find(membership, text: str, *, limit: int = 5) -> list[tuple[Finder, list[Hit]]]:
    """What each domain found, domains without a hit left out."""
    permitted = [finder for finder in FINDERS.values() if membership.can(finder.permission)]
    found = [(finder, finder.find(membership, text, limit)) for finder in sorted(permitted, key=lambda one: one.order)]
    return [(finder, hits) for finder, hits in found if hits]
