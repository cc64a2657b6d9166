"""Paging that never scans a big table to draw a pager."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from django.db.models import QuerySet

from crm.core.money import format_number

CAP = 10_000
SIZES = (25, 50, 100)
DEEP = 200  # rows skipped from which the numbers are sought first and the rows fetched after


class Chain:
    """One list in two parts: first the rows that have a value in the order asked, then those that have none.

    For a list ordered by a column of a related row (a donor's total), which not every row has: a database that must put
    the missing ones in their place joins and sorts the whole organization (90 ms for 100,000 on PostgreSQL, 400 on
    SQLite); the first part alone is read from an index in its order (0.2 ms).
    """

    def __init__(self, whole: QuerySet, first: QuerySet, rest: QuerySet) -> None:
        self.whole, self.first, self.rest = whole, first, rest

    def select_related(self, *names: str) -> "Chain":
        return Chain(self.whole, self.first.select_related(*names), self.rest.select_related(*names))

    def prefetch_related(self, *lookups) -> "Chain":
        return Chain(self.whole, self.first.prefetch_related(*lookups), self.rest.prefetch_related(*lookups))

    def only(self, *names: str) -> "Chain":
        return Chain(self.whole, self.first.only(*names), self.rest.only(*names))

    def filter(self, *args, **kwargs) -> "Chain":
        parts = (part.filter(*args, **kwargs) for part in (self.whole, self.first, self.rest))
        return Chain(*parts)

    def iterator(self, **kwargs) -> Iterator:
        return chain(self.first.iterator(**kwargs), self.rest.iterator(**kwargs))

    def span(self, start: int, stop: int) -> list:
        rows = span(self.first, start, stop)
        if len(rows) == stop - start:
            return rows
        before = start + len(rows) if rows else min(start, self.first.count())
        return rows + span(self.rest, max(0, start - before), stop - before)


@dataclass
class Page:
    """One page of a list. ``total`` is exact up to :data:`CAP`; beyond it ``capped`` is true and there are more."""

    records: list
    number: int
    size: int
    total: int
    capped: bool
    has_next: bool
    sizes: tuple[int, ...] = field(default=SIZES)

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.records else 0

    @property
    def last(self) -> int:
        return self.first + len(self.records) - 1 if self.records else 0

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def pages(self) -> int | None:
        """The number of pages, when the total is known."""
        return None if self.capped else max(1, -(-self.total // self.size))


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and 0 < int(text) < 10**7 else default


def capped_count(queryset: QuerySet | Chain, cap: int = CAP) -> int:
    """How many rows, counting no further than ``cap + 1``."""
    queryset = queryset.whole if isinstance(queryset, Chain) else queryset
    return queryset.order_by().values("pk")[: cap + 1].count()


def said_count(queryset: QuerySet | Chain) -> str:
    """The number of rows beside a tab: exact up to :data:`CAP`, then ``10,000+``."""
    total = capped_count(queryset)
    return f"{format_number(CAP)}+" if total > CAP else format_number(total)


def span(queryset: QuerySet | Chain, start: int, stop: int) -> list:
    """The rows from ``start`` up to ``stop``, like a slice.

    Far down a list, the numbers of the rows come from the index alone and only the rows shown are joined: skipping
    12,500 rows took 45 ms with their joins on PostgreSQL, 2 without.
    """
    if isinstance(queryset, Chain):
        return queryset.span(start, stop)
    if start < DEEP:
        return list(queryset[start:stop])
    numbers = list(queryset.values_list("pk", flat=True)[start:stop])
    rows = queryset.order_by().in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


def batches(queryset: QuerySet | Chain, size: int = 1000) -> Iterator[list]:
    """Every row in its order, some at a time: their keys once, then the rows of each batch by a query of its own.

    No cursor stays open, so what is done between two batches may write, and memory is that of one batch.
    """
    for part in (queryset.first, queryset.rest) if isinstance(queryset, Chain) else (queryset,):
        numbers = list(part.values_list("pk", flat=True))
        rows = part.order_by()
        for start in range(0, len(numbers), size):
            wanted = numbers[start : start + size]
            found = {row.pk: row for row in rows.filter(pk__among=wanted)}
            yield [found[number] for number in wanted if number in found]


def paginate(queryset: QuerySet | Chain, params) -> Page:
    """The page asked for by ``?page=`` and ``?size=``; a page past the end shows the last one that has rows."""
    size = _positive(params.get("size"), SIZES[0])
    size = size if size in SIZES else SIZES[0]
    number = _positive(params.get("page"), 1)
    records = span(queryset, (number - 1) * size, number * size + 1)
    if not records and number == 1:
        return Page([], 1, size, 0, capped=False, has_next=False)
    if number == 1 and len(records) <= size:
        return Page(records, 1, size, len(records), capped=False, has_next=False)
    total = capped_count(queryset)
    if not records:
        number = max(1, -(-min(total, CAP) // size))
        records = span(queryset, (number - 1) * size, number * size + 1)
    has_next = len(records) > size
    return Page(records[:size], number, size, min(total, CAP), capped=total > CAP, has_next=has_next)
