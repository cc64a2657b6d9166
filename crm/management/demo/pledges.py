"""The demo's promises: a pledge behind every monthly donor, one over five years, one that is paused, one that is late."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from crm.contacts.models import Contact
from crm.giving import jobs, services
from crm.giving.choices import Frequency, GiftType
from crm.giving.models import Pledge

GAVE_UP = timedelta(days=75)  # a monthly donor silent for so long has no promise any more


CARDS = (("Visa", "4242", "demo_ok"), ("Mastercard", "5454", "demo_sometimes"), ("Visa", "0069", "demo_expired"))


def plan_monthly(story, born: list[Contact], gifts: list) -> None:
    """A donor who gives every month, still, has promised it: from the first gift of the present amount on."""
    monthly = [gift for gift, _fund, _remark in gifts if gift.type == GiftType.RECURRING]
    if monthly and monthly[-1].day + GAVE_UP >= story.today:
        cents = monthly[-1].cents
        story.promised[id(born)] = cents, next(gift.day for gift in monthly if gift.cents == cents)


def paid(story, born: list[Contact], gift) -> dict:
    """The promise that a planned gift answers, as fields of the service; written down with the first one."""
    if gift.type != GiftType.RECURRING or id(born) not in story.promised:
        return {}
    cents, first = story.promised[id(born)]
    if gift.day < first:
        return {}
    pledge = Pledge.objects.filter(contact=born[0]).order_by("pk").first() or services.create_pledge(
        contact=born[0], amount=Decimal(cents) / 100, frequency=Frequency.MONTHLY, starts_on=first, fund=story.funds[0],
        by=story.members["admin"],
    )  # fmt: skip
    return {"pledge": pledge}


def plan(story) -> None:
    """Promises of their own."""
    by, today = story.members["admin"], story.today
    house = story.by_code["MAI"]

    def promise(who: str, dollars: int, frequency: str, starts_on: date, **fields) -> Pledge:
        donor = Contact.objects.filter(organization=story.organization, last_name=who).order_by("pk").first()
        return services.create_pledge(
            contact=donor,
            amount=Decimal(dollars),
            frequency=frequency,
            starts_on=starts_on,
            fund=house,
            by=by,
            **fields,
        )

    def pay(pledge: Pledge, at: datetime) -> None:
        services.record_gift(
            contact=pledge.contact, amount=pledge.amount, received_on=pledge.starts_on, fund=house, pledge=pledge,
            created_at=at, by=story.clerk,
        )  # fmt: skip

    def five_years(day: date, at: datetime) -> None:
        pay(promise("Duhaime", 5000, Frequency.ANNUAL, day, count=5), at)

    def each_quarter(day: date, at: datetime) -> None:
        pay(promise("Deschênes", 150, Frequency.QUARTERLY, day), at)

    def paused(day: date, at: datetime) -> None:
        pledge = promise("Gagnon", 30, Frequency.MONTHLY, day)
        pay(pledge, at)
        until = today + timedelta(days=40)
        reason = "Congé sans solde"
        services.pause_pledge(pledge, from_on=day + timedelta(days=15), until=until, by=by, reason=reason)

    for ago, act in ((130, five_years), (95, paused), (220, each_quarter)):
        day = today - timedelta(days=ago)
        at = story.moment(day)
        story.then(at, partial(act, day, at))
    story.then(story.now, lambda: cards(story))
    story.then(story.now, jobs.follow_pledges)


def cards(story) -> None:
    """From today on, two monthly donors are collected by the demo bank; the card of a third has expired; the account of a
    fourth is debited by a file, which is at the bank.
    """
    monthly = Pledge.objects.filter(organization=story.organization, frequency=Frequency.MONTHLY, status="active")
    first, *others = monthly.order_by("pk")
    for pledge, (brand, four, token) in zip(others, CARDS, strict=False):
        keep(story, pledge, gateway="demo", kind="card", brand=brand, last_four=four, token=token)
    keep(story, first, gateway="debit", kind="bank", brand="Desjardins", last_four="0042", token="D-1001")  # noqa: S106
    services.make_debit_file(until=story.today + timedelta(days=31), by=story.clerk)


def keep(story, pledge: Pledge, *, kind: str, **account) -> None:
    """Collected from there, from today on."""
    dates = {"expires_on": date(story.today.year + 2, 5, 31)} if kind == "card" else {"mandate_on": story.today}
    method = services.add_payment_method(contact=pledge.contact, kind=kind, **account, **dates, by=story.clerk)
    services.collect_from(pledge, payment_method=method, by=story.clerk)
