"""Who opens whose record: asked by Quebec's Law 25, and where “last visited” comes from."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from crm.contacts.models import Contact, RecordView
from crm.core.dates import today_in

QUIET = timedelta(minutes=5)  # within it, the same person with the same record is the same reading


def record_opening(contact: Contact, *, by) -> None:
    """Write that this person opened this record today: one row a day, counted at most once in five minutes.

    Looked up before anything is written: on SQLite a transaction takes the only place there is for a writer, and most
    readings have nothing to write.
    """
    now, day = timezone.now(), today_in(by.organization.timezone)
    mine = RecordView.objects.filter(membership=by, contact=contact, day=day)
    last = mine.values_list("last_at", flat=True).first()
    if last is None or now - last >= QUIET:
        _write_opening(contact, mine, last, now=now, day=day, by=by)


@transaction.atomic
def _write_opening(contact: Contact, mine, last, *, now, day, by) -> None:
    if last is None:
        fresh = RecordView(organization_id=by.organization_id, membership=by, contact=contact, day=day, last_at=now)
        RecordView.objects.bulk_create([fresh], ignore_conflicts=True)  # two tabs at once: one of them was first
    else:
        mine.filter(last_at=last).update(last_at=now, times=F("times") + 1)  # as it was read: never counted twice
