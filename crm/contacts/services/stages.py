"""Moving a contact from one stage of the funnel to another (I-02)."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.contacts.choices import FunnelStage
from crm.contacts.events import ContactUpdated
from crm.contacts.models import Contact
from crm.contacts.rules import check_move
from crm.contacts.services.contacts import editable
from crm.contacts.services.timeline import log
from crm.core.errors import ChangedMeanwhile, DomainError
from crm.core.events import publish

logger = structlog.get_logger(__name__)
MOVES = ("contact.moved", "contact.updated")  # from the board, from a form or with others
REASON = 300  # characters of a reason that are kept


def _since(contact: Contact) -> datetime:
    """When the contact came to its present stage: its last move, however it was made, else when it was added."""
    moves = contact.timeline.filter(verb__in=MOVES, data__changes__funnel_stage__isnull=False)
    return moves.order_by("-at", "-pk").values_list("at", flat=True).first() or contact.created_at


@transaction.atomic
def move_contact(contact: Contact, *, to: str, by, expected: str = "", reason: str = "") -> Contact:
    """Put a contact at another stage; the timeline keeps from, to, who, when, why and the days spent at the former one.

    Moves the last contact. A move to where it is already does nothing, so a second click changes nothing. ``expected``: the
    stage that the person saw. Raises :class:`ChangedMeanwhile` where somebody else moved it since, :class:`DomainError` for
    an archived contact and for a move that makes no sense (:func:`~crm.contacts.rules.check_move`), which is logged.
    """
    contact = editable(contact)
    before, stage = audit.state(contact), FunnelStage(to)
    if contact.funnel_stage == stage:
        return contact
    if expected and contact.funnel_stage != expected:
        raise ChangedMeanwhile
    try:
        if contact.is_archived:
            raise DomainError(_("This contact is archived. Restore it first."), code="archived")
        check_move(contact.funnel_stage, stage, reason=reason)
    except DomainError as error:
        logger.warning("stage_move_refused", contact_id=contact.pk, to=to, code=error.code, membership_id=by.pk)
        raise
    now = timezone.now()
    changes = {"funnel_stage": [contact.funnel_stage, stage.value]}
    told = {"days": (now - _since(contact)).days} | ({"reason": reason.strip()[:REASON]} if reason.strip() else {})
    contact.funnel_stage, contact.last_contact_at = stage, now
    contact.save()
    audit.updated(contact, before=before, by=by)
    log(contact, "contact.moved", by=by, changes=changes, **told)
    publish(
        ContactUpdated(
            organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, fields=("funnel_stage",)
        )
    )
    return contact
