"""The large demo, by bulk writes: the same people and habits as the small one, in the numbers asked, in minutes.

Rows are written in the order of time, as years of use would have: a donor's gifts lie scattered over the table and the
latest ones are at its end. Without that, measures on this data would flatter us.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from crm.contacts.choices import Severity
from crm.contacts.models import Contact, Note, TimelineEvent
from crm.core.dates import today_in
from crm.giving import engagement, rhythm, rules, summaries
from crm.giving.choices import GiftStatus
from crm.giving.models import Gift
from crm.insights.choices import Metric
from crm.insights.models import Kpi, KpiValue
from crm.management.demo import people, team, words
from crm.management.demo.giving import Calendar, Planned, history
from crm.pipeline.choices import CLOSED, OpportunityStage
from crm.pipeline.models import Opportunity
from crm.pipeline.rules import PROBABILITIES

CHUNK = 2000
# pattern, chance among contacts, chance of being an organization, gifts (a weight: the total asked is shared by it)
PATTERNS = (
    ("", 25, 0.05, (0,)),
    ("once", 22, 0.04, (1,)),
    ("few", 24, 0.03, (2, 3, 4, 5)),
    ("yearly", 17, 0.03, (3, 5, 7, 9)),
    ("monthly", 8, 0.0, (8, 14, 24, 36, 60)),
    ("major", 1, 0.0, (3, 5, 8)),
    ("company", 3, 1.0, (1, 3, 6, 10)),
)


def _chunks(rows: Iterable, size: int = CHUNK) -> Iterator[list]:
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk


def shares(weights: list[int], total: int) -> list[int]:
    """Whole numbers in proportion to ``weights`` that add up to ``total`` exactly."""
    everything, done, weight_so_far, counts = sum(weights), 0, 0, []
    for weight in weights:
        weight_so_far += weight
        upto = total * weight_so_far // everything
        counts.append(upto - done)
        done = upto
    return counts


class Crowd:
    """Who gives what and when, decided before anything is written."""

    def __init__(self, *, rng: Random, today: date, contacts: int, gifts: int) -> None:
        self.rng, self.today = rng, today
        self.calendar = Calendar(today)
        chosen = rng.choices(PATTERNS, weights=[row[1] for row in PATTERNS], k=contacts)
        weights = [rng.choice(row[3]) for row in chosen]
        counts = shares(weights if any(weights) else [1] * contacts, gifts)
        self.histories: list[tuple[date, bool, list[Planned]]] = []
        for (pattern, _share, company, _counts), count in zip(chosen, counts, strict=True):
            is_organization = rng.random() < company
            plan = self._plan(pattern or "once", count) if count else []
            born = plan[0].day - timedelta(days=rng.randrange(20)) if plan else self.calendar.draw(
                rng, self.calendar.first, today
            )  # fmt: skip
            self.histories.append((born, is_organization, plan))
        self.histories.sort(key=lambda row: row[0])  # numbers follow the order of arrival

    def _plan(self, pattern: str, count: int) -> list[Planned]:
        rng = self.rng
        years = min(
            9.8, rng.choice((0.5, 1, 2, 3, 5, 8, 9.8)) + count / 12 if pattern == "monthly" else rng.uniform(0.1, 9.8)
        )
        start = self.today - timedelta(days=int(years * 365))
        still = rng.random() < 0.62
        end = self.today if still else start + (self.today - start) * rng.random()
        return history(rng, self.calendar, pattern, count, start=start, end=max(end, start))


class Writer:
    """Puts a crowd into the database, table after table, each in the order of time."""

    def __init__(self, crowd: Crowd, members: dict, say: Callable[[str], None]) -> None:
        self.crowd, self.members, self.say = crowd, members, say
        self.rng = crowd.rng
        self.organization = members["admin"].organization
        self.zone = ZoneInfo(self.organization.timezone)
        self.now = timezone.now()
        self.clerk = members["finance"]
        self.funds, self.weights = team.funds_of(self.organization, words.FUNDS)
        self.fund_names = {fund.pk: {"fr": fund.name_fr, "en": fund.name_en} for fund in self.funds}
        self.ids = array("q")

    def moment(self, day: date) -> datetime:
        at = datetime.combine(day, time(self.rng.randrange(8, 18), self.rng.randrange(60)), tzinfo=self.zone)
        return min(at, self.now)

    # --- contacts -----------------------------------------------------------------------------------------------------
    def _contact(self, number: int, born: date, is_organization: bool, plan: list[Planned]) -> Contact:
        rng = self.rng
        make = people.organization if is_organization else people.person
        fields = people.standing(rng, gives=bool(plan)) | make(rng, tag=str(number))
        received = [gift.day for gift in plan if gift.status == GiftStatus.COMPLETED]
        lifecycle = rules.lifecycle_for(
            current=fields.pop("lifecycle", "prospect"),
            gift_count=len(received),
            last_on=max(received, default=None),
            today=self.crowd.today,
        )
        created = self.moment(born)
        contact = Contact(
            organization=self.organization, owner=self._owner(), lifecycle=lifecycle, created_at=created,
            last_contact_at=self.moment(plan[-1].day) if plan else created, **fields,
        )  # fmt: skip
        if rng.random() < 0.5:
            contact.external_id = f"D{number:07d}"
        if rng.random() < 0.02:
            contact.archived_at = self.now - timedelta(days=rng.randrange(1, 900))
        if rng.random() < 0.15:
            contact.latest_note = rng.choice(words.NOTES[contact.language])[:250]
        contact.derive()
        return contact

    def _owner(self):
        return self.members.get(self.rng.choices(("fundraiser", "admin", "member", ""), (30, 10, 15, 45))[0])

    def contacts(self) -> None:
        rows = (self._contact(number, *one) for number, one in enumerate(self.crowd.histories, start=1))
        for chunk in _chunks(rows):
            Contact.objects.bulk_create(chunk)
            self.ids.extend(contact.pk for contact in chunk)
            notes = [self._note(contact) for contact in chunk if contact.latest_note]
            Note.objects.bulk_create(notes)
            # The notes' and creations' timeline rows follow each other by arrival; gifts come in their own order below.
            TimelineEvent.objects.bulk_create(
                [
                    self._event(contact.pk, "contact.created", contact.created_at, owner=contact.owner)
                    for contact in chunk
                ]
                + [
                    self._event(n.contact_id, "note.added", n.at, owner=n.author, subject=("contacts.note", n.pk))
                    for n in notes
                ]
            )
        self.say(f"{len(self.ids)} contacts")

    def _note(self, contact: Contact) -> Note:
        at = contact.last_contact_at
        return Note(
            organization=self.organization, contact=contact, text=contact.latest_note,
            author=contact.owner or self.clerk, at=at, created_at=at,
        )  # fmt: skip

    def _event(
        self, contact_id: int, verb: str, at: datetime, *, owner=None, subject=("", None), **more
    ) -> TimelineEvent:
        return TimelineEvent(
            organization=self.organization, contact_id=contact_id, verb=verb, at=at, actor=owner or self.clerk,
            subject_model=subject[0], subject_id=subject[1], **more,
        )  # fmt: skip

    # --- gifts --------------------------------------------------------------------------------------------------------
    def _gift(self, number: int, contact_id: int, language: str, plan: Planned) -> Gift:
        rng = self.rng
        return Gift(
            organization=self.organization, contact_id=contact_id, received_on=plan.day,
            amount=Decimal(plan.cents) / 100, fund=rng.choices(self.funds, weights=self.weights)[0],
            method=plan.method, type=plan.type, status=plan.status,
            is_anonymous=rng.random() < 0.01, created_at=self.moment(plan.day), recorded_by=self.clerk,
            note=rng.choice(words.GIFT_NOTES[language]) if rng.random() < 0.04 else "",
            external_id=f"G{number:08d}" if rng.random() < 0.3 else "",
        )  # fmt: skip

    def gifts(self) -> None:
        flat = [(plan, index) for index, (_born, _company, plans) in enumerate(self.crowd.histories) for plan in plans]
        flat.sort(key=lambda pair: pair[0].day)
        rows = (
            self._gift(number, self.ids[index], "fr" if index % 5 else "en", plan)
            for number, (plan, index) in enumerate(flat, start=1)
        )
        for chunk in _chunks(rows):
            Gift.objects.bulk_create(chunk)
            TimelineEvent.objects.bulk_create(
                [
                    self._event(
                        gift.contact_id, "gift.recorded", gift.created_at, subject=("giving.gift", gift.pk),
                        severity=Severity.SUCCESS,
                        data={
                            "amount": str(gift.amount), "currency": gift.currency, "method": gift.method,
                            "fund": self.fund_names[gift.fund_id], "received_on": gift.received_on.isoformat(),
                        },
                    )
                    for gift in chunk
                ]
            )  # fmt: skip
        self.say(f"{len(flat)} gifts")


@transaction.atomic
def _write(*, slug: str, rng: Random, contacts: int, gifts: int, say: Callable[[str], None]) -> None:
    members = team.found(
        slug=slug, fields=team.RIVE_CLAIRE | team.pictures(), team=team.RIVE_CLAIRE_TEAM, funds=words.FUNDS
    )
    organization = members["admin"].organization
    crowd = Crowd(rng=rng, today=timezone.now().astimezone(ZoneInfo(organization.timezone)).date(),
                  contacts=contacts, gifts=gifts)  # fmt: skip
    writer = Writer(crowd, members, say)
    writer.contacts()
    writer.gifts()
    with connection.cursor() as cursor:
        # PostgreSQL knows nothing yet of rows written in this very transaction, and would read every gift for each chunk.
        cursor.execute("ANALYZE giving_gift")
    summaries.refresh(writer.ids)
    list(rhythm.sweep(organization))
    list(engagement.sweep(organization))
    _ask(writer.ids, members, rng=rng, now=timezone.now())
    _follow(members["admin"], rng=rng)
    say("summaries")


def _ask(ids: list[int], members: dict, *, rng: Random, now: datetime) -> None:
    """An opportunity for one contact in ten, at every stage."""
    organization, today = members["admin"].organization, now.date()
    rows = []
    for contact_id in rng.sample(ids, len(ids) // 10):
        stage, since = OpportunityStage(rng.choice(OpportunityStage.values)), now - timedelta(days=rng.randrange(120))
        rows.append(
            Opportunity(
                organization=organization, contact_id=contact_id, title=rng.choice(("Bibliothèque", "Bourses", "Camion")),
                amount=Decimal(rng.choice((500, 1000, 2500, 10_000))), stage=stage, probability=PROBABILITIES[stage],
                stage_since=since, closed_on=since.date() if stage in CLOSED else None, owner=members["admin"],
                expected_on=today + timedelta(days=rng.randrange(-30, 120)), created_by=members["admin"],
            )
        )  # fmt: skip
    Opportunity.objects.bulk_create(rows, batch_size=1000)


def _follow(admin, *, rng: Random) -> None:
    """A hundred KPIs, each with a value a day for a year; one in ten is measured by Merci."""
    organization, today = admin.organization, today_in(admin.organization.timezone)
    kpis = Kpi.objects.bulk_create(
        Kpi(
            organization=organization, title=f"KPI {number}", metric=Metric.DONORS if number % 10 == 0 else "",
            target=Decimal(500), position=number, is_featured=number <= 8, created_by=admin, valued_on=today,
        )
        for number in range(1, 101)
    )  # fmt: skip
    rows = []
    for kpi in kpis:
        value = Decimal(rng.randrange(50, 400))
        for back in range(365, -1, -1):
            kpi.previous, value = value, value + rng.randrange(-2, 4)
            by = None if kpi.metric else admin
            rows.append(
                KpiValue(
                    organization=organization, kpi=kpi, on=today - timedelta(days=back), value=value, recorded_by=by
                )
            )
        kpi.value = value
    KpiValue.objects.bulk_create(rows, batch_size=2000)
    Kpi.objects.bulk_update(kpis, ["value", "previous"])


def build(*, slug: str, rng: Random, contacts: int, gifts: int, say: Callable[[str], None]) -> None:
    """The main demo organization with exactly so many contacts and gifts: all of it or nothing."""
    _write(slug=slug, rng=rng, contacts=contacts, gifts=gifts, say=say)
    tidy = connection.vendor == "postgresql" and not connection.in_atomic_block  # a caller's transaction forbids VACUUM
    with connection.cursor() as cursor:
        # What autovacuum does within minutes on a server; a measure taken at once should not depend on its turn.
        cursor.execute("VACUUM ANALYZE" if tidy else "ANALYZE")
