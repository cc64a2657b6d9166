"""What an official receipt says of a gift. Receipts are of the domain above: it says here how one is replaced."""

from collections.abc import Callable
from contextlib import AbstractContextManager

FIELDS = frozenset({
    "amount", "currency", "received_on", "contact_id", "status", "nature", "advantage", "advantage_description",
    "advantage_is_cash", "property_description", "appraiser_name", "appraiser_address", "receipted_by",
})  # fmt: skip

_replacers: list[Callable[..., AbstractContextManager]] = []


def replaced_by(replacer: Callable[..., AbstractContextManager]) -> None:
    """``replacer(gift, reason=, by=)`` is a context: inside it no valid receipt names the gift, after it a new one does."""
    _replacers[:] = [replacer]


def replaced(gift, *, reason: str, by) -> AbstractContextManager:
    """Around a change of what the receipt of ``gift`` says; ``gift`` is locked."""
    (replacer,) = _replacers
    return replacer(gift, reason=reason, by=by)
