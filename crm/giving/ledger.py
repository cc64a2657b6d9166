"""What goes to the general ledger: each gift by fund, and each gift that went back, on the day it did (F-14).

Amounts are signed, in the currency of the gift. A gift refunded later is an entry of its own day and another, negative, of
the day it went back: a period once sent never changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import chain

from django.db.models import Count, F, Prefetch, Q, QuerySet, Sum

from crm.core.money import ZERO, to_cents
from crm.giving.choices import GiftStatus
from crm.giving.models import Fund, Gift, GiftSplit


@dataclass(frozen=True)
class Entry:
    """One line: ``on`` is its day in the books, ``amount`` negative for what went back."""

    on: date
    gift: Gift
    fund: Fund
    amount: Decimal

    @property
    def is_reversal(self) -> bool:
        return self.amount < 0


@dataclass
class Account:
    """What a period holds of one fund in one currency."""

    fund: Fund | None  # none: of all funds
    currency: str
    received: Decimal = ZERO
    reversed: Decimal = ZERO
    count: int = 0

    @property
    def net(self) -> Decimal:
        return self.received + self.reversed


@dataclass
class Statement:
    accounts: list[Account] = field(default_factory=list)
    totals: dict[str, Account] = field(default_factory=dict)  # by currency


def _came(first: date, last: date) -> Q:
    """Received in the period, whatever became of it later."""
    return Q(received_on__range=(first, last)) & (Q(status=GiftStatus.COMPLETED) | Q(undone_on__isnull=False))


def _went(first: date, last: date) -> Q:
    return Q(undone_on__range=(first, last))


def entries(gifts: QuerySet, first: date, last: date) -> Iterator[Entry]:
    """The lines of a period, both days included, in the order of the days, then of the gifts."""
    parts = Prefetch("splits", queryset=GiftSplit.objects.select_related("fund"))
    rows = gifts.filter(_came(first, last) | _went(first, last)).select_related("fund").prefetch_related(parts)
    lines: list[Entry] = []
    for gift in rows.order_by("received_on", "pk").iterator(chunk_size=2000):
        if first <= gift.received_on <= last:
            lines += [Entry(gift.received_on, gift, fund, amount) for fund, amount in gift.parts]
        if gift.undone_on is not None and first <= gift.undone_on <= last:
            lines += [Entry(gift.undone_on, gift, fund, -amount) for fund, amount in gift.parts]
    yield from sorted(lines, key=lambda entry: (entry.on, entry.gift.pk, entry.is_reversal))


def statement(gifts: QuerySet, first: date, last: date) -> Statement:
    """The period added up by fund and currency: what the lines of :func:`entries` add up to, by the database."""
    accounts: dict[tuple[int, str], Account] = {}
    funds = {}

    def account(fund_id: int, currency: str) -> Account:
        funds.setdefault(fund_id, None)
        return accounts.setdefault((fund_id, currency), Account(None, currency))

    for which, name in ((_came(first, last), "received"), (_went(first, last), "reversed")):
        rows = gifts.filter(which).order_by()
        whole = rows.filter(fund__isnull=False).values("fund", "currency")
        parts = (
            GiftSplit.objects.filter(gift__in=rows.values("pk")).order_by().values("fund", currency=F("gift__currency"))
        )
        summed = [found.annotate(found=Sum("amount"), lines=Count("pk")) for found in (whole, parts)]
        for row in chain.from_iterable(summed):
            one = account(row["fund"], row["currency"])
            amount = to_cents(row["found"])
            setattr(one, name, getattr(one, name) + (amount if name == "received" else -amount))
            one.count += row["lines"]
    named = Fund.objects.in_bulk(funds)
    found = Statement()
    for (fund_id, currency), one in sorted(accounts.items(), key=lambda item: (item[0][1], named[item[0][0]].code)):
        one.fund = named[fund_id]
        found.accounts.append(one)
        whole = found.totals.setdefault(currency, Account(None, currency))
        whole.received += one.received
        whole.reversed += one.reversed
        whole.count += one.count
    return found
