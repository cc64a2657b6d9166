"""Writes on visits. What somebody spent while visiting is never a gift, never receipted (C-19)."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts.events import VisitRecorded
from crm.contacts.models import Contact, Visit
from crm.contacts.services.contacts import locked
from crm.contacts.services.timeline import forget_subject, log, touch
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.core.money import ZERO, to_cents

FIRST_YEAR = 1900
HIGHEST = Decimal("9999999999.99")  # what the column of the total holds
RELATIONS = ["organization", "contact", "recorded_by"]


def _check(visit: Visit) -> None:
    if not isinstance(visit.amount, Decimal):
        raise TypeError("an amount is a Decimal, never a float")
    if not visit.amount.is_finite() or visit.amount < 0:
        raise DomainError(_("What was spent cannot be less than zero."), field="amount", code="amount")
    visit.amount = to_cents(visit.amount)
    if visit.at.year < FIRST_YEAR:
        raise DomainError(_("Check the year of this date."), field="at", code="date")
    if visit.at > timezone.now():
        raise DomainError(_("A visit is recorded once it has taken place: this moment is still to come."), field="at",
                          code="future")  # fmt: skip
    visit.at = visit.at.astimezone(UTC).replace(second=0, microsecond=0)  # what the form shows: no change by reading it
    validated(visit, exclude=RELATIONS)


def recount_visits(contact: Contact) -> None:
    """What the rows add up to, written on the contact, whose row the caller holds: never incremented, so never adrift."""
    sums = Visit.objects.filter(contact_id=contact.pk).aggregate(count=Count("pk"), total=Sum("amount"), last=Max("at"))
    total = to_cents(sums["total"] or ZERO)
    if total > HIGHEST:
        raise DomainError(_("With it, the total of the visits would be too large. Check the zeros."), field="amount",
                          code="total")  # fmt: skip
    contact.visit_count, contact.visit_total, contact.last_visit_at = sums["count"], total, sums["last"]
    Contact.objects.filter(pk=contact.pk).update(
        visit_count=contact.visit_count, visit_total=contact.visit_total, last_visit_at=contact.last_visit_at
    )


def _said(visit: Visit) -> dict:
    """What the timeline keeps of a visit."""
    return {"amount": str(visit.amount), "currency": visit.organization.currency, "note": visit.note}


@transaction.atomic
def record_visit(
    contact: Contact, *, by, at: datetime | None = None, amount: Decimal | None = None, note: str = ""
) -> Visit:
    """Somebody came: totals of the contact recomputed under its lock, last contact moved, audit, timeline, publish.

    Refused: a visit still to come, an amount below zero.
    """
    contact = locked(contact)
    visit = Visit(
        organization=contact.organization, contact=contact, at=at or timezone.now(), note=note.strip(),
        amount=ZERO if amount is None else amount, recorded_by=by,
    )  # fmt: skip
    _check(visit)
    visit.save()
    recount_visits(contact)
    touch(contact)
    audit.created(visit, by=by)
    log(contact, "visit.recorded", subject=visit, by=by, at=visit.at, **_said(visit))
    publish(
        VisitRecorded(organization_id=contact.organization_id, actor_id=by.pk, contact_id=contact.pk, visit_id=visit.pk)
    )
    return visit


def _locked_visit(visit: Visit) -> tuple[Contact, Visit]:
    """The contact first, as everybody does, then the visit, which must still be there and still be theirs."""
    contact = locked(visit.contact)
    rows = Visit.objects.select_for_update(of=("self",)).filter(pk=visit.pk, contact=contact)
    found = rows.select_related("organization").first()
    if found is None:
        raise DomainError(_("Somebody deleted or moved this visit meanwhile."), code="gone")
    found.contact = contact
    return contact, found


@transaction.atomic
def correct_visit(visit: Visit, *, by, **fields) -> Visit:
    """Change when, how much or what was said; totals recomputed; its entry of the timeline follows; audit."""
    contact, visit = _locked_visit(visit)
    before = audit.state(visit)
    for name, value in fields.items():
        setattr(visit, name, ZERO if name == "amount" and value is None else value)
    visit.note = visit.note.strip()
    _check(visit)
    changed = audit.changes(before, audit.state(visit))
    if not changed:
        return visit
    visit.save()
    recount_visits(contact)
    touch(contact)
    audit.updated(visit, before=before, by=by)
    told = contact.timeline.filter(verb="visit.recorded", subject_model=visit._meta.label_lower, subject_id=visit.pk)
    told.update(at=visit.at, data=_said(visit))
    log(contact, "visit.corrected", subject=visit, by=by, changes=changed, currency=visit.organization.currency)
    return visit


@transaction.atomic
def delete_visit(visit: Visit, *, by) -> None:
    """Erase a visit recorded by mistake; totals recomputed; the timeline says so, the audit log keeps it."""
    contact, visit = _locked_visit(visit)
    audit.deleted(visit, by=by)
    forget_subject(contact, visit)
    log(contact, "visit.deleted", by=by, on=timezone.localtime(visit.at).date().isoformat(), **_said(visit))
    visit.delete()
    recount_visits(contact)
