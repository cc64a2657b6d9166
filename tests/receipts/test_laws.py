"""What the laws of other countries than Canada let a donor claim, and how they number a charity."""

from datetime import date
from decimal import Decimal

import pytest

from crm.core import charity_numbers
from crm.receipts import advantages


@pytest.mark.parametrize(
    ("amount", "advantage", "day", "outcome"),
    [
        ("100", "2", "2026-10-14", "100"),  # 2% is ignored
        ("100", "2.01", "2026-10-14", "97.99"),
        ("10000", "132", "2026-10-14", "10000"),  # the ceiling of 2024
        ("10000", "132.01", "2026-10-14", "9867.99"),
        ("10000", "132", "2023-10-14", "9868"),  # that of the years before was lower
        ("100", "81", "2026-10-14", "19"),  # there is no rule of 80%
        ("100", "100", "2026-10-14", "zero_eligible"),
        ("100", "120", "2026-10-14", "zero_eligible"),
    ],
)
def test_in_the_united_states_what_was_got_is_taken_off_unless_it_is_a_token(amount, advantage, day, outcome):
    found = advantages.UNITED_STATES.applied(Decimal(amount), Decimal(advantage), day=date.fromisoformat(day))
    assert found.reason or str(found.eligible.normalize()) == str(Decimal(outcome).normalize())
    assert (found.reason or "") == ("" if outcome[0].isdigit() else outcome)


@pytest.mark.parametrize(
    ("amount", "advantage", "others", "reason"),
    [
        ("100", "25", "0", ""),  # a quarter is let pass
        ("100", "25.01", "0", "not_free"),
        ("1000", "69", "0", ""),
        ("1000", "69.01", "0", "not_free"),
        ("1000", "30", "39", ""),  # the ceiling is for the year
        ("1000", "30", "39.01", "not_free"),
        ("100", "100", "0", "not_free"),
    ],
)
def test_in_france_a_gift_is_for_nothing_or_nearly(amount, advantage, others, reason):
    found = advantages.FRANCE.applied(
        Decimal(amount), Decimal(advantage), day=date(2026, 10, 14), others=Decimal(others)
    )
    assert (found.reason, found.eligible) == (reason, Decimal(0) if reason else Decimal(amount))
    assert found.de_minimis is not bool(reason)


@pytest.mark.parametrize(
    ("text", "law", "shown"),
    [
        ("53-0196605", "US", "53-0196605"),
        ("530196605", "US", "53-0196605"),
        ("775 672 272", "FR", "775\u00a0672\u00a0272"),
        ("w751000000", "FR", "W751000000"),
    ],
)
def test_each_country_knows_a_charity_under_its_own_number(text, law, shown):
    number = charity_numbers.compact(text)
    assert charity_numbers.is_valid(number, law)
    assert charity_numbers.written(number, law) == shown
    assert not charity_numbers.is_valid(number, "CA")
    assert not charity_numbers.is_valid("119219814RR0001", law)
    assert not charity_numbers.is_valid("775672273", "FR")  # its check digit is wrong
