"""What Merci measures by itself (N-03): each metric is a number, and the list that holds what it counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, Sum

from crm.accounts.models import Organization
from crm.accounts.policy import ALL
from crm.contacts.models import Contact
from crm.contacts.segments import narrowed_to_ready_made
from crm.core.dates import today_in
from crm.core.money import ZERO, to_cents
from crm.core.web.urls import org_url
from crm.giving import queries
from crm.giving.choices import PledgeStatus
from crm.giving.models import Gift, Pledge, Thanks
from crm.insights import movements, years
from crm.insights.choices import UNITS, Metric, Unit
from crm.pipeline.choices import OpportunityStage
from crm.pipeline.models import Opportunity
from crm.tasks.models import Task

A_MONTH = timedelta(days=29)  # before today: thirty days with it


@dataclass(frozen=True)
class Here:
    """An organization today, by its own clock; ``see`` gives the rows that count, of a model."""

    organization: Organization
    today: date
    see: Callable

    @property
    def year(self) -> years.Year:
        return years.present_year(self.organization)

    @property
    def gifts(self):
        """Received this fiscal year, in the organization's currency."""
        rows = self.see(Gift).counted().filter(currency=self.organization.currency)
        return rows.filter(received_on__range=(self.year.first, self.today))

    @property
    def donors(self):
        return self.see(Contact).active()

    @property
    def month_began(self) -> datetime:
        """Midnight, thirty days ago with today."""
        return datetime.combine(self.today - A_MONTH, time(), tzinfo=ZoneInfo(self.organization.timezone))


def whole(organization: Organization) -> Here:
    """Everything the organization has, whoever looks."""
    return Here(organization, today_in(organization.timezone), lambda model: model.objects.of(organization))


def _raised(here: Here) -> Decimal:
    return to_cents(here.gifts.aggregate(amount=Sum("amount"))["amount"] or ZERO)


def _average(here: Here) -> Decimal | None:
    found = here.gifts.aggregate(amount=Sum("amount"), count=Count("pk"))
    return to_cents(to_cents(found["amount"]) / found["count"]) if found["count"] else None


def _retention(here: Here) -> Decimal | None:
    return movements.rate(*movements.retained(here.see(Gift), here.year))


def _monthly(here: Here) -> Decimal:
    currency = here.organization.currency
    promised = queries.promised(here.see(Pledge).filter(status=PledgeStatus.ACTIVE), currency=currency)
    return next((one.amount for one in promised.monthly if one.currency == currency), ZERO)


def _open_asks(here: Here) -> Decimal:
    return to_cents(here.see(Opportunity).open().aggregate(amount=Sum("amount"))["amount"] or ZERO)


def _conversion(here: Here) -> Decimal | None:
    decided = here.see(Opportunity).filter(closed_on__range=(here.year.first, here.today))
    found = decided.aggregate(won=Count("pk", filter=Q(stage=OpportunityStage.WON)), all=Count("pk"))
    return movements.rate(found["won"], found["all"])


def _year_of_gifts(here: Here) -> dict:
    return {
        "received_on_after": here.year.first, "received_on_before": here.today, "status": "completed",
        "currency": here.organization.currency,
    }  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """``count`` tells the number, or ``None`` where there is none to tell; the list at ``url_name`` with ``query`` holds it.

    ``permission``: of whom the list shows everything to.
    """

    count: Callable[[Here], Decimal | int | None]
    permission: str
    url_name: str
    query: Callable[[Here], dict]

    def address(self, membership) -> str:
        """The list behind the number, for those who see the whole of it; nothing for others, who would find less there."""
        if membership.scope(self.permission) != ALL:
            return ""
        query = self.query(whole(membership.organization))
        return org_url(membership, self.url_name) + (f"?{urlencode(query)}" if query else "")


MEASURES: dict[str, Measure] = {
    Metric.RAISED: Measure(_raised, "gifts.view", "giving:gift_list", _year_of_gifts),
    Metric.GIFTS: Measure(lambda here: here.gifts.count(), "gifts.view", "giving:gift_list", _year_of_gifts),
    Metric.AVERAGE_GIFT: Measure(_average, "gifts.view", "giving:gift_list", _year_of_gifts),
    Metric.DONORS: Measure(
        lambda here: here.donors.filter(summary__last_on__gte=here.year.first).count(),
        "contacts.view",
        "contacts:contact_list",
        lambda here: {"last_on_after": here.year.first},
    ),
    Metric.NEW_DONORS: Measure(
        lambda here: here.donors.filter(summary__first_on__gte=here.year.first).count(),
        "contacts.view",
        "contacts:contact_list",
        lambda here: {"first_on_after": here.year.first},
    ),
    Metric.RETENTION: Measure(_retention, "gifts.view", "insights:retention", lambda here: {}),
    Metric.MONTHLY: Measure(
        _monthly, "pledges.view", "giving:pledge_list", lambda here: {"status": PledgeStatus.ACTIVE.value}
    ),
    Metric.AT_RISK: Measure(
        lambda here: narrowed_to_ready_made(here.donors, "at_risk", organization=here.organization).count(),
        "contacts.view",
        "contacts:contact_list",
        lambda here: {"ready": "at_risk"},
    ),
    Metric.LATE_PLEDGES: Measure(
        lambda here: here.see(Pledge).late().count(), "pledges.view", "giving:pledge_list", lambda here: {"late": "yes"}
    ),
    Metric.THANKS_DUE: Measure(
        lambda here: here.see(Thanks).due().count(), "thanks.view", "giving:thanks_list", lambda here: {"status": "due"}
    ),
    Metric.OPEN_ASKS: Measure(_open_asks, "pipeline.view", "pipeline:opportunity_list", lambda here: {"open": "yes"}),
    Metric.CONVERSION: Measure(
        _conversion,
        "pipeline.view",
        "pipeline:opportunity_list",
        lambda here: {"closed_on_after": here.year.first, "closed_on_before": here.today},
    ),
    Metric.TASKS_DONE: Measure(
        lambda here: here.see(Task).done_since(here.month_began).count(),
        "tasks.view",
        "tasks:task_list",
        lambda here: {"whose": "all", "when": "done", "done_after": here.today - A_MONTH},
    ),
}


def unit_of(metric: str) -> Unit:
    return UNITS.get(Metric(metric), Unit.NONE)


def measured(metric: str, here: Here) -> Decimal | None:
    """What this metric is at this moment."""
    found = MEASURES[metric].count(here)
    return None if found is None else Decimal(found)
