"""Gifts against receipts: each gift that was received is on a valid receipt, or is not for a reason that is said.

The reasons are those of :func:`crm.receipts.queries.draft`, asked of the database for all gifts of a period at once; a test
compares the two on every worked case.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear, NullIf

from crm.accounts.choices import ReceiptPreference
from crm.accounts.models import Organization
from crm.contacts.choices import Kind
from crm.core.dates import today_in
from crm.core.money import ZERO, MoneyField, to_cents
from crm.giving.choices import GiftStatus, Nature
from crm.giving.models import Gift
from crm.receipts import rules
from crm.receipts.advantages import AdvantageRule
from crm.receipts.choices import Ineligibility, Reconciled
from crm.receipts.models import ReceiptLine
from crm.receipts.queries import law_of

LIVE = ReceiptLine.objects.filter(gift=OuterRef("pk"), is_live=True)
IS_ORGANIZATION = Q(contact__kind=Kind.ORGANIZATION)
NO_NAME = (IS_ORGANIZATION & Q(contact__organization_name="")) | (~IS_ORGANIZATION & Q(contact__last_name=""))
NO_ADDRESS = (
    Q(contact__address_line1="")
    | Q(contact__city="")
    | (Q(contact__country="CA") & (Q(contact__province="") | Q(contact__postal_code="")))
)
HALF_APPRAISED = (Q(appraiser_name="") & ~Q(appraiser_address="")) | (~Q(appraiser_name="") & Q(appraiser_address=""))


def _advantage(rule: AdvantageRule) -> tuple[Q, Q, Case | Value]:
    """Of an advantage: that it counts, that there is no receipt because of it, and the ceiling (an annotation,
    ``small_up_to``) under which it does not count.
    """
    days = [
        When(received_on__gte=first, then=Value(amount, output_field=MoneyField()))
        for first, amount in reversed(rule.ceilings)
    ]
    ceiling = Case(*days, default=Value(rule.ceilings[0][1], output_field=MoneyField()), output_field=MoneyField())
    is_small = Q(advantage_is_cash=False, advantage__lte=F("amount") * rule.small_share)
    counts = Q(advantage__gt=0) & ~(is_small & Q(advantage__lte=F("small_up_to")))
    return counts, Q(advantage__gt=F("amount") * rule.most_share), ceiling


def _given_besides() -> Coalesce:
    """What a donor was given for their other gifts of the year: of :func:`crm.receipts.queries.given_besides`."""
    others = Gift.objects.filter(
        contact=OuterRef("contact"),
        received_on__year=ExtractYear(OuterRef("received_on")),
        status=GiftStatus.COMPLETED,
    ).exclude(pk=OuterRef("pk"))
    total = others.order_by().values("contact").annotate(total=Sum("advantage")).values("total")
    return Coalesce(Subquery(total, output_field=MoneyField()), Value(ZERO, output_field=MoneyField()))


def reconciled(gifts: QuerySet[Gift], organization: Organization) -> QuerySet[Gift]:
    """The gifts of an organization that were received, each with ``outcome`` (a :class:`Reconciled` or a reason) and, where
    it is on a valid receipt, ``receipt_pk``, ``receipt_number`` and ``receipt_eligible``. Those that went back are there
    only while a receipt still names them.
    """
    wish = Coalesce(
        NullIf("receipt_preference", Value("")),
        NullIf("contact__receipt_preference", Value("")),
        Value(organization.receipt_preference),
    )
    of_property = ~Q(nature=Nature.CASH)
    law = law_of(organization, today_in(organization.timezone))
    counts, too_much, ceiling = _advantage(law.advantage)
    if law.advantage.is_yearly:
        ceiling = ExpressionWrapper(ceiling - _given_besides(), output_field=MoneyField(signed=True))
    asks = set().union(*law.required.values()) | set(law.with_advantage)
    why = Case(
        When(Q(is_live=True) & ~Q(status=GiftStatus.COMPLETED), then=Value(Reconciled.TO_VOID)),
        When(is_live=True, then=Value(Reconciled.RECEIPTED)),
        When(~Q(currency=law.currency), then=Value(Ineligibility.CURRENCY)),
        When(~Q(receipted_by=""), then=Value(Ineligibility.THIRD_PARTY)),
        *([] if law.serves_organizations else [When(IS_ORGANIZATION, then=Value(Ineligibility.COMPANY))]),
        When(wish=ReceiptPreference.NONE, then=Value(Ineligibility.NOT_WANTED)),
        When(received_on__gt=today_in(organization.timezone), then=Value(Ineligibility.FUTURE_DATE)),
        When(amount=0, then=Value(Ineligibility.ZERO_AMOUNT)),
        When(counts & too_much, then=Value(law.advantage.reason)),
        When(counts & Q(advantage=F("amount")), then=Value(Ineligibility.ZERO_ELIGIBLE)),
        When(NO_NAME, then=Value(Ineligibility.NO_DONOR_NAME)),
        *([When(NO_ADDRESS, then=Value(Ineligibility.INCOMPLETE_ADDRESS))] if "donor_address" in asks else []),
        When(counts & Q(advantage_description=""), then=Value(Ineligibility.ADVANTAGE_NOT_DESCRIBED)),
        When(of_property & Q(property_description=""), then=Value(Ineligibility.PROPERTY_NOT_DESCRIBED)),
        *(
            [When(of_property & HALF_APPRAISED, then=Value(Ineligibility.APPRAISER_INCOMPLETE))]
            if law.if_appraised
            else []
        ),
        default=Value(Reconciled.WAITING),
        output_field=CharField(),
    )
    rows = gifts.filter(organization=organization).annotate(is_live=Exists(LIVE), wish=wish, small_up_to=ceiling)
    return rows.filter(Q(status=GiftStatus.COMPLETED) | Q(is_live=True)).annotate(
        outcome=why,
        receipt_pk=Subquery(LIVE.values("receipt")[:1]),
        receipt_number=Subquery(LIVE.values("receipt__number")[:1]),
        receipt_eligible=Subquery(LIVE.values("eligible")[:1]),
    )


@dataclass(frozen=True)
class Row:
    outcome: str
    count: int
    amount: Decimal

    @property
    def sentence(self) -> str:
        return Reconciled(self.outcome).label if self.outcome in Reconciled.values else rules.explain(self.outcome)


@dataclass(frozen=True)
class Statement:
    """Of a period. Amounts in dollars; gifts in other currencies are counted in ``foreign`` only.

    ``receipted``, ``waiting``, ``others`` and ``foreign`` together are all the gifts that were received; ``to_void`` went
    back and are still on a valid receipt. ``eligible``, ``in_kind`` and ``unreceipted`` are what the T3010 asks for.
    """

    receipted: Row
    waiting: Row
    others: tuple[Row, ...]
    foreign: Row
    to_void: Row
    eligible: Decimal  # line 4500
    in_kind: Decimal  # line 580
    receipts: int  # valid ones for gifts of the period: article 222 bis of France's general tax code

    @property
    def count(self) -> int:
        return sum(row.count for row in (self.receipted, self.waiting, *self.others))

    @property
    def amount(self) -> Decimal:
        return sum((row.amount for row in (self.receipted, self.waiting, *self.others)), ZERO)

    @property
    def unreceipted(self) -> Decimal:
        """Line 4530, with what other registered charities gave, which is of line 4510."""
        return self.amount - self.receipted.amount

    @property
    def advantage(self) -> Decimal:
        return self.receipted.amount - self.eligible


def statement(organization: Organization, *, first: date, last: date) -> Statement:
    """What was received from ``first`` to ``last``, both included, by what became of it: one query and one more."""
    gifts = Gift.objects.filter(received_on__range=(first, last))
    found = reconciled(gifts, organization).order_by().values("outcome")
    rows = {
        row["outcome"]: Row(row["outcome"], row["count"], to_cents(row["sum"] or ZERO))
        for row in found.annotate(count=Count("pk"), sum=Sum("amount"))
    }
    special = (Reconciled.RECEIPTED, Reconciled.WAITING, Reconciled.TO_VOID, Ineligibility.CURRENCY)
    receipted, waiting, to_void, foreign = (rows.pop(name, Row(name, 0, ZERO)) for name in special)
    lines = ReceiptLine.objects.filter(
        is_live=True,
        gift__organization=organization,
        gift__received_on__range=(first, last),
        gift__status=GiftStatus.COMPLETED,
    ).aggregate(
        total=Sum("eligible"),
        in_kind=Sum("eligible", filter=~Q(gift__nature=Nature.CASH)),
        receipts=Count("receipt", distinct=True),
    )
    return Statement(
        receipted=receipted,
        waiting=waiting,
        others=tuple(sorted(rows.values(), key=lambda row: (-row.amount, row.outcome))),
        foreign=foreign,
        to_void=to_void,
        eligible=to_cents(lines["total"] or ZERO),
        in_kind=to_cents(lines["in_kind"] or ZERO),
        receipts=lines["receipts"],
    )
