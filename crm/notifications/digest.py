"""The composition contract of the daily digest: each domain registers the section it knows, this module puts them together.

A domain writes ``collect(membership, since, until) -> Section | None`` and registers it in its ``AppConfig.ready``::

    def ready(self):
        from crm.notifications.digest import register_section
        from crm.giving.digest import collect_gifts

        register_section("gifts", order=10, permission="gifts.view", collect=collect_gifts)

``collect`` is called with the reader's language and time zone active, and only for a reader who has ``permission``. It
reads rows through ``visible_to(membership)`` and nothing else, takes what happened in ``since <= moment < until`` (by the
moment of recording, ``created_at``, so that nothing falls between two digests) and returns ``None`` when there is
nothing to say. Texts may be lazy; urls come from ``org_url(membership, …)`` and are made absolute here.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

TONES = ("", "ok", "warn", "bad")
MAX_LINES = 5  # a digest is read on a phone before coffee; the section's link leads to the rest


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of a section: who or what, a quiet second line, a written amount at the right.

    ``amount`` is already written for people (``format_money``); ``tone`` colours it: ``ok``, ``warn``, ``bad`` or nothing.
    """

    text: str
    detail: str = ""
    amount: str = ""
    tone: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"unknown tone {self.tone!r}")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading, one sentence that sums it up (“7 gifts arrived, for $2,485.00.”), the rows, a link to all of them.

    ``count`` is how many things there are in all; ``lines`` may hold only the most telling of them. ``as_cards``: figures,
    each written large under its name, in two columns.
    """

    title: object
    total: str
    count: int
    lines: Sequence[Line] = ()
    link_url: str = ""
    link_label: object = ""
    as_cards: bool = False


Collect = Callable[[object, datetime, datetime], Section | None]


@dataclass(frozen=True)
class Registered:
    code: str
    order: int
    permission: str
    collect: Collect
    accompanies: bool = False


SECTIONS: dict[str, Registered] = {}


def register_section(code: str, *, order: int, permission: str, collect: Collect, accompanies: bool = False) -> None:
    """Add a section to every digest. ``order``: small comes first; ``permission``: who may read it (``gifts.view``).

    One that ``accompanies`` says how things stand, every day: it is read with the others, and makes no e-mail by itself.
    """
    SECTIONS[code] = Registered(code, order, permission, collect, accompanies)


def has_news(codes: Collection[str]) -> bool:
    """Is there among these sections one that is worth an e-mail?"""
    return any(not SECTIONS[code].accompanies for code in codes)


def absolute(url: str) -> str:
    """An address that works from a mailbox."""
    return f"{settings.SITE_URL}{url}" if url.startswith("/") else url


def collected(membership, since: datetime, until: datetime) -> dict[str, Section]:
    """The sections that have something to say to this person, in order. Call it in the reader's language and time zone."""
    found: dict[str, Section] = {}
    for registered in sorted(SECTIONS.values(), key=lambda row: (row.order, row.code)):
        if not membership.can(registered.permission):
            continue
        section = registered.collect(membership, since, until)
        if section is not None and section.count:
            found[registered.code] = replace(section, lines=tuple(section.lines[:MAX_LINES]))
    return found


def compose(membership, since: datetime, until: datetime) -> dict[str, Section]:
    """The same, with addresses that work from a mailbox."""
    found: dict[str, Section] = {}
    for code, section in collected(membership, since, until).items():
        lines = tuple(replace(line, url=absolute(line.url)) for line in section.lines)
        found[code] = replace(section, lines=lines, link_url=absolute(section.link_url))
    return found
