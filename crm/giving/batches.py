"""A batch as it stands: what is wrong with each line, what looks like a double, and what is left to type (F-08)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.core.bulk import new_object
from crm.core.dates import today_in
from crm.core.errors import DomainError
from crm.core.money import ZERO, format_money, to_cents
from crm.giving.choices import GiftStatus, Method
from crm.giving.models import BatchRow, Gift, GiftBatch
from crm.giving.services.gifts import check_gift
from crm.giving.services.periods import check_open, closed_until

MOST_ROWS = 1_000  # of a batch: more is a file to import
CELLS = ("contact", "received_on", "amount", "method", "cheque_number", "fund")
UNREAD: dict[str, Promise] = {
    "contact": _("Choose the donor in the list."),
    "received_on": _("Enter a date such as 2026-11-23, or only the day: 23."),
    "amount": _("Enter an amount such as 125.00."),
}


# What is read of the donor and the fund of each line, a thousand times for one answer.
READ = (
    "contact__name", "contact__kind", "contact__organization", "contact__archived_at", "contact__merged_into",
    "contact__owner", "fund__name_fr", "fund__name_en", "fund__code", "fund__organization",
)  # fmt: skip


def gift_of(row: BatchRow, batch: GiftBatch, *, by) -> Gift:
    """The gift a complete line would become; not saved."""
    method = row.method or batch.method
    values = {
        "amount": row.amount,
        "currency": batch.organization.currency,
        "received_on": row.received_on,
        "method": method,
        "cheque_number": row.cheque_number if method == Method.CHECK else "",
    }
    related = {"fund": row.fund, "campaign": batch.campaign, "appeal": batch.appeal, "pledge": None}
    return new_object(Gift, values, organization=batch.organization, contact=row.contact, recorded_by=by, **related)


@dataclass
class Checked:
    """A line, and what there is to say about it: ``problems`` by cell, ``doubts`` as sentences."""

    row: BatchRow
    is_empty: bool = False
    is_unfinished: bool = False
    problems: dict[str, object] = field(default_factory=dict)
    doubts: list = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not (self.is_empty or self.is_unfinished or self.problems)


class Checker:
    """Looks at all lines of one batch as of now. Two queries, whatever their number."""

    def __init__(self, batch: GiftBatch, *, by) -> None:
        self.batch, self.by = batch, by
        self.today = today_in(batch.organization.timezone)
        self.is_own = by.scope("gifts.add") == "own"

    @cached_property
    def closed(self) -> date | None:
        return closed_until(self.batch.organization_id)

    def check(self, rows: Iterable[BatchRow]) -> list[Checked]:
        """In order; ``rows`` have their donor and fund read."""
        found = [self._one(row) for row in rows]
        self._doubt([one for one in found if one.is_ready])
        return found

    def _one(self, row: BatchRow) -> Checked:
        one = Checked(row, is_empty=is_empty(row))
        if one.is_empty:
            return one
        one.problems = {cell: UNREAD[cell] for cell in CELLS if cell in row.as_typed}
        needed = {"contact": row.contact_id, "received_on": row.received_on, "amount": row.amount, "fund": row.fund_id}
        one.is_unfinished = any(value is None and cell not in row.as_typed for cell, value in needed.items())
        if row.contact_id and row.contact.is_archived:
            one.problems["contact"] = _("This contact is archived. Restore it before recording a gift.")
        elif row.contact_id and self.is_own and row.contact.owner_id != self.by.pk:  # a colleague's by now
            one.problems["contact"] = UNREAD["contact"]
        if one.problems or one.is_unfinished:
            return one
        try:
            check_gift(gift_of(row, self.batch, by=self.by), today=self.today)
            if self.closed is not None:
                check_open(self.batch.organization_id, row.received_on, closed=self.closed)
        except DomainError as error:
            one.problems[error.field if error.field in CELLS else "contact"] = str(error)
        return one

    def _doubt(self, ready: list[Checked]) -> None:
        """The same donor, amount and day as a recorded gift or another line; two cheques are told apart by their number."""
        if not ready:
            return
        recorded = self._recorded(ready)
        typed = _gathered((_mark(one.row), one.row) for one in ready)
        for one in ready:
            row, mark = one.row, _mark(one.row)
            if any(_may_be_same(row.cheque_number, number) for number in recorded.get(mark, ())):
                one.doubts.append(_("This gift seems to be recorded already."))
            others = [twin.cheque_number for twin in typed[mark] if twin is not row]
            if any(_may_be_same(row.cheque_number, number) for number in others):
                one.doubts.append(_("Another line says the same."))

    def _recorded(self, ready: list[Checked]) -> dict[tuple, list[str]]:
        marks = [_mark(one.row) for one in ready]
        rows = (
            Gift.objects.filter(
                contact__in={mark[0] for mark in marks},
                received_on__in={mark[1] for mark in marks},
                amount__in={mark[2] for mark in marks},
                currency=self.batch.organization.currency,
            )
            .exclude(status__in=[GiftStatus.REFUNDED, GiftStatus.FAILED])
            .exclude(batch_row__batch=self.batch)
        )
        return _gathered(
            ((pk, day, to_cents(amount)), number)
            for pk, day, amount, number in rows.values_list("contact_id", "received_on", "amount", "cheque_number")
        )


def _gathered(pairs: Iterable[tuple]) -> dict:
    found: dict = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _mark(row: BatchRow) -> tuple[int, date, Decimal]:
    return row.contact_id, row.received_on, to_cents(row.amount)


def _may_be_same(one: str, other: str) -> bool:
    return not (one and other and one != other)


def is_empty(row: BatchRow) -> bool:
    """Nothing was typed in it but what every line begins with."""
    return not (row.contact_id or row.amount is not None or row.cheque_number or row.as_typed)


@dataclass(frozen=True)
class Balance:
    """Expected against entered; sums in the organization's currency."""

    count: int
    total: Decimal
    expected_count: int | None
    expected_total: Decimal | None

    @property
    def missing(self) -> int | None:
        return None if self.expected_count is None else self.expected_count - self.count

    @property
    def left(self) -> Decimal | None:
        return None if self.expected_total is None else self.expected_total - self.total

    @property
    def missing_size(self) -> int:
        return abs(self.missing or 0)

    @property
    def left_size(self) -> Decimal:
        return abs(self.left or ZERO)

    @property
    def is_even(self) -> bool:
        return not self.missing and not self.left


def balance_of(batch: GiftBatch, rows: Iterable[BatchRow]) -> Balance:
    """What has an amount is entered, whatever else is still wrong with the line."""
    amounts = [row.amount for row in rows if row.amount is not None]
    return Balance(len(amounts), to_cents(sum(amounts, ZERO)), batch.expected_count, batch.expected_total)


@dataclass
class Review:
    """A whole batch looked at: may it be posted, and what would it be?"""

    batch: GiftBatch
    balance: Balance
    lines: list[Checked]

    def line(self, key: UUID) -> Checked | None:
        return next((line for line in self.lines if line.row.key == key), None)

    @property
    def filled(self) -> list[Checked]:
        return [line for line in self.lines if not line.is_empty]

    @property
    def wrong(self) -> list[Checked]:
        """Lines that are not a gift yet."""
        return [line for line in self.filled if not line.is_ready]

    @property
    def doubtful(self) -> list[Checked]:
        return [line for line in self.filled if line.is_ready and line.doubts]

    @property
    def may_be_posted(self) -> bool:
        return bool(self.filled) and not self.wrong and self.balance.is_even

    @property
    def to_settle(self) -> str:
        """“3 gifts missing, 1 line to finish.”"""
        balance, said = self.balance, []
        if missing := balance.missing:
            words = (
                ngettext("%(count)d gift missing", "%(count)d gifts missing", missing)
                if missing > 0
                else ngettext("%(count)d gift too many", "%(count)d gifts too many", -missing)
            )
            said.append(words % {"count": abs(missing)})
        elif balance.left:
            amount = format_money(abs(balance.left), self.batch.organization.currency)
            words = _("%(amount)s missing") if balance.left > 0 else _("%(amount)s too much")
            said.append(words % {"amount": amount})
        if wrong := len(self.wrong):
            said.append(ngettext("%(count)d line to finish", "%(count)d lines to finish", wrong) % {"count": wrong})
        return ", ".join(said) + "." if said else ""

    @cached_property
    def by_method(self) -> list[tuple[str, int, Decimal]]:
        return self._shares(lambda line: str(Method(line.row.method or self.batch.method).label))

    @cached_property
    def by_fund(self) -> list[tuple[str, int, Decimal]]:
        return self._shares(lambda line: line.row.fund.name)

    def _shares(self, name) -> list[tuple]:
        ready = sorted((line for line in self.filled if line.is_ready), key=name)
        found = []
        for key, lines in groupby(ready, key=name):
            amounts = [line.row.amount for line in lines]
            found.append((key, len(amounts), to_cents(sum(amounts, ZERO))))
        return found


def rows_of(batch: GiftBatch) -> QuerySet:
    """Its lines in order, with what one says of their donors and funds."""
    columns = [field.attname for field in BatchRow._meta.concrete_fields]
    return batch.rows.select_related("contact", "fund").only(*columns, *READ)


def review(batch: GiftBatch, *, by) -> Review:
    rows = list(rows_of(batch))
    return Review(batch, balance_of(batch, rows), Checker(batch, by=by).check(rows))


@dataclass(frozen=True)
class Deposit:
    """What goes to the bank: cheques one by one, and notes and coins as one sum."""

    cheques: list[BatchRow]
    cash: Decimal
    elsewhere: dict[str, Decimal]

    @property
    def cheques_total(self) -> Decimal:
        return to_cents(sum((row.amount for row in self.cheques), ZERO))

    @property
    def total(self) -> Decimal:
        return self.cheques_total + self.cash


def deposit_of(batch: GiftBatch) -> Deposit:
    """The lines with an amount; of a posted batch, those whose gift still stands as it was posted."""
    rows = [row for row in rows_of(batch).filter(amount__isnull=False) if batch.is_open or row.gift_id]
    paid: dict[str, list[BatchRow]] = {}
    for row in rows:
        paid.setdefault(row.method or batch.method, []).append(row)
    elsewhere = {
        str(Method(method).label): to_cents(sum((row.amount for row in some), ZERO))
        for method, some in paid.items()
        if method not in (Method.CHECK, Method.CASH)
    }
    cash = to_cents(sum((row.amount for row in paid.get(Method.CASH, ())), ZERO))
    return Deposit(paid.get(Method.CHECK, []), cash, elsewhere)


def next_number(organization_id: int, year: int) -> int:
    rows = GiftBatch.objects.filter(organization=organization_id, year=year)
    return (rows.order_by("-sequence").values_list("sequence", flat=True).first() or 0) + 1


def count_open(membership) -> int:
    """How many batches wait to be posted: the number beside the menu entry."""
    return GiftBatch.objects.visible_to(membership).open().count()
