"""What stays after a deletion under a ground of the law, until when, and its end."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config.sentences import say
from dsar.enums import DecisionKind, Operation, Regime
from dsar.models import Case, Decision, KeptItem, Plan
from dsar.rules.transitions import NotAllowed
from dsar.services import rulings, story
from dsar.services.rights import restricting
from platforms.connectors import Stays
from platforms.models import System

# Rows that stay because of other people or of links have no date: they go with those people's requests.
WITHOUT_DATE = frozenset({"THIRD_PERSON", "SHARED_ROW", "STILL_REFERENCED"})


def exception(one: Stays, regime: str) -> dict[str, Any]:
    """Return what a system without rows keeps, as plans tell of what a schedule keeps."""
    code = one.code.replace("E17_", "D_", 1) if regime == Regime.CCPA else one.code
    day = one.until.isoformat() if one.until else ""
    return {
        "code": code, "rows": one.rows, "reason": one.reason, "first_on": day, "last_on": day, "undated": 0,
    }  # fmt: skip


def at_systems(plan: Plan) -> Iterator[tuple[System, dict[str, Any]]]:
    """Yield what systems without rows said that they keep, each with its system."""
    for step in plan.steps.filter(operation=Operation.ERASE).select_related("system"):
        for one in step.result.get("stays", ()):
            yield step.system, one


def register(*, case: Case, plan: Plan, now: datetime) -> list[KeptItem]:
    """Write into the register what a carried-out deletion keeps, a row a system and ground.

    Called inside the transaction that closes the case. A ground's date is taken from the plan where it names
    one, else from an approved refusal in part.
    """
    decision = rulings.approved(case, DecisionKind.PART_REFUSAL)
    found = [
        KeptItem(
            case=case, decision=decision, system=System.objects.filter(pk=system["system"]).first(),
            code=one["code"], what=one["reason"][:300], rows=one["rows"], made_at=now,
            release_on=_day(one.get("release_on")),
        )
        for system in plan.summary["systems"]
        for one in system["exceptions"]
        if one["code"] not in WITHOUT_DATE
    ]  # fmt: skip
    found += [
        KeptItem(
            case=case, decision=decision, system=system, code=one["code"], what=one["reason"][:300],
            rows=one["rows"], made_at=now, release_on=_day(one["last_on"]),
        )
        for system, one in at_systems(plan)
    ]  # fmt: skip
    if decision:
        found.append(_of_decision(decision, now))
    return KeptItem.objects.bulk_create(found)


def _of_decision(decision: Decision, now: datetime) -> KeptItem:
    return KeptItem(
        case=decision.case, decision=decision, code=decision.codes[0], made_at=now,
        what=decision.refused_part or str(_("The refused part")), release_on=decision.release_on,
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def release(*, item: KeptItem, how: str, actor: Actor, now: datetime) -> None:
    """Record that kept data are deleted, and tell the case. Raises NotAllowed without a way, before the date,
    for an item that is gone already, and for a machine: somebody attests it.
    """
    item = KeptItem.objects.select_for_update().select_related("case").get(pk=item.pk)
    if item.released_at:
        raise NotAllowed(_("This is recorded as deleted already."))
    if actor.user is None:
        raise NotAllowed(_("A person records the deletion."))
    if not how.strip():
        raise NotAllowed(_("Say how it was deleted."))
    if item.release_on and item.release_on > rulings.today(now):
        raise NotAllowed(_("Its date has not come: the ground for keeping it still holds."))
    restricting.check_erasable(item.case.subject)
    item.released_at, item.released_by, item.how = now, actor.user, how.strip()[:300]
    item.save(update_fields=["released_at", "released_by", "how"])
    what = say("Kept data deleted: %(what)s", what=item.what)
    story.tell(
        case=item.case, kind="erase_kept", what=what, note=item.how,
        plain=say("We deleted what the law had made us keep"), actor=actor, now=now,
    )  # fmt: skip
    details = {"case": str(item.case_id), "code": item.code, "rows": item.rows}
    audit.record(actor=actor, action="kept.released", obj=item, details=details)


@transaction.atomic
def set_date(*, item: KeptItem, release_on: date, actor: Actor, now: datetime) -> None:
    """Set when kept data go. Raises NotAllowed for a day that has passed or an item that is gone."""
    if item.released_at:
        raise NotAllowed(_("This is recorded as deleted already."))
    if release_on < rulings.today(now):
        raise NotAllowed(_("This day has passed. Delete the data now instead."))
    item.release_on = release_on
    item.save(update_fields=["release_on"])
    details = {"case": str(item.case_id), "release_on": release_on.isoformat()}
    audit.record(actor=actor, action="kept.dated", obj=item, fields=["release_on"], details=details)
