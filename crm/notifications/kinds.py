"""The kinds of notifications: each domain registers those it sends, and how they are told (U-01).

A domain writes ``tell(membership, notifications) -> {notification.pk: Told}`` and registers it in its ``AppConfig.ready``::

    register_kind("task_overdue", label=_("Overdue tasks"), icon="clock-exclamation", tone="is-bad", tell=tell_overdue)

``tell`` is called once for all notifications of its kind on a page, in the reader's language and time zone. It reads rows through
``visible_to(membership)`` and nothing else; what it leaves out is gone, or no longer the reader's to see.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

TONES = ("is-info", "is-ok", "is-warn", "is-bad")  # information, success, warning, alert


@dataclass(frozen=True)
class Told:
    """What one says: a sentence, a quiet second line, where it leads."""

    text: str
    detail: str = ""
    url: str = ""


Tell = Callable[[object, list], dict[int, Told]]


@dataclass(frozen=True)
class Kind:
    code: str
    label: object
    icon: str
    tone: str
    tell: Tell


KINDS: dict[str, Kind] = {}


def register_kind(code: str, *, label, icon: str, tone: str, tell: Tell) -> None:
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}")
    KINDS[code] = Kind(code, label, icon, tone, tell)


def told(membership, notifications: Iterable) -> dict[int, Told]:
    """What each of these says to their reader, by number; nothing for what is gone. One call a kind, however many there are."""
    by_kind = defaultdict(list)
    for one in notifications:
        by_kind[one.kind].append(one)
    found: dict[int, Told] = {}
    for code, rows in by_kind.items():
        if code in KINDS:
            found |= KINDS[code].tell(membership, rows)
    return found


def by_object(notifications: list, rows: Iterable) -> list[tuple[object, object]]:
    """Each notification beside the row it is about, for those whose row is among ``rows``."""
    known = {row.pk: row for row in rows}
    return [(one, known[one.object_id]) for one in notifications if one.object_id in known]
