"""What a gift leaves to claim once something was given for it: one rule, whose figures each law sets."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm.core.money import CENT, ZERO
from crm.receipts.choices import Ineligibility


@dataclass(frozen=True)
class Eligibility:
    """The outcome for one gift, in exact cents.

    ``advantage`` is the value that counts and is printed: zero when it is so small that the law ignores it
    (``de_minimis``). ``reason`` is an :class:`Ineligibility` code, empty when a receipt may be issued; then
    ``eligible`` is always ``amount - advantage`` and above zero. With a reason, ``eligible`` is zero.
    """

    amount: Decimal
    advantage: Decimal
    eligible: Decimal
    de_minimis: bool = False
    reason: str = ""

    @property
    def is_receiptable(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class AdvantageRule:
    """The figures of a law.

    An advantage of at most ``small_share`` of the gift, and at most the ceiling in force on the day of the gift, is ignored.
    Above ``most_share`` of the gift there is no receipt, for ``reason``. Otherwise it is taken off. ``ceilings``: first day
    and amount in the currency of the law, the earliest first, which also holds before it. ``is_yearly``: the ceiling is for
    all that a donor was given in a calendar year.
    """

    small_share: Decimal
    ceilings: tuple[tuple[date, Decimal], ...]
    most_share: Decimal
    reason: Ineligibility
    is_yearly: bool = False

    def ceiling_on(self, day: date) -> Decimal:
        return [amount for first, amount in self.ceilings if first <= day or first == self.ceilings[0][0]][-1]

    def applied(
        self, amount: Decimal, advantage: Decimal | None, near_cash: bool = False, *, day: date, others: Decimal = ZERO
    ) -> Eligibility:
        """What the donor may claim of a gift for which they received something.

        ``amount``: the cash, or the fair market value of the property. ``advantage``: the fair market value, to a buyer, of
        everything received in return, added up; ``None`` when it cannot be established. ``near_cash``: the advantage is
        money or as good as money (a gift certificate redeemable for cash), which is never small enough to be ignored.
        ``day``: of the gift. ``others``: what the donor was given for other gifts of the year, where :attr:`is_yearly`.

        Raises ``TypeError`` for anything but ``Decimal``, ``ValueError`` for negative amounts and for fractions of a cent.
        """
        amount = _cents(amount)
        if amount == 0:
            return Eligibility(amount, ZERO, ZERO, reason=Ineligibility.ZERO_AMOUNT)
        if advantage is None:
            return Eligibility(amount, ZERO, ZERO, reason=Ineligibility.ADVANTAGE_UNKNOWN)
        advantage = _cents(advantage)
        if advantage == 0:
            return Eligibility(amount, ZERO, amount)
        is_small = advantage <= amount * self.small_share and advantage + others <= self.ceiling_on(day)
        if is_small and not near_cash:
            return Eligibility(amount, ZERO, amount, de_minimis=True)
        if advantage > amount * self.most_share:
            return Eligibility(amount, advantage, ZERO, reason=self.reason)
        if advantage == amount:
            return Eligibility(amount, advantage, ZERO, reason=Ineligibility.ZERO_ELIGIBLE)
        return Eligibility(amount, advantage, amount - advantage)


def _cents(value: Decimal) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(f"A Decimal is expected, not {type(value).__name__}: cents must be exact.")
    if not value.is_finite() or value < 0:
        raise ValueError(f"Not an amount of money: {value}.")
    rounded = value.quantize(CENT)
    if rounded != value:
        raise ValueError(f"Not a whole number of cents: {value}.")
    return rounded


# Income Tax Act s. 248(30) to (33), CRA “Split receipting”: 10% and $75 are ignored; above 80% there is no intention to give,
# exactly 80% is still a gift.
CANADA = AdvantageRule(
    small_share=Decimal("0.10"),
    ceilings=((date(2002, 12, 21), Decimal("75.00")),),
    most_share=Decimal("0.80"),
    reason=Ineligibility.ADVANTAGE_TOO_HIGH,
)
# Rev. Proc. 90-12; IRS Publication 1771: 2% and a ceiling that is raised each year are ignored, the rest is taken off. Here are
# the ceilings that could be verified when this was written (2016, 2024): a later and higher one would only ignore more.
UNITED_STATES = AdvantageRule(
    small_share=Decimal("0.02"),
    ceilings=((date(2016, 1, 1), Decimal("106.00")), (date(2024, 1, 1), Decimal("132.00"))),
    most_share=Decimal(1),
    reason=Ineligibility.ZERO_ELIGIBLE,
)
# A gift is made for nothing; goods worth a quarter of it, and a ceiling a year and donor that is raised every five years, are
# let pass; with more there is no receipt, as nothing is ever taken off. BOFiP, BOI-IR-RICI-250-20, nos. 60 to 130; order of
# 10 June 2016 for the last ceiling that could be verified.
FRANCE = AdvantageRule(
    small_share=Decimal("0.25"),
    ceilings=((date(2011, 1, 1), Decimal("65.00")), (date(2016, 6, 12), Decimal("69.00"))),
    most_share=ZERO,
    reason=Ineligibility.NOT_FREE,
    is_yearly=True,
)
