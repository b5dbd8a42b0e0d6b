"""Backup sets, and until when what was erased is still in one of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.profile import active_profile
from platforms.models import System
from retention.models import BackupSet
from retention.rules import add_period

LONGEST_KEPT_DAYS = 36_600


class BackupRefused(ValueError):
    """The backup set cannot be recorded like this; the message says what to change."""


class Basis(StrEnum):
    """What a day in backups is taken from."""

    SETS = "sets"
    PERIOD = "period"
    GAP = "gap"


@dataclass(frozen=True)
class Pending:
    """Until when what was erased is still in backups. `until` is None where nobody knows (`basis` is a gap).

    `sets`: how many backup sets hold it still; `overdue`: one of them should be gone and nobody saw it.
    """

    until: date | None
    basis: Basis
    sets: int = 0
    overdue: bool = False


def _day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


@transaction.atomic
def record_set(
    *, system: System, label: str, taken_at: datetime, keep_days: int, where: str, actor: Actor, now: datetime
) -> BackupSet:
    """Record that a backup was taken, and for how long the rotation keeps it. Raises BackupRefused."""
    if taken_at > now:
        raise BackupRefused(_("A backup that was not taken yet holds nothing."))
    if not 1 <= keep_days <= LONGEST_KEPT_DAYS:
        raise BackupRefused(_("Say for how many days it is kept, one at the least."))
    if not label.strip() or not where.strip():
        raise BackupRefused(_("Say what the backup is called, and where it is."))
    try:
        with transaction.atomic():
            made = BackupSet.objects.create(
                system=system, label=label.strip(), taken_at=taken_at, keep_days=keep_days,
                gone_on=_day(taken_at) + timedelta(days=keep_days), where=where.strip(),
                recorded_by=actor.user, recorded_at=now,
            )  # fmt: skip
    except IntegrityError as fault:
        raise BackupRefused(_("A backup set of this name is recorded already.")) from fault
    details = {"system": system.key, "taken_at": taken_at.isoformat(), "gone_on": made.gone_on.isoformat()}
    audit.record(actor=actor, action="backup.recorded", obj=made, details=details)
    return made


@transaction.atomic
def set_gone(*, backup: BackupSet, actor: Actor, now: datetime) -> BackupSet:
    """Record that a backup set was seen to be gone. Raises BackupRefused when that is recorded already."""
    backup = BackupSet.objects.select_for_update().get(pk=backup.pk)
    if backup.gone_at:
        raise BackupRefused(_("This backup set is recorded as gone already."))
    backup.gone_at = now
    backup.save(update_fields=["gone_at"])
    audit.record(actor=actor, action="backup.gone", obj=backup, details={"at": now.isoformat()})
    return backup


def pending_until(system: System, erased_at: datetime, *, today: date | None = None) -> Pending:
    """Return until when what was erased in a system at a moment is still in backups.

    The last day of the backup sets that existed then; where none is recorded, the period of the profile
    (`backups.max_period`, the published promise) from the day of erasure. GDPR Art. 17 with Art. 5(1)(e):
    the person is told of copies that cannot be reached one by one.
    """
    holding = list(BackupSet.objects.there_at(system.pk, erased_at))
    if holding:
        ends = [_day(one.gone_at) if one.gone_at else one.gone_on for one in holding]
        there = [one for one in holding if one.gone_at is None]
        overdue = today is not None and any(one.gone_on < today for one in there)
        return Pending(max(ends), Basis.SETS, len(there), overdue)
    period = active_profile().backups.max_period
    if period is None:
        return Pending(None, Basis.GAP)
    return Pending(add_period(_day(erased_at), period), Basis.PERIOD)
