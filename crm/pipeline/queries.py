"""The board as a screen shows it: eight stages, their counts and sums, and the first cards of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from crm.contacts.choices import FunnelStage
from crm.contacts.models import Contact
from crm.contacts.rules import UNDER_WAY, stalled_before
from crm.core.money import ZERO
from crm.tasks import queries as tasks
from crm.tasks.models import Task

PAGE = 10  # cards of a stage that come at once
CLOSED = (FunnelStage.CLOSED_WON, FunnelStage.CLOSED_LOST)
# What a card reads; the rest of the contact stays in the database.
COLUMNS = (
    "organization_id", "kind", "name", "city", "job_title", "latest_note", "funnel_stage", "last_contact_at", "estimated_value",
    "owner__user__first_name", "owner__user__last_name", "owner__user__email", "owner__organization_id",
)  # fmt: skip


@dataclass
class Card:
    """A contact on the board. ``stalled``: days since the last contact, where that is too long; ``task``: what comes next."""

    contact: Contact
    task: Task | None
    stalled: int
    may_move: bool

    @property
    def why(self) -> str:
        """One line: what comes next, else what was last written, else who or where the person is."""
        contact = self.contact
        return self.task.title if self.task else contact.latest_note or contact.job_title or contact.city


@dataclass
class Stage:
    """A column. ``amount`` is the sum of the estimated values, in the currency of the organization."""

    code: str
    count: int = 0
    amount: Decimal = ZERO
    stalled: int = 0
    cards: list[Card] = field(default_factory=list)
    after: str = ""  # where the next page begins, if there is one
    left: int = 0  # cards after those

    @property
    def label(self) -> str:
        return FunnelStage(self.code).label


@dataclass
class Board:
    stages: list[Stage]

    @property
    def under_way(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.code not in CLOSED]

    @property
    def closed(self) -> list[Stage]:
        return [stage for stage in self.stages if stage.code in CLOSED]

    @property
    def count(self) -> int:
        return sum(stage.count for stage in self.under_way)

    @property
    def amount(self) -> Decimal:
        return sum((stage.amount for stage in self.under_way), ZERO)

    @property
    def stalled(self) -> int:
        return sum(stage.stalled for stage in self.stages)


def board(contacts: QuerySet[Contact], membership) -> Board:
    """All stages of these contacts with their first cards: ten queries and one for the tasks, whatever their number."""
    now = timezone.now()
    found = counted(contacts, now=now)
    rows = {code: _rows(contacts, code)[: PAGE + 1] if found[code].count else [] for code in found}
    cards = _cards([one for page in rows.values() for one in page], membership, now=now)
    for code, page in rows.items():
        _fill(found[code], [cards[one.pk] for one in page], shown=0)
    return Board(list(found.values()))


def more(contacts: QuerySet[Contact], membership, *, code: str, after: str) -> Stage:
    """The cards of one stage that come after the place ``after`` (:attr:`Stage.after`); a place that is none is the first."""
    now, (place, shown) = timezone.now(), _place(after)
    stage = Stage(code, count=contacts.filter(funnel_stage=code).count())
    page = list(_rows(contacts, code).filter(place)[: PAGE + 1])
    cards = _cards(page, membership, now=now)
    _fill(stage, [cards[one.pk] for one in page], shown=shown)
    return stage


def card(contact: Contact, membership) -> Card:
    """One card, as it stands after a move."""
    return _cards([contact], membership, now=timezone.now())[contact.pk]


def counted(contacts: QuerySet[Contact], *, now: datetime) -> dict[str, Stage]:
    """Every stage without its cards, empty ones too, in their order: one query."""
    late = Q(funnel_stage__in=UNDER_WAY, last_contact_at__lt=stalled_before(now))
    rows = (
        contacts.order_by()
        .values("funnel_stage")
        .annotate(found=Count("pk"), amount=Sum("estimated_value"), stalled=Count("pk", filter=late))
    )
    stages = {code: Stage(code) for code in FunnelStage.values}
    for row in rows:
        stages[row["funnel_stage"]] = Stage(
            row["funnel_stage"], count=row["found"], amount=row["amount"] or ZERO, stalled=row["stalled"]
        )
    return stages


def _rows(contacts: QuerySet[Contact], code: str) -> QuerySet[Contact]:
    """Whoever something happened with last comes first: a card just moved is at the top."""
    rows = contacts.filter(funnel_stage=code).select_related("owner__user").only(*COLUMNS)
    return rows.order_by("-last_contact_at", "-pk")


def _place(after: str) -> tuple[Q, int]:
    """``<microseconds>_<pk>_<cards before>`` as a condition and that number."""
    parts = after.split("_")
    if len(parts) != 3 or not all(one.isascii() and one.isdigit() and len(one) < 18 for one in parts):
        return Q(), 0
    at = datetime.fromtimestamp(int(parts[0]) / 1_000_000, tz=timezone.get_current_timezone())
    return Q(last_contact_at__lt=at) | Q(last_contact_at=at, pk__lt=int(parts[1])), int(parts[2])


def _fill(stage: Stage, cards: list[Card], *, shown: int) -> None:
    stage.cards = cards[:PAGE]
    if len(cards) > PAGE:
        last, shown = stage.cards[-1].contact, shown + PAGE
        stage.after = f"{round(last.last_contact_at.timestamp() * 1_000_000)}_{last.pk}_{shown}"
        stage.left = max(stage.count - shown, 1)


def _cards(contacts: Iterable[Contact], membership, *, now: datetime) -> dict[int, Card]:
    contacts = list(contacts)
    next_tasks = tasks.next_tasks([contact.pk for contact in contacts], membership)
    limit = stalled_before(now)
    cards = {}
    for contact in contacts:
        is_stalled = contact.funnel_stage in UNDER_WAY and contact.last_contact_at < limit
        cards[contact.pk] = Card(
            contact,
            next_tasks.get(contact.pk),
            (now - contact.last_contact_at).days if is_stalled else 0,
            membership.can("pipeline.change", contact),
        )
    return cards
