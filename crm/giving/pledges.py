"""What has come of each pledge, always recomputed from its calendar, its pauses and the gifts that name it (F-09).

The law, in one place: dates covered by a pause are skipped, the money of the gifts received goes to the other dates from
the oldest on, and a date that is not fully paid is late once its days of grace are over.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum

from crm.core.dates import today_in
from crm.core.money import ZERO, to_cents
from crm.giving.choices import PledgeStatus
from crm.giving.models import Gift, Instalment, Pledge, PledgePause
from crm.giving.schedule import due_dates

HORIZON = timedelta(days=400)  # how far ahead a pledge without an end is told
CHUNK = 200
ENDED = (PledgeStatus.CANCELLED, PledgeStatus.FAILED)
TOLD = ("status", "received", "next_due_on", "late_since", "late_amount")


@dataclass(frozen=True)
class Standing:
    """Where a pledge stands on a day: the columns :data:`TOLD`."""

    status: str
    received: Decimal
    next_due_on: date | None
    late_since: date | None
    late_amount: Decimal


def expected(pledge: Pledge, known: list[date], *, on: date) -> list[date]:
    """The due dates still to be written: those of the calendar after the last known one, up to the horizon."""
    if pledge.status in ENDED:
        return []
    until = pledge.ends_on or max(pledge.anchor_on, on + HORIZON)
    last = max(known, default=date.min)
    return [day for day in due_dates(pledge.anchor_on, pledge.frequency, until=until) if day > last]


def settle(instalments: list[Instalment], pauses: list[PledgePause], received: Decimal) -> None:
    """Share ``received`` out between the instalments, from the oldest on; those in a pause are skipped and get nothing."""
    left = received
    for one in sorted(instalments, key=lambda one: one.due_on):
        one.is_skipped = any(pause.covers(one.due_on) for pause in pauses)
        one.paid = ZERO if one.is_skipped else min(one.amount, left)
        left -= one.paid


def standing(
    pledge: Pledge, instalments: list[Instalment], pauses: list[PledgePause], received: Decimal, *, on: date
) -> Standing:
    """Where the pledge stands on a day; its instalments are settled."""
    if pledge.status in ENDED:
        return Standing(pledge.status, received, None, None, ZERO)
    due = sorted((one for one in instalments if one.left > 0), key=lambda one: one.due_on)
    grace = timedelta(days=pledge.grace_days)
    late = [one for one in due if one.due_on + grace < on]
    if not due and pledge.ends_on:
        status = PledgeStatus.COMPLETED
    else:
        status = PledgeStatus.PAUSED if any(pause.covers(on) for pause in pauses) else PledgeStatus.ACTIVE
    return Standing(
        status=status,
        received=received,
        next_due_on=due[0].due_on if due else None,
        late_since=late[0].due_on if late else None,
        late_amount=sum((one.left for one in late), ZERO),
    )


def refresh(pledge_ids: Iterable[int | None], *, on: date | None) -> list[int]:
    """Bring these pledges up to date as of ``on``, the organization's own day; returns those that were not.

    ``None``: as of the day each was brought up to date last. Then what moves is what was written without telling.
    """
    ids = sorted({pk for pk in pledge_ids if pk is not None})
    moved: list[int] = []
    for start in range(0, len(ids), CHUNK):
        moved += _refresh_chunk(ids[start : start + CHUNK], on)
    return moved


@transaction.atomic
def _refresh_chunk(ids: list[int], today: date | None) -> list[int]:
    # Two gifts of one pledge saved at once: the second waits here, then sees the first.
    pledges = list(Pledge.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk"))
    calendar, pauses = _by_pledge(Instalment, ids), _by_pledge(PledgePause, ids)
    received = _received(ids)
    moved, rows, new, gone = [], [], [], []
    for pledge in pledges:
        known, on = calendar[pledge.pk], today or pledge.as_of or pledge.starts_on
        fresh = [
            Instalment(pledge=pledge, due_on=day, amount=pledge.amount)
            for day in expected(pledge, [one.due_on for one in known], on=on)
        ]
        before = {one.pk: (one.paid, one.is_skipped) for one in known}
        money = received.get(pledge.pk, ZERO)
        settle([*known, *fresh], pauses[pledge.pk], money)
        now = standing(pledge, [*known, *fresh], pauses[pledge.pk], money, on=on)
        changed = [one for one in known if before[one.pk] != (one.paid, one.is_skipped)]
        is_other = any(getattr(pledge, name) != getattr(now, name) for name in TOLD)
        if is_other:
            Pledge.objects.filter(pk=pledge.pk).update(**{name: getattr(now, name) for name in TOLD})
        if pledge.status == PledgeStatus.CANCELLED:  # what was paid of them has gone back since
            gone += [one.pk for one in known if one.due_on >= pledge.ended_on and not one.paid]
        rows += changed
        new += fresh
        if is_other or changed or fresh:
            moved.append(pledge.pk)
    if today:
        Pledge.objects.filter(pk__in=ids).exclude(as_of=today).update(as_of=today)
    Instalment.objects.bulk_create(new, batch_size=1000)
    Instalment.objects.bulk_update(rows, ["paid", "is_skipped"], batch_size=500)
    if gone:
        Instalment.objects.filter(pk__in=gone, charges__isnull=True).delete()
    return moved


def _by_pledge(model, ids: list[int]) -> dict[int, list]:
    found = defaultdict(list)
    for row in model.objects.filter(pledge__in=ids).order_by("pk"):
        found[row.pledge_id].append(row)
    return found


def _received(ids: list[int]) -> dict[int, Decimal]:
    """What the received gifts of each pledge add up to, in its own currency."""
    gifts = Gift.objects.filter(pledge__in=ids, currency=F("pledge__currency")).counted()
    rows = gifts.order_by().values("pledge").annotate(found=Sum("amount"))
    return {row["pledge"]: to_cents(row["found"]) for row in rows}


def sweep(organization, *, repair: bool, after: int = 0) -> Iterator[tuple[int, list[int]]]:
    """Go through the pledges of an organization, chunk by chunk in order: the last one seen, and those that moved.

    With ``repair`` they are brought up to today; without, nothing is written, and one that would move as of the day it was
    brought up to date last was written to by something that did not tell.
    """
    on = today_in(organization.timezone) if repair else None
    pledges = Pledge.objects.of(organization).order_by("pk")
    while ids := list(pledges.filter(pk__gt=after).values_list("pk", flat=True)[:CHUNK]):
        after = ids[-1]
        with transaction.atomic():
            moved = refresh(ids, on=on)
            if not repair:
                transaction.set_rollback(True)
        yield after, moved
