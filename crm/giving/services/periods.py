"""Closing the books and opening them again (F-14)."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.accounts import audit
from crm.accounts.models import Organization
from crm.core import locks
from crm.core.dates import format_date, today_in
from crm.core.errors import DomainError
from crm.core.locks import Lock
from crm.giving.models import PeriodLock


def closed_until(organization_id: int) -> date | None:
    """The last day of the closed books, if any are."""
    rows = PeriodLock.objects.filter(organization=organization_id, reopened_at=None)
    return rows.order_by("-closed_until").values_list("closed_until", flat=True).first()


def hold_books(organization_id: int) -> date | None:
    """:func:`closed_until`, and nobody closes more of them before the transaction ends: for whoever writes by it."""
    locks.share(Lock.BOOKS, organization_id)
    return closed_until(organization_id)


def check_open(organization_id: int, *days: date, closed: date | None = None) -> None:
    """Raises :class:`DomainError` when one of these days is in the closed books; they stay as they are found until the
    transaction ends. ``closed`` where it is known already.
    """
    closed = closed or hold_books(organization_id)
    if closed is not None and min(days) <= closed:
        raise DomainError(
            _("The books are closed until %(day)s: nothing in them can be added or changed.")
            % {"day": format_date(closed)},
            field="received_on",
            code="closed",
        )


@transaction.atomic
def close_period(*, until: date, by) -> PeriodLock:
    """From now on gifts received up to ``until`` can be neither added, changed nor deleted. A day that is over.

    Waits for the gifts that are being saved, which are then in the books, and for who else is closing.
    """
    locks.alone(Lock.BOOKS, by.organization_id)
    organization = Organization.objects.get(pk=by.organization_id)
    if until >= today_in(organization.timezone):
        raise DomainError(_("Only days that are over can be closed."), field="until", code="date")
    closed = closed_until(organization.pk)
    if closed is not None and until <= closed:
        raise DomainError(
            _("The books are already closed until %(day)s.") % {"day": format_date(closed)},
            field="until",
            code="closed",
        )
    lock = PeriodLock.objects.create(organization=organization, closed_until=until, closed_by=by)
    audit.created(lock, by=by)
    return lock


@transaction.atomic
def reopen_period(lock: PeriodLock, *, reason: str, by) -> PeriodLock:
    """Take the latest closing back; the books are then closed until the day of the one before, if there is one."""
    locks.alone(Lock.BOOKS, by.organization_id)
    lock = PeriodLock.objects.select_for_update(of=("self",)).get(pk=lock.pk, organization=by.organization_id)
    if lock.reopened_at is not None:
        return lock
    if lock.closed_until != closed_until(lock.organization_id):
        raise DomainError(_("Only the latest closing can be taken back."), code="order")
    if not reason.strip():
        raise DomainError(_("Say why: auditors will ask."), field="reason", code="reason")
    before = audit.state(lock)
    lock.reopened_at, lock.reopened_by, lock.reason = timezone.now(), by, reason.strip()[:300]
    lock.save()
    audit.updated(lock, before=before, by=by)
    return lock
