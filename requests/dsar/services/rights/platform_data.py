"""Deletion of platform data: which platforms a case is about, until when, and the end of linked accounts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.services.audit import Actor
from config.profile import active_profile
from dsar.enums import CaseStatus
from dsar.models import Case, PlatformDeletion
from dsar.services import clocks, codes, story
from platforms.enums import Trigger
from platforms.models import CallbackReceipt, Connection
from platforms.services import revoking, terms

AfterBegin = Callable[[Case, Actor, datetime], object]
_after_begin: list[AfterBegin] = []


@dataclass(frozen=True, slots=True)
class About:
    """Data of one platform that are to go: of one linked account, or of all of the person there.

    `clock_from`: when we learned of it; `told`: the platform said that the grant is gone; `code_index`: blind
    index of the confirmation code that was given out.
    """

    platform: str
    trigger: str
    clock_from: datetime
    connection: Connection | None = None
    receipt: CallbackReceipt | None = None
    told: bool = False
    code_index: str = ""


def after_begin(do: AfterBegin) -> None:
    """Have `do(case, actor, now)` called when the accounts of a case are being disconnected."""
    _after_begin[:] = [do]


def every_platform(clock_from: datetime) -> tuple[About, ...]:
    """Return what somebody means who names no platform: all that the company offers."""
    keys = [one.key for one in active_profile().platforms if one.enabled]
    return tuple(About(key, Trigger.USER_DELETE_REQUEST, clock_from) for key in keys)


def store(case: Case, wanted: Iterable[About], now: datetime) -> None:
    """Write down what a new case is about; where nobody named a platform, all of them."""
    for one in tuple(wanted) or every_platform(case.received_at):
        add(case, one, now)


def add(case: Case, about: About, now: datetime) -> PlatformDeletion:
    """Add one platform or account with its date: the strictest of promise, law and term."""
    due_at, why = terms.due_at(platform=about.platform, trigger=about.trigger, clock_from=about.clock_from)
    return PlatformDeletion.objects.create(
        case=case, platform=about.platform, connection=about.connection, receipt=about.receipt,
        trigger=about.trigger, clock_from=about.clock_from, due_at=due_at, due_why=why, made_at=now,
        told_by_platform=about.told,
        code_index=about.code_index or codes.index_of(codes.code_of(case)),
    )  # fmt: skip


def terms_of(case: Case) -> tuple[int, str] | None:
    """Return the strictest term of the platforms of a case: days from its receipt, and its source."""
    rows = case.platform_deletions.values_list("platform", "trigger", "clock_from")
    return terms.days_of_case(rows, received_at=case.received_at)


def begin(*, case: Case, actor: Actor, now: datetime) -> None:
    """End the accounts that a case is about, and have its plan made. The case is locked."""
    for row in case.platform_deletions.filter(disconnection=None).select_related("connection__subject"):
        _end_accounts(case, row, actor, now)
    _end_the_rest(case, actor, now)
    for do in _after_begin:
        if case.status == CaseStatus.VERIFIED:
            do(case, actor, now)


def begin_all(*, case: Case, actor: Actor, now: datetime) -> None:
    """End every linked account of a person whose data are all deleted."""
    for connection in Connection.objects.of(case.subject).open():
        trigger = Trigger.ACCOUNT_DELETED
        row = add(case, About(connection.platform, trigger, case.received_at, connection), now)
        _end(row, connection, actor, now)
    if case.platform_deletions.exists():
        clocks.recompute(case=case, now=now, reason="platform_terms")


def _end_accounts(case: Case, row: PlatformDeletion, actor: Actor, now: datetime) -> None:
    if row.connection:
        _end(row, row.connection, actor, now)
        return
    for connection in Connection.objects.of(case.subject).open().filter(platform=row.platform):
        one = About(row.platform, row.trigger, row.clock_from, connection, None, row.told_by_platform)
        _end(add(case, one, now), connection, actor, now)


def _end_the_rest(case: Case, actor: Actor, now: datetime) -> None:
    """Where somebody named no platform, end accounts at platforms not offered any more as well."""
    rows = case.platform_deletions.all()
    whole = {row.platform for row in rows if row.connection_id is None}
    every = every_platform(case.received_at)
    if not every or not {one.platform for one in every} <= whole:
        return
    for connection in Connection.objects.of(case.subject).open().exclude(platform__in=whole):
        one = About(connection.platform, Trigger.USER_DELETE_REQUEST, case.received_at, connection)
        _end(add(case, one, now), connection, actor, now)


def _end(row: PlatformDeletion, connection: Connection, actor: Actor, now: datetime) -> None:
    try:
        job, new = revoking.begin(
            connection=connection, trigger=row.trigger, clock_from=row.clock_from, due_at=row.due_at,
            due_why=row.due_why, revoke_first=not row.told_by_platform, actor=actor, now=now,
        )  # fmt: skip
    except revoking.Ended:
        return
    row.disconnection = job
    row.save(update_fields=["disconnection"])
    details = {"platform": row.platform, "disconnection": str(job.pk), "new": new}
    story.record(case=row.case, actor=actor, action="case.account_ended", details=details)
