"""Giving's night: the totals turn with the calendar, then every one is checked against the gifts."""

import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Organization
from crm.core.dates import today_in
from crm.core.jobs import Job, daily, enqueue, every, job
from crm.giving import engagement, following, pledges, rhythm, summaries
from crm.giving.gateways import Unreachable
from crm.giving.models import Charge
from crm.giving.services import payments

logger = structlog.get_logger(__name__)

SLICE_SECONDS = 120  # one job's share, well under the queue's timeout; then the check goes on where it was


def _organizations(first: int = 0) -> list[Organization]:
    return list(Organization.objects.filter(is_active=True, pk__gte=first).order_by("pk"))


@job(schedule=daily(at="03:50"), label=_("Bring totals and giving statuses up to date"))
def refresh_summaries() -> int:
    """Totals of this year and last year after New Year; donors whose two years without a gift are over (C-04)."""
    return sum(summaries.refresh_outdated(organization) for organization in _organizations())


@job(label=_("Count every total in the organization’s new currency"))
def recount_totals(*, organization_id: int, after: int = 0, seconds: float = SLICE_SECONDS, **event) -> None:
    """Reaction to ``CurrencyChanged``: totals are of the gifts in the organization's own currency."""
    started = time.monotonic()
    organization = Organization.objects.get(pk=organization_id)
    for last, _found in summaries.sweep(organization, repair=True, after=after):
        if time.monotonic() - started > seconds:
            enqueue(recount_totals, organization_id=organization_id, after=last)
            return


@job(schedule=daily(at="05:00"), label=_("Collect what donors have promised by card or account"))
def collect_charges(*, organization_id: int = 0, seconds: float = SLICE_SECONDS) -> int:
    """Decide on a charge for each pledge that is due; each is then sent by a job of its own (F-10). Returns how many.

    Run twice it finds nothing more: a charge under way, or paid, is the only one of its instalment.
    """
    started = time.monotonic()
    decided = 0
    for organization in _organizations(organization_id):
        on = today_in(organization.timezone)
        for pledge_id in payments.due_pledges(organization, on=on):
            with transaction.atomic():
                charge = payments.decide_charge(pledge_id, on=on)
                if charge is not None:
                    enqueue(send_charge, charge_id=charge.pk)
                    decided += 1
            if time.monotonic() - started > seconds:
                enqueue(collect_charges, organization_id=organization.pk)
                return decided
    return decided


@job(label=_("Ask a gateway for one payment"))
def send_charge(*, charge_id: int) -> bool:
    try:
        return payments.send_charge(charge_id)
    except Unreachable:
        logger.warning("gateway_unreachable", charge_id=charge_id)
        return False


@job(schedule=every(minutes=5), label=_("Send again the payments that were left without an answer"))
def wake_charges() -> int:
    """What a killed worker, or a silent gateway, left pending. The key makes sending twice harmless."""
    stuck = payments.stuck_charges(before=timezone.now() - timedelta(seconds=settings.CHARGE_STUCK_AFTER))
    for charge_id in stuck:
        Charge.objects.filter(pk=charge_id).update(updated_at=timezone.now())  # not again in five minutes
        enqueue(send_charge, charge_id=charge_id)
    return len(stuck)


@job(schedule=daily(at="06:00"), label=_("Late pledges, and the calendars a day further"))
def follow_pledges(*, organization_id: int = 0, after: int = 0, seconds: float = SLICE_SECONDS) -> int:
    """Bring every pledge up to today: late, paused, taken up again by itself (F-09). Returns how many moved."""
    started = time.monotonic()
    moved = 0
    for organization in _organizations(organization_id):
        start = after if organization.pk == organization_id else 0
        for last, found in pledges.sweep(organization, repair=True, after=start):
            moved += len(found)
            if time.monotonic() - started > seconds:
                enqueue(follow_pledges, organization_id=organization.pk, after=last)
                return moved
    return moved


@job(schedule=daily(at="06:10"), label=_("Plan a follow-up where a pledge is late"))
def follow_late() -> int:
    """Run twice it finds nothing more: a pledge late since one day is one cause, and has one task (M-02)."""
    return sum(following.follow_late(organization) for organization in _organizations())


@job(label=_("Plan calls of thanks for large gifts"))
def plan_thanks(*, organization_id: int, gift_ids: list[int]) -> int:
    return following.plan_thanks(Organization.objects.get(pk=organization_id), gift_ids)


def _swept(again: Job, sweep: Callable, *, organization_id: int, after: int, seconds: float) -> int:
    """Go through every donor by ``sweep(organization, after=…)``, which yields the last one seen and how many changed.

    When the slice is over, ``again`` is queued to go on after that donor. Returns how many changed.
    """
    started, changed = time.monotonic(), 0
    for organization in _organizations(organization_id):
        for last, found in sweep(organization, after=after if organization.pk == organization_id else 0):
            changed += found
            if time.monotonic() - started > seconds:
                enqueue(again, organization_id=organization.pk, after=last)
                return changed
    return changed


@job(schedule=daily(at="06:40"), label=_("Find who has been silent for longer than usual"))
def find_rhythms(*, organization_id: int = 0, after: int = 0, seconds: float = SLICE_SECONDS) -> int:
    """The rhythm of every donor, from their gifts (O-02). Returns for how many it changed."""
    return _swept(find_rhythms, rhythm.sweep, organization_id=organization_id, after=after, seconds=seconds)


@job(schedule=daily(at="05:20"), label=_("Score how close each donor is"))
def score_donors(*, organization_id: int = 0, after: int = 0, seconds: float = SLICE_SECONDS) -> int:
    """The engagement of every donor, and their trend (O-03). Returns for how many it changed."""
    return _swept(score_donors, engagement.sweep, organization_id=organization_id, after=after, seconds=seconds)


@job(schedule=daily(at="04:10"), label=_("Check every total against the gifts"))
def check_summaries(*, organization_id: int = 0, after: int = 0, seconds: float = SLICE_SECONDS) -> int:
    """Recompute every donor's totals; log and mend each difference (F-06). Returns how many donors, and gifts, differed.

    Gifts whose parts do not make their amount are logged only: which of the two is right, a person must say. A difference
    means that something wrote gifts without telling: it is an error, whatever its size.
    """
    started = time.monotonic()
    wrong = 0
    for organization in _organizations(organization_id):
        start = after if organization.pk == organization_id else 0
        if not start:
            for gift_id, amount, held in summaries.out_of_balance(organization):
                logger.error("gift_out_of_balance", gift_id=gift_id, amount=str(amount), held=str(held))
                wrong += 1
        for last, found in summaries.sweep(organization, repair=True, after=start):
            for difference in found:
                logger.error("summary_differs", organization_id=organization.pk, **difference)
            wrong += len(found)
            if time.monotonic() - started > seconds:
                enqueue(check_summaries, organization_id=organization.pk, after=last)
                return wrong
    logger.info("summaries_checked", differences=wrong)
    return wrong
