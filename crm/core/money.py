"""Money is ``Decimal`` with two places and an ISO currency; people read it the way their language writes it."""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal
from babel.numbers import format_percent as babel_percent
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import get_language

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LOCALES = {"fr": "fr_CA", "en": "en_CA"}  # always fr_CA: plain "fr" writes $CA and a space our fonts lack


def locale_of(language: str | None = None) -> str:
    return LOCALES[(language or get_language() or "fr")[:2]]


def to_cents(value) -> Decimal:
    """The amount rounded half up to the cent, as accountants do."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


@lru_cache(maxsize=4096)
def _written(value: Decimal, currency: str, locale: str) -> str:
    return format_currency(value, currency, locale=locale).replace("-", "−")


def format_money(amount, currency: str = "CAD", language: str | None = None, *, whole: bool = False) -> str:
    """``1 234,56 $`` in French, ``$1,234.56`` in English; unknown is an en dash. ``whole`` drops the cents."""
    if amount is None or amount == "":
        return "–"
    value = Decimal(amount)
    if whole:
        value = value.quantize(Decimal(1), rounding=ROUND_HALF_UP)
        locale = locale_of(language)
        number = format_decimal(value, format="#,##0", locale=locale).replace("-", "−")
        mark = "$" if currency == "CAD" else currency
        return (
            f"{number}\u00a0{mark}" if locale == "fr_CA" else (f"${number}" if mark == "$" else f"{mark}\u00a0{number}")
        )
    return _written(value.quantize(CENT, rounding=ROUND_HALF_UP), currency, locale_of(language))


@lru_cache(maxsize=4096)
def _number(value, locale: str) -> str:
    return format_decimal(value, locale=locale).replace("-", "−")


def format_number(value, language: str | None = None) -> str:
    """A count with the language's thousands separator."""
    return "–" if value is None else _number(value, locale_of(language))


@lru_cache(maxsize=1024)
def _percent(value, locale: str) -> str:
    return babel_percent(value / 100, locale=locale)


def format_percent(value, language: str | None = None) -> str:
    """``68 %`` or ``68%``: a whole percentage as the language writes it."""
    return _percent(value, locale_of(language))


@lru_cache(maxsize=4096)
def _rate(value: Decimal, locale: str) -> str:
    pattern = "#,##0.#%" if locale == "en_CA" else "#,##0.#\u00a0%"
    return babel_percent(value / 100, format=pattern, locale=locale).replace("-", "−")


def format_rate(value, language: str | None = None, *, signed: bool = False) -> str:
    """``68,4 %`` or ``68.4%``: a percentage with one decimal, where there is one; ``signed`` writes the plus too."""
    if value is None:
        return "–"
    text = _rate(Decimal(value), locale_of(language))
    return f"+{text}" if signed and value > 0 else text


def format_plain(amount: Decimal, language: str | None = None) -> str:
    """``1 234,56`` or ``1,234.56``: an amount whose currency is known from what stands around it."""
    return format_decimal(amount, format="#,##0.00", locale=locale_of(language)).replace("-", "−")


class MoneyField(models.DecimalField):
    """An amount of money to the cent: ``Decimal(12, 2)``; never a float, never negative unless ``signed``."""

    def __init__(self, *args, signed: bool = False, **kwargs) -> None:
        self.signed = signed
        kwargs["max_digits"], kwargs["decimal_places"] = 12, 2
        super().__init__(*args, **kwargs)

    @property
    def validators(self):
        return [*super().validators, *([] if self.signed else [MinValueValidator(ZERO)])]

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        if self.signed:
            kwargs["signed"] = True
        return name, path, args, kwargs
