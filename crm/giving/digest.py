"""“New gifts”, “Last week”, “Thank-yous” and “Late pledges”, in the digest."""

from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.contacts.models import Contact
from crm.core.dates import day_in, format_date, today_in
from crm.core.money import format_money, format_number
from crm.core.web.urls import org_url
from crm.giving import rhythm, thanks, tributes
from crm.giving.models import Gift, GivingSummary, Pledge, Thanks, TributeRecipient
from crm.notifications.digest import MAX_LINES, Line, Section


def collect_gifts(membership, since: datetime, until: datetime) -> Section | None:
    """The gifts recorded in between, the largest first; one sum a currency, the organization's own first."""
    gifts = Gift.objects.visible_to(membership).counted().filter(created_at__gte=since, created_at__lt=until)
    sums = list(gifts.order_by().values("currency").annotate(amount=Sum("amount"), gifts=Count("pk")))
    count = sum(row["gifts"] for row in sums)
    if not count:
        return None
    own = membership.organization.currency
    sums.sort(key=lambda row: (row["currency"] != own, row["currency"]))
    total = " + ".join(format_money(row["amount"], row["currency"]) for row in sums)
    said = ngettext("%(count)d gift recorded, for %(total)s.", "%(count)d gifts recorded, for %(total)s.", count)
    largest = gifts.select_related("contact", "fund", "organization").order_by("-amount", "-pk")[:MAX_LINES]
    recorded_since = timezone.localtime(since).date().isoformat()
    return Section(
        title=_("New gifts"),
        total=said % {"count": count, "total": total},
        count=count,
        lines=[
            Line(
                text=gift.contact.name,
                detail=f"{gift.designation} · {format_date(gift.received_on)}",
                amount=format_money(gift.amount, gift.currency),
                tone="ok",
                url=gift.get_absolute_url(),
            )
            for gift in largest
        ],
        link_url=f"{org_url(membership, 'giving:gift_list')}?recorded_since={recorded_since}",
        link_label=_("See all gifts"),
    )


def collect_week(membership, since: datetime, until: datetime) -> Section | None:
    """On Mondays, the week before in figures, each beside the one before it: received then, by the organization's days."""
    if timezone.localtime(until).weekday():
        return None
    organization = membership.organization
    monday = day_in(until, organization.timezone)
    monday -= timedelta(days=monday.weekday())
    gifts = Gift.objects.visible_to(membership).counted().filter(currency=organization.currency)
    weeks = [_week(gifts, monday - timedelta(days=7 * back)) for back in (1, 2)]
    last, before = weeks
    if not last["gifts"] and not before["gifts"]:
        return None
    days = (monday - timedelta(days=7), monday - timedelta(days=1))
    said = ngettext(
        "%(count)s gift from %(first)s to %(last)s.", "%(count)s gifts from %(first)s to %(last)s.", last["gifts"]
    )
    amounts = [format_money(week["amount"] or 0, organization.currency) for week in weeks]
    figures = [
        (_("Raised"), amounts, last["amount"] or 0, before["amount"] or 0),
        *(
            (label, [format_number(week[name]) for week in weeks], last[name], before[name])
            for name, label in (("gifts", _("Gifts")), ("donors", _("Donors")), ("firsts", _("First gifts")))
        ),
    ]
    return Section(
        title=_("Last week"),
        total=said % {
            "count": format_number(last["gifts"]), "first": format_date(days[0]), "last": format_date(days[1])
        },
        count=len(figures),
        lines=[
            Line(
                text=label,
                amount=written[0],
                detail=_("%(amount)s the week before") % {"amount": written[1]},
                tone="ok" if now > then else "",
            )
            for label, written, now, then in figures
        ],
        link_url=org_url(membership, "giving:gift_list")
        + f"?received_on_after={days[0]}&received_on_before={days[1]}&status=completed&currency={organization.currency}",
        link_label=_("See the gifts of last week"),
        as_cards=True,
    )  # fmt: skip


def _week(gifts, monday: date) -> dict:
    """Of the seven days from ``monday``: ``amount``, ``gifts``, ``donors``, and ``firsts`` who had never given before."""
    week = (monday, monday + timedelta(days=6))
    return gifts.filter(received_on__range=week).aggregate(
        amount=Sum("amount"),
        gifts=Count("pk"),
        donors=Count("contact", distinct=True),
        firsts=Count("contact", distinct=True, filter=Q(contact__summary__first_on__range=week)),
    )


def collect_thanks(membership, since: datetime | None, until: datetime | None) -> Section | None:
    """Who waits for thanks, the longest first: not news, so the span of time does not count."""
    rows = Thanks.objects.visible_to(membership).due()
    count = rows.count()
    if not count:
        return None
    said = ngettext("%(count)d gift waits for a thank-you.", "%(count)d gifts wait for a thank-you.", count)
    late = thanks.late(rows, now=until or timezone.now()).count()
    more = ngettext("%(count)d for more than two days.", "%(count)d for more than two days.", late) % {"count": late}
    first = rows.select_related("gift__contact", "organization").order_by("created_at", "pk")[:MAX_LINES]
    return Section(
        title=_("Thank-yous"),
        total=" ".join([said % {"count": count}, *([more] if late else [])]),
        count=count,
        lines=[
            Line(
                text=row.gift.contact.name,
                detail=format_date(row.gift.received_on),
                amount=format_money(row.gift.amount, row.gift.currency),
                tone="warn" if late else "ok",
                url=row.gift.get_absolute_url(),
            )
            for row in first
        ],
        link_url=org_url(membership, "giving:thanks_list"),
        link_label=_("See who waits"),
    )


def collect_at_risk(membership, since: datetime, until: datetime) -> Section | None:
    """The donors whose silence became longer than usual in between, those who gave most first."""
    organization = membership.organization
    days = [day_in(at, organization.timezone) for at in (since, until)]
    new = GivingSummary.objects.filter(
        rhythm.newly_silent(organization, since=days[0], until=days[1]), contact=OuterRef("pk")
    )
    rows = Contact.objects.visible_to(membership).active().filter(
        Exists(new), rhythm.at_risk(organization, today=today_in(organization.timezone))
    )  # fmt: skip
    count = rows.count()
    if not count:
        return None
    said = ngettext(
        "%(count)d donor has been silent for longer than usual.", "%(count)d donors have been silent for longer than usual.",
        count,
    )  # fmt: skip
    return Section(
        title=_("Donors at risk"),
        total=said % {"count": count},
        count=count,
        lines=[
            Line(
                text=contact.name,
                detail=format_date(contact.summary.last_on),
                amount=format_money(contact.summary.total, organization.currency),
                tone="warn",
                url=contact.get_absolute_url(),
            )
            for contact in rows.select_related("summary").order_by("-summary__total", "pk")[:MAX_LINES]
        ],
        link_url=f"{org_url(membership, 'contacts:contact_list')}?ready=at_risk&sort=-total",
        link_label=_("See all donors at risk"),
    )


def collect_notices(membership, since: datetime | None, until: datetime | None) -> Section | None:
    """The families who are still to be told of gifts, the longest first: not news, so the span of time does not count."""
    rows = tributes.with_waiting(tributes.due(TributeRecipient.objects.visible_to(membership)))
    first = list(rows.select_related("contact", "tribute", "organization").order_by("since", "pk")[:MAX_LINES])
    if not first:
        return None
    count = len(first) if len(first) < MAX_LINES else rows.count()
    said = ngettext("%(count)d person is to be told of gifts.", "%(count)d people are to be told of gifts.", count)
    return Section(
        title=_("Families to be told"),
        total=said % {"count": count},
        count=count,
        lines=[
            Line(
                text=row.contact.name,
                detail=tributes.said(row.tribute),
                amount=ngettext("%(count)d gift", "%(count)d gifts", row.waiting) % {"count": row.waiting},
                tone="warn",
                url=row.get_absolute_url(),
            )
            for row in first
        ],
        link_url=org_url(membership, "giving:notice_list"),
        link_label=_("See who waits"),
    )


def collect_late_pledges(membership, since: datetime | None, until: datetime | None) -> Section | None:
    """What is late now, the oldest first: not news, so the span of time does not count."""
    rows = Pledge.objects.visible_to(membership).late()
    count = rows.count()
    if not count:
        return None
    said = ngettext("%(count)d pledge is late.", "%(count)d pledges are late.", count)
    first = rows.select_related("contact", "organization").order_by("late_since", "pk")[:MAX_LINES]
    return Section(
        title=_("Late pledges"),
        total=said % {"count": count},
        count=count,
        lines=[
            Line(
                text=pledge.contact.name,
                detail=_("since %(day)s") % {"day": format_date(pledge.late_since)},
                amount=format_money(pledge.late_amount, pledge.currency),
                tone="bad",
                url=pledge.get_absolute_url(),
            )
            for pledge in first
        ],
        link_url=f"{org_url(membership, 'giving:pledge_list')}?late=yes",
        link_label=_("See the late pledges"),
    )
