"""A list of holidays that ends within a year is a warning before it moves a date."""

from datetime import date

import pytest
import time_machine
from django.core.checks import run_checks
from django.core.management import call_command

from dsar import checks
from dsar.models import HolidayCalendar
from dsar.services.clocks import calendars

DATABASE = ["default"]


def warnings(databases=None):
    return [one for one in run_checks(databases=databases) if one.id == "dsar.W002"]


def test_what_ships_covers_the_years_to_come():
    assert warnings() == []


@pytest.mark.parametrize(("today", "warns"), [(date(2035, 12, 30), False), (date(2036, 1, 1), True)])
def test_a_portal_that_nobody_updates_says_so_twelve_months_before(today, warns):
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        found = warnings()
    assert bool(found) is warns
    if warns:
        assert "The list of holidays DE ends on 31 December 2036, within 12 months." in found[0].msg
        assert "manage.py load_calendars" in found[0].hint
        assert {one.msg.split()[4] for one in found} == {"DE", "GB-EAW", "US-CA", "US-FED"}


@pytest.mark.django_db
@pytest.mark.parametrize(("through", "warns"), [(date(2027, 11, 23), True), (date(2027, 11, 24), False)])
def test_the_editions_in_the_database_are_what_counts(through, warns):
    HolidayCalendar.objects.filter(code="DE").update(through_on=through)
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        found = warnings(DATABASE)
    assert [one.msg.split()[4] for one in found] == (["DE"] if warns else [])


@pytest.mark.django_db
def test_a_calendar_that_no_date_of_ours_depends_on_is_left_alone():
    HolidayCalendar.objects.filter(code="FR").update(through_on=date(2020, 1, 1))
    assert warnings(DATABASE) == []


@pytest.mark.django_db
def test_a_new_edition_ends_the_warning():
    HolidayCalendar.objects.filter(code="DE").update(through_on=date(2020, 1, 1))
    assert warnings(DATABASE)
    call_command("load_calendars", "DE")
    assert warnings(DATABASE) == []


def test_a_place_without_any_list_is_named(monkeypatch):
    monkeypatch.setattr(calendars, "used", lambda: ["XX"])
    assert [one.msg for one in warnings()] == [
        "There is no list of holidays for XX: weekends alone are free there."
    ]


@pytest.mark.django_db
def test_before_the_first_migration_what_ships_is_judged(monkeypatch):
    monkeypatch.setattr(checks, "_has_tables", lambda: False)
    HolidayCalendar.objects.filter(code="DE").update(through_on=date(2020, 1, 1))
    assert warnings(DATABASE) == []
