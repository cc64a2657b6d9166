"""Segments' night: what the lists of segments show of their size is at most a day old."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.contacts.models import Segment
from crm.contacts.services import sets
from crm.core.jobs import daily, job


@job(schedule=daily(at="04:30"), label=_("Count the contacts of every segment"))
def count_segments() -> int:
    """One count each, the oldest first: a night cut short goes on with the others the next time."""
    rows = Segment.objects.filter(organization__is_active=True).select_related("organization")
    done = 0
    for segment in rows.order_by(F("counted_at").asc(nulls_first=True), "pk").iterator():
        sets.count_segment(segment)
        done += 1
    return done
