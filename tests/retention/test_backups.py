"""What was erased is pending in backups until the last set that holds it is overwritten."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.services.audit import SYSTEM
from config.profile import active_profile
from retention.models import BackupSet
from retention.services import backups
from retention.services.backups import BackupRefused, Basis, Pending, pending_until
from tests.retention.conftest import NOW

pytestmark = pytest.mark.django_db


def taken(system, label, days_ago, keep_days=30, actor=SYSTEM):
    return backups.record_set(
        system=system, label=label, taken_at=NOW - timedelta(days=days_ago), keep_days=keep_days,
        where="Cellar", actor=actor, now=NOW,
    )  # fmt: skip


def test_the_last_set_that_existed_when_it_happened_says_the_day(product):
    taken(product, "old", 20)
    taken(product, "new", 2)
    taken(product, "after", 0, keep_days=300)
    erased = NOW - timedelta(days=1)
    assert pending_until(product, erased) == Pending(date(2026, 12, 22), Basis.SETS, sets=2)


def test_a_set_that_was_gone_before_holds_nothing(product):
    backups.set_gone(backup=taken(product, "old", 20), actor=SYSTEM, now=NOW - timedelta(days=5))
    taken(product, "new", 10, keep_days=15)
    assert pending_until(product, NOW - timedelta(days=1)).until == date(2026, 11, 29)


def test_sets_that_went_since_are_pending_no_more(product):
    one = taken(product, "one", 20)
    backups.set_gone(backup=one, actor=SYSTEM, now=NOW)
    assert pending_until(product, NOW - timedelta(days=1)) == Pending(date(2026, 11, 24), Basis.SETS, sets=0)


def test_a_set_that_nobody_saw_go_is_overdue(product):
    taken(product, "one", 40, keep_days=30)
    found = pending_until(product, NOW - timedelta(days=35), today=NOW.date())
    assert (found.until, found.overdue) == (date(2026, 11, 14), True)
    assert list(BackupSet.objects.overdue(NOW.date()))


def test_without_sets_the_published_period_counts_from_the_day_of_erasure(product, settings):
    settings.PROFILE = "mixora"
    assert active_profile().backups.max_period == "P30D"
    assert pending_until(product, NOW) == Pending(date(2026, 12, 24), Basis.PERIOD)


def test_where_neither_says_anything_nobody_knows(product, settings):
    settings.PROFILE = "mediux_ai"
    assert pending_until(product, NOW) == Pending(None, Basis.GAP)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"days_ago": -1}, "not taken yet"), ({"days_ago": 1, "keep_days": 0}, "how many days"),
     ({"label": " ", "days_ago": 1}, "what the backup is called")],
)  # fmt: skip
def test_what_cannot_be_is_refused(product, wrong, why):
    with pytest.raises(BackupRefused, match=why):
        taken(product, **{"label": "one"} | wrong)
    assert not BackupSet.objects.exists()


def test_a_set_is_recorded_once_and_gone_once_each_with_its_event(product, officer):
    one = taken(product, "one", 1, actor=officer)
    with pytest.raises(BackupRefused, match="recorded already"):
        taken(product, "one", 2)
    backups.set_gone(backup=one, actor=officer, now=NOW)
    with pytest.raises(BackupRefused, match="gone already"):
        backups.set_gone(backup=one, actor=officer, now=NOW)
    found = AuditEvent.objects.filter(action__startswith="backup.").order_by("pk")
    assert [(event.action, event.actor) for event in found] == [
        ("backup.recorded", officer.user), ("backup.gone", officer.user)
    ]  # fmt: skip


def test_the_database_refuses_a_set_that_was_gone_before_it_was_taken(product):
    one = taken(product, "one", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        BackupSet.objects.filter(pk=one.pk).update(gone_at=NOW - timedelta(days=9))


def test_the_script_that_makes_backups_records_them(product, settings, capsys):
    settings.PORTAL_NOW = NOW.isoformat()
    call = ["backup_set", "--system", product.key, "--label", "nightly"]
    call_command(*call, "--keep-days", "30", "--where", "Cellar")
    assert "there until 2026-12-24" in capsys.readouterr().out
    call_command(*call, "--gone")
    assert BackupSet.objects.get().gone_at == NOW
    for more, why in ((["--gone"], "gone already"), (["--keep-days", "0"], "how many days")):
        with pytest.raises(CommandError, match=why) as refused:
            call_command(*call, *more)
        assert refused.value.returncode == 2
