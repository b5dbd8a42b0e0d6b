"""What must hold of every clock, whatever the facts: found by random facts, not by examples."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dsar.rules.clocks import ANSWERED, ASKED, DEFAULTS, Event, Inputs, Promise, evaluate
from dsar.rules.clocks.pack import READINGS
from dsar.services.reckoning.shipped import Shipped

CALENDARS = Shipped()
LAWS = st.sampled_from([
    ("eu_gdpr", "DE", "Europe/Berlin", True), ("eu_gdpr", "FR", "America/New_York", False),
    ("uk_gdpr", "GB-EAW", "Europe/London", True), ("uk_gdpr", "GB-SCT", "Europe/London", True),
    ("ccpa", "NONE", "America/Los_Angeles", False),
])  # fmt: skip
RIGHTS = st.sampled_from(["access", "deletion", "rectification"])
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
KINDS = st.sampled_from([*ASKED, *ANSWERED, "extension_notice"])
# (kind, days after receipt): what happens after the request came.
STORIES = st.lists(st.tuples(KINDS, st.integers(0, 130)), max_size=8)
SETTINGS = st.fixed_dictionaries(
    {name: st.sampled_from(values) for name, (_, values) in READINGS.items() if values}
)


def ask(moment, law, right="access", story=(), switches=(), since=None, **more):
    regime, code, zone, home = law
    start = (since or moment).astimezone(ZoneInfo(zone)).date()
    events = tuple(Event(kind, start + timedelta(days=days)) for kind, days in story)
    inputs = Inputs(regime, right, moment, zone, code, home=home, fixed_zone=True, events=events, **more)
    return evaluate("answer", inputs, DEFAULTS | dict(switches), CALENDARS)


@given(MOMENTS, LAWS, RIGHTS, STORIES, st.none() | st.integers(1, 90))
def test_nothing_is_due_before_receipt_and_the_earliest_binds(moment, law, right, story, days):
    found = ask(moment, law, right, story, promise=Promise(days=days) if days else None)
    assert found.local_date < found.due_on
    assert found.due_on == min(day for day in (found.statutory_on, found.promised_on) if day)
    assert found.conservative_on <= found.due_on
    assert found.start_on >= found.local_date


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)), LAWS, RIGHTS, STORIES)
def test_a_later_receipt_never_gives_an_earlier_date(moment, later, law, right, story):
    after = moment + later
    first = ask(moment, law, right, story, since=after)
    second = ask(after, law, right, story)
    assert first.due_on <= second.due_on


@given(MOMENTS, LAWS, RIGHTS, STORIES, st.randoms(use_true_random=False))
def test_the_order_of_the_list_is_irrelevant(moment, law, right, story, random):
    shuffled = list(story)
    random.shuffle(shuffled)
    assert ask(moment, law, right, story) == ask(moment, law, right, shuffled)


@given(MOMENTS, LAWS, RIGHTS, STORIES, SETTINGS)
def test_computing_again_gives_the_same_bytes(moment, law, right, story, switches):
    one, two = (ask(moment, law, right, story, switches) for _ in range(2))
    assert json.dumps([one.as_json(), one.steps]) == json.dumps([two.as_json(), two.steps])


@given(MOMENTS, LAWS, RIGHTS, STORIES, SETTINGS)
def test_no_setting_passes_the_latest_lawful_reading(moment, law, right, story, switches):
    """Three months (90 days), plus each day of waiting once, plus the free days at the end; no more."""
    found = ask(moment, law, right, story, switches)
    waits = [days for _, days in story]
    waited = max(waits, default=0) + 1
    longest = 92 + waited + len(found.rolled)
    assert found.statutory_on <= found.local_date + timedelta(days=longest)
    if law[0] == "ccpa":
        assert found.statutory_on <= found.local_date + timedelta(days=90 + len(found.rolled))


@given(MOMENTS, LAWS, RIGHTS, STORIES, SETTINGS)
def test_a_longer_time_was_told_inside_the_first_period(moment, law, right, story, switches):
    found = ask(moment, law, right, story, switches)
    told = [event.on for event in found.used if event.kind == "extension_notice"]
    assert bool(told) == bool(found.extension_valid)
    assert all(found.local_date <= on <= found.last_day_to_extend for on in told)


@given(MOMENTS, LAWS, RIGHTS, STORIES)
def test_every_event_is_used_or_refused_or_waits(moment, law, right, story):
    found = ask(moment, law, right, story)
    known = {(one.kind, one.on) for one in (*found.used, *found.refused)}
    known |= {
        (kind, pause.asked) for pause in found.open_pauses for kind in ASKED if ASKED[kind] == pause.topic
    }
    start = found.local_date
    given = {(kind, start + timedelta(days=days)) for kind, days in story}
    answers_in_vain = {
        (kind, on) for kind, on in given - known
        if kind in ANSWERED and any(ASKED.get(one.kind) == ANSWERED[kind] for one in found.refused)
    }  # fmt: skip
    assert given - known <= answers_in_vain


@given(MOMENTS, LAWS)
def test_the_last_moment_lies_on_the_due_day_with_that_days_offset(moment, law):
    found = ask(moment, law)
    zone = ZoneInfo(law[2])
    assert found.due_at.date() == found.due_on
    assert found.due_at.utcoffset() == found.due_at.astimezone(UTC).astimezone(zone).utcoffset()
    assert (found.due_at.astimezone(UTC) + timedelta(seconds=1)).astimezone(zone).date() > found.due_on


@given(MOMENTS, st.sampled_from(["Europe/Paris", "Europe/London", "America/Santiago", "Africa/Cairo"]))
def test_72_hours_are_72_hours_on_every_night(moment, zone):
    inputs = Inputs("eu_gdpr", "access", moment, zone, "FR", fixed_zone=True)
    found = evaluate("breach_72h", inputs, DEFAULTS, CALENDARS)
    assert found.due_at.astimezone(UTC) - moment == timedelta(hours=72)
    assert found.due_on == found.due_at.date()


@given(MOMENTS, LAWS, RIGHTS, STORIES)
def test_the_careful_date_is_the_earliest_of_all_readings_alone(moment, law, right, story):
    found = ask(moment, law, right, story)
    assert all(found.conservative_on <= one.on for one in found.alternatives)


@given(MOMENTS, st.sampled_from(["DE", "FR", "GB-EAW", "GB-SCT", "US-CA"]))
def test_what_rolls_ends_on_a_working_day(moment, code):
    law = ("uk_gdpr" if code.startswith("GB") else "eu_gdpr", code, "Europe/Berlin", True)
    found = ask(moment, law)
    assert not CALENDARS.get(code).free(found.due_on)
    assert all(CALENDARS.get(code).free(day) for day, _ in found.rolled)
    assert found.due_on - timedelta(days=len(found.rolled)) == found.raw_on


def test_a_night_that_has_midnight_twice_ends_with_the_second():
    """Cairo put its clocks back at midnight of 31 October 2025: that day had 25 hours."""
    moment = datetime(2025, 9, 30, 10, tzinfo=UTC)
    inputs = Inputs("eu_gdpr", "access", moment, "Africa/Cairo", "NONE", home=False, fixed_zone=True)
    found = evaluate("answer", inputs, DEFAULTS, CALENDARS)
    assert found.due_on == date(2025, 10, 30)
    assert found.due_at.isoformat() == "2025-10-30T23:59:59+02:00"
