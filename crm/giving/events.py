from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class GiftRecorded(Event):
    gift_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class GiftCorrected(Event):
    gift_id: int
    contact_id: int
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GiftDeleted(Event):
    gift_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class GiftsImported(Event):
    """Many gifts came at once: listeners must treat them as a set, never one by one."""

    gift_ids: tuple[int, ...]
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class BatchPosted(Event):
    """Many gifts were posted together: as for :class:`GiftsImported`."""

    batch_id: int
    gift_ids: tuple[int, ...]
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class GiftsTakenBack(Event):
    """An import was undone or a batch opened again: these gifts are gone."""

    gift_ids: tuple[int, ...]
    contact_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PledgeFailed(Event):
    """Nothing can be collected any more: the card was refused too often, or for good."""

    pledge_id: int
    contact_id: int
