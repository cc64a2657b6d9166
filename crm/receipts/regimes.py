"""What the law asks of a receipt, by country and date of issue: data, so that a change of law is a new row, not new code.

- Canada: Income Tax Regulations (C.R.C., c. 945), s. 3501(1), in the version in force since 2013-06-26. The federal budget of
  2024 proposes to drop some of these items; whether that is enacted was not established when this was written. Printing more
  than is asked stays lawful, so the day it is enacted only a row is added here, with its first day.
- United States: 26 U.S.C. 170(f)(8) and 6115, IRS Publication 1771. A written acknowledgment describes property, and never
  says its value; nothing but the name of the organization is asked of it. It gets a number here all the same.
- France: general tax code, article 200; the form Cerfa 11580*05 of April 2023, whose items a page of one's own must hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crm.accounts.choices import ReceiptLaw
from crm.receipts import advantages
from crm.receipts.choices import GiftKind

COMMON_BEFORE_GIFT = (
    "charity_name",  # (a) as recorded with the Minister
    "charity_address",  # (a) address in Canada, as recorded
    "registration_number",  # (b)
    "number",  # (c)
    "place_of_issue",  # (d) its own item: Okafor v. The Queen, 2018 TCC 31 refused receipts that only lacked it
)
COMMON_AFTER_GIFT = (
    "issued_on",  # (f)
    "donor_name",  # (g) for an individual, first name and initial
    "donor_address",  # (g)
    "amount",  # (h) cash, or fair market value of the property
    "eligible",  # (h.2)
    "signatory_name",  # (i)
    "signature",  # (i) facsimile, unless the copy is signed by hand
    "cra_name",  # (j)
    "cra_url",  # (j)
)
CASH_DATE = ("gift_date|gift_year",)  # (e) the day or the year
PROPERTY = ("gift_date", "property_description")  # (e.1)(i) the day, never the year alone; (e.1)(ii)
ADVANTAGE = ("advantage", "advantage_description")  # (h.1) both, never one of them


UNITED_STATES = ("charity_name", "registration_number", "number", "issued_on", "donor_name")
FRANCE = (
    "number", "charity_name", "registration_number", "charity_address", "charity_purpose", "charity_status", "donor_name",
    "donor_address", "amount", "eligible", "issued_on", "signatory_name", "signature",
)  # fmt: skip


@dataclass(frozen=True)
class Regime:
    """One state of the law of one country.

    ``required`` gives, per kind of gift, the names of the snapshot fields that must not be empty; ``a|b`` means that
    one of the two is enough. ``with_advantage`` and ``if_appraised`` are added when the gift has an advantage, when
    the property was appraised. ``starts_on`` and ``ends_on`` are the first and last dates of issue it governs
    (``None``: still in force). ``advantage``: what something given in return leaves to claim. ``template``: the page and its
    words. ``languages``: those it may be written in. ``lists_payments``: each payment with its date, also on the receipt
    of a year. ``tells_value_of_property``: else property is described only. ``serves_organizations``: else only people get one.
    """

    code: str
    country: ReceiptLaw
    law: str
    starts_on: date
    ends_on: date | None
    required: Mapping[str, tuple[str, ...]]
    advantage: advantages.AdvantageRule
    template: str
    with_advantage: tuple[str, ...] = ADVANTAGE
    if_appraised: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fr", "en")
    lists_payments: bool = False
    tells_value_of_property: bool = True
    serves_organizations: bool = True

    @property
    def currency(self) -> str:
        return self.country.currency

    @property
    def wants_signature(self) -> bool:
        return any("signature" in names for names in self.required.values())

    def fields_for(self, kind: str, *, advantage: bool = False, appraised: bool = False) -> tuple[str, ...]:
        """The required fields of one receipt, in the order of the law."""
        names = self.required[kind]
        if advantage:
            names += tuple(name for name in self.with_advantage if name not in names)
        if appraised:
            names += self.if_appraised
        return names

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class AgencyText:
    """Name and Internet website of the Canada Revenue Agency, word for word as it asks them to be printed."""

    language: str
    name: str
    website: str
    starts_on: date
    ends_on: date | None = None


REGIMES = (
    Regime(
        code="CA-3501",
        country=ReceiptLaw.CANADA,
        law="C.R.C., c. 945, s. 3501(1)",
        starts_on=date(2013, 6, 26),
        ends_on=None,
        required={
            GiftKind.CASH: COMMON_BEFORE_GIFT + CASH_DATE + COMMON_AFTER_GIFT,
            GiftKind.CASH_WITH_ADVANTAGE: COMMON_BEFORE_GIFT + CASH_DATE + COMMON_AFTER_GIFT + ADVANTAGE,
            GiftKind.IN_KIND: COMMON_BEFORE_GIFT + PROPERTY + COMMON_AFTER_GIFT,
        },
        advantage=advantages.CANADA,
        template="1",
        if_appraised=("appraiser_name", "appraiser_address"),  # (e.1)(iii)
    ),
    Regime(
        code="US-170f8",
        country=ReceiptLaw.UNITED_STATES,
        law="26 U.S.C. 170(f)(8), 6115",
        starts_on=date(1994, 1, 1),
        ends_on=None,
        required={
            GiftKind.CASH: (*UNITED_STATES, *CASH_DATE, "amount"),
            GiftKind.CASH_WITH_ADVANTAGE: (*UNITED_STATES, *CASH_DATE, "amount", "eligible", *ADVANTAGE),
            GiftKind.IN_KIND: UNITED_STATES + PROPERTY,
        },
        advantage=advantages.UNITED_STATES,
        template="us-1",
        lists_payments=True,
        tells_value_of_property=False,
    ),
    Regime(
        code="FR-11580-05",
        country=ReceiptLaw.FRANCE,
        law="CGI, art. 200; Cerfa 11580*05",
        starts_on=date(2023, 4, 1),
        ends_on=None,
        required={
            GiftKind.CASH: (*FRANCE, *CASH_DATE, "payments"),
            GiftKind.CASH_WITH_ADVANTAGE: FRANCE,  # never: what is too small to count is not printed, the rest is no gift
            GiftKind.IN_KIND: FRANCE + PROPERTY,
        },
        advantage=advantages.FRANCE,
        template="fr-1",
        with_advantage=(),
        languages=("fr",),
        lists_payments=True,
        serves_organizations=False,  # companies have form 16216, which asks for what Merci does not know of them
    ),
)

# The agency announced these addresses on 2018-03-02 and let the former ones stand until 2019-03-31. Merci has never
# issued under the former ones, so they are not here: a receipt dated before is refused rather than printed with a
# doubtful text.
AGENCY_TEXTS = (
    AgencyText("en", "Canada Revenue Agency", "canada.ca/charities-giving", date(2018, 3, 2)),
    AgencyText("fr", "Agence du revenu du Canada", "canada.ca/organismes-bienfaisance-dons", date(2018, 3, 2)),
)


def regime_on(day: date, country: str = ReceiptLaw.CANADA) -> Regime:
    """The regime of a receipt issued on ``day`` under the law of ``country``. ``LookupError`` for a day that no row covers."""
    for regime in REGIMES:
        if regime.country == country and regime.covers(day):
            return regime
    raise LookupError(f"No receipt regime is known for {day.isoformat()} in {country}.")


def regime_named(code: str) -> Regime:
    """The regime a stored receipt was issued under. Raises ``LookupError`` for an unknown code."""
    for regime in REGIMES:
        if regime.code == code:
            return regime
    raise LookupError(f"Unknown receipt regime: {code}.")


def agency_text_on(day: date, language: str) -> AgencyText:
    """What to print of the agency on ``day`` in ``language`` (``fr`` or ``en``). ``LookupError`` if unknown."""
    for text in AGENCY_TEXTS:
        if text.language == language and text.starts_on <= day and (text.ends_on is None or day <= text.ends_on):
            return text
    raise LookupError(f"No text of the agency is known for {day.isoformat()} in {language}.")
