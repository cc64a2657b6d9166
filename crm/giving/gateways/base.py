"""The interface of a gateway, and the table of those there are.

A gateway keeps the card or the account; we keep its token. Every call carries a key of ours: a gateway that is asked twice
with the same key answers what it answered, and charges once.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Request:
    """``amount`` in ``currency``; ``token`` is what the gateway knows the card or the account by."""

    key: str
    amount: Decimal
    currency: str
    token: str
    organization_id: int = 0
    sent_at: datetime | None = None  # when it was first asked, were it not now


@dataclass(frozen=True)
class Answer:
    """``reason`` is a code of :data:`REASONS`; ``is_final``: another try with the same method cannot succeed."""

    is_paid: bool
    at: datetime
    reference: str = ""
    reason: str = ""
    is_final: bool = False


class Unreachable(Exception):
    """No answer: whether the charge was made is not known, and the same key must be sent again."""


class Unanswered(Exception):
    """The charge is made, and its end is not known yet: the gateway will say it by itself (a bank takes days)."""


REASONS = {
    "insufficient_funds": _("Insufficient funds"),
    "declined": _("Refused by the bank"),
    "expired": _("The card has expired"),
    "closed": _("The account is closed"),
    "stopped": _("Payment stopped by the donor"),
    "revoked": _("The donor withdrew their agreement"),
    "lost": _("The card was lost or stolen"),
    "confirmation": _("The bank wants the donor to confirm the payment"),
    "unknown": _("The gateway no longer knows this card or account"),
}
FINAL = {"expired", "closed", "stopped", "revoked", "lost", "confirmation", "unknown"}


class Gateway:
    code = ""
    label: object = ""
    by_file = False  # what is due waits for a file that a person takes to the bank; nothing is sent by a worker

    def charge(self, request: Request) -> Answer:
        """Collect, once for each key. Raises :class:`Unreachable`, :class:`Unanswered`. Never called in a transaction."""
        raise NotImplementedError

    def is_offered(self, organization) -> bool:
        """Can a new card or account be kept by it, here and now?"""
        return True


GATEWAYS: dict[str, Gateway] = {}


def register(gateway: type[Gateway]) -> type[Gateway]:
    GATEWAYS[gateway.code] = gateway()
    return gateway


def offered(organization) -> dict[str, Gateway]:
    """Those that a new card or account of this organization's donors can be kept by."""
    return {code: gateway for code, gateway in GATEWAYS.items() if gateway.is_offered(organization)}
