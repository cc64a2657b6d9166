"""A board as a screen shows it: stages side by side, their counts and sums, and the first cards of each.

What a board is made of is said once by a :class:`Kind`: contacts by how far the conversation went, opportunities by how far
the ask went.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, F, Model, Q, QuerySet, Sum, TextChoices
from django.utils import timezone
from django.utils.translation import gettext

from crm.accounts.models import Membership
from crm.accounts.policy import OWN
from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact
from crm.contacts.rules import UNDER_WAY, stalled_before
from crm.core.dates import today_in
from crm.core.money import ZERO, to_cents
from crm.core.text import initials
from crm.core.web.urls import org_url
from crm.pipeline.choices import CLOSED, OpportunityStage
from crm.pipeline.models import Opportunity
from crm.pipeline.querysets import is_stalled
from crm.tasks import queries as tasks
from crm.tasks.models import Task

PAGE, CLOSED_PAGE = 8, 4  # cards of a stage that come at once: what a screen shows; closed stages share a column
WHOLE = DecimalField(max_digits=24, decimal_places=2)


@dataclass(frozen=True)
class Owner:
    """Whose card it is, as text: the same few people stand on all cards of a board."""

    pk: int
    name: str
    initials: str


@dataclass
class Card:
    """A row on the board. ``stalled``: days since anything happened, where that is too long; ``late``: the answer expected
    by then never came.
    """

    pk: int
    title: str
    url: str
    move_url: str = ""  # nothing: the reader may not move it
    move_label: str = ""
    who: str = ""  # the donor, where the title does not say it
    why: str = ""
    amount: Decimal | None = None
    probability: int | None = None
    due_on: date | None = None
    owner: "Owner | None" = None
    stalled: int = 0
    is_late: bool = False


@dataclass
class Stage:
    """A column. ``amount`` is the sum of the cards, ``weighted`` that of their chances, in the organization's currency."""

    code: str
    label: str
    count: int = 0
    amount: Decimal = ZERO
    weighted: Decimal | None = None
    stalled: int = 0
    cards: list[Card] = field(default_factory=list)
    after: str = ""  # where the next page begins, if there is one
    left: int = 0  # cards after those


@dataclass
class Board:
    stages: list[Stage]
    ended: Collection[str]

    @property
    def under_way(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.code not in self.ended]

    @property
    def closed(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.code in self.ended]

    @property
    def count(self) -> int:
        return sum(stage.count for stage in self.under_way)

    @property
    def total(self) -> int:
        """Cards in all, closed ones too."""
        return sum(stage.count for stage in self.stages)

    @property
    def amount(self) -> Decimal:
        return sum((stage.amount for stage in self.under_way), ZERO)

    @property
    def weighted(self) -> Decimal:
        return sum((stage.weighted or ZERO for stage in self.under_way), ZERO)

    @property
    def stalled(self) -> int:
        return sum(stage.stalled for stage in self.stages)


class Kind:
    """What a board is made of."""

    stages: type[TextChoices]
    ended: Collection[str] = ()
    stage = ""  # the field that holds it
    moved_at = ""  # the moment that orders the cards, the latest first: one just moved is at the top
    amount = ""
    columns: tuple[str, ...] = ()  # what a card reads; the rest of the row stays in the database
    is_weighted = False

    def stalled(self, now: datetime) -> Q:
        raise NotImplementedError

    def cards(self, rows: list[Model], membership, *, now: datetime) -> dict[int, Card]:
        """The cards of these rows, by key."""
        raise NotImplementedError

    # --- what follows is the same for all ---
    def page(self, code: str) -> int:
        """How many cards of a stage come at once."""
        return CLOSED_PAGE if code in self.ended else PAGE

    def board(self, rows: QuerySet, membership) -> Board:
        """All stages of these rows with their first cards: a query a stage, one for the counts, whatever their number."""
        now = timezone.now()
        found = self.counted(rows, membership, now=now)
        pages = {code: self._latest(rows, code)[: self.page(code) + 1] if found[code].count else [] for code in found}
        cards = self.cards([one for page in pages.values() for one in page], membership, now=now)
        for code, page in pages.items():
            self._fill(found[code], list(page), cards, shown=0)
        return Board(list(found.values()), self.ended)

    def more(self, rows: QuerySet, membership, *, code: str, after: str) -> Stage:
        """The cards of one stage that come after the place ``after`` (:attr:`Stage.after`); one that is none is the first."""
        place, shown = self._place(after)
        stage = Stage(code, self.stages(code).label, count=rows.filter(**{self.stage: code}).count())
        page = list(self._latest(rows, code).filter(place)[: self.page(code) + 1])
        self._fill(stage, page, self.cards(page, membership, now=timezone.now()), shown=shown)
        return stage

    def card(self, row: Model, membership) -> Card:
        """One card, as it stands after a move."""
        return self.cards([row], membership, now=timezone.now())[row.pk]

    def counted(self, rows: QuerySet, membership, *, now: datetime) -> dict[str, Stage]:
        """Every stage without its cards, empty ones too, in their order.

        Rows that are one's own are joined to their donors as it is, and one query counts everything; else a second one joins
        only those that may be stalled, at half the cost.
        """
        at_once = membership.scope("pipeline.view") == OWN
        sums = {"found": Count("pk"), "sum_asked": Sum(self.amount)}
        if self.is_weighted:
            sums["sum_weighted"] = Sum(F(self.amount) * F("probability"), output_field=WHOLE)
        if at_once:
            sums["found_stalled"] = Count("pk", filter=self.stalled(now))
        stages = {
            code: Stage(code, label, weighted=ZERO if self.is_weighted else None) for code, label in self.stages.choices
        }
        rows = rows.order_by()
        for row in rows.values(self.stage).annotate(**sums):
            stage = stages[row[self.stage]]
            stage.count, stage.amount = row["found"], row["sum_asked"] or ZERO
            stage.stalled = row.get("found_stalled", 0)
            if self.is_weighted:
                stage.weighted = to_cents((row["sum_weighted"] or ZERO) / 100)
        if not at_once:
            for row in rows.filter(self.stalled(now)).values(self.stage).annotate(found=Count("pk")):
                stages[row[self.stage]].stalled = row["found"]
        return stages

    def _latest(self, rows: QuerySet, code: str) -> QuerySet:
        return self.read(rows.filter(**{self.stage: code})).order_by(f"-{self.moved_at}", "-pk")

    def read(self, rows: QuerySet) -> QuerySet:
        return rows.only(*self.columns)

    def _place(self, after: str) -> tuple[Q, int]:
        """``<microseconds>_<pk>_<cards before>`` as a condition and that number."""
        parts = after.split("_")
        if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 18 for one in parts):
            return Q(), 0
        at = datetime.fromtimestamp(int(parts[0]) / 1_000_000, tz=timezone.get_current_timezone())
        earlier = Q(**{f"{self.moved_at}__lt": at}) | Q(**{self.moved_at: at, "pk__lt": int(parts[1])})
        return earlier, int(parts[2])

    def _fill(self, stage: Stage, page: list[Model], cards: dict[int, Card], *, shown: int) -> None:
        at_once = self.page(stage.code)
        stage.cards = [cards[row.pk] for row in page[:at_once]]
        if len(page) > at_once:
            last, shown = page[at_once - 1], shown + at_once
            stage.after = f"{round(getattr(last, self.moved_at).timestamp() * 1_000_000)}_{last.pk}_{shown}"
            stage.left = max(stage.count - shown, 1)


def addresses(membership, url_name: str) -> Callable[[int], str]:
    """The address of a row by its number: ``reverse`` once for all cards."""
    head, tail = org_url(membership, url_name, pk=0).rsplit("/0/", 1)
    return lambda pk: f"{head}/{pk}/{tail}"


def owners(rows: Iterable[Model]) -> dict[int, Owner]:
    """Whose cards these rows are, by the key of the membership: a few people stand on all of them, read once each."""
    people = Membership.objects.filter(pk__in={row.owner_id for row in rows if row.owner_id}).select_related("user")
    return {one.pk: Owner(one.pk, str(one), initials(one.user.get_full_name())) for one in people}


def _days_since(then: datetime, now: datetime) -> int:
    return (now - then) // timedelta(days=1)


class ContactBoard(Kind):
    """Contacts by how far the conversation with them went (I-01)."""

    stages = FunnelStage
    ended = (FunnelStage.CLOSED_WON, FunnelStage.CLOSED_LOST)
    stage, moved_at, amount = "funnel_stage", "last_contact_at", "estimated_value"
    columns = (
        "organization_id", "kind", "name", "city", "job_title", "latest_note", "funnel_stage", "last_contact_at",
        "estimated_value", "owner_id",
    )  # fmt: skip

    def stalled(self, now: datetime) -> Q:
        return Q(funnel_stage__in=UNDER_WAY, last_contact_at__lt=stalled_before(now))

    def cards(self, rows: Iterable[Contact], membership, *, now: datetime) -> dict[int, Card]:
        rows = list(rows)
        next_tasks = tasks.next_tasks([contact.pk for contact in rows], membership)
        limit = stalled_before(now)
        page, move = addresses(membership, "contacts:contact_detail"), addresses(membership, "pipeline:move")
        people, label = owners(rows), gettext("Move %(name)s to another stage")

        def card(contact: Contact, task: Task | None) -> Card:
            """What comes next, else what was last written, else who or where the person is, in one line."""
            is_stalled = contact.funnel_stage in UNDER_WAY and contact.last_contact_at < limit
            return Card(
                pk=contact.pk,
                title=contact.name,
                url=page(contact.pk),
                move_url=move(contact.pk) if membership.can("pipeline.change", contact) else "",
                why=task.title if task else contact.latest_note or contact.job_title or contact.city,
                move_label=label % {"name": contact.name},
                amount=contact.estimated_value,
                due_on=task.due_on if task else None,
                owner=people.get(contact.owner_id),
                stalled=_days_since(contact.last_contact_at, now) if is_stalled else 0,
            )

        return {contact.pk: card(contact, next_tasks.get(contact.pk)) for contact in rows}


class OpportunityBoard(Kind):
    """Opportunities by how far the ask went (I-04)."""

    stages = OpportunityStage
    ended = CLOSED
    stage, moved_at, amount = "stage", "stage_since", "amount"
    is_weighted = True
    columns = (
        "organization_id", "title", "amount", "stage", "probability", "expected_on", "stage_since", "notes", "contact__name",
        "contact__kind", "contact__last_contact_at", "contact__owner_id", "contact__organization_id",
        "owner_id",
    )  # fmt: skip

    def stalled(self, now: datetime) -> Q:
        return is_stalled(stalled_before(now))

    def read(self, rows: QuerySet) -> QuerySet:
        return super().read(rows.select_related("contact"))

    def cards(self, rows: Iterable[Opportunity], membership, *, now: datetime) -> dict[int, Card]:
        rows = list(rows)
        limit, today = stalled_before(now), today_in(membership.organization.timezone)
        page = addresses(membership, "pipeline:opportunity_detail")
        move = addresses(membership, "pipeline:opportunity_move")
        people, label = owners(rows), gettext("Move %(name)s to another stage")

        def card(one: Opportunity) -> Card:
            latest = max(one.stage_since, one.contact.last_contact_at)
            is_open = not one.is_closed
            return Card(
                pk=one.pk,
                title=one.title,
                who=one.contact.name,
                url=page(one.pk),
                move_url=move(one.pk) if membership.can("pipeline.change", one) else "",
                move_label=label % {"name": one.title},
                amount=one.amount,
                probability=one.probability if is_open else None,
                due_on=one.expected_on if is_open else None,
                is_late=bool(is_open and one.expected_on and one.expected_on < today),
                owner=people.get(one.owner_id),
                stalled=_days_since(latest, now) if is_open and latest < limit else 0,
            )

        return {one.pk: card(one) for one in rows}


CONTACTS, OPPORTUNITIES = ContactBoard(), OpportunityBoard()
