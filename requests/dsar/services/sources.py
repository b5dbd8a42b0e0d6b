"""Between the tables of systems and the engine: sources, identities, categories, schedules, readable
summaries.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from config import crypto
from config.profile import Profile, active_profile
from dsar.engine import (
    Accounts,
    Blocked,
    Choice,
    CollectionPlan,
    Kept,
    PlanDocument,
    Progress,
    Source,
    chosen_for,
    make_plan,
    waiting,
)
from dsar.enums import Right
from dsar.models import Case, Plan, Step
from dsar.rules.rights import ERASING, ORDERS
from dsar.services import subjects
from platforms.connectors import Order, connector_for
from platforms.models import System
from platforms.services import connector_of, specs_of
from retention.rules import ScheduleRule


def systems() -> list[System]:
    """Return every system that requests run over, in their order."""
    return list(System.objects.filter(enabled=True).prefetch_related("datasets"))


def systems_for(case: Case) -> list[System]:
    """Return the systems that a case runs over: all, or those that hold data of its platforms."""
    found = systems()
    if case.right != Right.PLATFORM_DELETION:
        return found
    keys = {one.platform for one in accounts_of(case)}
    return [system for system in found if keys & set(_platforms_in(system, keys))]


def _platforms_in(system: System, keys: set[str]) -> Iterable[str]:
    """Yield which of some platforms a system holds data of: by its dataset, or by its option `platforms`."""
    if system.connector != "sql":
        return list(system.options.get("platforms") or ())
    scopes = [
        collection.platform_scope
        for dataset in system.datasets.all()
        for spec in specs_of(dataset)
        for collection in spec.collections
    ]
    return [key for key in keys if any(scope and scope.holds(key) for scope in scopes)]


def accounts_of(case: Case) -> list[Accounts]:
    """Return the platforms that a case is about, and the accounts there where they are named."""
    ids: dict[str, set[str]] = {}
    whole: set[str] = set()
    for row in case.platform_deletions.select_related("connection"):
        if row.connection is None:
            whole.add(row.platform)
        ids.setdefault(row.platform, set()).add(row.connection.external_id if row.connection else "")
    return [Accounts(key, () if key in whole else tuple(sorted(found))) for key, found in sorted(ids.items())]


def names_accounts(case: Case) -> bool:
    """Whether a case names accounts by their id at the platform: then no other identity is needed."""
    found = accounts_of(case) if case.right == Right.PLATFORM_DELETION else []
    return bool(found) and all(one.ids for one in found)


def source_of(system: System, **more: Any) -> Source:
    """Return a system as the engine takes it; `more` are connector settings of this use.

    Raises ConnectorError.
    """
    specs = tuple(spec for dataset in system.datasets.all() for spec in specs_of(dataset))
    return Source(system.key, specs, connector_of(system, **more))


def schedules(profile: Profile, regime: str) -> list[ScheduleRule]:
    """Return the profile's schedules that may refuse erasure, with the exception codes of a regime."""
    rules = (ScheduleRule.from_profile(one) for one in profile.schedules)
    return [replace(rule, code=rule.exception_code(regime)) for rule in rules if rule is not None]


def categories_of(case: Case) -> tuple[str, ...]:
    """Return the data categories that a case asks for; everything about a person when it names none."""
    chosen = [one for one in active_profile().categories if one.key in set(case.scope)]
    found = [category for one in chosen for category in one.data_categories]
    return tuple(dict.fromkeys(found)) if found else ("user",)


def document_for(
    case: Case, found: Iterable[System], *, now: datetime, progress: Progress | None = None
) -> PlanDocument:
    """Ask the engine for the plan of a case.

    Reads sources; writes nothing anywhere. Raises ConnectorError, TooLarge.
    """
    erasing = case.right in ERASING
    found = list(found)
    about = accounts_of(case) if case.right == Right.PLATFORM_DELETION else []
    document = make_plan(
        sources=[source_of(system) for system in found],
        identities=subjects.identities_of(case.subject),
        right="deletion" if erasing else "access",
        now=now,
        categories=categories_of(case),
        schedules=schedules(active_profile(), case.regime) if erasing else (),
        progress=progress,
        choices=choices_of(case) if erasing else (),
        platforms=about,
    )
    document.blocked += _nowhere(_named(case, about), found)
    return document


def _named(case: Case, about: Iterable[Accounts]) -> list[Accounts]:
    """Leave out platforms that nobody named and where no account is known: nothing is missed there."""
    return [one for one in about if one.ids or case.scope]


def _nowhere(about: Iterable[Accounts], found: Iterable[System]) -> list[Blocked]:
    """Name platforms of which no system says that it holds their data: somebody has to know."""
    keys = {one.platform for one in about}
    held = {key for system in found for key in _platforms_in(system, keys)}
    why = gettext_noop("No system says where it keeps data of this platform: mark it in its dataset.")
    return [Blocked("", key, "NO_PLATFORM_SCOPE", why) for key in sorted(keys - held)]


def choices_of(case: Case) -> list[Choice]:
    """Return what was decided about rows of the last plan that belong to others too; new plans obey it."""
    last = case.plans.order_by("-number").first()
    if last is None:
        return []
    try:
        return chosen_for(document_of(last), last.held)
    except ValueError:
        return []


def summary_of(document: PlanDocument, found: Iterable[System]) -> dict[str, Any]:
    """Return counts and reasons per system, without personal values, for tables and letters."""
    return {"systems": [_system(document, system) for system in found]}


def _system(document: PlanDocument, system: System) -> dict[str, Any]:
    parts = dict(document.of(system.key))
    source = document.sources[system.key]
    groups = [group for part in parts.values() for group in part.groups]
    deleted = sum(len(group.keys) for group in groups if group.delete)
    changed = sum(len(group.keys) for group in groups if group.changes)
    total = sum(part.found for part in parts.values())
    return {
        "system": str(system.pk),
        "key": system.key,
        "name": system.name,
        "connector": system.connector,
        "status": source.status,
        "found": total,
        "delete": deleted,
        "mask": changed - deleted,
        "keep": total - changed if document.right == "deletion" else 0,
        "shared": sum(len(group.keys) for group in groups if group.shared),
        "third": sum(len(group.keys) for group in groups if group.third or group.third_fields),
        "exceptions": _exceptions(parts.values()),
        "held": [asdict(one) for one in waiting(document, system.key)],
        "blocked": [as_words(one) for one in blocks_of(document, system.key)],
        "note": source.reason,
        "collections": {
            key: {"found": part.found, "to_change": part.to_change} for key, part in parts.items()
        },
    }


def _exceptions(parts: Iterable[CollectionPlan]) -> list[dict[str, Any]]:
    """Return the coded reasons of a system, rows added up per code and reason."""
    found: dict[tuple[str, str], list[Kept]] = {}
    for part in parts:
        for kept in part.exceptions:
            found.setdefault((kept.code, kept.reason), []).append(kept)
    return [
        {"code": code, "rows": sum(one.rows for one in many), "reason": reason, **_until(many)}
        for (code, reason), many in found.items()
    ]


def _until(kept: Iterable[Kept]) -> dict[str, Any]:
    """Return the last day of the period for the row that is free first, for the last one, and rows without
    a date.
    """
    many = list(kept)
    return {
        "first_on": min((one.first_on for one in many if one.first_on), default=""),
        "last_on": max((one.last_on for one in many), default=""),
        "undated": sum(one.undated for one in many),
    }


def as_words(one: Blocked) -> dict[str, Any]:
    """Return a block as it is stored in the summary: with the held line it is about, without row keys."""
    held = {"line": one.line, "kind": one.kind, "rows": len(one.rows)} if one.line else {}
    plain = {"code": one.code, "collection": one.collection, "field": one.field, "reason": one.reason}
    return plain | held


def blocks_of(document: PlanDocument, key: str) -> list[Blocked]:
    """Return everything in one source for which somebody has to decide."""
    mine = {collection for collection, _ in document.of(key)}
    found = [one for one in (*document.blocked, *document.problems) if one.collection in mine]
    if document.sources[key].status == "unreachable":
        found.append(Blocked("", "", "UNREACHABLE", document.sources[key].reason))
    return found


def all_blocks(document: PlanDocument) -> list[tuple[str, Blocked]]:
    """Return (system key, block) for the whole plan, those of no reached collection under an empty key."""
    found = [(key, one) for key in document.sources for one in blocks_of(document, key)]
    known = {one for _, one in found}
    rest = (one for one in (*document.blocked, *document.problems) if one not in known)
    return found + [("", one) for one in rest]


def document_of(plan: Plan) -> PlanDocument:
    """Return the stored document of a plan. Raises ValueError for one of another version."""
    return PlanDocument.from_json(plan.document)


def callback_token(step: Step) -> str:
    """Return the token with which a system answers for a step: made again at will, stored as a hash only."""
    return crypto.blind_index(str(step.pk), purpose="callback-token")


def source_for(step: Step) -> Source:
    """Return the source of a step; a system that answers later is told where and with which token.

    Stopping and resting uses are done by the system itself only where its option `verbs` names them; a person
    does it elsewhere.
    """
    system = step.system
    if step.operation in ORDERS and step.operation not in (system.options.get("verbs") or ()):
        words = {"instructions": system.options.get("instructions") or system.purpose}
        return Source(system.key, (), connector_for("manual", words))
    if system.connector != "http":
        return source_of(system)
    url = settings.SITE_URL.rstrip("/") + reverse("callback_step", args=[step.pk])
    return source_of(system, callback_url=url, callback_token=callback_token(step))


def order_for(step: Step, document: PlanDocument) -> Order:
    """Return the whole request that a system without rows gets.

    A repeated one is harmless: its key is the step.
    """
    identities: Mapping[str, list[str]] = document.identities
    return Order(
        case=step.case.reference,
        identities=identities,
        categories=document.categories,
        idempotency_key=str(step.pk),
        reference=step.remote_reference,
        platforms={one.platform: list(one.ids) for one in document.platforms},
    )
