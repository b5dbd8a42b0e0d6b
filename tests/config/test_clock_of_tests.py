"""The clock that tests may stop, and production may not."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from config import checks, clock
from platforms import outgoing


def test_the_clock_runs_unless_it_is_stopped(settings):
    before = timezone.now()
    assert before <= clock.now() <= timezone.now()
    settings.PORTAL_NOW = "2026-11-25T12:00:00+00:00"
    assert clock.now() == datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["noon", "2026-11-25T12:00:00"])
def test_a_moment_without_zone_is_refused(settings, text):
    settings.PORTAL_NOW = text
    with pytest.raises(ValueError, match="must look like"):
        clock.now()


@pytest.mark.parametrize("name", ["PLATFORM_FAKES_URL", "PORTAL_NOW"])
def test_production_pretends_nothing(settings, name):
    setattr(settings, name, "http://127.0.0.1:9")
    settings.PRODUCTION = True
    assert [one.id for one in checks.nothing_is_pretended()] == ["portal.E003"]
    settings.PRODUCTION = False
    assert checks.nothing_is_pretended() == []


def test_a_platform_is_called_itself_unless_it_is_stood_in_for(settings):
    real = "https://graph.facebook.com/v21.0/me?fields=id"
    assert outgoing.url(real) == real
    settings.PLATFORM_FAKES_URL = "http://127.0.0.1:9000/"
    assert outgoing.url(real) == "http://127.0.0.1:9000/graph.facebook.com/v21.0/me?fields=id"
