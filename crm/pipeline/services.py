"""Writes on opportunities. What happens to an ask is told on the timeline of its donor."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Relationship
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import ChangedMeanwhile, DomainError, validated
from crm.core.events import publish
from crm.giving import services as giving
from crm.giving.models import Gift
from crm.giving.rules import amount_problem
from crm.pipeline import rules
from crm.pipeline.choices import OpportunityStage
from crm.pipeline.events import OpportunityCreated, OpportunityMoved
from crm.pipeline.models import Opportunity
from crm.tasks import services as tasks
from crm.tasks.models import Task

logger = structlog.get_logger(__name__)

RELATIONS = ["organization", "contact", "owner", "gift", "pledge", "created_by"]
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


def _check(opportunity: Opportunity, *, owner_changed: bool = True) -> None:
    owner = opportunity.owner
    if owner_changed:
        if owner.organization_id != opportunity.organization_id or not owner.is_active:
            raise DomainError(_("This person does not work in your organization."), field="owner", code="owner")
        if not owner.can("pipeline.change", opportunity.contact):
            said = _("%(person)s may not follow this donor. Choose somebody else.") % {"person": owner}
            raise DomainError(said, field="owner", code="unseen")
    if problem := amount_problem(opportunity.amount):
        raise DomainError(problem, field="amount", code="amount")
    if opportunity.expected_on is not None and not FIRST_DAY <= opportunity.expected_on <= LAST_DAY:
        raise DomainError(_("Check the year of this date."), field="expected_on", code="date")
    validated(opportunity, exclude=RELATIONS)


def _locked(opportunity: Opportunity) -> Opportunity:
    """The opportunity as it is now, held until the end, after its donor (in this order everywhere)."""
    contacts.hold(opportunity.contact)
    rows = Opportunity.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("contact__owner", "owner__user", "organization", "gift", "pledge")
    found = rows.filter(pk=opportunity.pk).first()
    if found is None:
        raise DomainError(_("Somebody deleted this opportunity meanwhile."), code="gone")
    return found


def _tell(opportunity: Opportunity, verb: str, *, by, **told) -> None:
    said = {"title": opportunity.title, "amount": str(opportunity.amount)} | told
    contacts.log(
        opportunity.contact, verb, subject=opportunity, by=by, currency=opportunity.organization.currency, **said
    )
    contacts.touch(opportunity.contact)


@transaction.atomic
def create_opportunity(
    *,
    contact: Contact,
    title: str,
    amount: Decimal,
    owner,
    by,
    stage: str = OpportunityStage.QUALIFYING,
    probability: int | None = None,
    **fields,
) -> Opportunity:
    """Intend to ask a donor: audit, timeline, last contact moved, publish.

    ``probability`` in percent; ``None``: that of the stage. ``fields``: when an answer is expected, notes. Refused: an
    archived donor, a stage that is closed, an owner who may not follow the donor.
    """
    if contacts.hold(contact).is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), field="contact", code="archived")
    stage = OpportunityStage(stage)
    if rules.PROBABILITIES[stage] in (0, 100):
        raise DomainError(_("A new opportunity is neither won nor lost yet."), field="stage", code="closed")
    opportunity = Opportunity(
        organization=by.organization, contact=contact, title=title.strip(), amount=amount, stage=stage, owner=owner,
        probability=rules.PROBABILITIES[stage] if probability is None else probability, created_by=by, **fields,
    )  # fmt: skip
    _check(opportunity)
    opportunity.save()
    audit.created(opportunity, by=by)
    _tell(opportunity, "opportunity.created", by=by)
    publish(
        OpportunityCreated(
            organization_id=opportunity.organization_id,
            actor_id=by.pk,
            opportunity_id=opportunity.pk,
            contact_id=contact.pk,
        )
    )
    return opportunity


@transaction.atomic
def update_opportunity(opportunity: Opportunity, *, by, **fields) -> Opportunity:
    """Correct what is written of an ask; its stage moves by :func:`move_opportunity` only. The audit log keeps both."""
    opportunity = _locked(opportunity)
    before = audit.state(opportunity)
    for name, value in fields.items():
        setattr(opportunity, name, value)
    changed = audit.changes(before, audit.state(opportunity))
    if not changed:
        return opportunity
    _check(opportunity, owner_changed="owner_id" in changed)
    if opportunity.is_closed:
        opportunity.probability = rules.PROBABILITIES[OpportunityStage(opportunity.stage)]
    opportunity.save()
    audit.updated(opportunity, before=before, by=by)
    contacts.touch(opportunity.contact)
    return opportunity


def _close(opportunity: Opportunity, stage: OpportunityStage, *, on: date | None) -> None:
    """``on``: the day it closed, or ``None`` where it is open (again)."""
    opportunity.probability = rules.probability_after(opportunity.stage, stage, opportunity.probability)
    opportunity.stage, opportunity.stage_since, opportunity.closed_on = stage, timezone.now(), on


def _save_move(opportunity: Opportunity, before: dict, *, by) -> None:
    opportunity.save()
    audit.updated(opportunity, before=before, by=by)
    publish(
        OpportunityMoved(
            organization_id=opportunity.organization_id,
            actor_id=by.pk,
            opportunity_id=opportunity.pk,
            contact_id=opportunity.contact_id,
            before=before["stage"],
            after=str(opportunity.stage),
        )
    )


def _days(opportunity: Opportunity) -> int:
    return (timezone.now() - opportunity.stage_since).days


@transaction.atomic
def move_opportunity(opportunity: Opportunity, *, to: str, by, expected: str = "", reason: str = "") -> Opportunity:
    """Put an ask at another stage; the timeline keeps from, to, who, when, why and the days spent at the former one.

    The probability follows the stage unless somebody set one of its own. A move to where it is already does nothing.
    ``expected``: the stage that the person saw. Opened again, it no longer leads to what it had become. Raises
    :class:`ChangedMeanwhile` where somebody else moved it since, and :class:`DomainError` where the move makes no sense
    (:func:`~crm.pipeline.rules.check_move`) or the donor is archived; those are logged.
    """
    opportunity = _locked(opportunity)
    stage = OpportunityStage(to)
    if opportunity.stage == stage:
        return opportunity
    if expected and opportunity.stage != expected:
        raise ChangedMeanwhile
    try:
        if opportunity.contact.is_archived:
            raise DomainError(_("This contact is archived. Restore it first."), code="archived")
        rules.check_move(opportunity.stage, stage, reason=reason)
    except DomainError as error:
        logger.warning(
            "opportunity_move_refused", opportunity_id=opportunity.pk, to=to, code=error.code, membership_id=by.pk
        )
        raise
    before, days = audit.state(opportunity), _days(opportunity)
    is_lost = stage == OpportunityStage.LOST
    _close(opportunity, stage, on=today_in(opportunity.organization.timezone) if is_lost else None)
    opportunity.reason = reason.strip() if is_lost else ""
    opportunity.gift = opportunity.pledge = None
    _check(opportunity, owner_changed=False)
    _save_move(opportunity, before, by=by)
    told = {"changes": {"stage": [before["stage"], stage.value]}, "days": days}
    verb = "opportunity.lost" if is_lost else "opportunity.moved"
    _tell(opportunity, verb, by=by, **told, **({"reason": reason.strip()} if reason.strip() else {}))
    return opportunity


@transaction.atomic
def win_opportunity(
    opportunity: Opportunity,
    *,
    on: date,
    by,
    amount: Decimal | None = None,
    reason: str = "",
    gift: Gift | dict | None = None,
    pledge: dict | None = None,
    expected: str = "",
) -> Opportunity:
    """The donor said yes, on a day (by the organization's clock): with it, at most one of what it became.

    ``gift``: one that is recorded already, or what :func:`crm.giving.services.record_gift` takes; ``pledge``: what
    :func:`~crm.giving.services.create_pledge` takes. All of it happens or nothing. ``amount`` where another one was agreed
    than was asked. Won twice is won once. Raises :class:`ChangedMeanwhile`, :class:`DomainError` with the field it belongs to.
    """
    opportunity = _locked(opportunity)
    if opportunity.stage == OpportunityStage.WON:
        return opportunity
    if expected and opportunity.stage != expected:
        raise ChangedMeanwhile
    contact = opportunity.contact
    if contact.is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), code="archived")
    if on > today_in(opportunity.organization.timezone):
        raise DomainError(_("This day is still to come."), field="on", code="future")
    before, days = audit.state(opportunity), _days(opportunity)
    opportunity.amount = opportunity.amount if amount is None else amount
    _close(opportunity, OpportunityStage.WON, on=on)
    opportunity.reason = reason.strip()
    if isinstance(gift, dict):
        gift = giving.record_gift(contact=contact, by=by, **gift)
    if gift is not None and gift.contact_id != contact.pk:
        raise DomainError(_("This gift is of another donor."), field="gift", code="foreign")
    opportunity.gift = gift
    opportunity.pledge = giving.create_pledge(contact=contact, by=by, **pledge) if pledge is not None else None
    _check(opportunity, owner_changed=False)
    _save_move(opportunity, before, by=by)
    told = {"changes": {"stage": [before["stage"], OpportunityStage.WON.value]}, "days": days}
    _tell(opportunity, "opportunity.won", by=by, **told, **({"reason": reason.strip()} if reason.strip() else {}))
    return opportunity


@transaction.atomic
def delete_opportunity(opportunity: Opportunity, *, by) -> None:
    """Erase one that was written down by mistake; the audit log keeps it, the timeline no longer leads to it."""
    opportunity = _locked(opportunity)
    audit.deleted(opportunity, by=by)
    contacts.forget_subject(opportunity.contact, opportunity)
    opportunity.delete()


@transaction.atomic
def erase_opportunities(*, contact_ids: Iterable[int]) -> int:
    """Forget what was hoped for from these contacts, in the audit log too (Law 25); what they gave is the gifts' to say."""
    rows = Opportunity.objects.filter(contact__in=list(contact_ids))
    audit.scrub("pipeline.opportunity", list(rows.values_list("pk", flat=True)))
    return rows.delete()[0]


@transaction.atomic
def convert_lead(contact: Contact, *, opportunity: dict, task: dict | None, by) -> tuple[Opportunity, Task | None]:
    """A lead becomes a prospect with an opportunity and a first task, all at once (I-03).

    ``opportunity``: what :func:`create_opportunity` takes; ``task``: what :func:`crm.tasks.services.create_task` takes.
    Refused where the contact is a lead no more: somebody was first.
    """
    contact = contacts.hold(contact)
    if contact.relationship != Relationship.LEAD:
        raise DomainError(_("This contact is a lead no more: somebody was first."), code="converted")
    contact = contacts.update_contact(contact, by=by, relationship=Relationship.PROSPECT)
    made = create_opportunity(contact=contact, by=by, **opportunity)
    return made, tasks.create_task(contact=contact, by=by, **task) if task else None
