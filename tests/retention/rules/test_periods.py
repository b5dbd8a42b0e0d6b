"""Last days of periods, and back from a day to what is over on it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retention.rules import add_period, last_past, last_reached, start_of

PERIODS = ("P30D", "P60D", "P180D", "P12M", "P7Y", "P1M", "P13M", "P2W", "P1Y6M", "P1M15D", "PT72H")
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("period", "today", "through"),
    [
        ("P12M", date(2026, 11, 25), date(2025, 11, 25)),  # "up to 12 months": gone by that date next year
        ("P30D", date(2026, 3, 1), date(2026, 1, 30)),
        ("P1M", date(2026, 2, 28), date(2026, 1, 31)),  # 28 to 31 January all end on 28 February
        ("P1M", date(2026, 2, 27), date(2026, 1, 27)),
        ("P1Y", date(2025, 2, 28), date(2024, 2, 29)),
        ("P4Y", date(2028, 2, 29), date(2024, 2, 29)),
        ("P4Y", date(2028, 2, 28), date(2024, 2, 28)),
    ],
)
def test_at_most_a_period_ends_on_its_last_day(period, today, through):
    assert last_reached(period, today) == through


@pytest.mark.parametrize(
    ("today", "through"),
    [
        (date(2031, 2, 28), date(2024, 2, 27)),  # 29 February 2024 + P7Y: kept through 28 February 2031
        (date(2031, 3, 1), date(2024, 2, 29)),
        (date(2033, 1, 1), date(2025, 12, 31)),
    ],
)
def test_at_least_a_period_ends_the_day_after_its_last(today, through):
    assert last_past("P7Y", today) == through


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PERIODS), DAYS)
def test_what_is_over_is_exactly_what_the_calendar_says(period, today):
    through = last_reached(period, today)
    assert add_period(through, period) <= today < add_period(through + timedelta(days=1), period)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PERIODS), DAYS)
def test_a_later_day_never_has_less_over(period, today):
    assert last_reached(period, today) <= last_reached(period, today + timedelta(days=1))


@pytest.mark.parametrize("period", ["P10000Y", "P151Y", "P1900M", "P60000D"])
def test_a_period_longer_than_any_law_asks_is_a_slip_of_the_pen(period):
    with pytest.raises(ValueError, match="longer than 150 years"):
        last_reached(period, date(2026, 1, 1))


@pytest.mark.parametrize("text", ["", "P", "30D", "P-1D", "P1.5Y"])
def test_text_that_is_no_period_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="write for example"):
        last_reached(text, date(2026, 1, 1))


def test_a_day_begins_where_the_company_is():
    assert start_of(date(2026, 3, 29), ZoneInfo("Europe/Berlin")).isoformat() == "2026-03-28T23:00:00+00:00"
    assert start_of(date(2026, 3, 30), ZoneInfo("Europe/Berlin")).isoformat() == "2026-03-29T22:00:00+00:00"
