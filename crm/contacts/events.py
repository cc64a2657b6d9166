from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ContactCreated(Event):
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    contact_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContactArchived(Event):
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactRestored(Event):
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ContactsImported(Event):
    """Many contacts came at once: listeners must treat them as a set, never one by one."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ContactsChanged(Event):
    """The same act on many contacts (archived and restored are ``fields=("archived_at",)``): a set, never one by one."""

    contact_ids: tuple[int, ...]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContactsMerged(Event):
    """``contact_id`` was kept; ``absorbed_id`` lives on in it."""

    contact_id: int
    absorbed_id: int


@dataclass(frozen=True, kw_only=True)
class ContactsUnmerged(Event):
    """A merge was taken back: both contacts stand on their own again."""

    contact_id: int
    absorbed_id: int


@dataclass(frozen=True, kw_only=True)
class VisitRecorded(Event):
    contact_id: int
    visit_id: int


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    contact_id: int
    note_id: int


@dataclass(frozen=True, kw_only=True)
class ContactsTakenBack(Event):
    """An import was undone: these contacts are gone, or are again what they were."""

    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ContactAnonymized(Event):
    """``contact_ids``: the contact and those that had been merged into it. What others hold about them must go."""

    contact_id: int
    contact_ids: tuple[int, ...]
