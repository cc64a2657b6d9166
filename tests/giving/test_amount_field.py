"""Amounts as people type them: both languages are read in both, and what could mean two things is refused."""

from decimal import Decimal

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.core.money import format_money
from crm.core.web.forms import AmountField, parse_amount

cents = st.integers(0, 10**12 - 1).map(lambda count: Decimal(count) / 100)
both = st.sampled_from(["fr", "en"])


@given(amount=cents, written_in=both, read_in=both)
def test_what_merci_writes_it_reads(amount, written_in, read_in):
    assert parse_amount(format_money(amount, "CAD", written_in), read_in) == amount


@given(amount=cents, language=both)
def test_the_field_reads_back_what_it_shows(amount, language):
    with translation.override(language):
        field = AmountField()
        assert field.clean(field.prepare_value(amount)) == amount


@given(text=st.text(alphabet="0123456789., $-", max_size=14), language=both)
def test_whatever_is_typed_is_an_amount_to_the_cent_or_refused(text, language):
    amount = parse_amount(text, language)
    digits = [char for char in text if char.isdigit()]
    if amount is not None:
        assert amount == amount.quantize(Decimal("0.01"))
        assert abs(amount) in {Decimal("".join(digits)).scaleb(-places) for places in (0, 1, 2)}


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.56", "1234.56"),
        ("1234,56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56\u00a0$", "1234.56"),
        ("1\u202f234,56 $", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("$ 1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1 234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1,234,567.8", "1234567.80"),
        ("  50  ", "50"),
        ("50 $", "50"),
        ("12,3", "12.30"),
        ("0,05", "0.05"),
        (",5", "0.50"),
        (".05", "0.05"),
        ("007", "7"),
        ("-5", "-5"),
        ("−5,00 $", "-5"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_both_ways_of_writing_are_read_in_both_languages(text, amount, language):
    assert parse_amount(text, language) == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "1,2,3", "1.2.3", "12,34,567", "1 2 3", "12 34", "1 234 5", "1,234,56", "1.234.56", "1,234.567", "1 234,567",
        "1.234", "12.345", "12.3456", "0,123", "0123,456", "1234,567", "5,", "5.", "5,.2", ",", ".", "$", "-", "--5", "5-",
        "$5$5", "5$5", "1e5", "1E5", "NaN", "Infinity", "inf", "0x10", "1_000", "cinquante", "50 CAD", "50 €", "US$50",
        "(50)", "+5", "٥٠", "５０", "½", "1'234.56", "50;00", "12:30", "50\x00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nonsense_is_refused(text, language):
    assert parse_amount(text, language) is None


@pytest.mark.parametrize(
    ("language", "amount"), [("en", Decimal(12345)), ("fr", None), ("fr-ca", None), ("en-ca", Decimal(12345))]
)
def test_a_comma_before_three_digits_means_thousands_in_english_and_is_ambiguous_in_french(language, amount):
    assert parse_amount("12,345", language) == amount
    assert parse_amount("$12,345", language) == amount


@pytest.mark.parametrize(("language", "message"), [("en", "Enter an amount such as 125.00.")])
def test_the_refusal_shows_how_to_write_it(language, message):
    with translation.override(language), pytest.raises(forms.ValidationError) as refusal:
        AmountField().clean("1,2,3")
    assert refusal.value.messages == [message]


def test_an_empty_amount_is_missing_or_nothing():
    assert AmountField(required=False).clean("  ") is None
    with pytest.raises(forms.ValidationError) as refusal:
        AmountField().clean("")
    assert refusal.value.code == "required"


def test_more_digits_than_the_column_holds_are_refused():
    assert AmountField().clean("9 999 999 999,99") == Decimal("9999999999.99")
    with pytest.raises(forms.ValidationError):
        AmountField().clean("10 000 000 000,00")


@pytest.mark.parametrize(("language", "shown"), [("fr", "1234,50"), ("en", "1234.50")])
def test_an_amount_to_edit_is_shown_the_way_of_the_language(language, shown):
    class Form(forms.Form):
        amount = AmountField()

    with translation.override(language):
        assert Form(initial={"amount": Decimal("1234.5")})["amount"].value() == shown
