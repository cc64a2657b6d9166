"""Amounts and dates: every spelling that is taken, and everything that is refused rather than guessed."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crm.imports.amounts import AmountColumn, parse_amount
from crm.imports.choices import DateOrder, NumberStyle
from crm.imports.dates import DateColumn, parse_date
from crm.imports.problems import ValueProblem

UNKNOWN, COMMA, DOT, MIXED = NumberStyle.UNKNOWN, NumberStyle.COMMA, NumberStyle.DOT, NumberStyle.MIXED
DAY_FIRST, MONTH_FIRST = DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST


def refusal(parse, *args) -> str:
    """The code of the problem, or the value that was taken instead."""
    try:
        return f"took {parse(*args)!r}"
    except ValueProblem as problem:
        return problem.code


# --- amounts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("25", "25.00"),
        ("1234.5", "1234.50"),
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("$ 1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234,56\u00a0$", "1234.56"),
        ("1\u202f234,56\u202f$", "1234.56"),
        ("1 234 567,89 $", "1234567.89"),
        ("1.234,56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567", "1234567.00"),
        ("1.234.567", "1234567.00"),
        ("1'234.56", "1234.56"),
        ("1’234.56", "1234.56"),
        ("1 000", "1000.00"),
        ("12,5", "12.50"),
        (",50", "0.50"),
        (".5", "0.50"),
        ("+12.00", "12.00"),
        ("12,50 $ CA", "12.50"),
        ("12,50 $CA", "12.50"),
        ("CA$12.50", "12.50"),
        ("C$12.50", "12.50"),
        ("$12.50 CAD", "12.50"),
        ("CAD 12.50", "12.50"),
        ("12.50 cad", "12.50"),
        ("0012.50", "12.50"),
        ("9999999999.99", "9999999999.99"),
    ],
)
def test_an_amount_is_read_in_any_spelling(text, amount):
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("(12.00)", "amount_negative"),
        ("($12.00)", "amount_negative"),
        ("(12,00 $)", "amount_negative"),
        ("-12.00", "amount_negative"),
        ("−12,00 $", "amount_negative"),
        ("-$12.00", "amount_negative"),
        ("$-12.00", "amount_negative"),
        ("12.00-", "amount_negative"),
        ("0", "amount_zero"),
        ("0,00 $", "amount_zero"),
        ("12.345", "amount_ambiguous"),
        ("1234.567", "amount_decimals"),
        ("1234,567", "amount_decimals"),
        ("0,123", "amount_decimals"),
        ("12.5000", "amount_decimals"),
        ("1 234,567", "amount_decimals"),
        ("1,234.567", "amount_decimals"),
        ("10000000000", "amount_too_large"),
        ("12,00 €", "amount_currency"),
        ("US$12.00", "amount_currency"),
        ("12 $ US", "amount_currency"),
        ("12.00 USD", "amount_currency"),
        ("£5", "amount_currency"),
        ("12 34", "amount"),
        ("1 2345", "amount"),
        ("1,23,456.00", "amount"),
        ("1.234,567.89", "amount"),
        ("12$50", "amount"),
        ("12.", "amount"),
        ("1e3", "amount"),
        ("١٢", "amount"),
        ("½", "amount"),
        ("²", "amount"),
        ("NaN", "amount"),
        ("$", "amount"),
        ("-", "amount"),
        ("douze", "amount"),
        ("=12+1", "amount"),
        ("12 dollars", "amount"),
    ],
)
def test_what_is_not_an_exact_positive_amount_is_refused(text, code):
    assert refusal(parse_amount, text) == code


@pytest.mark.parametrize(
    ("text", "style", "read"),
    [
        ("1,234", UNKNOWN, "1234.00"),
        ("1,234", DOT, "1234.00"),
        ("1,234", COMMA, "amount_decimals"),
        ("1,234", MIXED, "amount_ambiguous"),
        ("1.234", COMMA, "1234.00"),
        ("1.234", DOT, "amount_decimals"),
        ("1.234", UNKNOWN, "amount_ambiguous"),
        ("1.234", MIXED, "amount_ambiguous"),
        ("12,34", DOT, "12.34"),
        ("12.34", COMMA, "12.34"),
        ("1,234.56", COMMA, "1234.56"),
        ("1.234,56", DOT, "1234.56"),
    ],
)
def test_three_digits_after_a_sign_are_decided_by_the_column(text, style, read):
    assert refusal(parse_amount, text, style) in (read, f"took Decimal('{read}')")


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["100", "1,234", "1.234", ""], UNKNOWN),
        (["1 000", "abc"], UNKNOWN),
        (["100", "12,50 $"], COMMA),
        (["12,5"], COMMA),
        (["1.234,56"], COMMA),
        (["1.234.567"], COMMA),
        (["(12,50)"], COMMA),
        (["100", "$12.50"], DOT),
        (["1,234.56"], DOT),
        (["1,234,567"], DOT),
        (["12,50", "12.50"], MIXED),
    ],
)
def test_the_column_shows_its_decimal_sign(cells, style):
    column = AmountColumn()
    for cell in cells:
        column.add(cell)
    assert column.style == style


def in_french(cents: int, space: str) -> str:
    return f"{cents // 100:,}".replace(",", space) + f",{cents % 100:02}"


CENTS = st.integers(1, 10**12 - 1)


@settings(deadline=None)
@given(
    CENTS,
    st.sampled_from([" ", "\u00a0", "\u202f", "\u2009", "’", "."]),
    st.sampled_from(["{}", "{} $", "{}\u00a0$", "$ {}", "{} CAD"]),
)
@example(100_000, ".", "{}")
def test_every_amount_written_in_french_is_read_back_to_the_cent(cents, space, form):
    text = form.format(in_french(cents, space))
    column = AmountColumn()
    column.add(text)
    assert parse_amount(text, column.style) == Decimal(cents).scaleb(-2)
    assert parse_amount(text) == Decimal(cents).scaleb(-2)


@settings(deadline=None)
@given(CENTS, st.sampled_from(["{}", "${}", "$ {}", "CA${}", "{} CAD"]), st.booleans())
def test_every_amount_written_in_english_is_read_back_to_the_cent(cents, form, grouped):
    text = form.format(f"{cents // 100:{',' if grouped else ''}}.{cents % 100:02}")
    column = AmountColumn()
    column.add(text)
    assert column.style == DOT
    assert parse_amount(text, column.style) == Decimal(cents).scaleb(-2)


@settings(deadline=None)
@given(CENTS, st.sampled_from(["-{}", "({})", "−{} $", "-${}", "{}-"]), st.sampled_from(NumberStyle))
def test_no_negative_amount_is_ever_taken(cents, form, style):
    assert refusal(parse_amount, form.format(in_french(cents, " ")), style) == "amount_negative"


@settings(deadline=None)
@given(st.text("0123456789.,' $-()", max_size=14), st.sampled_from(NumberStyle))
def test_an_amount_that_is_taken_has_the_digits_that_were_typed(text, style):
    try:
        value = parse_amount(text, style)
    except ValueProblem:
        return
    assert value > 0
    assert value == value.quantize(Decimal("0.01"))
    typed = "".join(char for char in text if char.isdigit()).lstrip("0")
    assert str(value).replace(".", "").strip("0") == typed.strip("0")


# --- dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026/01/31",
        "2026.01.31",
        "2026-1-31",
        "20260131",
        "31/01/2026",
        "31-01-2026",
        "31.01.2026",
        "31/1/2026",
        "01/31/2026",
        "31 janvier 2026",
        "31 Janvier 2026",
        "31 janv. 2026",
        "le samedi 31 janvier 2026",
        "31\u00a0janvier\u00a02026",
        "January 31, 2026",
        "January 31st, 2026",
        "Jan 31 2026",
        "31-Jan-2026",
        "the 31st of January, 2026",
        "2026-01-31T22:10:05Z",
        "2026-01-31 22:10",
        "2026-01-31T22:10:05.123+00:00",
        "31/01/2026 22:10:05",
        "01/31/2026 10:10 PM",
        "31 janvier 2026 à 14 h 30",
    ],
)
def test_a_date_is_read_in_any_spelling(text):
    assert parse_date(text) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1er février 2026", date(2026, 2, 1)),
        ("29 février 2024", date(2024, 2, 29)),
        ("3 août 2026", date(2026, 8, 3)),
        ("3 aout 2026", date(2026, 8, 3)),
        ("DÉCEMBRE 5, 2026", date(2026, 12, 5)),
        ("5/5/2026", date(2026, 5, 5)),
        ("2 mars 2026", date(2026, 3, 2)),
        ("2 mai 2026", date(2026, 5, 2)),
        ("May 2, 2026", date(2026, 5, 2)),
    ],
)
def test_months_are_known_in_both_languages(text, day):
    assert parse_date(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "date_impossible"),
        ("2026-02-31", "date_impossible"),
        ("29 février 2026", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("31 avril 2026", "date_impossible"),
        ("32/13/2026", "date_impossible"),
        ("00/00/2026", "date_impossible"),
        ("03/04/2026", "date_order"),
        ("3-4-2026", "date_order"),
        ("31/01/26", "date_short_year"),
        ("26/01/31", "date_short_year"),
        ("31 janvier 26", "date_short_year"),
        ("31/01/1826", "date_year"),
        ("2126-01-31", "date_year"),
        ("46053", "date_serial"),
        ("46053.5", "date_serial"),
        ("31012026", "date"),
        ("janvier 2026", "date"),
        ("2026", "date"),
        ("hier", "date"),
        ("31 foo 2026", "date"),
        ("31 mars avril 2026", "date"),
        ("٣١/٠١/٢٠٢٦", "date"),
        ("n/a", "date"),
        ("=TODAY()", "date"),
    ],
)
def test_what_is_not_one_certain_day_is_refused(text, code):
    assert refusal(parse_date, text) == code


def test_the_number_excel_keeps_for_a_date_is_refused_with_the_date_it_means():
    with pytest.raises(ValueProblem) as caught:
        parse_date("46053")
    assert caught.value.params == {"text": "46053", "day": "2026-01-31"}


def test_the_order_of_the_column_reads_ambiguous_dates_and_refuses_those_that_contradict_it():
    assert parse_date("03/04/2026", DAY_FIRST) == date(2026, 4, 3)
    assert parse_date("03/04/2026", MONTH_FIRST) == date(2026, 3, 4)
    assert refusal(parse_date, "01/31/2026", DAY_FIRST) == "date_order_conflict"
    assert refusal(parse_date, "31/01/2026", MONTH_FIRST) == "date_order_conflict"
    assert parse_date("2026-01-31", MONTH_FIRST) == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("cells", "order", "must_ask", "examples"),
    [
        ([], None, False, []),
        (["2026-04-03", "3 avril 2026", "05/05/2026", ""], None, False, []),
        (["03/04/2026", "05/06/2026"], None, True, ["03/04/2026", "05/06/2026"]),
        (["03/04/2026", "31/01/2026"], DAY_FIRST, False, ["03/04/2026"]),
        (["03/04/2026", "01/31/2026 10:00"], MONTH_FIRST, False, ["03/04/2026"]),
        (["31/01/2026", "01/31/2026"], None, False, []),
        (["32/13/2026", "03/04/2026"], None, True, ["03/04/2026"]),
        (["31-01-2026", "01-31-2026", "03-04-2026"], None, True, ["03-04-2026"]),
        (["1/2/2026", "2/3/2026", "3/4/2026", "4/5/2026"], None, True, ["1/2/2026", "2/3/2026", "3/4/2026"]),
    ],
)
def test_a_thirteenth_settles_the_order_of_the_column_and_otherwise_it_is_asked(cells, order, must_ask, examples):
    column = DateColumn()
    for cell in cells:
        column.add(cell)
    assert (column.order, column.must_ask, column.ambiguous) == (order, must_ask, examples)


def test_a_moment_that_names_its_offset_is_the_day_of_the_organization():
    montreal = ZoneInfo("America/Montreal")
    assert parse_date("2027-01-01T02:00:00Z", None, montreal) == date(2026, 12, 31)
    assert parse_date("2027-01-01 02:00:00 +00:00", None, montreal) == date(2026, 12, 31)
    assert parse_date("2027-01-01T02:00:00-05:00", None, montreal) == date(2027, 1, 1)
    assert parse_date("2027-01-01T02:00:00", None, montreal) == date(2027, 1, 1)
    assert parse_date("2027-01-01T02:00:00Z") == date(2027, 1, 1)
    assert refusal(parse_date, "2027-01-01T25:00:00Z", None, montreal) == "date"


DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
FRENCH = ("janvier février mars avril mai juin juillet août septembre octobre novembre décembre").split()
ENGLISH = ("January February March April May June July August September October November December").split()


@settings(deadline=None)
@given(DAYS)
def test_every_day_is_read_back_from_every_spelling(day):
    written = (
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}" if day.year < 2100 else day.isoformat(),
        f"{day.day} {FRENCH[day.month - 1]} {day.year}",
        f"{ENGLISH[day.month - 1]} {day.day}, {day.year}",
        f"{day.day}-{ENGLISH[day.month - 1][:3]}-{day.year}",
        f"{day.isoformat()}T23:59:59",
    )
    assert [parse_date(text) for text in written] == [day] * len(written)
    assert parse_date(f"{day:%d/%m/%Y}", DAY_FIRST) == day
    assert parse_date(f"{day:%m-%d-%Y}", MONTH_FIRST) == day


@settings(deadline=None)
@given(st.lists(DAYS, min_size=1, max_size=8), st.booleans())
def test_a_column_is_never_read_in_the_wrong_order(days, day_first):
    cells = [f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}" for day in days]
    column = DateColumn()
    for cell in cells:
        column.add(cell)
    if column.must_ask:
        assert all(day.day <= 12 for day in days)
        return
    assert [parse_date(cell, column.order) for cell in cells] == days


@settings(deadline=None)
@given(st.integers(0, 99_999).map(lambda number: f"{number:05}"))
def test_a_five_digit_number_is_never_a_date(text):
    assert refusal(parse_date, text) == "date_serial"
    with pytest.raises(ValueProblem) as caught:
        parse_date(text)
    assert date.fromisoformat(caught.value.params["day"]) - date(1899, 12, 30) == timedelta(days=int(text))
