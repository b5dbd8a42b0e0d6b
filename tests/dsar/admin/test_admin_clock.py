"""The simulator, the holiday calendars, and the clock of a case in the staff desk."""

from datetime import UTC, date, datetime, timedelta

import pytest

from dsar.admin import words
from dsar.models import HolidayCalendar
from dsar.services import clocks
from tests import desk
from tests.factories import CaseFactory, IdentityFactory

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
QUESTION = {
    "obligation": "dsar_response", "regime": "eu_gdpr", "right": "access", "received_on": "2026-08-03",
    "received_time": "10:00", "reckoning_tz": "Europe/Berlin", "holiday_calendar": "DE", "roll": "yes",
    "profile": "", "event_0": "identity_requested", "on_0": "2026-08-05", "event_1": "identity_received",
    "on_1": "2026-08-20",
}  # fmt: skip


def test_the_simulator_asks_first(client):
    text = client.get("/staff/clock/").content.decode()
    assert "No question yet" in text
    assert 'name="event_5"' in text


def test_the_simulator_answers_with_derivation_readings_and_drawing(client):
    text = client.get("/staff/clock/", QUESTION).content.decode()
    assert "Friday 18 September 2026" in text
    assert "15 days of waiting do not count." in text
    assert "eu_identity_pause: restart" in text
    assert "Careful 3 Sep 2026" in text
    assert "&quot;roll_to_working_day&quot;: true" in text


def test_the_simulator_says_what_moves_nothing(client):
    asked = QUESTION | {"regime": "ccpa", "reckoning_tz": "America/Los_Angeles", "holiday_calendar": "NONE"}
    text = client.get("/staff/clock/", asked).content.decode()
    assert "this law does not stop the time for that" in text
    assert "Thursday 17 September 2026" in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"on_0": ""}, "On which day?"),
        ({"event_0": ""}, "What happened on this day?"),
        ({"reckoning_tz": "Berlin"}, "There is no such zone."),
        ({"received_on": "2026-02-30"}, "Enter a valid date."),
        ({"obligation": "breach_72h", "regime": "ccpa"}, "does not exist under ccpa"),
    ],
)
def test_the_simulator_shows_the_fault_at_its_field(client, change, said):
    response = client.get("/staff/clock/", QUESTION | change)
    text = response.content.decode().replace("&#x27;", "'")
    assert said in text
    assert "No question yet" in text
    assert response.status_code == 422


def test_the_simulator_counts_a_one_off_of_the_database(client, officer):
    from accounts.services.audit import Actor
    from dsar.services.clocks import editions

    asked = QUESTION | {"event_0": "", "on_0": "", "event_1": "", "on_1": ""}
    editions.add_one_off(code="DE", on=date(2026, 9, 3), name="Occasion", actor=Actor.of(officer), now=NOW)
    text = client.get("/staff/clock/", asked).content.decode()
    assert "is a holiday (Occasion)" in text
    assert "Friday 4 September 2026" in text


def test_calendars_are_listed_with_their_edition_and_end(client):
    text = client.get("/staff/dsar/holidaycalendar/").content.decode()
    assert "GB-SCT" in text
    assert "31 Dec 2036" in text


def test_a_calendar_shows_what_counts_and_what_does_not(client):
    california = HolidayCalendar.objects.get(code="US-CA")
    url = f"/staff/dsar/holidaycalendar/{california.pk}/change/"
    text = client.get(url, {"year": "2026"}).content.decode()
    assert "Independence Day (observed)" in text
    assert "Does not count" in text


def test_a_one_off_day_is_added_by_the_officer(client):
    calendar = HolidayCalendar.objects.get(code="GB-EAW")
    url = f"/staff/dsar/holidaycalendar/{calendar.pk}/add_day/"
    text = client.post(url, {"on": "2027-06-01", "name": "State occasion"}, follow=True).content.decode()
    assert "The day is added. No open case moves." in text
    newest = HolidayCalendar.objects.filter(code="GB-EAW").order_by("-number").first()
    assert newest.days.get(on=date(2027, 6, 1)).kind == "one-off"
    again = client.get(url)
    assert "old edition" in again.content.decode()


def test_the_queue_warns_of_a_calendar_that_ends(client):
    HolidayCalendar.objects.filter(code="DE").update(through_on=date(2027, 6, 1))
    queue = client.get("/staff/").content.decode()
    assert "Holidays end soon" in queue
    assert "run manage.py load_calendars" in queue
    text = client.get("/staff/dsar/holidaycalendar/", {"view": "ending"}).content.decode()
    assert ">DE<" in text
    assert ">FR<" not in text
    pages = {
        code: client.get(f"/staff/dsar/holidaycalendar/{HolidayCalendar.objects.get(code=code).pk}/change/")
        for code in ("DE", "FR")
    }
    assert "<code>manage.py load_calendars</code>" in pages["DE"].content.decode()
    assert "This list ends on" not in pages["FR"].content.decode()


def open_case(**more):
    received = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    case = CaseFactory(received_at=received, promised_due_on=None, **more)
    IdentityFactory(subject=case.subject, value="leonie@example.org")
    clocks.recompute(case=case, now=NOW)
    return case


def test_the_case_says_what_waits_and_what_an_answer_today_would_give(client, officer, settings):
    from accounts.services.audit import Actor

    settings.PROFILE = "mixora"
    case = open_case()
    clocks.record_event(
        case=case, kind="identity_requested", on=date(2026, 11, 23), actor=Actor.of(officer), now=NOW,
        note="letter",
    )  # fmt: skip
    text = client.get(f"/staff/dsar/case/{case.pk}/change/").content.decode()
    assert "We asked you on Monday 23 November 2026 to show us who you are." in text
    assert "If answered today" in text
    assert "Mon 21 Dec 2026" in text
    assert "Last day to say that we need longer" in text


def test_the_longer_time_is_taken_with_a_reason(client, settings):
    settings.PROFILE = "mixora"
    case = open_case()
    page = client.get(f"/staff/dsar/case/{case.pk}/extend/").content.decode()
    assert "Saturday 20 February 2027" in page
    refused = client.post(f"/staff/dsar/case/{case.pk}/extend/", {"details": "x"})
    assert refused.status_code == 422
    client.post(f"/staff/dsar/case/{case.pk}/extend/", {"reason": "complexity"})
    case.refresh_from_db()
    assert case.due_on == date(2027, 2, 20)


def test_too_late_the_page_says_so_and_has_no_button(client, settings):
    settings.PROFILE = "mixora"
    case = CaseFactory(received_at=NOW - timedelta(days=40), due_on=date(2026, 11, 15))
    clocks.recompute(case=case, now=NOW)
    page = client.get(f"/staff/dsar/case/{case.pk}/extend/").content.decode()
    assert "Too late: the last day to say so was" in page
    assert "btn-primary" not in page


def test_our_own_promise_stays_and_the_page_warns(client):
    case = open_case()
    page = client.get(f"/staff/dsar/case/{case.pk}/extend/").content.decode()
    assert "Our own promise stays" in page


def test_the_queue_counts_last_days_and_unconfirmed_receipts(client, officer):
    soon = open_case()
    soon.extend_by_on = date(2026, 11, 26)
    soon.confirm_by_on = date(2026, 11, 27)
    soon.save()
    text = client.get("/staff/").content.decode()
    assert "trouble=extend" in text
    assert "trouble=unconfirmed" in text
    found = client.get("/staff/dsar/case/", {"trouble": "extend"}).content.decode()
    assert soon.reference in found


def test_a_technical_administrator_sees_no_simulator(db):
    from accounts.enums import Role

    browser = desk.signed_in(desk.staff("Tech", Role.TECHNICAL_ADMIN))
    assert browser.get("/staff/clock/").status_code == 403


@pytest.mark.parametrize(
    ("dates", "right", "rule"),
    [
        ({"statutory_due_on": date(2026, 12, 1)}, "access", "11 CCR 7021(b)"),
        ({"statutory_due_on": date(2026, 12, 1)}, "opt_out", "11 CCR 7026(f)"),
        ({"promised_due_on": date(2026, 12, 1), "statutory_due_on": None}, "access", "our promise"),
        ({"platform_due_on": date(2026, 12, 1), "statutory_due_on": None}, "access", "the platform's terms"),
        ({"target_due_on": date(2026, 12, 1), "statutory_due_on": None}, "access", "our own aim"),
    ],
)
def test_a_date_is_shown_with_who_set_it_and_an_aim_is_no_law(db, dates, right, rule):
    case = CaseFactory(
        regime="ccpa", right=right, due_on=date(2026, 12, 1), **{"promised_due_on": None} | dates
    )
    assert words.due_of(case, date(2026, 11, 24)).rule == rule
