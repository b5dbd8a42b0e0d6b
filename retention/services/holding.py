"""Holds: placed with a reason and a day of review, released by two people. They stop sweeps and erasures."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import DataSubject, User
from accounts.services import audit
from accounts.services.audit import Actor
from platforms.models import System
from retention.enums import BatchState, HoldKind, HoldScope, HoldState
from retention.models import HeldRows, Hold, SweepBatch
from retention.services import held

LONGEST_REVIEW_DAYS = 366


class HoldRefused(ValueError):
    """The hold cannot be placed or released like this; the message says what to change."""


def place_hold(
    *,
    kind: str,
    scope: str,
    reason: str,
    owner: User,
    review_on: date,
    actor: Actor,
    now: datetime,
    subject: DataSubject | None = None,
    case_id: Any = None,
    case_reference: str = "",
    system: System | None = None,
    collection: str = "",
    conditions: Mapping[str, Sequence[Any]] | None = None,
) -> Hold:
    """Keep something back. Returns the hold, in effect unless a window is being removed at this moment.

    `conditions`: column → values, for some rows of a collection. The rows of a person are found before
    anything is stored. Raises HoldRefused, ConnectorError.
    """
    if actor.user is None:
        raise HoldRefused(_("A person has to place a hold."))
    _check(kind, scope, reason, review_on, now)
    _check_scope(scope, subject, case_id, system, collection, conditions)
    found = _rows(subject, now) if subject else {}
    with transaction.atomic():
        systems = _locked(system)
        hold = Hold.objects.create(
            number=(Hold.objects.aggregate(top=Max("number"))["top"] or 0) + 1,
            kind=kind, scope=scope, subject=subject, case_id=case_id, case_reference=case_reference,
            system=system, collection=collection,
            conditions=json.dumps({k: list(v) for k, v in conditions.items()}) if conditions else "",
            reason=reason.strip(), owner=owner, review_on=review_on, placed_by=actor.user, placed_at=now,
        )  # fmt: skip
        _keep_rows(hold, found, now)
        details = {"kind": kind, "scope": scope, "rows": sum(len(keys) for keys in found.values())}
        audit.record(actor=actor, action="hold.placed", obj=hold, details=details)
        for one in systems:
            take_effect(one, now)
        hold.refresh_from_db()
    return hold


def _check(kind: str, scope: str, reason: str, review_on: date, now: datetime) -> None:
    if kind not in HoldKind.values or scope not in HoldScope.values:
        raise HoldRefused(_("Choose a kind and a scope of the list."))
    if not reason.strip():
        raise HoldRefused(_("Say why this is kept: without a reason it must go."))
    days = (review_on - now.date()).days
    if not 0 < days <= LONGEST_REVIEW_DAYS:
        raise HoldRefused(_("Choose a day of review within the next twelve months."))


def _check_scope(
    scope: str,
    subject: DataSubject | None,
    case_id: Any,
    system: System | None,
    collection: str,
    conditions: Mapping[str, Sequence[Any]] | None,
) -> None:
    needs: dict[str, bool] = {
        HoldScope.PERSON: subject is not None,
        HoldScope.CASE: subject is not None and case_id is not None,
        HoldScope.SYSTEM: system is not None,
        HoldScope.ROWS: system is not None and bool(collection) and bool(conditions),
    }
    if not needs[scope]:
        raise HoldRefused(_("Say whom or what the hold covers."))


def _rows(subject: DataSubject, now: datetime) -> dict[tuple[Any, str], list[tuple[Any, ...]]]:
    found: dict[tuple[Any, str], list[tuple[Any, ...]]] = {}
    for system in System.objects.filter(enabled=True).prefetch_related("datasets"):
        for collection, keys in held.rows_of(subject, system, now).items():
            found[system, collection] = [tuple(key) for key in keys]
    return found


def _keep_rows(hold: Hold, found: Mapping[tuple[Any, str], list[tuple[Any, ...]]], now: datetime) -> None:
    for (system, collection), keys in found.items():
        # Its keys are encrypted for their place, so the row has to have one first.
        row, _made = HeldRows.objects.get_or_create(
            hold=hold, system=system, collection=collection, defaults={"count": 0, "found_at": now}
        )
        row.keys, row.count, row.found_at = json.dumps(keys, default=str), len(keys), now
        row.save(update_fields=["keys", "count", "found_at"])


def refresh(*, hold: Hold, now: datetime) -> None:
    """Look again where the rows of a held person are: what came since is held too. Raises ConnectorError."""
    if hold.subject is None:
        return
    found = _rows(hold.subject, now)
    with transaction.atomic():
        _locked(None)
        _keep_rows(hold, found, now)


def _locked(system: System | None) -> list[System]:
    """Lock the systems that a hold may cover: no window is written down while it is placed."""
    found = System.objects.select_for_update().order_by("pk")
    return list(found.filter(pk=system.pk) if system else found)


def take_effect(system: System, now: datetime) -> None:
    """Set holds in effect that wait for a window of a system, once nothing is under way that began before.

    Called inside a transaction.
    """
    for hold in Hold.objects.over(system.pk).filter(state=HoldState.PLACING):
        under_way = SweepBatch.objects.filter(state=BatchState.INTENDED)
        if hold.system_id:
            under_way = under_way.filter(step__system_id=hold.system_id)
        if not under_way.exists():
            hold.state, hold.effective_at = HoldState.ACTIVE, now
            hold.save(update_fields=["state", "effective_at"])


@transaction.atomic
def review(*, hold: Hold, review_on: date, actor: Actor, now: datetime) -> Hold:
    """Say that a hold is still needed, and when to ask again. Raises HoldRefused."""
    hold = _open(hold)
    _check(hold.kind, hold.scope, hold.reason, review_on, now)
    hold.review_on, hold.reviewed_at = review_on, now
    hold.save(update_fields=["review_on", "reviewed_at"])
    audit.record(actor=actor, action="hold.reviewed", obj=hold, details={"review_on": review_on.isoformat()})
    return hold


@transaction.atomic
def ask_release(*, hold: Hold, reason: str, actor: Actor, now: datetime) -> Hold:
    """Ask that a hold be released. Raises HoldRefused."""
    hold = _open(hold)
    if hold.state != HoldState.ACTIVE:
        raise HoldRefused(_("The release of this hold was asked for already, or it is not in effect yet."))
    if not reason.strip():
        raise HoldRefused(_("Say why the hold is not needed any more."))
    hold.state, hold.release_reason = HoldState.RELEASE_ASKED, reason.strip()
    hold.release_asked_by, hold.release_asked_at = actor.user, now
    hold.save(update_fields=["state", "release_reason", "release_asked_by", "release_asked_at"])
    audit.record(actor=actor, action="hold.release_asked", obj=hold)
    return hold


@transaction.atomic
def release(*, hold: Hold, actor: Actor, now: datetime) -> Hold:
    """Release a hold whose release somebody else asked for (law notes, 3). Raises HoldRefused."""
    hold = _open(hold)
    if hold.state != HoldState.RELEASE_ASKED:
        raise HoldRefused(_("Nobody asked for the release of this hold."))
    if actor.user is None or actor.user.pk == hold.release_asked_by_id:
        raise HoldRefused(_("You asked for the release. Somebody else has to grant it."))
    hold.state, hold.released_by, hold.released_at = HoldState.RELEASED, actor.user, now
    hold.save(update_fields=["state", "released_by", "released_at"])
    audit.record(actor=actor, action="hold.released", obj=hold)
    return hold


@transaction.atomic
def keep(*, hold: Hold, actor: Actor, now: datetime) -> Hold:
    """Refuse a release: the hold stays as it was. Raises HoldRefused."""
    del now
    hold = _open(hold)
    if hold.state != HoldState.RELEASE_ASKED:
        raise HoldRefused(_("Nobody asked for the release of this hold."))
    hold.state = HoldState.ACTIVE
    hold.release_asked_by, hold.release_asked_at, hold.release_reason = None, None, ""
    hold.save(update_fields=["state", "release_asked_by", "release_asked_at", "release_reason"])
    audit.record(actor=actor, action="hold.kept", obj=hold)
    return hold


def _open(hold: Hold) -> Hold:
    hold = Hold.objects.select_for_update().get(pk=hold.pk)
    if hold.state == HoldState.RELEASED:
        raise HoldRefused(_("This hold was released already."))
    return hold
