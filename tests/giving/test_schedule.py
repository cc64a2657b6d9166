"""The laws of a pledge's calendar, over thirty years and from any day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from crm.core.dates import today_in
from crm.giving.choices import Frequency
from crm.giving.schedule import MONTHS, due_date, due_dates, last_day

anchors = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
paces = st.sampled_from(sorted(MONTHS))


def month_of(day: date) -> int:
    return day.year * 12 + day.month


@given(anchors, paces)
def test_thirty_years_hold_as_many_dates_as_they_should_each_a_step_after_the_other(anchor, pace):
    days = list(due_dates(anchor, pace, until=last_day(anchor)))
    assert len(days) == 30 * 12 // MONTHS[pace] + 1
    assert days[0] == anchor
    assert {month_of(after) - month_of(before) for before, after in pairwise(days)} == {MONTHS[pace]}


@given(anchors, paces)
def test_each_date_is_the_day_of_the_anchor_or_the_last_of_a_month_that_lacks_it(anchor, pace):
    for day in due_dates(anchor, pace, until=last_day(anchor)):
        is_last = (day + timedelta(days=1)).day == 1
        assert day.day == anchor.day or (day.day < anchor.day and is_last)


@given(anchors, paces, st.integers(0, 4000))
def test_looking_further_never_changes_what_was_seen_before(anchor, pace, days):
    near = list(due_dates(anchor, pace, until=anchor + timedelta(days=days)))
    far = list(due_dates(anchor, pace, until=last_day(anchor)))
    assert far[: len(near)] == near
    assert all(day > anchor + timedelta(days=days) for day in far[len(near) :])


@given(anchors, paces, st.integers(0, 360))
def test_no_date_is_in_two_places_and_each_can_be_asked_for_alone(anchor, pace, number):
    days = list(due_dates(anchor, pace, until=due_date(anchor, pace, number)))
    assert len(set(days)) == len(days) == number + 1
    assert days[-1] == due_date(anchor, pace, number)


@pytest.mark.parametrize(
    ("anchor", "pace", "found"),
    [
        (date(2027, 1, 31), "monthly", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (date(2028, 1, 30), "monthly", ["2028-01-30", "2028-02-29", "2028-03-30", "2028-04-30"]),
        (date(2026, 11, 30), "quarterly", ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30"]),
        (date(2026, 8, 31), "semi_annual", ["2026-08-31", "2027-02-28", "2027-08-31", "2028-02-29"]),
        (date(2024, 2, 29), "annual", ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        (date(2026, 5, 5), "one_time", ["2026-05-05"]),
    ],
)
def test_ends_of_months_and_leap_years(anchor, pace, found):
    until = date.fromisoformat(found[-1]) + timedelta(days=1)
    assert [day.isoformat() for day in due_dates(anchor, pace, until=until)] == found


def test_a_promise_of_one_payment_has_no_second():
    assert list(due_dates(date(2026, 1, 1), Frequency.ONE_TIME, until=date(2056, 1, 1))) == [date(2026, 1, 1)]
    with pytest.raises(KeyError):
        due_date(date(2026, 1, 1), Frequency.ONE_TIME, 1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-08T04:59:59+00:00", date(2026, 3, 7)),  # 23:59:59 the evening before clocks go forward
        ("2026-03-08T05:00:00+00:00", date(2026, 3, 8)),
        ("2026-03-08T07:30:00+00:00", date(2026, 3, 8)),  # the hour that does not exist
        ("2026-11-01T04:00:00+00:00", date(2026, 11, 1)),
        ("2026-11-01T05:30:00+00:00", date(2026, 11, 1)),  # 1:30, the first time
        ("2026-11-01T06:30:00+00:00", date(2026, 11, 1)),  # 1:30 again
        ("2026-11-02T04:59:59+00:00", date(2026, 11, 1)),
        ("2026-11-02T05:00:00+00:00", date(2026, 11, 2)),
    ],
)
def test_the_day_of_the_organization_is_right_when_clocks_change(moment, day):
    with time_machine.travel(moment, tick=False):
        assert today_in("America/Toronto") == day
