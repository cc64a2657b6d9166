"""At risk: no gift for longer than the donor's own rhythm allows (O-02).

The rhythm is the median number of days between the days on which somebody gave. Silence is usual for half as long again, and
for 60 days whatever the rhythm; whoever gave on one day only has none yet. The organization may set one number of days for
everybody instead. Whoever has lapsed is no longer at risk: it is too late for that.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby, pairwise
from math import floor
from statistics import median

from django.db.models import Q

from crm.contacts.choices import Lifecycle
from crm.core.bulk import update_columns
from crm.giving.models import Gift, GivingSummary

CHUNK = 800
SHORTEST = 60  # days


def usual_until(days: Iterable[date]) -> date | None:
    """The last day on which the silence of somebody who gave on these days (in order, each once) is still usual."""
    days = list(days)
    if len(days) < 2:
        return None
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return days[-1] + timedelta(days=max(SHORTEST, floor(median(gaps) * 3 / 2)))


def sweep(organization, *, after: int = 0) -> Iterator[tuple[int, int]]:
    """Find the rhythm of every donor of an organization again, chunk by chunk: yields the last one seen and how many changed."""
    rows = GivingSummary.objects.filter(organization=organization, gift_count__gt=0).order_by("contact")
    while chunk := dict(rows.filter(contact__gt=after).values_list("contact", "at_risk_on")[:CHUNK]):
        after = max(chunk)
        gave = Gift.objects.filter(contact__in=list(chunk)).counted().order_by("contact", "received_on")
        pairs = gave.values_list("contact", "received_on").distinct()
        found = dict.fromkeys(chunk)
        for contact_id, days in groupby(pairs.iterator(), key=lambda pair: pair[0]):
            found[contact_id] = usual_until(day for _contact, day in days)
        changed = [(pk, {"at_risk_on": on}) for pk, on in found.items() if on != chunk[pk]]
        update_columns(GivingSummary, changed)
        yield after, len(changed)


def newly_silent(organization, *, since: date, until: date) -> Q:
    """A condition on summaries: too long since a day after ``since`` and no later than ``until``."""
    first, last = since, until - timedelta(days=1)  # the last day on which silence was still usual
    if organization.at_risk_after:
        allowed = timedelta(days=organization.at_risk_after)
        return Q(last_on__range=(first - allowed, last - allowed))
    return Q(at_risk_on__range=(first, last))


def at_risk(organization, *, today: date) -> Q:
    """A condition on contacts: donors, alive, whose silence is longer than usual; ``today`` by the organization's clock.

    It joins the summaries and names their organization, so that the few of the largest totals are found by that index.
    """
    if organization.at_risk_after:
        silent = Q(summary__last_on__lt=today - timedelta(days=organization.at_risk_after))
    else:
        silent = Q(summary__at_risk_on__lt=today)
    return silent & Q(summary__organization=organization, lifecycle=Lifecycle.DONOR, is_deceased=False)
