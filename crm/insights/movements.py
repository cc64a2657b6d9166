"""Who came, stayed, gave more or less, and left, from one year to the next: gain and loss of donors and of money.

Terms and formulas are those of the Fundraising Effectiveness Project (AFP Foundation for Philanthropy). Donors are counted
whatever the currency of their gifts; money is in the organization's own. Received gifts only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Case, Count, DecimalField, F, Min, Q, QuerySet, Sum, When
from django.db.models.functions import Cast, Coalesce, ExtractYear, Round

from crm.contacts.models import Contact
from crm.core.money import ZERO, to_cents
from crm.giving.models import Gift, GivingSummary
from crm.insights.choices import GAINS, LAPSED, RETAINED, Movement
from crm.insights.years import Year

MONEY = DecimalField(max_digits=14, decimal_places=2)


@dataclass
class Part:
    """Some donors: how many, what they gave last year and this year."""

    donors: int = 0
    before: Decimal = ZERO
    now: Decimal = ZERO

    @property
    def change(self) -> Decimal:
        return self.now - self.before

    def __add__(self, other: "Part") -> "Part":
        return Part(self.donors + other.donors, self.before + other.before, self.now + other.now)


def total(parts: Iterable[Part]) -> Part:
    return sum(parts, Part())


def rate(part, whole) -> Decimal | None:
    """In percent, to one decimal; nothing where there is nothing to divide by."""
    return (Decimal(part) / Decimal(whole) * 100).quantize(Decimal("0.1")) if whole else None


@dataclass
class Report:
    year: Year
    parts: dict[str, Part]
    first_timers: int = 0  # of last year's donors, those who then gave for the first time
    kept_first_timers: int = 0  # of these, who gave this year too
    foreign: int = 0  # gifts of both years in other currencies, in none of the sums

    def of(self, movements: Collection[str]) -> Part:
        return total(self.parts[code] for code in movements)

    @property
    def retained(self) -> Part:
        return self.of(RETAINED)

    @property
    def lapsed(self) -> Part:
        return self.of(LAPSED)

    @property
    def last_year(self) -> Part:
        """Everybody who gave last year."""
        return self.of((*RETAINED, *LAPSED))

    @property
    def this_year(self) -> Part:
        """Everybody who gave this year."""
        return self.of((*GAINS, Movement.SAME, Movement.DOWNGRADED))

    @property
    def everybody(self) -> Part:
        return total(self.parts.values())

    @property
    def retention(self) -> Decimal | None:
        """Donor retention: of those who gave last year, who gave this year too."""
        return rate(self.retained.donors, self.last_year.donors)

    @property
    def money_retention(self) -> Decimal | None:
        """Dollar retention: what last year's donors gave this year, of what they gave last year. May pass 100."""
        return rate(self.retained.now, self.last_year.before)

    @property
    def first_year_retention(self) -> Decimal | None:
        """Of those who gave for the first time last year, who gave again."""
        return rate(self.kept_first_timers, self.first_timers)

    @property
    def repeat_retention(self) -> Decimal | None:
        """Of those who had given before last year too, who gave again."""
        return rate(self.retained.donors - self.kept_first_timers, self.last_year.donors - self.first_timers)

    @property
    def growth(self) -> Decimal | None:
        """Of the money, from last year to this one."""
        return rate(self.this_year.now - self.last_year.before, self.last_year.before)

    @property
    def gains(self) -> Decimal:
        return sum((self.parts[code].change for code in GAINS), ZERO)

    @property
    def losses(self) -> Decimal:
        """Below zero."""
        return sum((self.parts[code].change for code in (Movement.DOWNGRADED, *LAPSED)), ZERO)


def per_donor(gifts: QuerySet[Gift], year: Year, *, currency: str) -> QuerySet:
    """Of these gifts, one row a donor of either year: ``contact, gave, gave_before`` (gifts), ``now, before`` (money)."""
    this = Q(received_on__range=(year.first, year.last))
    last = Q(received_on__range=(year.before.first, year.before.last))
    own = Q(currency=currency)

    def money(span: Q):
        # Rounded, as SQLite adds in floating point; cast, so that it compares numbers with numbers.
        return Cast(Round(Coalesce(Sum("amount", filter=span & own), ZERO, output_field=MONEY), 2), MONEY)

    rows = gifts.counted().filter(received_on__range=(year.before.first, year.last)).order_by().values("contact")
    # Gifts are counted by their amounts, which the index of given gifts holds.
    return rows.annotate(
        gave=Count("amount", filter=this), gave_before=Count("amount", filter=last), now=money(this), before=money(last)
    )


def with_first(rows: QuerySet) -> QuerySet:
    """Rows of :func:`per_donor` with ``first_on``, the day of the donor's very first gift."""
    return rows.annotate(first_on=Min("contact__summary__first_on"))


def given(row: dict) -> tuple[Decimal, Decimal]:
    """Of a row of :func:`per_donor`: last year, this year."""
    return to_cents(row["before"]), to_cents(row["now"])


def _is_new(first_on: date | None, year: Year) -> bool:
    """Whether the very first gift of a donor of this year came in it. None is known: nothing earlier is known either."""
    return first_on is None or first_on >= year.first


def movement_of(row: dict, first_on: date | None, year: Year) -> Movement:
    """``row`` of :func:`per_donor`; ``first_on``: the day of the donor's very first gift."""
    if not row["gave_before"]:
        return Movement.NEW if _is_new(first_on, year) else Movement.RECAPTURED
    if not row["gave"]:
        return Movement.LAPSED_NEW if _is_new(first_on, year.before) else Movement.LAPSED_REPEAT
    if row["now"] == row["before"]:
        return Movement.SAME
    return Movement.UPGRADED if row["now"] > row["before"] else Movement.DOWNGRADED


# Donors are grouped by what decides their movement, so that sixty thousand of them come back as a dozen rows.
GROUPED = """
SELECT d.gave > 0, d.gave_before > 0, CASE WHEN d.now > d.before THEN 1 WHEN d.now < d.before THEN -1 ELSE 0 END,
       s.first_on IS NULL OR s.first_on >= %s, s.first_on IS NULL OR s.first_on >= %s, COUNT(*), SUM(d.before), SUM(d.now)
FROM ({donors}) d LEFT JOIN giving_givingsummary s ON s.contact_id = d.contact
GROUP BY 1, 2, 3, 4, 5
"""


def report(gifts: QuerySet[Gift], year: Year, *, currency: str) -> Report:
    """Of these gifts, in two queries whatever their number."""
    found = Report(year, {code: Part() for code in Movement.values})
    donors, params = per_donor(gifts, year, currency=currency).query.sql_with_params()
    days = [connection.ops.adapt_datefield_value(day) for day in (year.first, year.before.first)]
    with connection.cursor() as cursor:
        cursor.execute(GROUPED.format(donors=donors), [*days, *params])
        groups = cursor.fetchall()
    for gave, gave_before, way, new_now, new_before, count, before, now in groups:
        row = {"gave": gave, "gave_before": gave_before, "now": way, "before": 0}
        first_on = year.first if new_now else year.before.first if new_before else date.min
        part = found.parts[movement_of(row, first_on, year)]
        part.donors += count
        part.before, part.now = part.before + to_cents(before), part.now + to_cents(now)
        if gave_before and new_before:
            found.first_timers += count
            found.kept_first_timers += count if gave else 0
    foreign = gifts.counted().filter(received_on__range=(year.before.first, year.last)).exclude(currency=currency)
    found.foreign = foreign.count()
    return found


def retained(gifts: QuerySet[Gift], year: Year) -> tuple[int, int]:
    """How many of last year's donors gave this year too, and how many they were: :func:`report` without its money.

    No gift lies in the future: whoever gave last on or after the first day of the year gave in it. Whoever gave has totals.
    """
    donors = (
        gifts.counted().filter(received_on__range=(year.before.first, year.before.last)).order_by().values("contact")
    )
    again = Count("pk", filter=Q(last_on__gte=year.first))
    found = GivingSummary.objects.filter(contact__in=donors).aggregate(kept=again, all=Count("pk"))
    return found["kept"], found["all"]


@dataclass(frozen=True)
class YearOf:
    """One year beside the one before it: donors, who of last year's gave again; money in the organization's currency."""

    year: Year
    donors: int
    amount: Decimal
    kept: int
    kept_amount: Decimal  # what these gave this year
    donors_before: int
    amount_before: Decimal

    @property
    def retention(self) -> Decimal | None:
        return rate(self.kept, self.donors_before)

    @property
    def money_retention(self) -> Decimal | None:
        return rate(self.kept_amount, self.amount_before)


# One row a donor and year, read once and laid beside itself a year later.
BESIDE = """
WITH given AS ({donors})
SELECT now.number, COUNT(*), SUM(now.money), COUNT(past.contact), SUM(CASE WHEN past.contact IS NULL THEN 0 ELSE now.money END)
FROM given now LEFT JOIN given past ON past.contact = now.contact AND past.number = now.number - 1
GROUP BY now.number
"""


def side_by_side(gifts: QuerySet[Gift], year: Year, *, count: int, currency: str) -> list[YearOf]:
    """Of these gifts, the ``count`` years up to ``year``, newest first, as :func:`report` tells each; in one query. Years before
    the first gift are left out.
    """
    numbers = range(year.number, year.number - count, -1)
    began = ExtractYear("received_on") - Case(When(received_on__month__lt=year.month, then=1), default=0)
    first = Year(year.number - count, year.month).first
    rows = gifts.counted().filter(received_on__range=(first, year.last)).order_by().annotate(number=began)
    rows = rows.values("contact", "number").annotate(
        money=Coalesce(Sum("amount", filter=Q(currency=currency)), ZERO, output_field=MONEY)
    )
    donors, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(BESIDE.format(donors=donors), params)
        known = {row[0]: (row[1], to_cents(row[2]), row[3], to_cents(row[4])) for row in cursor.fetchall()}
    nobody = (0, ZERO, 0, ZERO)
    found = [
        YearOf(Year(number, year.month), *known.get(number, nobody), *known.get(number - 1, nobody)[:2])
        for number in numbers
    ]
    while found and not (found[-1].donors or found[-1].donors_before):
        found.pop()
    return found


CONDITIONS = {
    Movement.NEW: Q(gave__gt=0, gave_before=0),
    Movement.RECAPTURED: Q(gave__gt=0, gave_before=0),
    Movement.UPGRADED: Q(gave__gt=0, gave_before__gt=0, now__gt=F("before")),
    Movement.SAME: Q(gave__gt=0, gave_before__gt=0, now=F("before")),
    Movement.DOWNGRADED: Q(gave__gt=0, gave_before__gt=0, now__lt=F("before")),
    Movement.LAPSED_NEW: Q(gave=0, gave_before__gt=0),
    Movement.LAPSED_REPEAT: Q(gave=0, gave_before__gt=0),
}


def narrowed(
    contacts: QuerySet[Contact], gifts: QuerySet[Gift], year: Year, *, currency: str, movements: Collection[str] = ()
) -> QuerySet[Contact]:
    """Of these contacts, the donors of either year, or those with one of these ``movements``: whom the report counts."""
    rows = per_donor(gifts, year, currency=currency)
    if not movements:
        return contacts.filter(pk__in=rows.values("contact"))
    first = {
        Movement.NEW: ~Q(summary__first_on__lt=year.first),
        Movement.RECAPTURED: Q(summary__first_on__lt=year.first),
        Movement.LAPSED_NEW: ~Q(summary__first_on__lt=year.before.first),
        Movement.LAPSED_REPEAT: Q(summary__first_on__lt=year.before.first),
    }
    found = Q()
    for code in movements:
        found |= Q(pk__in=rows.filter(CONDITIONS[Movement(code)]).values("contact")) & first.get(Movement(code), Q())
    return contacts.filter(found)
