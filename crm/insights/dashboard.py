"""“My day”: the four figures of the year, and what cannot wait (O-01). Every number is that of the list it leads to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from urllib.parse import urlencode

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.contacts.models import Contact
from crm.core.dates import today_in
from crm.core.money import ZERO, format_money, format_number, format_rate, to_cents
from crm.core.web.urls import org_url
from crm.giving import months, queries
from crm.giving import thanks as giving_thanks
from crm.giving.choices import PledgeStatus
from crm.giving.models import Gift, Pledge, Thanks
from crm.insights import movements, years
from crm.outreach.models import Communication
from crm.pipeline.models import Opportunity
from crm.tasks import queries as tasks
from crm.tasks.models import Task


@dataclass(frozen=True)
class Figure:
    """``value`` is written for people, ``number`` is what the list behind it holds. ``tone``: up, down or nothing."""

    code: str
    label: str
    value: str
    number: Decimal | int | None
    url: str
    foot: str = ""
    delta: str = ""
    tone: str = ""
    spark: list = field(default_factory=list)
    spark_said: str = ""


def _address(membership, name: str, **query) -> str:
    url = org_url(membership, name)
    return f"{url}?{urlencode(query)}" if query else url


def _delta(trend: queries.Trend) -> dict:
    if trend.percent is None:
        return {}
    if not trend.percent:
        return {"delta": _("Stable")}
    sign = "+" if trend.percent > 0 else ""
    return {"delta": f"{sign}{format_rate(trend.percent)}", "tone": trend.tone}


def _direction(values: list) -> str:
    if len(values) < 2 or values[-1] == values[0]:
        return _("Stable since the year began")
    return _("Rising since the year began") if values[-1] > values[0] else _("Falling since the year began")


def figures(membership) -> Iterator[Figure]:
    """Of the present fiscal year: raised, donors, retention, monthly gifts; of what the person sees."""
    organization = membership.organization
    today, year = today_in(organization.timezone), years.present_year(organization)
    gifts = Gift.objects.visible_to(membership)
    sums = months.sums_of(gifts, first=year.first, currency=organization.currency, today=today)
    past = [amount for began, amount, _before in sums.months if began <= today]
    yield _raised(membership, year, past, sums.so_far_before)
    yield _donors(membership, gifts, year)
    yield _retention(membership, gifts, year)
    if membership.can("pledges.view"):
        yield _monthly(membership)


def _raised(membership, year: years.Year, past: list, before: Decimal) -> Figure:
    organization = membership.organization
    today = today_in(organization.timezone)
    sums = list(accumulate(past))
    amount = sums[-1] if sums else ZERO
    return Figure(
        "raised", _("Raised in %(year)s") % {"year": year.label}, format_money(amount, organization.currency, whole=True),
        amount,
        _address(
            membership, "giving:gift_list", received_on_after=year.first, received_on_before=today, status="completed",
            currency=organization.currency,
        ),
        foot=_("%(amount)s a year ago") % {
            "amount": format_money(before, organization.currency, whole=True)
        },
        spark=sums, spark_said=_direction([0, *sums]), **_delta(queries.trend(amount, before)),
    )  # fmt: skip


def _donors(membership, gifts, year: years.Year) -> Figure:
    today = today_in(membership.organization.timezone)
    contacts = Contact.objects.visible_to(membership).active()
    count = contacts.filter(summary__last_on__gte=year.first).count()
    same_day = gifts.counted().filter(received_on__range=(year.before.first, queries.a_year_before(today)))
    before = contacts.filter(pk__in=same_day.order_by().values("contact")).count()
    return Figure(
        "donors", _("Donors in %(year)s") % {"year": year.label}, format_number(count), count,
        _address(membership, "contacts:contact_list", last_on_after=year.first),
        foot=_("%(count)s a year ago") % {"count": format_number(before)},
        **_delta(queries.trend(Decimal(count), Decimal(before))),
    )  # fmt: skip


def _retention(membership, gifts, year: years.Year) -> Figure:
    kept, of = movements.retained(gifts, year)
    retention = movements.rate(kept, of)
    said = ngettext("%(kept)s of %(count)s donor gave again", "%(kept)s of %(count)s donors gave again", of)
    return Figure(
        "retention", _("Donor retention so far"), format_rate(retention), retention,
        _address(membership, "insights:retention"),
        foot=said % {"kept": format_number(kept), "count": format_number(of)},
    )  # fmt: skip


def _monthly(membership) -> Figure:
    currency = membership.organization.currency
    rows = Pledge.objects.visible_to(membership).filter(status=PledgeStatus.ACTIVE)
    promised = queries.promised(rows, currency=currency)
    own = next((one for one in promised.monthly if one.currency == currency), queries.Money(ZERO, currency))
    said = ngettext("from %(count)s active pledge", "from %(count)s active pledges", own.count)
    return Figure(
        "monthly", _("Monthly gifts"), format_money(own.amount, currency, whole=True), own.amount,
        _address(membership, "giving:pledge_list", status=PledgeStatus.ACTIVE.value),
        foot=said % {"count": format_number(own.count)},
    )  # fmt: skip


@dataclass(frozen=True)
class Concern:
    """Something that cannot wait: how many, what, the list of them."""

    code: str
    count: int
    said: str
    url: str
    icon: str
    tone: str
    detail: str = ""


def _failed_pledges(membership) -> Concern:
    count = Pledge.objects.visible_to(membership).filter(status=PledgeStatus.FAILED).count()
    said = ngettext(
        "%(count)s pledge can no longer be collected", "%(count)s pledges can no longer be collected", count
    )
    return Concern(
        "failed_pledges",
        count,
        said,
        _address(membership, "giving:pledge_list", status="failed"),
        "credit-card-off",
        "is-bad",
    )


def _overdue_tasks(membership) -> Concern:
    mine = Task.objects.visible_to(membership).filter(owner=membership)
    count = tasks.counts(mine, today=today_in(membership.organization.timezone))["overdue"]
    said = ngettext("%(count)s task is overdue", "%(count)s tasks are overdue", count)
    return Concern("tasks", count, said, _address(membership, "tasks:task_list", when="overdue"), "checkbox", "is-bad")


def _late_pledges(membership) -> Concern:
    rows = Pledge.objects.visible_to(membership).late()
    count = rows.count()
    said = ngettext("%(count)s pledge is late", "%(count)s pledges are late", count)
    late = queries.promised(rows, currency=membership.organization.currency).late if count else []
    detail = " + ".join(format_money(one.amount, one.currency) for one in late)
    return Concern(
        "late_pledges", count, said, _address(membership, "giving:pledge_list", late="yes"), "clock-exclamation", "is-warn",
        detail,
    )  # fmt: skip


def _late_thanks(membership) -> Concern:
    rows = giving_thanks.late(Thanks.objects.visible_to(membership).due(), now=timezone.now())
    count = rows.count()
    said = ngettext(
        "%(count)s gift has waited more than two days for thanks", "%(count)s gifts have waited more than two days for thanks",
        count,
    )  # fmt: skip
    return Concern(
        "late_thanks",
        count,
        said,
        _address(membership, "giving:thanks_list", status="due", late="yes"),
        "mail-heart",
        "is-warn",
    )


def _overdue_asks(membership) -> Concern:
    today = today_in(membership.organization.timezone)
    rows = Opportunity.objects.visible_to(membership).overdue(today=today)
    count, amount = rows.count(), rows.aggregate(amount=Sum("amount"))["amount"] or ZERO
    said = ngettext("%(count)s answer is overdue", "%(count)s answers are overdue", count)
    detail = format_money(to_cents(amount), membership.organization.currency) if count else ""
    url = _address(membership, "pipeline:opportunity_list", overdue="yes")
    return Concern("asks", count, said, url, "target-arrow", "is-warn", detail)


def _stalled(membership) -> Concern:
    count = Contact.objects.visible_to(membership).active().stalled().count()
    said = ngettext("%(count)s conversation is stalled", "%(count)s conversations are stalled", count)
    return Concern(
        "stalled", count, said, _address(membership, "contacts:contact_list", stalled="yes"), "layout-kanban", "is-warn"
    )


def _failed_messages(membership) -> Concern:
    count = Communication.objects.visible_to(membership).in_state("failed").count()
    said = ngettext("%(count)s e-mail did not leave", "%(count)s e-mails did not leave", count)
    return Concern(
        "messages",
        count,
        said,
        _address(membership, "outreach:communication_list", state="failed"),
        "mail-off",
        "is-bad",
    )


# The most urgent first, each for those who may do something about it.
CONCERNS: tuple[tuple[str, Callable], ...] = (
    ("pledges.change", _failed_pledges),
    ("tasks.change", _overdue_tasks),
    ("outreach.view", _failed_messages),
    ("pledges.view", _late_pledges),
    ("thanks.change", _late_thanks),
    ("pipeline.change", _overdue_asks),
    ("pipeline.change", _stalled),
)


def concerns(membership) -> list[Concern]:
    """What cannot wait, of what this person sees and may act on; nothing that counts none."""
    found = [count(membership) for permission, count in CONCERNS if membership.can(permission)]
    return [one for one in found if one.count]
