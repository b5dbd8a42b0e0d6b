"""ISO 8601 periods: calendar months, days across changes of the clocks, and which is never longer."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from platforms.rules import periods
from platforms.rules.periods import Period

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("P30D", Period(0, 30, 0)),
        ("P13M", Period(13, 0, 0)),
        ("P7Y", Period(84, 0, 0)),
        ("P1Y2M3W4DT5H6M7S", Period(14, 25, 18367)),
        ("PT0H", Period(0, 0, 0)),
        ("PT48H", Period(0, 0, 172800)),
        ("PT5M", Period(0, 0, 300)),
    ],
)
def test_a_period_is_taken_apart(text, expected):
    assert periods.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1DT", "30D", "P-1D", "P1.5D", "p30d", "P30D ", "P٣D", "PT1D"]
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="is no period"):
        periods.parse(text)


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        # 31 January and a month: the end of February, in a leap year one day later.
        ("2026-01-31T09:00", "P1M", "2026-02-28T09:00"),
        ("2028-01-31T09:00", "P1M", "2028-02-29T09:00"),
        ("2026-11-30T09:00", "P13M", "2027-12-30T09:00"),
        ("2024-02-29T12:00", "P1Y", "2025-02-28T12:00"),
        # The clocks go forward on 29 March 2026: a day still ends at the same time of day, 24 hours do not.
        ("2026-03-28T12:00", "P1D", "2026-03-29T12:00"),
        ("2026-03-28T12:00", "PT24H", "2026-03-29T13:00"),
        ("2026-10-24T12:00", "P7D", "2026-10-31T12:00"),
        ("2026-10-24T12:00", "PT24H", "2026-10-25T11:00"),
    ],
)
def test_calendar_parts_follow_the_zone_and_hours_are_full_hours(start, text, end):
    moment = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    found = periods.parse(text).after(moment.astimezone(UTC), BERLIN)
    assert found.tzinfo is UTC
    assert found.astimezone(BERLIN).replace(tzinfo=None) == datetime.fromisoformat(end)


def test_a_time_of_day_that_the_clocks_skip_ends_in_the_hour_after_it():
    start = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    assert periods.parse("P1D").after(start, BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="with a zone"):
        periods.parse("P1D").after(datetime(2026, 1, 1), BERLIN)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("P28D", "P1M", True),
        ("P30D", "P1M", False),
        ("P1M", "P30D", False),
        ("P1M", "P31D", True),
        ("P12M", "P1Y", True),
        ("P365D", "P1Y", True),
        ("P1Y", "P365D", False),
        ("PT24H", "P1D", True),
        ("P42D", "P42D", True),
        ("P1MT1H", "P1M", False),
    ],
)
def test_never_longer_holds_whenever_the_periods_start(one, other, expected):
    assert periods.never_longer(periods.parse(one), periods.parse(other)) is expected


def test_never_longer_agrees_with_the_calendar():
    """Every start of four years, for pairs that differ in months: the claim must never be false."""
    pairs = [("P28D", "P1M"), ("P1M", "P31D"), ("P365D", "P1Y"), ("P59D", "P2M"), ("P89D", "P3M")]
    starts = [datetime.fromordinal(ordinal).replace(tzinfo=UTC) for ordinal in range(738000, 739461)]
    for one, other in pairs:
        first, second = periods.parse(one), periods.parse(other)
        assert periods.never_longer(first, second)
        assert all(first.after(start, UTC) <= second.after(start, UTC) for start in starts), (one, other)
