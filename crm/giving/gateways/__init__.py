"""Where money is collected: one interface, whichever company stands behind it (F-10)."""

from crm.giving.gateways.base import (
    FINAL,
    GATEWAYS,
    REASONS,
    Answer,
    Gateway,
    Request,
    Unanswered,
    Unreachable,
    offered,
)
from crm.giving.gateways.debit import DebitGateway
from crm.giving.gateways.demo import DEMO_TOKENS, DemoGateway
from crm.giving.gateways.stripe import StripeGateway

__all__ = [
    "DEMO_TOKENS",
    "FINAL",
    "GATEWAYS",
    "REASONS",
    "Answer",
    "DebitGateway",
    "DemoGateway",
    "Gateway",
    "Request",
    "StripeGateway",
    "Unanswered",
    "Unreachable",
    "offered",
]
