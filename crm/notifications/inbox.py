"""Telling people something inside the application, and their having read it."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from crm.accounts.models import Membership
from crm.core.dates import today_in
from crm.notifications.kinds import KINDS
from crm.notifications.models import NoticePreferences, Notification

MOST = 99  # what a badge can say
CHUNK = 500


def notify(membership: Membership, kind: str, object_id: int, *, on: date | None = None, **data) -> None:
    """Tell one person, once for a day (today by the organization's clock). Call it in the transaction of what happened."""
    notify_many(kind, [(membership, object_id, on or today_in(membership.organization.timezone), data)])


@transaction.atomic
def notify_many(kind: str, wanted: Iterable[tuple[Membership, int, date, dict]]) -> int:
    """``(person, object, day, data)`` each; what was told before, to somebody who has left, or who wants none of this kind, is
    passed over.

    Two workers at once tell it once: the database sees to it. Returns how many were asked for.
    """
    if kind not in KINDS:
        raise LookupError(f"{kind} is no kind of notification")
    wanted = [one for one in wanted if one[0].is_active]
    people = {person.pk for person, *_rest in wanted}
    known = NoticePreferences.objects.filter(membership__in=people).values_list("membership", "silenced")
    deaf = {pk for pk, silenced in known if kind in silenced}
    rows = [
        Notification(
            organization_id=person.organization_id, membership=person, kind=kind, object_id=object_id, on=on, data=data
        )
        for person, object_id, on, data in wanted
        if person.pk not in deaf
    ]
    Notification.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    return len(rows)


def unread_count(membership: Membership) -> int:
    """How many wait, up to a hundred: the number beside the bell."""
    return len(Notification.objects.filter(membership=membership).unread().values_list("pk")[: MOST + 1])


def badge(unread: int) -> str:
    return f"{MOST}+" if unread > MOST else str(unread)


def read(notification: Notification) -> None:
    Notification.objects.filter(pk=notification.pk, read_at=None).update(read_at=timezone.now())


def read_all(membership: Membership, *, until: datetime) -> int:
    """Everything told up to the moment the person looked: what came since stays unread. Returns how many."""
    rows = Notification.objects.filter(membership=membership, created_at__lte=until).unread()
    return rows.update(read_at=timezone.now())


def forget(kind: str, object_ids: Iterable[int]) -> None:
    """What it was about is gone."""
    Notification.objects.filter(kind=kind, object_id__in=list(object_ids)).delete()
