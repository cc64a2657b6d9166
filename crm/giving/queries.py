"""Reads about gifts that no single queryset method says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from crm.accounts.models import AuditEntry
from crm.accounts.policy import ALL
from crm.contacts.models import Contact
from crm.core import changes
from crm.core.money import ZERO, format_plain, to_cents
from crm.core.web.paging import capped_count
from crm.giving.choices import GiftStatus, Method, PledgeStatus, Returned
from crm.giving.models import Fund, Gift, GiftBatch, Pledge

TOTALS_CAP = 100_000  # beyond, a total would cost more than the page it stands on
YEARS_SHOWN = 10


@dataclass(frozen=True)
class Money:
    """A sum in one currency."""

    amount: Decimal
    currency: str
    count: int = 0


@dataclass
class Totals:
    """What a set of gifts adds up to. ``received`` holds one sum a currency: they are never added together."""

    count: int
    capped: bool = False
    received: list[Money] = field(default_factory=list)

    @property
    def left_out(self) -> int:
        """Gifts that are pending, failed or refunded: counted, not summed."""
        return self.count - sum(money.count for money in self.received)


def totals(gifts: QuerySet, *, currency: str) -> Totals:
    """The sums of received gifts by currency, the organization's own ``currency`` first; none beyond the cap."""
    count = capped_count(gifts, TOTALS_CAP)
    if count > TOTALS_CAP:
        return Totals(TOTALS_CAP, capped=True)
    rows = (
        gifts.order_by()
        .filter(status=GiftStatus.COMPLETED)
        .values("currency")
        .annotate(amount=Sum("amount"), gifts=Count("pk"))
    )
    sums = [Money(to_cents(row["amount"]), row["currency"], row["gifts"]) for row in rows]
    return Totals(count, received=sorted(sums, key=lambda money: (money.currency != currency, money.currency)))


@dataclass
class Year:
    year: int
    total: Decimal
    count: int


@dataclass
class GivingYears:
    """Received gifts of one donor, year by year in the organization's currency; the others beside."""

    years: list[Year]
    foreign: list[Money]
    last_year_so_far: Decimal = ZERO  # what the year before had brought by the same day

    def total_of(self, year: int) -> Decimal:
        return next((row.total for row in self.years if row.year == year), ZERO)


def count_gifts(contact: Contact, membership) -> int:
    return Gift.objects.visible_to(membership).filter(contact=contact).count()


def count_pledges(contact: Contact, membership) -> int:
    return Pledge.objects.visible_to(membership).filter(contact=contact).count()


def a_year_before(day: date) -> date:
    """The same day a year earlier; the 28th for the 29th of February."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True)
class Trend:
    """The year so far against the year before on the same day: a whole year would make every spring look bad."""

    percent: int | None  # of more (or less, below zero); None: nothing to compare with
    amount: Decimal

    @property
    def tone(self) -> str:
        return "" if not self.percent else "up" if self.percent > 0 else "down"

    @property
    def size(self) -> int:
        return abs(self.percent or 0)


def trend(this_year: Decimal, last_year_so_far: Decimal) -> Trend:
    if not last_year_so_far:
        return Trend(None, last_year_so_far)
    return Trend(int(((this_year / last_year_so_far - 1) * 100).to_integral_value(ROUND_HALF_UP)), last_year_so_far)


def largest_gift_date(contact: Contact, *, amount: Decimal, currency: str) -> date | None:
    """When the largest gift came; the latest time, where it came more than once."""
    rows = Gift.objects.filter(contact=contact, amount=amount, currency=currency).counted()
    return rows.order_by("-received_on").values_list("received_on", flat=True).first()


def giving_years(contact: Contact, *, currency: str, today: date) -> GivingYears:
    """By one query: the last ten years up to this one, years without a gift included, from the first year of giving."""
    found: dict[int, Year] = {}
    so_far = ZERO
    foreign: dict[str, Money] = {}
    rows = (
        Gift.objects.filter(contact=contact)
        .counted()
        .annotate(year=ExtractYear("received_on"))
        .order_by()
        .values("year", "currency")
        .annotate(
            total=Sum("amount"),
            gifts=Count("pk"),
            so_far=Sum("amount", filter=Q(received_on__lte=a_year_before(today))),
        )
    )
    for row in rows:
        amount = to_cents(row["total"])
        if row["currency"] == currency:
            if row["year"] == today.year - 1:
                so_far = to_cents(row["so_far"] or ZERO)
            found[row["year"]] = Year(row["year"], amount, row["gifts"])
        else:
            known = foreign.get(row["currency"], Money(ZERO, row["currency"]))
            foreign[row["currency"]] = Money(known.amount + amount, known.currency, known.count + row["gifts"])
    first = max(min(found, default=today.year), today.year - YEARS_SHOWN + 1)
    years = [found.get(year, Year(year, ZERO, 0)) for year in range(first, today.year + 1)] if found else []
    return GivingYears(years, sorted(foreign.values(), key=lambda money: money.currency), so_far)


def parts_said(keys: set[str]) -> dict[str, tuple[str, Callable]]:
    """For the history: what the parts of a shared gift are called, and their amounts in words."""
    funds = Fund.objects.filter(pk__in=[key for key in keys if key.isdecimal()])

    def say(amount: str | None) -> str:
        return "–" if amount is None else format_plain(Decimal(amount))

    return {str(fund.pk): (_("Part for %(fund)s") % {"fund": fund.name}, say) for fund in funds}


def likely_duplicates(*, contact: Contact, amount: Decimal, currency: str, received_on: date) -> QuerySet:
    """Gifts that look like the same one entered twice: same donor, amount and date, and not already undone."""
    rows = Gift.objects.filter(contact=contact, amount=amount, currency=currency, received_on=received_on)
    return rows.exclude(status__in=[GiftStatus.REFUNDED, GiftStatus.FAILED])


def why_not_deletable(gift: Gift):
    """The reason a gift has to stay, or ``None``. A void receipt counts too: its number must lead somewhere."""
    if gift.receipt_lines.exists():
        return _("An official receipt names this gift: it can be refunded, not deleted.")
    if GiftBatch.objects.filter(rows__gift=gift, deposited_on__isnull=False).exists():
        return _("This gift was deposited at the bank: it can be refunded, not deleted.")
    if gift.matched.exists():
        return _("This gift matches those of employees: it can be refunded, not deleted.")
    return None


@dataclass(frozen=True)
class Promised:
    """What a set of pledges is worth: by the month, of those under way, one sum a currency; and what is late."""

    count: int
    monthly: list[Money]
    late: list[Money]


def promised(pledges: QuerySet, *, currency: str) -> Promised:
    """The organization's own ``currency`` first. Read in one query; the months are divided to the cent for each pledge."""
    monthly: dict[str, Money] = {}
    late: dict[str, Money] = {}
    rows = (
        pledges.order_by()
        .values("currency", "frequency", "status", "amount")
        .annotate(count=Count("pk"), late=Sum("late_amount"), late_count=Count("late_since"))
    )
    count = 0
    for row in rows:
        count += row["count"]
        worth = Pledge(amount=row["amount"], frequency=row["frequency"]).monthly
        if worth and row["status"] == PledgeStatus.ACTIVE:
            _add(monthly, row["currency"], worth * row["count"], row["count"])
        if row["late_count"]:
            _add(late, row["currency"], to_cents(row["late"]), row["late_count"])

    def own_first(money: Money) -> tuple:
        return money.currency != currency, money.currency

    return Promised(count, sorted(monthly.values(), key=own_first), sorted(late.values(), key=own_first))


def _add(sums: dict[str, Money], currency: str, amount: Decimal, count: int) -> None:
    known = sums.get(currency, Money(ZERO, currency))
    sums[currency] = Money(known.amount + amount, currency, known.count + count)


@dataclass
class Step:
    """One entry of the history of a gift or a pledge: who did what, and each field before and after."""

    entry: AuditEntry
    changes: list = field(default_factory=list)

    @property
    def is_creation(self) -> bool:
        return self.entry.action == "create"


def history_of(row: Gift | Pledge, membership) -> list[Step]:
    """From the audit log, newest first. Whoever sees only their own donors is not told the name of another one."""
    rows = AuditEntry.objects.filter(
        organization_id=row.organization_id, model=row._meta.label_lower, object_id=row.pk
    ).select_related("actor__user")
    hidden = set() if membership.scope("contacts.view") == ALL else {"contact_id"}
    if not membership.can("payment_methods.view"):
        hidden |= {"payment_method_id"}
    entries = list(rows.order_by("-at", "-pk")[:100])
    told = {
        entry.pk: {name: pair for name, pair in entry.changes.items() if name not in hidden}
        for entry in entries
        if entry.action == "update"
    }
    names = changes.Names()
    names.load((row._meta.label_lower, pairs) for pairs in told.values())
    currency, steps = row.currency, []
    for entry in entries:  # backwards in time: an amount is in the currency of that day
        described = changes.describe(row._meta.label_lower, told.get(entry.pk, {}), names, currency=currency)
        steps.append(Step(entry, described))
        currency = (entry.changes.get("currency") or [currency])[0] or currency
    return steps


def may_come_back(gift: Gift) -> bool:
    """Can a bank return it? Money received, and not in notes and coins."""
    return gift.status == GiftStatus.COMPLETED and not gift.is_property and gift.method != Method.CASH


def why_undone(gift: Gift) -> str:
    """Why the money went back or never came, as it was said then."""
    if gift.status not in (GiftStatus.REFUNDED, GiftStatus.FAILED):
        return ""
    verbs = ("gift.refunded", "gift.returned")
    events = gift.contact.timeline.filter(Q(verb__in=verbs), subject_model="giving.gift", subject_id=gift.pk)
    event = events.newest_first().first()
    if event is None:
        return ""
    why = dict(Returned.choices).get(event.data.get("why"), "")
    return " – ".join(str(part) for part in (why, event.data.get("reason", "")) if part)


def live_receipt_number(gift: Gift) -> str:
    """The number of the valid official receipt that names this gift; empty without one."""
    return gift.receipt_lines.filter(is_live=True).values_list("receipt__number", flat=True).first() or ""
