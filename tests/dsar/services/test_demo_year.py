"""The year of a demonstration: reconciled, the same for the same seed, never in production."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command

from dsar.models import Case, Ending, Incident, IncidentNotice
from dsar.services import demo_year, registers
from dsar.services.demo_year.lives import lives
from dsar.services.registers.reconciling import reconcile

UNTIL = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_production_settings_refuse_it(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production settings"):
        call_command("demo_year", cases=1)
    assert not Case.objects.exists()


def test_an_end_without_offset_is_refused():
    with pytest.raises(CommandError, match="needs an offset"):
        call_command("demo_year", cases=1, until="2026-11-24T00:00:00")


def test_the_same_seed_gives_the_same_lives():
    assert lives(50, seed=3, until=UNTIL) == lives(50, seed=3, until=UNTIL)
    assert lives(50, seed=3, until=UNTIL) != lives(50, seed=4, until=UNTIL)


def test_every_register_of_a_year_reconciles_to_the_last_row_on_any_day():
    demo_year.make(cases=400, until=UNTIL)
    for on in (None, date(2026, 2, 28), date(2026, 7, 1), date(2026, 11, 23)):
        found = reconcile(registers.as_of(on, now=UNTIL))
        assert len(found) == len(registers.ALL) - 1
        assert [one.register for one in found if not one.holds] == []
    assert {one.register for one in found if one.rows} == {one.register for one in found}


def test_nothing_of_the_year_lies_in_the_future_and_endings_fit_the_cases():
    demo_year.make(cases=200, until=UNTIL)
    assert not Ending.objects.filter(at__gt=UNTIL).exists()
    assert Ending.objects.count() == Case.objects.filter(status="closed").count()
    assert Incident.objects.filter(closed_at=None).count() == 1
    assert IncidentNotice.objects.filter(late=True).exists()


def test_the_command_compares_and_fails_when_a_row_is_missing(capsys):
    demo_year.make(cases=30, until=UNTIL)
    call_command("reconcile_registers")
    assert capsys.readouterr().out.count("agrees") == len(registers.ALL) - 1
    with pytest.raises(CommandError, match="day to come"):
        call_command("reconcile_registers", as_of="2999-01-01")
