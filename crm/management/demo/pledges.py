"""The demo's promises: a pledge behind every monthly donor, one over five years, one that is paused, one that is late."""

from datetime import date, timedelta
from decimal import Decimal

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

    def pay(pledge: Pledge, day: date) -> None:
        services.record_gift(
            contact=pledge.contact, amount=pledge.amount, received_on=day, fund=house, pledge=pledge, created_at=at(day),
            by=story.clerk,
        )  # fmt: skip

    def at(day: date):
        return story.moment(day)

    def five_years() -> None:
        pay(
            promise("Duhaime", 5000, Frequency.ANNUAL, today - timedelta(days=130), count=5),
            today - timedelta(days=130),
        )

    def each_quarter() -> None:
        pledge = promise("Deschênes", 150, Frequency.QUARTERLY, today - timedelta(days=220))
        pay(pledge, today - timedelta(days=220))

    def paused() -> None:
        pledge = promise("Gagnon", 30, Frequency.MONTHLY, today - timedelta(days=95))
        pay(pledge, today - timedelta(days=95))
        services.pause_pledge(
            pledge,
            from_on=today - timedelta(days=80),
            until=today + timedelta(days=40),
            by=by,
            reason="Congé sans solde",
        )

    for ago, act in ((130, five_years), (95, paused), (220, each_quarter)):
        story.then(story.moment(today - timedelta(days=ago)), act)
    story.then(story.now, lambda: cards(story))
    story.then(story.now, jobs.follow_pledges)


def cards(story) -> None:
    """From today on, two monthly donors are collected by the demo bank; the card of a third has expired."""
    monthly = Pledge.objects.filter(organization=story.organization, frequency=Frequency.MONTHLY, status="active")
    for pledge, (brand, four, token) in zip(monthly.order_by("pk"), CARDS, strict=False):
        method = services.add_payment_method(
            contact=pledge.contact, gateway="demo", kind="card", brand=brand, last_four=four, token=token, by=story.clerk,
            expires_on=date(story.today.year + 2, 5, 31),
        )  # fmt: skip
        services.collect_from(pledge, payment_method=method, by=story.clerk)
