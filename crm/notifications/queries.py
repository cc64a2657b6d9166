"""Who is due, and from when on they have not been told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Min

from crm.accounts.choices import DigestRhythm
from crm.accounts.models import Membership
from crm.notifications.models import DigestDelivery, NoticePreferences, Notification

# A row's created_at is set before its transaction commits: what is younger than this may still be invisible to us.
SETTLED_AFTER = timedelta(minutes=2)
FIRST_TIME = timedelta(hours=24)
FARTHEST_BACK = timedelta(days=7)  # after a longer absence the digest would be a flood; the lists hold everything


def zone_of(membership: Membership) -> ZoneInfo:
    """The digest follows the person, not the organization: they may live elsewhere."""
    return ZoneInfo(membership.user.timezone)


def day_of(membership: Membership, now: datetime) -> date:
    return now.astimezone(zone_of(membership)).date()


def is_due(membership: Membership, *, now: datetime, last_on: date | None) -> bool:
    """Whether the chosen hour has come on the person's own day, and that day has had no digest; once a week, that of Monday.

    The hour is compared on the wall clock: an hour that does not exist on the day clocks go forward is served by the
    next one, an hour that comes twice is served the first time.
    """
    local = now.astimezone(zone_of(membership))
    day = local.date()
    if membership.digest_rhythm == DigestRhythm.WEEKLY:
        day -= timedelta(days=day.weekday())  # its Monday; one that was missed is made up for later in the week
    if (day == local.date() and local.hour < membership.digest_hour) or (last_on is not None and last_on >= day):
        return False
    moment = datetime.combine(day, time(membership.digest_hour), tzinfo=local.tzinfo)
    return membership.created_at < moment  # who joins at noon is not sent this morning's digest


def due(now: datetime) -> Iterator[tuple[Membership, date]]:
    """Everybody whose digest should leave now, with the day it is for."""
    people = Membership.objects.active().filter(wants_digest=True).select_related("user", "organization")
    for membership in people.annotate(last_digest_on=Max("digests__on")).order_by("pk").iterator():
        if is_due(membership, now=now, last_on=membership.last_digest_on):
            yield membership, day_of(membership, now)


def span(membership: Membership, now: datetime) -> tuple[datetime, datetime]:
    """From where the last digest that arrived ended, up to now: what a failed or missed day held is told next time."""
    until = now - SETTLED_AFTER
    digests = DigestDelivery.objects.filter(membership=membership)
    last = digests.told().aggregate(at=Max("until"))["at"] or digests.aggregate(at=Min("since"))["at"]
    since = until - FIRST_TIME if last is None else max(last, until - FARTHEST_BACK)
    return min(since, until), until


OLDEST = timedelta(days=4)  # a quiet weekend with its Monday; what is older is in the list


def preferences_of(membership: Membership) -> NoticePreferences:
    """As they were chosen; those of somebody who chose nothing are not saved."""
    return NoticePreferences.objects.filter(membership=membership).first() or NoticePreferences(membership=membership)


@dataclass(frozen=True)
class Way:
    """A way that notifications leave Merci by: where the kinds are that somebody wants by it, and when one went that way."""

    kinds: str
    told_at: str


EMAIL, TEXT = Way("by_email", "emailed_at"), Way("by_text", "texted_at")


def waiting(way: Way, preferences: NoticePreferences, now: datetime):
    """What this person is still to be told this way: unread, and settled."""
    rows = Notification.objects.filter(membership=preferences.membership, **{way.told_at: None}).unread()
    wanted = getattr(preferences, way.kinds)
    return rows.filter(kind__in=wanted, created_at__range=(now - OLDEST, now - SETTLED_AFTER))


def due_by(way: Way, now: datetime) -> Iterator[Membership]:
    """Everybody who has something to be told this way, and is not left alone at this moment."""
    chosen = NoticePreferences.objects.exclude(**{way.kinds: []}).filter(membership__in=Membership.objects.active())
    for one in chosen.select_related("membership__user").order_by("pk"):
        quiet = one.is_quiet(now.astimezone(zone_of(one.membership)))
        if not quiet and waiting(way, one, now).exists():
            yield one.membership
