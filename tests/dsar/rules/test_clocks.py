"""The dates of the law, by the worked examples of our reference and by properties."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dsar.rules.calendar import Calendar
from dsar.rules.clocks import DEFAULTS, Alternative, Event, Inputs, NoSuchClock, Promise, evaluate
from dsar.services.reckoning.shipped import Shipped

CALENDARS = Shipped()


def due(received_at, *, regime="eu_gdpr", code="DE", zone="Europe/Berlin", obligation="answer", **more):
    switches = DEFAULTS | more.pop("switches", {})
    if days := more.pop("promise_days", None):
        more["promise"] = Promise(days=days)
    values = {"right": "access", "home": True, **more}
    inputs = Inputs(regime=regime, received_at=received_at, zone=zone, calendar=code, **values)
    return evaluate(obligation, inputs, switches, CALENDARS)


def at(*parts):
    return datetime(*parts, 10, tzinfo=UTC)


@pytest.mark.parametrize(("code", "expected"), [("DE", date(2028, 5, 2)), ("NL", date(2028, 5, 1))])
def test_a_month_clips_to_its_end_and_then_rolls_over_the_national_holidays(code, expected):
    found = due(at(2028, 3, 31), code=code)
    assert (found.raw_on, found.clipped, found.due_on) == (date(2028, 4, 30), True, expected)


@pytest.mark.parametrize(
    ("regime", "code", "expected"),
    [("eu_gdpr", "DE", date(2027, 12, 27)), ("uk_gdpr", "GB-EAW", date(2027, 12, 29))],
)
def test_substitute_days_count_where_the_law_has_them(regime, code, expected):
    assert due(at(2027, 11, 25), regime=regime, code=code).due_on == expected


def test_the_day_of_receipt_is_the_local_one():
    received = datetime(2026, 12, 30, 23, 40, tzinfo=UTC)
    found = due(received, code="AT", zone="Europe/Vienna")
    assert found.local_date == date(2026, 12, 31)
    assert found.due_on == found.last_day_to_extend == date(2027, 2, 1)
    assert found.due_at.isoformat() == "2027-02-01T23:59:59+01:00"


def test_an_extension_is_counted_from_the_start_date():
    received = datetime(2026, 12, 30, 23, 40, tzinfo=UTC)
    told = (Event("extension_notice", date(2027, 2, 1)),)
    found = due(received, code="AT", zone="Europe/Vienna", events=told)
    assert (found.due_on, found.extension_valid) == (date(2027, 3, 31), True)


def test_an_extension_told_too_late_changes_nothing():
    received = datetime(2026, 12, 30, 23, 40, tzinfo=UTC)
    found = due(
        received, code="AT", zone="Europe/Vienna", events=(Event("extension_notice", date(2027, 2, 2)),)
    )
    assert (found.due_on, found.extension_valid) == (date(2027, 2, 1), False)
    assert any("too late" in step["text"] for step in found.steps)


CALIFORNIA = {"regime": "ccpa", "code": "NONE", "zone": "America/Los_Angeles", "home": False}


def test_california_confirms_in_ten_business_days():
    found = due(at(2026, 7, 2), obligation="confirm", **CALIFORNIA)
    assert found.due_on == date(2026, 7, 16)
    assert Alternative("ccpa_business_days: federal", "high", date(2026, 7, 17)) in found.alternatives


def test_california_answers_in_45_days_and_does_not_roll():
    found = due(at(2026, 7, 2), **CALIFORNIA)
    assert (found.due_on, found.conservative_on) == (date(2026, 8, 16), date(2026, 8, 15))
    assert found.due_on.weekday() == 6


def test_california_extends_to_90_days():
    found = due(at(2026, 7, 2), events=(Event("extension_notice", date(2026, 8, 16)),), **CALIFORNIA)
    assert found.due_on == date(2026, 9, 30)


def test_california_acts_on_an_opt_out_in_15_business_days():
    found = due(at(2026, 7, 2), right="opt_out", **CALIFORNIA)
    assert found.due_on == date(2026, 7, 23)
    assert Alternative("ccpa_business_days: federal", "high", date(2026, 7, 24)) in found.alternatives


@pytest.mark.parametrize(
    ("received", "promised", "law", "binding"),
    [
        (at(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 11)),
        (at(2027, 2, 10), date(2027, 3, 12), date(2027, 3, 10), date(2027, 3, 10)),
    ],
)
def test_the_earlier_of_promise_and_law_binds(received, promised, law, binding):
    found = due(received, promise_days=30)
    assert (found.promised_on, found.statutory_on, found.due_on) == (promised, law, binding)
    assert found.steps[-1]["total"] is True
    assert found.steps[-1]["date"] == binding.isoformat()


def test_a_promise_to_all_beats_45_days():
    found = due(at(2026, 10, 12), promise_days=30, **CALIFORNIA)
    assert (found.due_on, found.statutory_on) == (date(2026, 11, 11), date(2026, 11, 26))


def test_without_a_promise_the_law_alone_binds():
    found = due(at(2026, 10, 12))
    assert (found.due_on, found.promised_on) == (date(2026, 11, 12), None)
    assert "law's date binds" in found.steps[-1]["text"]


def test_outside_every_law_the_promise_binds_alone():
    found = due(at(2026, 10, 12), regime="policy", promise_days=30)
    assert (found.due_on, found.rule) == (date(2026, 11, 11), "promise")


def test_neither_law_nor_promise_is_said_and_never_guessed():
    found = due(at(2026, 10, 12), regime="policy")
    assert (found.due_on, found.binds, found.steps[-1]["code"]) == (None, False, "nothing")


def test_where_nothing_binds_our_aim_orders_the_work_and_is_called_an_aim():
    found = due(at(2026, 10, 12), regime="policy", target_days=30)
    assert (found.due_on, found.target_on, found.statutory_on) == (date(2026, 11, 11),) * 2 + (None,)
    assert not found.binds
    assert "our own aim, no duty" in found.steps[-1]["text"]


def test_a_foreign_controller_does_not_roll():
    found = due(at(2028, 3, 31), home=False)
    assert found.due_on == date(2028, 4, 30)
    assert found.conservative_on == date(2028, 4, 30)
    assert found.ambiguity == "high"


def test_a_calendar_that_ends_too_early_warns():
    short = Calendar("DE", {}, date(2026, 12, 31), "test")
    inputs = Inputs("eu_gdpr", "access", at(2026, 12, 20), "Europe/Berlin", "DE", True)
    found = evaluate("answer", inputs, DEFAULTS, {"DE": short})
    assert found.warnings == ("DE",)
    assert any("ends on Thursday 31 December 2026" in step["text"] for step in found.steps)


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        due(datetime(2026, 10, 12))  # noqa: DTZ001


def test_an_unknown_event_is_refused():
    with pytest.raises(NoSuchClock, match="do not know"):
        due(at(2026, 10, 12), events=(Event("fee", date(2026, 10, 13)),))


moments = st.datetimes(datetime(2025, 6, 1), datetime(2031, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
laws = st.sampled_from(
    [("eu_gdpr", "DE", True), ("eu_gdpr", "DE", False), ("uk_gdpr", "GB-EAW", True), ("ccpa", "NONE", False)]
)


@given(moments, laws, st.none() | st.integers(1, 90))
def test_no_date_lies_before_receipt_and_none_after_what_binds(moment, law, promise):
    regime, code, home = law
    found = due(moment, regime=regime, code=code, home=home, promise_days=promise)
    assert found.local_date < found.due_on
    assert found.conservative_on <= found.due_on
    assert found.due_on == min(day for day in (found.statutory_on, found.promised_on) if day)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=60)), laws)
def test_a_later_receipt_never_gives_an_earlier_date(moment, later, law):
    regime, code, home = law
    first = due(moment, regime=regime, code=code, home=home, promise_days=30)
    second = due(moment + later, regime=regime, code=code, home=home, promise_days=30)
    assert first.due_on <= second.due_on


@given(moments, laws)
def test_the_same_inputs_give_the_same_bytes(moment, law):
    regime, code, home = law
    one, two = (due(moment, regime=regime, code=code, home=home, promise_days=30) for _ in range(2))
    assert json.dumps(one.as_json()) == json.dumps(two.as_json())


@given(moments, st.lists(st.dates(date(2025, 6, 1), date(2031, 6, 1)), max_size=3), st.randoms())
def test_the_order_of_events_is_irrelevant(moment, days, random):
    events = [Event("extension_notice", day) for day in days]
    first = due(moment, events=tuple(events))
    random.shuffle(events)
    assert due(moment, events=tuple(events)) == first


@given(moments)
def test_a_month_never_passes_its_end_by_more_than_the_free_days(moment):
    found = due(moment)
    assert found.due_on - found.raw_on == timedelta(days=len(found.rolled))
    assert not CALENDARS.get("DE").free(found.due_on)
