"""72 elapsed hours, platform terms, and the least risk that a judgement amounts to."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.rules import incidents
from platforms.rules.incidents import terms

AWARE = datetime(2026, 11, 20, 16, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "aware", "due"),
    [
        # Worked example 8: the clocks change on the 31st, All Saints' Day is a holiday; nothing rolls.
        ("Europe/Paris", "2027-10-29 16:40", "2027-11-01 15:40"),
        ("Europe/Berlin", "2027-03-26 10:00", "2027-03-29 11:00"),  # spring: an hour is missing
        ("Europe/London", "2026-12-24 09:00", "2026-12-27 09:00"),  # Christmas does not stretch it
        ("America/Los_Angeles", "2026-11-20 16:40", "2026-11-23 16:40"),
        ("UTC", "2028-02-27 12:00", "2028-03-01 12:00"),  # over 29 February
    ],
)
def test_the_authority_knows_within_72_elapsed_hours(zone, aware, due):
    at = datetime.fromisoformat(aware).replace(tzinfo=ZoneInfo(zone))
    found = incidents.authority_due(at).astimezone(ZoneInfo(zone))
    assert found.strftime("%Y-%m-%d %H:%M") == due


@given(st.integers(0, 500_000_000), st.sampled_from(["Europe/Paris", "UTC", "America/Los_Angeles"]))
def test_it_is_never_stretched_and_never_shortened(seconds, zone):
    at = (datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(ZoneInfo(zone))
    assert incidents.authority_due(at) - at.astimezone(UTC) == timedelta(hours=72)


def test_without_awareness_there_is_no_clock():
    with pytest.raises(incidents.NoAwareness, match="72 hours run from then"):
        incidents.authority_due(None)


def test_a_time_without_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        incidents.authority_due(AWARE.replace(tzinfo=None))


def test_a_platform_with_24_hours_comes_before_the_authority():
    found = incidents.deadlines(
        AWARE, platforms=["linkedin", "meta"], terms=terms(), authority_at=incidents.authority_due(AWARE)
    )
    assert [(one.recipient, one.due_at - AWARE) for one in found] == [
        ("Meta", timedelta(0)),
        ("LinkedIn", timedelta(hours=24)),
        ("", timedelta(hours=72)),
    ]


def test_at_once_names_no_hour_that_could_be_missed():
    meta, linkedin = incidents.deadlines(
        AWARE, platforms=["meta", "linkedin"], terms=terms(), authority_at=None
    )
    assert not meta.is_missed_by(AWARE + timedelta(days=5))
    assert linkedin.is_missed_by(AWARE + timedelta(hours=24, seconds=1))
    assert not linkedin.is_missed_by(AWARE + timedelta(hours=24))


def test_an_unknown_platform_has_no_clock():
    term = SimpleNamespace(label="Other", hours=1, source="")
    assert incidents.deadlines(AWARE, platforms=["nobody"], terms={"o": term}, authority_at=None) == []


@pytest.mark.parametrize(
    ("left", "hours"),
    [
        (timedelta(hours=72), 72),
        (timedelta(hours=1, seconds=-1), 0),
        (timedelta(0), 0),
        (timedelta(seconds=-1), -1),
        (timedelta(hours=-1, seconds=-1), -2),
    ],
)
def test_hours_left_are_whole_and_negative_once_late(left, hours):
    assert incidents.hours_left(AWARE + left, AWARE) == hours


def test_the_risk_never_falls_when_likelihood_or_severity_rises():
    level = incidents.LEVELS.index
    for one in range(1, 5):
        for other in range(1, 4):
            assert level(incidents.risk_of(one, other)) <= level(incidents.risk_of(one, other + 1))
            assert level(incidents.risk_of(other, one)) <= level(incidents.risk_of(other + 1, one))


def test_likelihood_and_severity_go_from_1_to_4():
    with pytest.raises(ValueError, match="1 to 4"):
        incidents.risk_of(0, 5)


@pytest.mark.parametrize(
    ("risk", "told"), [("unlikely", (False, False)), ("risk", (True, False)), ("high", (True, True))]
)
def test_whom_to_tell_follows_from_the_risk(risk, told):
    assert incidents.must_tell(risk) == told
