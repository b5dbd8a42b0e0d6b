"""The portal's own data under their own periods (profile, `own_data`): the portal is one more system.

What is kept about cases, packages, mail and identities ends by the rules of requests (decision 6). This is
the rest: what platforms sent, and what the product asked before platform data left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Min, QuerySet

from accounts.services import audit
from accounts.services.audit import SYSTEM
from config.profile import active_profile
from config.profile.holdings import OwnData
from platforms.models import CallbackReceipt, GateDecision
from retention.rules import last_reached, start_of
from retention.services.planning import today_of

AT_ONCE = 1_000


@dataclass(frozen=True)
class Holder:
    """Rows of the portal that end by a period. `rows`: those that still hold something; `moment`: the column
    from which the period runs; `forget`: ends some of them and returns how many.
    """

    rows: Callable[[], QuerySet[Any]]
    moment: str
    forget: Callable[[QuerySet[Any]], int]


def _bodies() -> QuerySet[Any]:
    """Return receipts that still hold what was sent, but for those whose work is not over."""
    return CallbackReceipt.objects.exclude(body="").exclude(status__in=["ready", "running", "attention"])


HOLDERS: Mapping[str, Holder] = {
    "callback_receipts": Holder(_bodies, "received_at", lambda rows: rows.update(body="")),
    "gate_decisions": Holder(GateDecision.objects.all, "asked_at", lambda rows: rows.delete()[0]),
}


@dataclass(frozen=True)
class Standing:
    """One kind of own data: its rule, how many rows hold something, the oldest, and the limit (UTC)."""

    rule: OwnData
    rows: int
    oldest_at: datetime | None
    before: datetime


def standings(*, now: datetime) -> list[Standing]:
    """Return every kind of own data with its oldest row against its limit."""
    found = []
    for rule in active_profile().own_data:
        holder = HOLDERS[rule.key]
        oldest = holder.rows().aggregate(oldest=Min(holder.moment))["oldest"]
        found.append(Standing(rule, holder.rows().count(), oldest, _before(rule, now)))
    return found


def _before(rule: OwnData, now: datetime) -> datetime:
    """Return the first moment whose period is not over."""
    profile = active_profile()
    through = last_reached(rule.period, today_of(now, profile))
    return start_of(through + timedelta(days=1), ZoneInfo(profile.clocks.zone))


def forget(*, now: datetime) -> dict[str, int]:
    """End what is over its period, a thousand rows at a time with an audit event; returns the counts."""
    return {rule.key: _forget(rule, now) for rule in active_profile().own_data}


def _forget(rule: OwnData, now: datetime) -> int:
    total, before = 0, _before(rule, now)
    while done := _some(rule, before):
        total += done
    return total


@transaction.atomic
def _some(rule: OwnData, before: datetime) -> int:
    holder = HOLDERS[rule.key]
    due = holder.rows().filter(**{f"{holder.moment}__lt": before}).order_by(holder.moment)
    keys = list(due.values_list("pk", flat=True)[:AT_ONCE])
    if not keys:
        return 0
    done = holder.forget(holder.rows().filter(pk__in=keys))
    details = {"kind": rule.key, "rows": done, "before": before.isoformat()}
    audit.record(actor=SYSTEM, action="own_data.forgotten", obj=None, details=details)
    return done
