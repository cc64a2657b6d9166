"""Writes on pledges. Every act ends in the same place: the pledge brought up to date with its gifts."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.contacts import services as contacts
from crm.contacts.choices import Severity
from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.errors import DomainError, validated
from crm.core.events import publish
from crm.core.money import to_cents
from crm.giving import pledges, rules
from crm.giving.choices import Frequency, PledgeStatus
from crm.giving.events import PledgeFailed
from crm.giving.models import Fund, Instalment, PaymentMethod, Pledge, PledgePause
from crm.giving.schedule import due_date, last_day

RELATIONS = ["organization", "contact", "fund", "campaign", "appeal", "recorded_by"]
ONE_DAY = timedelta(days=1)


def _today(pledge: Pledge) -> date:
    return today_in(pledge.organization.timezone)


def _locked(pledge: Pledge) -> Pledge:
    """The pledge as it is now, held until the end; its donor first, as every write on gifts does."""
    contacts.hold(Contact.objects.get(pledges=pledge.pk))
    rows = Pledge.objects.select_for_update(of=("self",)).select_related(
        "contact", "fund", "campaign", "appeal", "organization", "recorded_by"
    )
    return rows.get(pk=pledge.pk)


def check_pledge(pledge: Pledge) -> None:
    """The rules that hold for every promise, typed or imported; raises :class:`DomainError` with its field."""
    if problem := rules.amount_problem(pledge.amount):
        raise DomainError(problem, field="amount", code="amount")
    pledge.amount = to_cents(pledge.amount)
    if pledge.starts_on.year < rules.FIRST_YEAR or pledge.starts_on > last_day(_today(pledge)):
        raise DomainError(_("Check the year of the date."), field="starts_on", code="date")
    if pledge.frequency == Frequency.ONE_TIME:
        pledge.ends_on = pledge.anchor_on
    if pledge.ends_on and pledge.ends_on < pledge.anchor_on:
        raise DomainError(_("The last payment is due before the first one."), field="ends_on", code="date")
    if pledge.ends_on and pledge.ends_on > last_day(pledge.anchor_on):
        raise DomainError(_("A pledge runs thirty years at most; leave the end empty."), field="ends_on", code="date")
    for name in ("contact", "fund", "campaign", "appeal", "recorded_by"):
        other = getattr(pledge, name)
        if other is not None and other.organization_id != pledge.organization_id:
            raise DomainError(_("This belongs to another organization."), field=name, code="foreign")
    if pledge.appeal_id and pledge.campaign_id is None:
        pledge.campaign = pledge.appeal.campaign
    if pledge.appeal_id and pledge.appeal.campaign_id != pledge.campaign_id:
        raise DomainError(_("This appeal is of another campaign."), field="appeal", code="campaign")
    validated(pledge, exclude=RELATIONS, constraints=bool(pledge.external_id))


def _tell(pledge: Pledge, verb: str, *, by, severity: str = Severity.INFO, **data) -> None:
    """One line of the donor's timeline, what its template says as data."""
    said = {"amount": str(pledge.amount), "currency": pledge.currency, "frequency": pledge.frequency}
    contacts.log(pledge.contact, verb, subject=pledge, by=by, severity=severity, **said, **data)
    contacts.touch(pledge.contact)


def _let_go(pledge: Pledge, **which) -> None:
    """Forget dates that nothing was paid on and no gateway was asked about."""
    pledge.instalments.filter(**which, paid=0, charges__isnull=True).delete()


def _settled(pledge: Pledge) -> Pledge:
    """Brought up to date; the row as it is then."""
    pledges.refresh([pledge.pk], on=_today(pledge))
    pledge.refresh_from_db(fields=[*pledges.TOLD, "updated_at"])
    return pledge


@transaction.atomic
def create_pledge(
    *,
    contact: Contact,
    amount: Decimal,
    frequency: str,
    starts_on: date,
    fund: Fund,
    by,
    count: int | None = None,
    **fields,
) -> Pledge:
    """Write down a promise and its calendar; audit, timeline.

    ``count``: the number of payments, from which the end follows, where that is how it was promised.
    """
    contacts.hold(contact)
    if contact.is_archived:
        raise DomainError(_("This contact is archived. Restore it first."), field="contact", code="archived")
    pledge = Pledge(
        organization=by.organization, contact=contact, amount=amount, frequency=frequency, starts_on=starts_on,
        anchor_on=starts_on, fund=fund, recorded_by=by, **fields,
    )  # fmt: skip
    if count is not None and frequency != Frequency.ONE_TIME:
        pledge.ends_on = due_date(starts_on, frequency, count - 1)
    check_pledge(pledge)
    pledge.save()
    audit.created(pledge, by=by)
    starts = starts_on.isoformat()
    _tell(pledge, "pledge.created", by=by, severity=Severity.SUCCESS, fund=fund.names, starts_on=starts)
    return _settled(pledge)


def upcoming(pledge: Pledge, *, on: date) -> date | None:
    """The first date from ``on`` that is still to be paid: from there a change of terms applies."""
    open_ones = pledge.instalments.filter(due_on__gte=on, is_skipped=False, paid=0).order_by("due_on")
    return open_ones.values_list("due_on", flat=True).first()


@transaction.atomic
def change_pledge(pledge: Pledge, *, by, next_on: date | None = None, **fields) -> Pledge:
    """Change a promise from its next payment on; what was due before stays as it was.

    ``next_on`` moves the next payment, and the calendar with it. Audit (the change log of the pledge) and timeline.
    """
    pledge = _locked(pledge)
    if pledge.status in pledges.ENDED:
        raise DomainError(_("This pledge is over. Take it up again first."), code="over")
    before = audit.state(pledge)
    today = _today(pledge)
    due = upcoming(pledge, on=today)
    for name, value in fields.items():
        setattr(pledge, name, value)
    is_moved = next_on is not None and next_on != due
    is_other_pace = pledge.frequency != before["frequency"]
    if is_moved or is_other_pace:
        _move(pledge, next_on or due or today, today=today)
    check_pledge(pledge)
    changed = audit.changes(before, audit.state(pledge))
    if not changed:
        return pledge
    pledge.save()
    audit.updated(pledge, before=before, by=by)
    if {"amount", "frequency", "anchor_on"} & changed.keys():
        _let_go(pledge, due_on__gte=today)
    if pledge.ends_on:
        _let_go(pledge, due_on__gt=pledge.ends_on)
    _tell(pledge, "pledge.changed", by=by, changes={name: pair for name, pair in changed.items() if name in TERMS})
    return _settled(pledge)


TERMS = {"amount", "frequency", "anchor_on", "ends_on", "grace_days"}


def _move(pledge: Pledge, next_on: date, *, today: date) -> None:
    if next_on < today:
        raise DomainError(_("The next payment cannot be due in the past."), field="next_on", code="date")
    if not pledge.gifts.exists() and pledge.starts_on == pledge.anchor_on and pledge.starts_on >= today:
        pledge.starts_on = next_on  # nothing has begun yet
    pledge.anchor_on = next_on


@transaction.atomic
def pause_pledge(pledge: Pledge, *, from_on: date, by, until: date | None = None, reason: str = "") -> Pledge:
    """From ``from_on`` to ``until``, both included (``None``: until it is taken up again), nothing is due."""
    pledge = _locked(pledge)
    if not pledge.is_open:
        raise DomainError(_("Only a pledge that is under way can be paused."), code="status")
    if until is not None and until < from_on:
        raise DomainError(_("The pause ends before it begins."), field="until", code="date")
    pause = PledgePause.objects.create(
        pledge=pledge, from_on=from_on, until=until, reason=reason.strip()[:300], made_by=by
    )
    audit.created(pause, by=by, organization_id=pledge.organization_id)
    said = {"from_on": from_on.isoformat(), "until": until.isoformat() if until else "", "reason": pause.reason}
    _tell(pledge, "pledge.paused", by=by, **said)
    return _settled(pledge)


@transaction.atomic
def skip_instalment(instalment: Instalment, *, by, reason: str = "") -> Pledge:
    """Let one payment go: it is no longer due. What was already paid of it goes to the next one."""
    return pause_pledge(instalment.pledge, from_on=instalment.due_on, until=instalment.due_on, by=by, reason=reason)


@transaction.atomic
def resume_pledge(pledge: Pledge, *, on: date, by) -> Pledge:
    """Take a paused pledge up again: what is due from ``on`` is due. Pauses that had not begun by then are gone."""
    pledge = _locked(pledge)
    found = [pause for pause in pledge.pauses.all() if pause.until is None or pause.until >= on]
    if not found:
        raise DomainError(_("This pledge is not paused then."), field="on", code="status")
    for pause in found:
        before = audit.state(pause)
        if pause.from_on >= on:
            audit.deleted(pause, by=by, organization_id=pledge.organization_id)
            pause.delete()
            continue
        pause.until = on - ONE_DAY
        pause.save()
        audit.updated(pause, before=before, by=by, organization_id=pledge.organization_id)
    _tell(pledge, "pledge.resumed", by=by, on=on.isoformat())
    return _settled(pledge)


@transaction.atomic
def cancel_pledge(pledge: Pledge, *, by, reason: str = "") -> Pledge:
    """The donor gives it up: nothing more is due, what came stays."""
    pledge = _locked(pledge)
    if pledge.status == PledgeStatus.CANCELLED:
        return pledge
    before = audit.state(pledge)
    pledge.status, pledge.ended_on, pledge.end_reason = PledgeStatus.CANCELLED, _today(pledge), reason.strip()[:300]
    pledge.save()
    audit.updated(pledge, before=before, by=by)
    _let_go(pledge, due_on__gte=pledge.ended_on)
    _tell(pledge, "pledge.cancelled", by=by, severity=Severity.WARNING, reason=pledge.end_reason)
    return _settled(pledge)


@transaction.atomic
def fail_pledge(pledge: Pledge, *, by, reason: str) -> Pledge:
    """Nothing can be collected any more (``reason``: a code of the gateway): it stops until somebody takes it up again."""
    pledge = _locked(pledge)
    if pledge.status in pledges.ENDED:
        return pledge
    before = audit.state(pledge)
    pledge.status, pledge.ended_on, pledge.end_reason = PledgeStatus.FAILED, _today(pledge), reason
    pledge.save()
    audit.updated(pledge, before=before, by=by)
    _tell(pledge, "pledge.failed", by=by, severity=Severity.ALERT, reason=reason)
    publish(
        PledgeFailed(
            organization_id=pledge.organization_id, actor_id=by.pk, pledge_id=pledge.pk, contact_id=pledge.contact_id
        )
    )
    return _settled(pledge)


@transaction.atomic
def collect_from(pledge: Pledge, *, payment_method: PaymentMethod | None, by, from_on: date | None = None) -> Pledge:
    """From the payment due on ``from_on`` (today) on, collect by itself; ``None``: no longer. What was due before is not
    collected: nobody is charged for arrears by surprise.
    """
    pledge = _locked(pledge)
    before = audit.state(pledge)
    if payment_method is not None:
        _check_method(pledge, payment_method)
    pledge.payment_method = payment_method
    pledge.collects_from = (from_on or _today(pledge)) if payment_method else None
    pledge.save()
    if audit.changes(before, audit.state(pledge)):
        audit.updated(pledge, before=before, by=by)
        _tell(
            pledge, "pledge.collected", by=by, is_collected=payment_method is not None
        )  # no card: everybody reads this
    return _settled(pledge)


def _check_method(pledge: Pledge, method: PaymentMethod) -> None:
    if pledge.status in pledges.ENDED:
        raise DomainError(_("This pledge is over. Take it up again first."), code="over")
    if method.contact_id != pledge.contact_id or method.organization_id != pledge.organization_id:
        raise DomainError(_("This payment method is of another donor."), field="payment_method", code="foreign")
    if not method.is_active or method.is_expired(_today(pledge)):
        raise DomainError(_("This payment method can no longer be used."), field="payment_method", code="inactive")


@transaction.atomic
def reopen_pledge(pledge: Pledge, *, by) -> Pledge:
    """Take a cancelled pledge up again from today; what would have been due meanwhile is skipped."""
    pledge = _locked(pledge)
    if pledge.status not in pledges.ENDED:
        return pledge
    before, ended = audit.state(pledge), pledge.ended_on
    pledge.status, pledge.ended_on, pledge.end_reason = PledgeStatus.ACTIVE, None, ""
    pledge.save()
    audit.updated(pledge, before=before, by=by)
    today = _today(pledge)
    if ended and ended < today:
        PledgePause.objects.create(pledge=pledge, from_on=ended, until=today - ONE_DAY, made_by=by)
    _tell(pledge, "pledge.reopened", by=by, severity=Severity.SUCCESS)
    return _settled(pledge)


@transaction.atomic
def delete_pledge(pledge: Pledge, *, by) -> None:
    """Erase a pledge written by mistake. Refused once a gift names it: cancel it instead."""
    pledge = _locked(pledge)
    if pledge.gifts.exists() or pledge.charges.exists():
        raise DomainError(_("Gifts were made on this pledge: it can be cancelled, not deleted."), code="used")
    audit.deleted(pledge, by=by)
    contacts.forget_subject(pledge.contact, pledge)
    pledge.delete()


@transaction.atomic
def forget_pledge_words(*, contact_ids: Iterable[int]) -> None:
    """Empty what was written about a donor who must be forgotten, of whom nothing is expected any more. Amounts and dates
    stay.
    """
    found = Pledge.objects.filter(contact__in=list(contact_ids))
    ids = list(found.values_list("pk", flat=True))
    audit.scrub("giving.pledge", ids, names={"note", "end_reason"})
    pauses = PledgePause.objects.filter(pledge__in=ids)
    audit.scrub("giving.pledgepause", list(pauses.values_list("pk", flat=True)), names={"reason"})
    pauses.update(reason="")
    found.update(note="", end_reason="")
    for pledge in found.open().select_related("organization"):
        Pledge.objects.filter(pk=pledge.pk).update(status=PledgeStatus.CANCELLED, ended_on=_today(pledge))
        _let_go(pledge, due_on__gte=_today(pledge))
        pledges.refresh([pledge.pk], on=_today(pledge))
