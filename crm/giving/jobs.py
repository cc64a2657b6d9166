"""Giving's night: the totals turn with the calendar, then every one is checked against the gifts."""

import time

import structlog
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import Organization
from crm.core.jobs import daily, enqueue, job
from crm.giving import pledges, summaries

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
