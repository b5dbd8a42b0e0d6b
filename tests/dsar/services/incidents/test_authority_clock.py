"""The 72 hours of an incident: as the profile reads the law, and as `manage.py clock` answers."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import translation

from accounts.enums import Role
from accounts.services.audit import Actor
from config.profile import active_profile
from dsar.models import IncidentDecision
from dsar.rules.transitions import NotAllowed
from dsar.services import incidents
from dsar.services.incidents import authority
from dsar.services.reckoning import asking
from dsar.services.reckoning.answering import answer
from tests import desk
from tests import factories as make
from tests.people import text_of

pytestmark = pytest.mark.django_db
COUNTED, NOT_COUNTED, TWO_DAYS = "first_hour_counted", "first_hour_not_counted", "two_working_days"
SATURDAY = "2026-12-26T02:30:00+01:00"  # Boxing Day, a German holiday and a Saturday


@pytest.fixture
def reading(monkeypatch):
    """Have the company read the 72 hours in one way, in one place."""

    def choose(switch, zone="Europe/Berlin", calendar="DE"):
        profile = active_profile()
        rules = tuple(one.model_copy(update={"calendar": calendar}) for one in profile.regimes.rules)
        switches = profile.clocks.switches.model_copy(update={"breach_hours": switch})
        changed = profile.model_copy(
            update={
                "clocks": profile.clocks.model_copy(update={"zone": zone, "switches": switches}),
                "regimes": profile.regimes.model_copy(update={"rules": rules}),
            }
        )
        monkeypatch.setattr(authority, "active_profile", lambda: changed)
        monkeypatch.setattr(incidents.telling, "active_profile", lambda: changed)
        monkeypatch.setattr(asking, "_loaded", lambda _name: changed)
        for cached in (asking._switches_of, asking._promised_answer):
            cached.cache_clear()
        return changed

    yield choose
    monkeypatch.undo()
    asking._switches_of.cache_clear()
    asking._promised_answer.cache_clear()


# reading, zone, calendar, aware, last moment. Regulation 1182/71: Art. 3(1) the hour of the event does not
# count; Art. 3(5) a period of two days or more holds at least two working days.
TABLE = [
    (COUNTED, "Europe/Berlin", "DE", "2026-10-12T09:10:00+02:00", "2026-10-15T09:10:00+02:00"),
    (NOT_COUNTED, "Europe/Berlin", "DE", "2026-10-12T09:10:00+02:00", "2026-10-15T10:00:00+02:00"),
    (NOT_COUNTED, "Europe/Berlin", "DE", "2026-10-12T09:00:00+02:00", "2026-10-15T10:00:00+02:00"),
    (TWO_DAYS, "Europe/Berlin", "DE", "2026-10-12T09:10:00+02:00", "2026-10-15T09:10:00+02:00"),
    # Friday evening: Monday alone is a working day within the hours, Tuesday the second.
    (COUNTED, "Europe/Berlin", "DE", "2026-10-16T18:00:00+02:00", "2026-10-19T18:00:00+02:00"),
    (TWO_DAYS, "Europe/Berlin", "DE", "2026-10-16T18:00:00+02:00", "2026-10-20T23:59:59+02:00"),
    # Christmas: Friday 25th and Saturday 26th are holidays, so Monday and Tuesday are the two.
    (COUNTED, "Europe/Berlin", "DE", "2026-12-24T17:00:00+01:00", "2026-12-27T17:00:00+01:00"),
    (TWO_DAYS, "Europe/Berlin", "DE", "2026-12-24T17:00:00+01:00", "2026-12-29T23:59:59+01:00"),
    # The hours reach into Tuesday: the careful reading counts that day, although it has only begun.
    (TWO_DAYS, "Europe/Berlin", "DE", SATURDAY, "2026-12-29T02:30:00+01:00"),
    # England: Monday 28 December is the substitute of Boxing Day.
    (TWO_DAYS, "Europe/London", "GB-EAW", "2026-12-24T17:00:00+00:00", "2026-12-30T23:59:59+00:00"),
    # Worked example 8: the clocks change, All Saints' Day is a holiday.
    (COUNTED, "Europe/Paris", "FR", "2027-10-29T16:40:00+02:00", "2027-11-01T15:40:00+01:00"),
    (NOT_COUNTED, "Europe/Paris", "FR", "2027-10-29T16:40:00+02:00", "2027-11-01T16:00:00+01:00"),
    (TWO_DAYS, "Europe/Paris", "FR", "2027-10-29T16:40:00+02:00", "2027-11-03T23:59:59+01:00"),
    # A zone with half an hour: hours are hours.
    (NOT_COUNTED, "Asia/Kolkata", "NONE", "2026-10-12T09:10:00+05:30", "2026-10-15T09:30:00+05:30"),
    (COUNTED, "America/Los_Angeles", "NONE", "2026-10-30T18:00:00-07:00", "2026-11-02T17:00:00-08:00"),
]


@pytest.mark.parametrize(("switch", "zone", "calendar", "aware", "last"), TABLE)
def test_an_incident_has_the_last_moment_that_the_clock_command_answers(
    reading, switch, zone, calendar, aware, last
):
    reading(switch, zone, calendar)
    at, due = datetime.fromisoformat(aware), datetime.fromisoformat(last)
    clock = authority.authority_clock()
    assert clock.due(at) == due
    asked = {
        "regime": clock.regime, "obligation": "breach_72h", "right": None, "received_at": aware,
        "reckoning_tz": zone, "holiday_calendar": calendar, "roll_to_working_day": None,
        "profile": "mediux_ai", "events": [],
    }  # fmt: skip
    found = answer(json.loads(json.dumps(asked)))
    assert datetime.fromisoformat(found["due_at"]) == due
    with translation.override("en"):
        said = [step["text"] for step in clock.why(at)]
    assert [line[: len(text)] for line, text in zip(found["derivation"], said, strict=True)] == said


@pytest.fixture
def dpo():
    return Actor.of(desk.staff("Katrin Vogelsang", Role.DPO))


def opened(actor, aware):
    at = datetime.fromisoformat(aware)
    return incidents.open_incident(
        title="Invoice sent to the wrong customer", kind="confidentiality", facts="One file.", aware_at=at,
        actor=actor, now=at.astimezone(UTC),
    )  # fmt: skip


@pytest.mark.parametrize("switch", [COUNTED, NOT_COUNTED, TWO_DAYS])
def test_the_clock_of_the_incident_and_its_register_follow_the_switch(reading, dpo, switch):
    from dsar.services.registers import incidents as register

    reading(switch)
    incident = opened(dpo, "2026-10-16T18:10:00+02:00")
    [clock] = incidents.open_deadlines(incident)
    wanted = {
        COUNTED: "2026-10-19T18:10:00+02:00",
        NOT_COUNTED: "2026-10-19T19:00:00+02:00",
        TWO_DAYS: "2026-10-20T23:59:59+02:00",
    }[switch]
    assert clock.due_at == datetime.fromisoformat(wanted)
    assert register.authority_clock().due(incident.aware_at) == clock.due_at


@pytest.mark.parametrize(("switch", "late"), [(COUNTED, True), (NOT_COUNTED, False), (TWO_DAYS, False)])
def test_whether_a_notice_is_late_follows_the_switch(reading, dpo, switch, late):
    reading(switch)
    incident = opened(dpo, "2026-10-16T18:10:00+02:00")
    IncidentDecision.objects.create(
        incident=incident, question="authority", tell=True, reasons="A risk.", approved=True,
        proposed_by=make.StaffFactory(), proposed_at=incident.aware_at, decided_by=dpo.user,
        decided_at=incident.aware_at,
    )  # fmt: skip
    sent = datetime.fromisoformat("2026-10-19T18:30:00+02:00")
    told = {"incident": incident, "to": "authority", "recipient": "BfDI", "sent_at": sent,
            "summary": "First.", "actor": dpo, "now": sent}  # fmt: skip
    if late:
        with pytest.raises(NotAllowed, match="This notice was late"):
            incidents.notify(**told)
    else:
        assert incidents.notify(**told).late is False


@pytest.mark.parametrize(
    ("switch", "says"),
    [
        (COUNTED, "The law gives 72 hours."),
        (NOT_COUNTED, "The hour in which we became aware does not count."),
        (TWO_DAYS, "The period must hold two working days: it ends with Tuesday 20 October 2026."),
    ],
)
def test_the_page_of_the_incident_derives_its_last_moment(reading, dpo, switch, says):
    reading(switch)
    incident = opened(dpo, "2026-10-16T18:10:00+02:00")
    page = text_of(desk.signed_in(dpo.user).get(f"/staff/dsar/incident/{incident.pk}/change/"))
    assert "Why this date?" in page
    assert "We became aware on 16 October 2026, 18:10" in page
    assert says in page


def test_a_company_outside_europe_follows_the_gdpr(reading):
    assert reading(COUNTED).identity.seat.country == "US"
    assert authority.authority_clock().regime == "eu_gdpr"


def test_without_working_days_no_calendar_is_read(reading, django_assert_num_queries):
    reading(NOT_COUNTED)
    clock = authority.authority_clock()
    with django_assert_num_queries(0):
        for _ in range(3):
            clock.due(datetime(2026, 10, 16, 18, tzinfo=UTC))


def test_many_incidents_read_the_calendar_once(reading, django_assert_max_num_queries):
    reading(TWO_DAYS)
    clock = authority.authority_clock()
    with django_assert_max_num_queries(2):
        for day in range(1, 20):
            clock.due(datetime(2026, 10, day, 18, tzinfo=UTC))
