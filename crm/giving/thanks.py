"""The queue of thank-yous: how long each waits, and for whom it is the first gift (F-07)."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.giving.choices import GiftStatus
from crm.giving.models import Gift, Thanks

TARGET = timedelta(hours=48)  # whoever is thanked within two days gives again more often


def is_first() -> Exists:
    """A condition on thank-yous: their gift is the earliest received of its donor."""
    others = Gift.objects.filter(contact=OuterRef("gift__contact"), status=GiftStatus.COMPLETED)
    before = Q(received_on__lt=OuterRef("gift__received_on")) | Q(
        received_on=OuterRef("gift__received_on"), pk__lt=OuterRef("gift__pk")
    )
    return ~Exists(others.filter(before))


def late(rows: QuerySet, *, now: datetime) -> QuerySet:
    return rows.filter(created_at__lt=now - TARGET)


def count_due(membership) -> int:
    """How many thank-yous wait: the number beside the menu entry."""
    return Thanks.objects.visible_to(membership).due().count()
