"""Contacts in numbers: how many, and what they gave and spent, along each axis. Four queries however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from crm.contacts.choices import FunnelStage, Lifecycle, Relationship
from crm.contacts.models import Contact
from crm.core.money import ZERO

SOURCES = 20  # the most frequent ones; the others are one line
COLUMNS = (
    ("lifecycle", _("Giving status"), Lifecycle),
    ("relationship", _("Relationship"), Relationship),
    ("funnel_stage", _("Stage"), FunnelStage),
)


@dataclass
class Figures:
    count: int = 0
    giving: Decimal = ZERO
    spent: Decimal = ZERO

    def add(self, other: "Figures") -> None:
        self.count += other.count
        self.giving += other.giving
        self.spent += other.spent


@dataclass
class Line(Figures):
    label: object = ""
    query: str = ""  # of the list that holds exactly these; empty where no filter says it
    share: int = 0


@dataclass
class Axis:
    code: str
    title: object
    lines: list[Line] = field(default_factory=list)


@dataclass
class Statistics:
    whole: Figures
    axes: list[Axis]


def _summed(rows: QuerySet, *columns: str) -> Iterable[tuple[tuple, Figures]]:
    grouped = (
        rows.order_by().values(*columns).annotate(n=Count("pk"), given=Sum("summary__total"), spent=Sum("visit_total"))
    )
    for row in grouped:
        figures = Figures(row["n"], Decimal(row["given"] or 0), Decimal(row["spent"] or 0))
        yield tuple(row[name] for name in columns), figures


def _by_columns(rows: QuerySet) -> tuple[Figures, list[Axis]]:
    """Three axes out of one grouped query: at most a few hundred groups, added up here."""
    names = [name for name, _title, _choices in COLUMNS]
    lines = {
        name: {value: Line(label=label, query=urlencode({name: value})) for value, label in choices.choices}
        for name, _title, choices in COLUMNS
    }
    whole = Figures()
    for values, figures in _summed(rows, *names):
        whole.add(figures)
        for name, value in zip(names, values, strict=True):
            lines[name].setdefault(value, Line(label=value, query=urlencode({name: value}))).add(figures)
    return whole, [Axis(name, title, list(lines[name].values())) for name, title, _choices in COLUMNS]


def _by_source(rows: QuerySet) -> Axis:
    """How they came to us: written freely, so that capitals do not count, as in the filter."""
    found: dict[str, Line] = {}
    # The commonest spelling names the line, whatever order the database groups in.
    spellings = sorted(_summed(rows, "lead_source"), key=lambda row: (-row[1].count, row[0]))
    for (source,), figures in spellings:
        text = source.strip()
        line = found.setdefault(text.lower(), Line(label=text, query=urlencode({"source": text})))
        line.add(figures)
    unknown = found.pop("", None)
    lines = sorted(found.values(), key=lambda line: (-line.count, str(line.label).lower()))
    if lines[SOURCES:]:
        others = Line(label=_("All the others"))
        for line in lines[SOURCES:]:
            others.add(line)
        lines = [*lines[:SOURCES], others]
    if unknown:
        unknown.label, unknown.query = _("Not known"), urlencode({"has_source": "no"})
        lines.append(unknown)
    return Axis("source", _("How they came to us"), lines)


def statistics(membership) -> Statistics:
    """Of the contacts this person sees, without the archived ones."""
    rows = Contact.objects.visible_to(membership).active()
    whole, axes = _by_columns(rows)
    axes.append(_by_source(rows))
    for axis in axes:
        for line in axis.lines:
            line.share = round(100 * line.count / whole.count) if whole.count else 0
    return Statistics(whole, axes)
