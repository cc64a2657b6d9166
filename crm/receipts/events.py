"""What the receipts domain tells the others, in the past tense: ids and plain values."""

from dataclasses import dataclass

from crm.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ReceiptIssued(Event):
    """A number was given and the snapshot frozen, in the transaction that publishes this. The PDF may come later."""

    receipt_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ReceiptsIssued(Event):
    """A run gave these numbers, in one transaction. It draws the pages itself, save for those of ``to_draw``."""

    run_id: int
    receipt_ids: tuple[int, ...]
    contact_ids: tuple[int, ...]
    to_draw: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ReceiptCancelled(Event):
    """A receipt lost its value; its gifts may be receipted again. Its number stays taken."""

    receipt_id: int
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class ReceiptReplaced(Event):
    """``receipt_id`` cancels and replaces ``replaced_id``: the donor must get the new one and destroy the old one."""

    receipt_id: int
    replaced_id: int
    contact_id: int
