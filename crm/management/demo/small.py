"""The small demo, through the services: sixty contacts whose history unfolds in order, from the oldest day to today."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from crm.accounts.models import AuditEntry, Membership
from crm.contacts import services as contacts
from crm.contacts.choices import Kind
from crm.contacts.models import Contact, Note, TimelineEvent
from crm.core import events
from crm.giving import engagement, rhythm
from crm.giving import services as giving
from crm.giving.choices import GiftStatus, GiftType, Method
from crm.giving.models import Gift
from crm.management.demo import (
    batches,
    campaigns,
    doubles,
    follow_ups,
    funnel,
    households,
    kpis,
    mailings,
    matching,
    opportunities,
    people,
    places,
    pledges,
    records,
    sets,
    team,
    thanks,
    tributes,
    unusual,
    words,
)
from crm.management.demo.cast import CAST, OTHER_CAST, STORY, Character
from crm.management.demo.giving import Calendar, Planned, history
from crm.receipts import services as receipts
from crm.tasks import notices


def fields_of(rng: Random, character: Character) -> dict:
    """What the contact form would hold for this character."""
    fields: dict = {"language": character.lang}
    if character.organization:
        fields |= {"kind": Kind.ORGANIZATION, "organization_name": character.organization}
        fields["email"] = people.email(rng, character.organization)
    else:
        fields |= {"first_name": character.first, "last_name": character.last}
        fields["email"] = people.email(rng, character.first, character.last) if character.where else ""
    if character.where:
        city = places.BY_NAME[character.where]
        fields |= people.address(rng, city, character.lang)
        if rng.random() < 0.8:
            fields["phone"] = f"+1{city.area_code}55501{rng.randrange(100):02d}"  # 555-01xx: reserved for fiction
    return fields | character.fields


class Story:
    """Everything that will have happened in one organization: collected first, then acted out in order of time."""

    def __init__(self, *, members: dict[str, Membership], funds: tuple, rng: Random) -> None:
        self.members, self.rng = members, rng
        self.organization = members["admin"].organization
        self.zone = ZoneInfo(self.organization.timezone)
        self.now = timezone.now()
        self.today = self.now.astimezone(self.zone).date()
        self.calendar = Calendar(self.today)
        self.funds, self.weights = team.funds_of(self.organization, funds)
        self.by_code = {fund.code: fund for fund in self.funds}
        self.clerk = members.get("finance", members["admin"])
        self.acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self.to_receipt: list[list[Contact]] = []
        self.seasons: list[campaigns.Season] = []
        self.promised: dict[int, tuple[int, date]] = {}

    # --- planning -----------------------------------------------------------------------------------------------------
    def moment(self, day: date, *, first: int = 9, last: int = 17) -> datetime:
        """Some minute of the working hours of a day, never later than now."""
        at = datetime.combine(day, time(self.rng.randrange(first, last), self.rng.randrange(60)), tzinfo=self.zone)
        return min(at, self.now - timedelta(minutes=self.rng.randrange(5, 50)))

    def then(self, at: datetime, act: Callable[[], None]) -> None:
        self.acts.append((at, len(self.acts), act))

    def plan(self, character: Character) -> None:
        rng = self.rng
        start = self.today - timedelta(days=round(character.since * 365.25))
        if not (character.pattern or character.gifts):
            start = self.today - timedelta(days=rng.randrange(15, 600))
        end = self.today - timedelta(days=character.stopped)
        gifts = [
            (gift, rng.choices(self.funds, weights=self.weights)[0], self._remark(character.lang))
            for gift in (
                history(
                    rng, self.calendar, character.pattern, character.count, start=start, end=end, base=character.base
                )
                if character.pattern
                else ()
            )
        ]
        exactly = [(*gift, GiftStatus.COMPLETED) for gift in character.gifts]
        exactly += [(days, dollars, "GEN", "", status) for days, dollars, status in character.mishaps]
        for days, dollars, code, remark, status in exactly:
            method = rng.choice((Method.CREDIT_CARD, Method.CHECK, Method.E_TRANSFER))
            day = self.today - timedelta(days=days)
            exact = Planned(day, dollars * 100, GiftType.ONE_TIME, method, status)
            gifts.append((exact, self.by_code[code], remark))
        self.plan_contact(fields_of(rng, character), character, gifts, start)

    def plan_stranger(self, fields: dict, pattern: str, count: int) -> None:
        """A contact drawn at random, to fill the list."""
        rng = self.rng
        start = self.today - timedelta(days=rng.randrange(400, 2500))
        character = Character(owner=rng.choice(("fundraiser", "fundraiser", "")), lang=fields["language"])
        gifts = [
            (gift, rng.choices(self.funds, weights=self.weights)[0], self._remark(character.lang))
            for gift in history(rng, self.calendar, pattern, count, start=start, end=self.today)
        ]
        self.plan_contact(fields, character, gifts, start)

    def plan_contact(self, fields: dict, character: Character, gifts: list, start: date) -> None:
        first = min((gift.day for gift, _fund, _remark in gifts), default=start)
        created = self.moment(first - timedelta(days=self.rng.randrange(12)), first=8, last=9)
        born: list[Contact] = []
        owner = self.members.get(character.owner)

        def create() -> None:
            by = owner or self.clerk
            born.append(contacts.create_contact(by=by, owner=owner, created_at=created, **fields))

        self.then(created, create)
        pledges.plan_monthly(self, born, gifts)
        for gift, fund, remark in gifts:
            self.plan_gift(born, gift, fund, remark)
        if character.receipted:
            self.to_receipt.append(born)
        for number in range(character.notes + (self.rng.random() < 0.3)):
            text = (
                STORY if character.last == "Bouchard" and not number else self.rng.choice(words.NOTES[character.lang])
            )
            self.plan_note(born, text, owner or self.clerk, created.date() if gifts else start)
        if character.archived:
            at = self.moment(max(start, self.today - timedelta(days=300)))
            self.then(at, lambda: contacts.archive_contact(born[0], by=self.members["admin"]))

    def plan_gift(self, born: list[Contact], gift: Planned, fund, remark: str) -> None:
        at = self.moment(gift.day)

        def record() -> None:
            fields = {"method": gift.method, "type": gift.type, "note": remark, "created_at": at}
            if str(born[0].country) == "US":
                fields["currency"] = "USD"
            fields["status"] = GiftStatus.COMPLETED if gift.status == GiftStatus.REFUNDED else gift.status
            made.append(
                giving.record_gift(
                    contact=born[0], amount=Decimal(gift.cents) / 100, received_on=gift.day, fund=fund, by=self.clerk,
                    is_anonymous=self.rng.random() < 0.02, **fields, **campaigns.answered(self, gift),
                    **pledges.paid(self, born, gift),
                )
            )  # fmt: skip

        made: list[Gift] = []
        self.then(at, record)
        if gift.status == GiftStatus.REFUNDED:
            later = min(at + timedelta(days=9), self.now)
            self.then(later, lambda: giving.refund_gift(made[0], by=self.clerk))

    def plan_note(self, born: list[Contact], text: str, author: Membership, since: date) -> None:
        since = max(since, self.today - timedelta(days=500))
        day = since + timedelta(days=self.rng.randrange((self.today - since).days + 1))
        at = self.moment(day)

        def write() -> None:
            note = contacts.add_note(born[0], text=text, by=author)
            Note.objects.filter(pk=note.pk).update(at=at, created_at=at)

        self.then(at, write)

    def _remark(self, language: str) -> str:
        return self.rng.choice(words.GIFT_NOTES[language]) if self.rng.random() < 0.06 else ""

    # --- acting -------------------------------------------------------------------------------------------------------
    @contextmanager
    def happened(self, at: datetime) -> Iterator[None]:
        """Date what a service writes. In the product nothing is ever written in the past, so services take no date: the
        rows that appeared meanwhile on the timeline and in the audit log get theirs here, and nowhere else.
        """
        logs = (TimelineEvent, AuditEntry)
        marks = [model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in logs]
        # What happened long ago rings nobody's bell today.
        with events.recorded() if self.now - at > timedelta(days=2) else nullcontext():
            yield
        for model, mark in zip(logs, marks, strict=True):
            model.objects.filter(organization=self.organization, pk__gt=mark).update(at=at)

    def settle(self) -> None:
        """The last contact of each is their latest act on the timeline."""
        mine = Contact.objects.filter(organization=self.organization)
        last = {
            row["contact_id"]: row["last"]
            for row in TimelineEvent.objects.filter(organization=self.organization)
            .values("contact_id")
            .annotate(last=Max("at"))
        }
        for contact in mine:
            contact.last_contact_at = last[contact.pk]
        Contact.objects.bulk_update(mine, ["last_contact_at"], batch_size=200)
        mine.update(updated_at=F("last_contact_at"))
        mine.exclude(archived_at=None).update(archived_at=F("last_contact_at"))
        Gift.objects.filter(organization=self.organization).update(updated_at=F("created_at"))

    def tell(self) -> None:
        for at, _number, act in sorted(self.acts, key=lambda entry: entry[:2]):
            with self.happened(at):
                act()
        self.settle()
        for born in self.to_receipt:  # a receipt says the day it is issued: these are of today
            gift = Gift.objects.filter(contact=born[0]).counted().newest_first().first()
            receipts.issue_receipt(gift, by=self.clerk)


@transaction.atomic
def build(*, slug: str, rng: Random) -> Story:
    """The main demo organization."""
    members = team.found(
        slug=slug, fields=team.RIVE_CLAIRE | team.pictures(), team=team.RIVE_CLAIRE_TEAM, funds=words.FUNDS
    )
    story = Story(members=members, funds=words.FUNDS, rng=rng)
    campaigns.plan(story)
    for character in CAST:
        story.plan(character)
    for pattern, count in (
        ("once", 1),
        ("few", 3),
        ("yearly", 4),
        ("monthly", 10),
        ("few", 2),
        ("once", 1),
        ("few", 4),
    ):
        story.plan_stranger(people.person(rng), pattern, count)
    households.plan(story)
    follow_ups.plan(story)
    doubles.plan(story)
    records.plan(story)
    unusual.plan(story)
    pledges.plan(story)
    batches.plan(story)
    story.tell()
    sets.build(story)
    tributes.build(story)
    matching.build(story)
    funnel.build(story)
    opportunities.build(story)
    kpis.build(story)
    mailings.build(story)
    story.settle()  # a tag is an act too
    doubles.find(story.organization)
    thanks.settle(story)
    list(rhythm.sweep(story.organization))
    list(engagement.sweep(story.organization))
    notices.notify_overdue(story.organization)
    return story


@transaction.atomic
def build_other(*, rng: Random) -> Story:
    """The organization next door, which nobody of the first may ever see."""
    members = team.found(slug="other", fields=team.HARBOUR_TABLE, team=team.HARBOUR_TABLE_TEAM, funds=words.OTHER_FUNDS)
    story = Story(members=members, funds=words.OTHER_FUNDS, rng=rng)
    for character in OTHER_CAST:
        story.plan(character)
    story.tell()
    return story
