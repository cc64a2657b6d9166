"""Tasks in numbers: what is open, late and done, by person and by type (M-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

PERIODS = (7, 30, 90, 365)  # days, today among them


@dataclass(frozen=True)
class Row:
    """``key``: of a person or a type. ``open`` holds the overdue ones too; ``done`` is of the period."""

    key: object
    open: int
    overdue: int
    done: int

    @property
    def is_empty(self) -> bool:
        return not (self.open or self.done)


def began(days: int, *, today: date) -> date:
    """The first day of a period that ends today."""
    return today - timedelta(days=days - 1)


def by(tasks, name: str, *, days: int, today: date, zone: str) -> list[Row]:
    """Of these tasks, one row for each value of a column: one query. The busiest first."""
    since = datetime.combine(began(days, today=today), time(), tzinfo=ZoneInfo(zone))
    rows = tasks.order_by().values_list(name).annotate(
        still=Count("pk", filter=Q(done_at=None)),
        late=Count("pk", filter=Q(done_at=None, due_on__lt=today)),
        finished=Count("pk", filter=Q(done_at__gte=since)),
    )  # fmt: skip
    found = [Row(*row) for row in rows]
    return sorted((row for row in found if not row.is_empty), key=lambda row: (-row.open, -row.done, str(row.key)))


def total(rows: Iterable[Row]) -> Row:
    rows = list(rows)
    return Row(None, sum(row.open for row in rows), sum(row.overdue for row in rows), sum(row.done for row in rows))
