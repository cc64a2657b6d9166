"""Paging that never scans a big table to draw a pager."""

from dataclasses import dataclass, field

from django.db.models import QuerySet

CAP = 10_000
SIZES = (25, 50, 100)


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


def capped_count(queryset: QuerySet, cap: int = CAP) -> int:
    """How many rows, counting no further than ``cap + 1``."""
    return queryset.order_by().values("pk")[: cap + 1].count()


def paginate(queryset: QuerySet, params) -> Page:
    """The page asked for by ``?page=`` and ``?size=``; a page past the end shows the last one that has rows."""
    size = _positive(params.get("size"), SIZES[0])
    size = size if size in SIZES else SIZES[0]
    number = _positive(params.get("page"), 1)
    records = list(queryset[(number - 1) * size : number * size + 1])
    if not records and number == 1:
        return Page([], 1, size, 0, capped=False, has_next=False)
    if number == 1 and len(records) <= size:
        return Page(records, 1, size, len(records), capped=False, has_next=False)
    total = capped_count(queryset)
    if not records:
        number = max(1, -(-min(total, CAP) // size))
        records = list(queryset[(number - 1) * size : number * size + 1])
    has_next = len(records) > size
    return Page(records[:size], number, size, min(total, CAP), capped=total > CAP, has_next=has_next)
