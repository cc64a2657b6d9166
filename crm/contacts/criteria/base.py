"""Criteria and their registry. A criterion compiles to a condition of the database; nothing is ever read row by row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm.core.dates import fiscal_year, today_in
from crm.core.errors import DomainError

# In the order of the list one chooses from.
GROUPS: dict[str, object] = {
    "giving": gettext_lazy("Giving"),
    "contact": gettext_lazy("Contact"),
    "status": pgettext_lazy("group of criteria", "Follow-up"),
    "reach": gettext_lazy("How to reach them"),
    "consent": gettext_lazy("Consent"),
    "sets": gettext_lazy("Tags, groups, segments"),
    "visits": gettext_lazy("Visits"),
    "custom": gettext_lazy("Custom fields"),
}


class RuleError(DomainError):
    """A rule that cannot be followed, and why, in the words of the person who wrote it."""


@dataclass
class Context:
    """For whom and on which day a rule is read.

    ``membership`` is the person who writes it: tags, groups… are then those that this person sees. Without one, a rule
    already saved is followed for the whole organization. ``memo`` keeps what was looked up once.
    """

    organization: object
    today: date = None
    membership: object = None
    memo: dict = field(default_factory=dict)
    within: tuple = ()  # numbers of the segments being followed: one that leads back to itself is refused
    budget: list = field(default_factory=lambda: [200])  # rules still allowed, those of segments inside segments too

    def __post_init__(self) -> None:
        self.today = self.today or today_in(self.organization.timezone)

    def inside(self, segment_id: int) -> "Context":
        """The same reading, one segment further in: its own rules are those of the organization."""
        return Context(
            self.organization, self.today, None, self.memo.setdefault("inside", {}), (*self.within, segment_id),
            self.budget,
        )  # fmt: skip

    def starts(self, day: date) -> datetime:
        """The moment a day begins by the organization's clock."""
        return datetime.combine(day, time(), tzinfo=ZoneInfo(self.organization.timezone))

    @property
    def fiscal_start(self) -> date:
        month = self.organization.fiscal_year_start
        return date(fiscal_year(self.today, month), month, 1)

    def year_start(self, basis: str, *, back: int = 0) -> date:
        """First day of this year, or of one so many years back; ``basis`` is ``fiscal`` or ``calendar``."""
        start = self.fiscal_start if basis == "fiscal" else date(self.today.year, 1, 1)
        return start.replace(year=start.year - back)


@dataclass(frozen=True)
class Op:
    """One way to ask: its code, the words one chooses, and the parts of its value."""

    code: str
    label: object
    parts: tuple = ()


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """``build(op, values, context)`` gives the condition, ``say(op, values, context)`` the words of the sentence.

    A condition is true or false for every contact, never unknown (:func:`sure`), so that “none of these” is its exact
    contrary. ``donors`` are the ways to ask that only somebody who gave can answer.
    """

    code: str
    label: object
    group: str
    ops: tuple[Op, ...]
    build: Callable[[str, list, Context], Q]
    say: Callable[[str, list, Context], str]
    donors: tuple[str, ...] = ()

    def op(self, code: str) -> Op:
        for op in self.ops:
            if op.code == code:
                return op
        raise RuleError(_("“%(criterion)s” cannot be compared this way.") % {"criterion": self.label}, field="op")


REGISTRY: dict[str, Criterion] = {}
PROVIDERS: list[Callable[[Context], Iterable[Criterion]]] = []


def register(*criteria: Criterion) -> None:
    for criterion in criteria:
        REGISTRY[criterion.code] = criterion


def provide(provider: Callable[[Context], Iterable[Criterion]]) -> None:
    """Criteria that depend on the organization (its custom fields)."""
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)


def catalogue(context: Context) -> dict[str, Criterion]:
    """Every criterion of this organization, by code, in the order of the groups."""
    if "catalogue" not in context.memo:
        found = [*REGISTRY.values(), *(one for provider in PROVIDERS for one in provider(context))]
        order = list(GROUPS)
        found.sort(key=lambda one: order.index(one.group))
        context.memo["catalogue"] = {one.code: one for one in found}
    return context.memo["catalogue"]


def sure(condition) -> Q:
    """``condition``, with “unknown” counted as false."""
    return Q(Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()))


def one_of(words: Iterable[object]) -> str:
    """“Laval, Lévis or Québec”."""
    words = [str(word) for word in words]
    if len(words) < 2:
        return "".join(words)
    return _("%(several)s or %(last)s") % {"several": ", ".join(words[:-1]), "last": words[-1]}
