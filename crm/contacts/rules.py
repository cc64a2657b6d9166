"""The stages of the funnel: their order, what is under way, which moves make no sense (I-01, I-02). Rules only, no reads."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.contacts.choices import FunnelStage
from crm.core.errors import DomainError

UNDER_WAY = (
    FunnelStage.CONTACTED,
    FunnelStage.MEETING_SET,
    FunnelStage.PROPOSAL_SENT,
    FunnelStage.NEGOTIATION,
    FunnelStage.BLOCKED,
)
STALLED_AFTER = timedelta(days=30)  # under way, and nothing happened with the person since


def stalled_before(now: datetime) -> datetime:
    """Under way with a last contact before this moment is stalled."""
    return now - STALLED_AFTER


def check_move(before: str, after: str, *, reason: str = "") -> None:
    """Raises :class:`DomainError`, code ``reopen``, where somebody leaves “Won” without saying why."""
    if before == FunnelStage.CLOSED_WON and after != before and not reason.strip():
        raise DomainError(
            _("This contact is at the stage “Won”. To reopen it, move it from the board and say why."),
            field="funnel_stage",
            code="reopen",
        )
