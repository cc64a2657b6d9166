"""How close a donor is: an engagement score of a hundred points, each of which is explained, and their trend (O-03).

Six questions about the last two years, each worth some points; no weight is hidden and none is learnt. Money is in the
organization's currency; counts and days look at every gift received. Computed again each night for everybody, and on the
donor's page at the moment it is opened.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, DecimalField, Q, Sum
from django.db.models.functions import Coalesce

from crm.contacts.choices import Trend
from crm.contacts.models import Visit
from crm.core.bulk import update_columns
from crm.core.dates import today_in
from crm.core.money import ZERO, to_cents
from crm.giving.models import Gift, GivingSummary
from crm.giving.queries import a_year_before

CHUNK = 800
# Points for at most so many days, for at least so many times or dollars; the first line that fits counts.
RECENCY = ((90, 25), (180, 20), (365, 15), (545, 8), (730, 4))
FREQUENCY = ((12, 20), (4, 15), (2, 10), (1, 5))
AMOUNT = ((Decimal(5000), 20), (Decimal(1000), 16), (Decimal(500), 12), (Decimal(100), 8), (Decimal("0.01"), 4))
GROWTH = {Trend.RISING: 15, Trend.NEW: 10, Trend.STABLE: 10, Trend.FALLING: 5, Trend.SILENT: 0}
TWICE = ((2, 10), (1, 5))  # answers to appeals, visits


@dataclass(frozen=True)
class Facts:
    """What the score looks at. ``recent`` and ``before``: given in the last twelve months, and in the twelve before."""

    last_on: date | None = None
    days: int = 0  # on which they gave, in two years
    recent: Decimal = ZERO
    before: Decimal = ZERO
    has_recent: bool = False  # in whatever currency
    is_new: bool = False  # gave for the first time in the last twelve months
    answers: int = 0  # gifts to an appeal or a campaign, in two years
    visits: int = 0  # in two years

    @property
    def total(self) -> Decimal:
        return self.recent + self.before


@dataclass(frozen=True)
class Part:
    """One question of the score: ``points`` of at most ``most``."""

    code: str
    points: int
    most: int


@dataclass(frozen=True)
class Score:
    parts: tuple[Part, ...]
    trend: str

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


def at_least(value, steps) -> int:
    return next((points for least, points in steps if value >= least), 0)


def trend_of(facts: Facts) -> str:
    """Rising or falling by a tenth at least, from twelve months to the next."""
    if not facts.has_recent:
        return Trend.SILENT
    if facts.is_new:
        return Trend.NEW
    if facts.recent * 10 >= facts.before * 11:
        return Trend.RISING
    return Trend.FALLING if facts.recent * 10 <= facts.before * 9 else Trend.STABLE


def score(facts: Facts, *, today: date) -> Score:
    """A hundred points at most: recency 25, frequency 20, amount 20, growth 15, answers to appeals 10, visits 10."""
    trend, silent = trend_of(facts), (today - facts.last_on).days if facts.last_on else None
    parts = (
        Part("recency", 0 if silent is None else next((p for most, p in RECENCY if silent <= most), 0), 25),
        Part("frequency", at_least(facts.days, FREQUENCY), 20),
        Part("amount", at_least(facts.total, AMOUNT), 20),
        Part("growth", GROWTH[trend], 15),
        Part("responses", at_least(facts.answers, TWICE), 10),
        Part("visits", at_least(facts.visits, TWICE), 10),
    )
    return Score(parts, trend)


def facts_of(organization, contact_ids: Collection[int], *, today: date) -> dict[int, Facts]:
    """What the score of each of these contacts looks at: three queries."""
    a_year_ago = a_year_before(today)
    since = a_year_before(a_year_ago)
    own, recent = Q(currency=organization.currency), Q(received_on__gt=a_year_ago)
    zero = Decimal(0)
    rows = (
        Gift.objects.filter(contact__in=contact_ids, received_on__gt=since, received_on__lte=today)
        .counted()
        .order_by()
        .values("contact")
        .annotate(
            gave_on=Count("received_on", distinct=True),
            lately=Count("pk", filter=recent),
            recent=Coalesce(Sum("amount", filter=own & recent), zero, output_field=DecimalField()),
            before=Coalesce(Sum("amount", filter=own & ~recent), zero, output_field=DecimalField()),
            answers=Count("pk", filter=Q(appeal__isnull=False) | Q(campaign__isnull=False)),
        )
    )
    found = {
        pk: Facts(last_on=last_on, is_new=first_on is not None and first_on > a_year_ago)
        for pk, first_on, last_on in GivingSummary.objects.filter(contact__in=contact_ids).values_list(
            "contact", "first_on", "last_on"
        )
    }
    for row in rows:
        found[row["contact"]] = replace(
            found.get(row["contact"], Facts()), days=row["gave_on"], has_recent=row["lately"] > 0,
            recent=to_cents(row["recent"]), before=to_cents(row["before"]), answers=row["answers"],
        )  # fmt: skip
    began = datetime.combine(since, time(), tzinfo=ZoneInfo(organization.timezone))
    visits = Visit.objects.filter(contact__in=contact_ids, at__gte=began).order_by().values_list("contact")
    for pk, count in visits.annotate(count=Count("pk")):
        found[pk] = replace(found.get(pk, Facts()), visits=count)
    return found


def sweep(organization, *, after: int = 0) -> Iterator[tuple[int, int]]:
    """Score every donor of an organization again, chunk by chunk: yields the last one seen and how many changed."""
    today = today_in(organization.timezone)
    rows = GivingSummary.objects.filter(organization=organization).order_by("contact")
    rows = rows.filter(Q(gift_count__gt=0) | Q(engagement__isnull=False))
    while chunk := list(
        rows.filter(contact__gt=after).values_list("contact", "gift_count", "engagement", "trend")[:CHUNK]
    ):
        after = chunk[-1][0]
        facts = facts_of(organization, [row[0] for row in chunk], today=today)
        changed = []
        for pk, count, points, trend in chunk:
            found = score(facts[pk], today=today)
            wanted = (found.points, str(found.trend)) if count else (None, "")
            if wanted != (points, trend):
                changed.append((pk, {"engagement": wanted[0], "trend": wanted[1]}))
        update_columns(GivingSummary, changed)
        yield after, len(changed)
