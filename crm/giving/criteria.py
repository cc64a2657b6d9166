"""What giving knows of a contact, as criteria of segments. Totals come from the summaries, periods from the gifts.

Amounts are in the organization's currency and asked of people who gave: “at most $100” leaves out who never did.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import BigIntegerField, DecimalField, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Round
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from crm.contacts.choices import Trend
from crm.contacts.criteria import Amount, Context, Criterion, Op, Period, kinds, register
from crm.giving import rhythm
from crm.giving.choices import OPEN_PLEDGES, Frequency, GiftType, PledgeStatus
from crm.giving.models import Fund, Gift, GivingSummary, Pledge, Thanks

STILL_MONTHLY = 62  # days since the last recurring gift: a month may be late
ALL = ("gte", "lte", "eq", "between")


def summary(*conditions, **lookups) -> Q:
    """Who has a summary like this. EXISTS, never a join: true or false for everybody, and cheap under “any” and “none”."""
    return Q(Exists(GivingSummary.objects.filter(*conditions, contact=OuterRef("pk"), **lookups)))


def gifts(context: Context, **lookups):
    return Gift.objects.filter(organization=context.organization, **lookups).counted()


def gave(context: Context, *conditions, **lookups) -> Q:
    return Q(Exists(gifts(context, contact=OuterRef("pk"), **lookups).filter(*conditions)))


def promised(context: Context, **lookups) -> Q:
    pledges = Pledge.objects.filter(organization=context.organization, contact=OuterRef("pk"), **lookups)
    return Q(Exists(pledges))


def in_summary(name: str):
    """An amount of the summary, of those who gave."""
    return lambda low, high, context: summary(kinds.within(name, low, high), gift_count__gt=0)


def count(low, high, context: Context) -> Q:
    if low:
        return summary(kinds.within("gift_count", low, high))
    return ~summary(gift_count__gt=high) if high is not None else Q(pk__isnull=False)


def average(low: Decimal | None, high: Decimal | None, context: Context) -> Q:
    """The average as pages show it, rounded half up to the cent; in whole half-cents, for no database divides like ours."""
    total = Cast(Round(F("total") * 200), BigIntegerField())
    number = F("gift_count") - F("foreign_count")
    found = Q(gift_count__gt=F("foreign_count"))
    rows = GivingSummary.objects.annotate(halves=total, number=number)
    if low is not None:
        found &= Q(halves__gte=F("number") * (int(low * 200) - 1))
    if high is not None:
        found &= Q(halves__lt=F("number") * (int(high * 200) + 1))
    return Q(Exists(rows.filter(found, contact=OuterRef("pk"))))


def day_of_summary(name: str):
    def build(first: date | None, last: date | None, context: Context) -> Q:
        if first is None and last is None:
            return summary(**{f"{name}__isnull": False})
        return summary(kinds.within(name, first, last))

    return build


def given_between(first: date, last: date, context: Context) -> Q:
    return gave(context, received_on__range=(first, last))


def sums(op: str, values: list, context: Context) -> Q:
    """What was given in a period, added up."""
    low, high = kinds.bounds(op, values[:-1])
    first, last, _asked = values[-1]
    # Rounded, as SQLite adds in floating point; cast, so that it compares numbers with numbers.
    given = Cast(Round(Sum("amount"), 2), DecimalField(max_digits=14, decimal_places=2))
    rows = gifts(context, received_on__range=(first, last), currency=context.organization.currency)
    rows = rows.order_by().values("contact").annotate(given=given).filter(kinds.within("given", low, high))
    return Q(pk__in=rows.values("contact"))


def say_sums(op: str, values: list, context: Context) -> str:
    words = {
        "measure": kinds.measure(op, values[:-1], Amount(), context),
        "when": Period().say(values[-1], context),
    }
    return str(gettext_lazy("who gave %(measure)s %(when)s")) % words


def by_year(build, calendar, fiscal, **about) -> Criterion:
    """Asked of the calendar year or of the fiscal one; ``build(basis, context)``."""
    ops = (
        Op("calendar", pgettext_lazy("kind of year", "by calendar year")),
        Op("fiscal", pgettext_lazy("kind of year", "by fiscal year")),
    )
    return Criterion(
        ops=ops, build=lambda op, values, context: build(op, context), donors=("calendar", "fiscal"), group="giving",
        say=lambda op, values, context: str(calendar if op == "calendar" else fiscal), **about,
    )  # fmt: skip


def before_year(basis: str, context: Context) -> Q:
    """Gave, and the last time was before this year. No gift lies in the future, so the last one says it all."""
    return summary(last_on__lt=context.year_start(basis))


def last_year_only(basis: str, context: Context) -> Q:
    return summary(last_on__lt=context.year_start(basis), last_on__gte=context.year_start(basis, back=1))


def inactive(days: int, context: Context) -> Q:
    """Neither a gift nor a visit in so many days; who never gave nor came counts as inactive (C-18)."""
    since = context.today - timedelta(days=days - 1)
    visited = Q(last_visit_at__isnull=False) & Q(last_visit_at__gte=context.starts(since))
    return ~summary(last_on__gte=since) & ~visited


def monthly(context: Context) -> Q:
    """A monthly promise that holds and was lately paid; or recurring gifts of whoever promised nothing here."""
    since = context.today - timedelta(days=STILL_MONTHLY - 1)
    kept = Q(pledge__frequency=Frequency.MONTHLY, pledge__status=PledgeStatus.ACTIVE)
    return gave(context, kept | Q(pledge=None, type=GiftType.RECURRING), received_on__gte=since)


def to_thank(context: Context) -> Q:
    rows = Thanks.objects.due().filter(organization=context.organization, gift__contact=OuterRef("pk"))
    return Q(Exists(rows))


register(
    kinds.amounts(
        code="total", group="giving", label=gettext_lazy("Lifetime total"), build=in_summary("total"), donors=ALL,
        phrase=gettext_lazy("who gave %(measure)s in total"),
    ),
    Criterion(
        code="sum_in", group="giving", label=gettext_lazy("Amount given in a period"), build=sums, say=say_sums,
        ops=tuple(Op(op.code, op.label, (*op.parts, Period())) for op in kinds.compared(Amount())), donors=ALL,
    ),
    kinds.periods(
        code="gave_in", group="giving", label=gettext_lazy("A gift in a period"), build=given_between, donors=("yes",),
        yes=gettext_lazy("who gave %(when)s"), no=gettext_lazy("who did not give %(when)s"),
    ),
    kinds.numbers(
        code="gift_count", group="giving", label=gettext_lazy("Number of gifts"), build=count, donors=("gte",),
        phrase=ngettext_lazy("who made %(measure)s gift", "who made %(measure)s gifts", "n"),
    ),
    kinds.amounts(
        code="largest", group="giving", label=gettext_lazy("Largest gift"), build=in_summary("largest_amount"),
        donors=ALL, phrase=gettext_lazy("whose largest gift is %(measure)s"),
    ),
    kinds.amounts(
        code="average", group="giving", label=gettext_lazy("Average gift"), build=average, donors=ALL,
        phrase=gettext_lazy("whose average gift is %(measure)s"),
    ),
    kinds.dates(
        code="first_gift", group="giving", label=gettext_lazy("First gift"), build=day_of_summary("first_on"),
        donors=("period", "before", "after", "known"), phrase=gettext_lazy("whose first gift was %(when)s"),
        known=gettext_lazy("who gave at least once"), unknown=gettext_lazy("who never gave"),
    ),
    kinds.dates(
        code="last_gift", group="giving", label=gettext_lazy("Last gift"), build=day_of_summary("last_on"),
        donors=("period", "before", "after", "known"), phrase=gettext_lazy("whose last gift was %(when)s"),
        known=gettext_lazy("who gave at least once"), unknown=gettext_lazy("who never gave"),
    ),
    kinds.rows(
        code="fund", group="giving", label=gettext_lazy("Fund"), donors=("in",),
        fetch=lambda context: Fund.objects.filter(organization=context.organization).order_by("code", "pk"),
        gone=gettext_lazy("This rule names a fund that was deleted."),
        build=lambda rows, context: gave(context, fund__in=rows) | gave(context, splits__fund__in=rows),
        phrase=gettext_lazy("who gave to %(values)s"), negative=gettext_lazy("who never gave to %(values)s"),
    ),
    by_year(
        last_year_only, gettext_lazy("who gave last year but not yet this year"),
        gettext_lazy("who gave last fiscal year but not yet in this one"),
        code="lybunt", label=gettext_lazy("Gave last year, not this year (LYBUNT)"),
    ),
    by_year(
        before_year, gettext_lazy("who gave in an earlier year but not yet this year"),
        gettext_lazy("who gave in an earlier fiscal year but not yet in this one"),
        code="sybunt", label=gettext_lazy("Gave some year, not this year (SYBUNT)"),
    ),
    by_year(
        lambda basis, context: summary(first_on__gte=context.year_start(basis)),
        gettext_lazy("who gave for the first time this year"),
        gettext_lazy("who gave for the first time this fiscal year"),
        code="new_donor", label=gettext_lazy("First gift this year"),
    ),
    kinds.yes_no(
        code="monthly", group="giving", label=gettext_lazy("Monthly donor"), build=monthly, donors=("yes",),
        yes=gettext_lazy("who give every month"), no=gettext_lazy("who do not give every month"),
    ),
    kinds.yes_no(
        code="at_risk", group="giving", label=gettext_lazy("At risk"), donors=("yes",),
        build=lambda context: rhythm.at_risk(context.organization, today=context.today),
        yes=gettext_lazy("who have been silent for longer than usual"),
        no=gettext_lazy("who have not been silent for longer than usual"),
    ),
    kinds.numbers(
        code="engagement", group="giving", label=gettext_lazy("Engagement, of 100"), donors=ALL,
        build=lambda low, high, context: summary(kinds.within("engagement", low, high), engagement__isnull=False),
        phrase=gettext_lazy("whose engagement is %(measure)s"),
    ),
    kinds.choices(
        code="trend", group="giving", label=gettext_lazy("Trend"), donors=("in",), of=Trend.choices,
        build=lambda codes, context: summary(trend__in=codes),
        phrase=gettext_lazy("whose trend is %(values)s"), negative=gettext_lazy("whose trend is not %(values)s"),
    ),
    kinds.yes_no(
        code="promised", group="giving", label=gettext_lazy("Pledge under way"), donors=(),
        build=lambda context: promised(context, status__in=OPEN_PLEDGES),
        yes=gettext_lazy("who have a pledge under way"), no=gettext_lazy("who have no pledge under way"),
    ),
    kinds.yes_no(
        code="late", group="giving", label=gettext_lazy("Late payment of a pledge"), donors=(),
        build=lambda context: promised(context, status=PledgeStatus.ACTIVE, late_since__isnull=False),
        yes=gettext_lazy("whose pledge has a late payment"), no=gettext_lazy("whose pledges have no late payment"),
    ),
    kinds.yes_no(
        code="to_thank", group="giving", label=gettext_lazy("Waits for thanks"), build=to_thank, donors=("yes",),
        yes=gettext_lazy("who wait to be thanked"), no=gettext_lazy("who do not wait to be thanked"),
    ),
    kinds.days(
        code="inactive", group="giving", label=gettext_lazy("Inactive"), build=inactive,
        label_op=pgettext_lazy("inactivity", "for at least"),
        phrase=gettext_lazy("without a gift or a visit for %(days)s"),
    ),
)  # fmt: skip
