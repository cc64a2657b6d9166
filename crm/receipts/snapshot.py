"""The snapshot: everything one receipt says, frozen on the day it is issued.

A receipt is drawn from its snapshot only, never from the donor's or the charity's present data (CRA CPS-014: a stored
copy must be printable at any time without entering anything anew). The snapshot, its canonical JSON and its hash are
the reference; the PDF is their picture.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from crm.accounts.choices import Paper
from crm.core import charity_numbers
from crm.core.money import CENT
from crm.receipts.choices import GiftKind
from crm.receipts.regimes import Regime, regime_named

SCHEMA = 2  # shape of the JSON
SINCE = {
    "payments": 2,
    "charity_purpose": 2,
    "charity_status": 2,
    "paper": 2,
    "qr": 2,
}  # fields that an older shape has not
TEMPLATE = "1"  # wording and page: templates/pdf/receipt.html with labels of the same version
LANGUAGES = ("fr", "en")
BY_HAND = '"signed_by_hand":true'  # as canonical JSON writes it: found in a stored text without reading it
DRAFT_NUMBER = "0000-00000"  # stands in a preview, where no number is taken

# Characters our fonts lack that have a twin; invisible ones that could turn a line round or hide in it are dropped.
TWINS = str.maketrans({"\u202f": "\u00a0", "\u2007": "\u00a0", "\u2011": "-", "\t": " ", "\n": " ", "\r": " "})
HIDDEN = re.compile("[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")


@dataclass(frozen=True)
class Payment:
    """One sum that the donor paid: the day, exact cents, and how (a :class:`~crm.giving.choices.Method`)."""

    day: date
    amount: Decimal
    means: str

    def to_dict(self) -> dict[str, str]:
        return {"day": self.day.isoformat(), "amount": str(self.amount), "means": self.means}

    @classmethod
    def from_dict(cls, data: Mapping[str, str]) -> Self:
        return cls(date.fromisoformat(data["day"]), Decimal(data["amount"]), data["means"])


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is printed on one official receipt, in one language.

    Amounts are exact cents of ``currency``; ``amount`` is the cash received or the fair market value of the property, and
    ``eligible == amount - advantage`` (an advantage small enough to be ignored is 0). Lines are tuples without empty
    ones. ``gift_year`` replaces ``gift_date`` on an annual receipt of cash gifts. ``logo`` and ``signature`` are a
    ``data:image/png|jpeg;base64,…`` or ``sha256:<hex>``, the hash of such a stored text. ``signed_by_hand``: the page
    leaves room for ink instead of an image, so it must be printed and signed to be valid. ``replaces`` is the number
    of the receipt it cancels and replaces. ``payments`` are there where the law wants each with its date; they add up to
    ``amount``. ``charity_purpose`` and ``charity_status`` are asked in France only. ``qr``: the address of verification is
    also drawn as a code. Texts are cleaned (NFC, no control or direction characters); ``ValueError`` for anything
    incoherent. An empty field is allowed here: :func:`missing_fields` names it, and issuing refuses.
    """

    language: str
    kind: str
    number: str
    charity_name: str
    charity_address: tuple[str, ...]
    registration_number: str
    donor_name: str
    donor_address: tuple[str, ...]
    amount: Decimal
    eligible: Decimal
    issued_on: date
    place_of_issue: str
    signatory_name: str
    cra_name: str
    cra_url: str
    regime: str
    gift_date: date | None = None
    gift_year: int | None = None
    advantage: Decimal = Decimal("0.00")
    advantage_description: str = ""
    property_description: str = ""
    appraiser_name: str = ""
    appraiser_address: tuple[str, ...] = ()
    signatory_title: str = ""
    signature: str = ""
    signed_by_hand: bool = False
    logo: str = ""
    replaces: str = ""
    thanks: str = ""
    verification_url: str = ""
    currency: str = "CAD"
    payments: tuple[Payment, ...] = ()
    charity_purpose: str = ""
    charity_status: str = ""
    paper: str = Paper.LETTER
    qr: bool = False
    template: str = TEMPLATE
    schema: int = SCHEMA

    def __post_init__(self) -> None:
        for name, kind in FIELD_TYPES.items():
            value = getattr(self, name)
            if kind == "text" and name not in IMAGES:
                object.__setattr__(self, name, clean_line(value))
            elif kind == "lines":
                object.__setattr__(self, name, tuple(line for line in map(clean_line, value) if line))
            elif kind == "money":
                object.__setattr__(self, name, _exact(name, value))
        object.__setattr__(self, "registration_number", charity_numbers.compact(self.registration_number))
        self._refuse_unknown_words()
        self._refuse_contradictions()

    def _refuse_unknown_words(self) -> None:
        if self.schema not in range(1, SCHEMA + 1):
            raise ValueError(f"Snapshot of schema {self.schema}; this program reads 1 to {SCHEMA}.")
        if self.paper not in Paper.values:
            raise ValueError(f"Unknown paper: “{self.paper}”.")
        if self.language not in LANGUAGES:
            raise ValueError(f"A receipt is written in one of {LANGUAGES}, not “{self.language}”.")
        if self.kind not in GiftKind.values:
            raise ValueError(f"Unknown kind of gift: “{self.kind}”.")
        try:
            regime_named(self.regime)
        except LookupError as error:
            raise ValueError(str(error)) from error

    def _refuse_contradictions(self) -> None:
        if self.eligible != self.amount - self.advantage:
            raise ValueError(f"{self.amount} less {self.advantage} is not {self.eligible}.")
        if self.gift_date and self.gift_year:
            raise ValueError("Either the date of the gift or its year, not both.")
        if self.gift_year and (self.kind != GiftKind.CASH or self.advantage):
            raise ValueError("Only cash gifts without advantage go on an annual receipt.")
        if (self.gift_date and self.gift_date > self.issued_on) or (self.gift_year or 0) > self.issued_on.year:
            raise ValueError("A receipt cannot be older than its gift.")
        if self.kind == GiftKind.CASH and self.advantage:
            raise ValueError("A cash gift with an advantage has its own kind.")
        if self.kind != GiftKind.IN_KIND and self.property_description:
            raise ValueError("Only a gift in kind describes a property.")
        if self.payments and sum(payment.amount for payment in self.payments) != self.amount:
            raise ValueError("The payments do not add up to the amount.")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready: dates as ISO text, amounts as text with two decimals, tuples as lists. Every field of the schema is
        there, and no other: what was frozen under an older schema keeps its text, hence its hash.
        """
        return {name: _plain(getattr(self, name)) for name in _names(self.schema)}

    def to_json(self) -> str:
        """Canonical JSON: sorted keys, no spaces, UTF-8 as it is. The same snapshot always gives the same text."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @property
    def sha256(self) -> str:
        """Hash of the canonical JSON, in hexadecimal: stored beside it, it shows that nothing was altered."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of :meth:`to_dict`. An unknown, absent or wrongly typed key is a ``ValueError``."""
        names = _names(data.get("schema", SCHEMA))
        if set(data) != names:
            odd = ", ".join(sorted(names.symmetric_difference(data)))
            raise ValueError(f"Not a receipt snapshot: {odd}.")
        return cls(**{name: _typed(name, value) for name, value in data.items()})

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls.from_dict(json.loads(text))

    def texts(self) -> Iterator[str]:
        """Everything a person typed that is printed: for ``typefaces.undrawable``, before a number is given."""
        for name, kind in FIELD_TYPES.items():
            if kind == "lines":
                yield from getattr(self, name)
            elif kind == "text" and name not in IMAGES:
                yield getattr(self, name)

    @property
    def is_annual(self) -> bool:
        return self.gift_year is not None

    @property
    def law(self) -> Regime:
        """The regime it was issued under."""
        return regime_named(self.regime)

    @property
    def tells_value(self) -> bool:
        """Whether it says what the gift is worth: an acknowledgment of property in the United States does not."""
        return self.kind != GiftKind.IN_KIND or self.law.tells_value_of_property

    @property
    def registration(self) -> str:
        """The number of the charity as its country writes it."""
        return charity_numbers.written(self.registration_number, self.law.country)


IMAGES = ("logo", "signature")
_KINDS = {str: "text", tuple[str, ...]: "lines", Decimal: "money"}
FIELD_TYPES = {spec.name: _KINDS.get(spec.type, "other") for spec in fields(Snapshot)}


def _names(schema: int) -> set[str]:
    """The fields of one shape."""
    return {spec.name for spec in fields(Snapshot) if SINCE.get(spec.name, 1) <= schema}


def missing_fields(snapshot: Snapshot) -> list[str]:
    """Names of the fields that the law in force for this snapshot requires and that are empty, in the order of the law.

    An amount of zero counts as empty. Issuing is refused while this list is not: every item is fatal for the donor's
    claim.
    """
    required = regime_named(snapshot.regime).fields_for(
        snapshot.kind,
        advantage=bool(snapshot.advantage),
        appraised=bool(snapshot.appraiser_name or snapshot.appraiser_address),
    )
    missing = []
    for entry in required:
        choices = entry.split("|")
        if entry == "signature" and snapshot.signed_by_hand:
            continue
        if not any(getattr(snapshot, name) for name in choices):
            missing.append(choices[0])
    return missing


def clean_line(text: str) -> str:
    """One printable line: NFC, no control or direction characters, single spaces; no-break spaces stay.

    A U+202E in a name could make a printed line read backwards, and so look altered.
    """
    text = HIDDEN.sub("", unicodedata.normalize("NFC", text).translate(TWINS))
    return re.sub(" {2,}", " ", text).strip(" ")


def _exact(name: str, value: Decimal) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0 or value.quantize(CENT) != value:
        raise ValueError(f"“{name}” must be exact cents, not {value!r}.")
    return value.quantize(CENT)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Payment):
        return value.to_dict()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _typed(name: str, value: Any) -> Any:
    if FIELD_TYPES[name] == "money":
        return Decimal(value)
    if FIELD_TYPES[name] == "lines":
        return tuple(value)
    if name == "payments":
        return tuple(Payment.from_dict(one) for one in value)
    if name in ("issued_on", "gift_date") and value is not None:
        return date.fromisoformat(value)
    return value
