"""Holiday calendars: there from the start, new editions move open cases, one-offs by hand."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent
from dsar.models import Holiday, HolidayCalendar
from dsar.rules.holidays import Day
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks
from dsar.services.clocks import calendars, editions
from tests.factories import NOW, CaseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rolling(settings, tmp_path, monkeypatch):
    """A company that follows the calendar of England and Wales: it rolls although it sits elsewhere."""
    from config import profile

    settings.PROFILE = "mixora"
    found = profile.active_profile()
    switches = found.clocks.switches.model_copy(update={"roll_foreign_controller": True})
    changed = found.clocks.model_copy(update={"switches": switches})
    for module in ("evaluating", "events"):
        mended = found.model_copy(update={"clocks": changed})
        monkeypatch.setattr(f"dsar.services.clocks.{module}.active_profile", lambda mended=mended: mended)


def test_a_fresh_database_has_the_calendars_that_ship():
    codes = set(HolidayCalendar.objects.values_list("code", flat=True))
    assert {"DE", "FR", "IE", "GB-EAW", "GB-SCT", "GB-NIR", "US-FED", "US-CA", "NL", "AT"} <= codes
    assert HolidayCalendar.objects.current().count() == len(codes)


def test_an_observance_moves_nothing():
    days = Holiday.objects.filter(calendar__code="US-CA", on=date(2026, 7, 3))
    assert [(one.kind, one.counts_for_roll) for one in days] == [("observance", False)]
    assert date(2026, 7, 3) not in calendars.current(["US-CA"])["US-CA"].days


def test_without_rows_the_shipped_calendar_counts():
    HolidayCalendar.objects.all().delete()
    found = calendars.current(["GB-ENG", "NONE"])
    assert set(found) == {"GB-EAW"}
    assert found["GB-EAW"].free(date(2027, 12, 28))


def test_a_region_is_generated_when_nobody_has_loaded_it():
    found = calendars.current(["DE-BY"])["DE-BY"]
    assert found.free(date(2027, 1, 6))
    assert not calendars.current(["DE"])["DE"].free(date(2027, 1, 6))


def test_a_one_off_is_a_new_edition_and_moves_open_cases(dpo, rolling):
    case = CaseFactory(regime="uk_gdpr", promised_due_on=None, due_on=date(2026, 11, 12))
    clocks.recompute(case=case, now=NOW)
    assert case.due_on == date(2026, 11, 12)
    done = editions.add_one_off(
        code="GB-ENG", on=date(2026, 11, 12), name="State occasion", actor=dpo, now=NOW
    )
    assert (done.edition.code, done.edition.number) == ("GB-EAW", 2)
    assert [(one.was, one.on) for one in done.moved] == [(date(2026, 11, 12), date(2026, 11, 13))]
    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 13)
    kept = case.evaluations.filter(obligation="answer").first()
    assert kept.reason == "calendar GB-EAW 2"
    assert ["2026-11-12", "State occasion"] in kept.result["rolled"]
    assert AuditEvent.objects.filter(action="calendar.loaded", actor=dpo.user).exists()


def test_a_day_that_is_there_already_is_refused(dpo):
    with pytest.raises(NotAllowed, match="already: Christmas Day"):
        editions.add_one_off(code="DE", on=date(2026, 12, 25), name="Christmas", actor=dpo, now=NOW)


@pytest.mark.parametrize(
    ("code", "on", "name", "why"),
    [
        ("XX", date(2026, 12, 24), "Day", "no calendar XX"),
        ("DE", date(2099, 12, 24), "Day", "ends on"),
        ("DE", date(2026, 12, 24), "  ", "its name"),
    ],
)
def test_a_one_off_that_cannot_be_is_refused(dpo, code, on, name, why):
    with pytest.raises(NotAllowed, match=why):
        editions.add_one_off(code=code, on=on, name=name, actor=dpo, now=NOW)


def test_loading_the_same_days_again_makes_no_edition(dpo, capsys):
    call_command("load_calendars", "DE")
    assert "DE: unchanged" in capsys.readouterr().out
    assert HolidayCalendar.objects.filter(code="DE").count() == 1


def test_a_one_off_survives_the_next_edition(dpo):
    editions.add_one_off(code="DE", on=date(2026, 11, 12), name="State occasion", actor=dpo, now=NOW)
    days = [Day(date(2026, 12, 25), "Christmas Day", "public", True)]
    done = editions.load(code="DE", days=days, through=date(2027, 12, 31), source="test", actor=dpo, now=NOW)
    assert done.edition.number == 3
    assert date(2026, 11, 12) in {one.on for one in done.edition.days.all()}


def test_a_place_that_nobody_knows_is_refused():
    with pytest.raises(CommandError, match="knows no calendar"):
        call_command("load_calendars", "QQ")


def test_opening_costs_one_statement_for_calendars(person, django_assert_max_num_queries):
    calendars.current(["DE"])
    with django_assert_max_num_queries(1):
        assert calendars.current(["DE"])["DE"].free(datetime(2026, 12, 25, tzinfo=UTC).date())
