"""A bank for demos and tests: no money moves."""

import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from crm.giving.gateways.base import FINAL, Answer, Gateway, Request, register
from crm.giving.models import DemoBankCharge

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

    def is_offered(self, organization) -> bool:
        return settings.DEMO_ALLOWED

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
