"""Backup sets in the staff desk: recorded, seen, and recorded as gone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.services.audit import SYSTEM
from retention.models import BackupSet
from retention.services import backups
from tests.desk import signed_in, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(staff("Katrin Vogelsang", Role.DPO))


def record(system, days_ago=1, keep_days=30):
    now = timezone.now()
    return backups.record_set(
        system=system, label="nightly", taken_at=now - timedelta(days=days_ago), keep_days=keep_days,
        where="Cellar", actor=SYSTEM, now=now,
    )  # fmt: skip


def test_the_list_says_what_should_be_gone(desk, product):
    record(product, days_ago=40)
    page = desk.get(reverse("admin:retention_backupset_changelist")).content.decode()
    assert "nightly" in page
    assert "Should be gone" in page


def test_a_set_is_recorded_with_who_did_it(desk, product):
    typed = {"system": product.pk, "label": "weekly", "taken_at": "2026-01-02T03:04", "keep_days": 60,
             "where": "Cellar"}  # fmt: skip
    answer = desk.post(reverse("admin:retention_backupset_add"), typed)
    made = BackupSet.objects.get()
    assert (answer.status_code, made.keep_days) == (302, 60)
    assert made.recorded_by is not None
    assert "weekly" in desk.get(answer.url).content.decode()


def test_what_is_refused_stays_typed(desk, product):
    typed = {"system": product.pk, "label": "weekly", "taken_at": "2126-01-02T03:04", "keep_days": 60,
             "where": "Cellar"}  # fmt: skip
    answer = desk.post(reverse("admin:retention_backupset_add"), typed)
    assert answer.status_code == 422
    assert "A backup that was not taken yet holds nothing." in answer.content.decode()
    assert "weekly" in answer.content.decode()


def test_that_a_set_is_gone_is_recorded_once(desk, product):
    made = record(product)
    url = reverse("admin:retention_backupset_gone", args=[made.pk])
    assert "Is this backup set gone?" in desk.get(url).content.decode()
    assert desk.post(url).status_code == 302
    made.refresh_from_db()
    assert made.gone_at is not None
    assert desk.post(url).status_code == 409


def test_who_may_only_look_records_nothing(product):
    client = signed_in(staff("Amara Osei", Role.AUDITOR))
    assert client.get(reverse("admin:retention_backupset_changelist")).status_code == 200
    assert client.get(reverse("admin:retention_backupset_add")).status_code == 403
