"""What opportunities keep to; rules only, no reads."""

from decimal import Decimal

from django.utils.translation import gettext as _

from crm.core.errors import DomainError
from crm.core.money import to_cents
from crm.pipeline.choices import OpportunityStage

# How likely an ask at this stage is to succeed, in percent, until somebody knows better.
PROBABILITIES = {
    OpportunityStage.QUALIFYING: 10,
    OpportunityStage.CULTIVATING: 25,
    OpportunityStage.PREPARING: 40,
    OpportunityStage.ASKED: 60,
    OpportunityStage.AGREED: 90,
    OpportunityStage.WON: 100,
    OpportunityStage.LOST: 0,
}


def probability_after(before: str, after: str, probability: int) -> int:
    """Of an opportunity moved between two stages: that of its new stage, unless somebody gave it one of its own."""
    own = probability != PROBABILITIES[OpportunityStage(before)]
    closes_or_opens = PROBABILITIES[OpportunityStage(after)] in (0, 100) or PROBABILITIES[OpportunityStage(before)] in (
        0,
        100,
    )
    return probability if own and not closes_or_opens else PROBABILITIES[OpportunityStage(after)]


def weighted(amount: Decimal, probability: int) -> Decimal:
    """What the ask is worth by its chances: amount × probability, to the cent."""
    return to_cents(amount * probability / 100)


def check_move(before: str, after: str, *, reason: str = "") -> None:
    """Raises :class:`DomainError`: code ``win`` where an ask is won (a form asks what was given), ``reason`` where it is
    lost, or a won one is opened again, without saying why.
    """
    if after == OpportunityStage.WON:
        raise DomainError(_("Say what was given."), field="to", code="win")
    if after == OpportunityStage.LOST and not reason.strip():
        raise DomainError(
            _("Say why it is lost: the next ask to this donor begins there."), field="reason", code="reason"
        )
    if before == OpportunityStage.WON and not reason.strip():
        raise DomainError(_("It is won: say why it is opened again."), field="reason", code="reason")
