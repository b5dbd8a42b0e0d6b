"""Copies that are still here after their hour are a finding until they are gone (X: 24 hours)."""

from datetime import timedelta

import pytest
from django.utils import translation

from accounts.enums import Role
from config.sentences import shown
from platforms.models import Finding
from platforms.services import findings
from platforms.services.finders import content as finder
from tests import desk
from tests.platforms.callbacks.calls import MOMENT
from tests.platforms.content.conftest import named, worked

pytestmark = pytest.mark.django_db
DUE = MOMENT + timedelta(hours=24)
SECOND = timedelta(seconds=1)


def test_it_is_late_a_second_after_its_hour_and_not_before(shop):
    [job] = named("100", received_at=MOMENT)
    assert list(finder.find(now=DUE)) == []
    [found] = finder.find(now=DUE + SECOND)
    assert (found.kind, found.platform, found.element) == ("content_late", "x", str(job.receipt_id))
    assert found.detail.startswith("Copies of deleted content had to be gone by ")
    assert "Thursday 19 November 2026, 03:06 (America/Los_Angeles)" in found.detail
    assert found.detail.endswith("from 1 system: Shop.")


def test_what_is_gone_is_not_late(shop):
    worked(named("100", received_at=MOMENT)[0])
    assert list(finder.find(now=DUE + SECOND)) == []


def test_what_waits_for_somebody_is_late_too_and_ends_when_it_is_gone(shop):
    shop.note(1)
    job = worked(named("100", received_at=MOMENT)[0])
    findings.sweep(DUE + SECOND)
    row = Finding.objects.get(kind="content_late")
    shop.database.run("DELETE FROM notes")
    type(job).objects.update(status="ready")
    worked(job)
    findings.sweep(DUE + timedelta(hours=1))
    row.refresh_from_db()
    assert row.ended_at is not None


def test_the_finding_leads_to_the_callback(shop):
    [job] = named("100", received_at=MOMENT)
    findings.sweep(DUE + SECOND)
    row = Finding.objects.get(kind="content_late")
    officer = desk.signed_in(desk.staff("Amara Okafor", Role.DPO))
    page = officer.get(f"/staff/platforms/finding/{row.pk}/change/").content.decode()
    assert f"/staff/platforms/callbackreceipt/{job.receipt_id}/change/" in page
    with translation.override("de"):
        assert shown(row.detail["m"], row.detail).startswith("Kopien gelöschter Inhalte")
