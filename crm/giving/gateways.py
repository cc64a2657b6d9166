"""Where money is collected: one interface, whichever company stands behind it (F-10).

A gateway keeps the card or the account; we keep its token. Every call carries a key of ours: a gateway that is asked twice
with the same key answers what it answered, and charges once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm.giving.models import DemoBankCharge


@dataclass(frozen=True)
class Request:
    """``amount`` in ``currency``; ``token`` is what the gateway knows the card or the account by."""

    key: str
    amount: Decimal
    currency: str
    token: str


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


REASONS = {
    "insufficient_funds": _("Insufficient funds"),
    "declined": _("Refused by the bank"),
    "expired": _("The card has expired"),
    "closed": _("The account is closed"),
}
FINAL = {"expired", "closed"}


class Gateway:
    code = ""
    label: object = ""

    def charge(self, request: Request) -> Answer:
        """Collect, once for each key. Raises :class:`Unreachable`. Never called inside a transaction."""
        raise NotImplementedError


GATEWAYS: dict[str, Gateway] = {}


def register(gateway: type[Gateway]) -> type[Gateway]:
    GATEWAYS[gateway.code] = gateway()
    return gateway


def offered() -> dict[str, Gateway]:
    """Those that a new card or account can be kept by on this installation."""
    return {code: gateway for code, gateway in GATEWAYS.items() if code != DemoGateway.code or settings.DEMO_ALLOWED}


DEMO_TOKENS = {
    "demo_ok": _("Always pays"),
    "demo_sometimes": _("Is refused one time in three"),
    "demo_refused": _("Is always refused: insufficient funds"),
    "demo_expired": _("Has expired"),
}


SOMETIMES = {"demo_sometimes"}


@register
class DemoGateway(Gateway):
    """No money moves. What a token does is in its name; its ledger survives our own crashes, as a bank's would."""

    code = "demo"
    label = _("Demo (no money moves)")

    def charge(self, request: Request) -> Answer:
        made = DemoBankCharge.objects.filter(key=request.key).first() or self._make(request)
        return Answer(
            is_paid=not made.reason,
            at=made.made_at,
            reference=f"demo_{made.pk}",
            reason=made.reason,
            is_final=made.reason in FINAL,
        )

    def _make(self, request: Request) -> DemoBankCharge:
        try:
            with transaction.atomic():
                return DemoBankCharge.objects.create(
                    key=request.key, amount=request.amount, currency=request.currency, reason=self._reason(request)
                )
        except IntegrityError:  # somebody else's call with the same key came first
            return DemoBankCharge.objects.get(key=request.key)

    def _reason(self, request: Request) -> str:
        chance = hashlib.sha256(request.key.encode()).digest()[0] % 3
        always = {"demo_refused": "insufficient_funds", "demo_expired": "expired"}
        return always.get(request.token) or ("declined" if request.token in SOMETIMES and not chance else "")
