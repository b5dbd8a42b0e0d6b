"""What came of a step, told honestly, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dsar.engine.document import CollectionPlan, PlanDocument

Outcome = Literal["erased", "masked", "kept", "not_reachable", "failed"]
StepStatus = Literal["done", "already_done", "nothing_to_do", "drifted", "unreachable", "failed"]


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What happened to one field, and why."""

    collection: str
    field: str
    outcome: Outcome
    reason: str


@dataclass(slots=True)
class StepResult:
    """What one source's step did. `rows`: collection → rows written; `error` is for people."""

    source: str
    status: StepStatus
    rows: dict[str, int] = field(default_factory=dict)
    fields: list[FieldResult] = field(default_factory=list)
    error: str = ""
    statements: int = 0

    @property
    def ok(self) -> bool:
        """Return whether the source is as the plan wants it."""
        return self.status in ("done", "already_done", "nothing_to_do")

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON data without personal values."""
        return {
            "source": self.source,
            "status": self.status,
            "rows": self.rows,
            "error": self.error,
            "statements": self.statements,
            "fields": [
                {
                    "collection": one.collection,
                    "field": one.field,
                    "outcome": one.outcome,
                    "reason": one.reason,
                }
                for one in self.fields
            ],
        }


@dataclass(slots=True)
class ProofResult:
    """What was looked for again: collection → rows checked, rows still holding data."""

    source: str
    checked: dict[str, int] = field(default_factory=dict)
    remaining: dict[str, int] = field(default_factory=dict)
    statements: int = 0

    @property
    def clean(self) -> bool:
        """Return whether nothing is left."""
        return not any(self.remaining.values())

    def to_json(self) -> dict[str, dict[str, int]]:
        """Return {collection: {"checked", "remaining"}}."""
        return {
            key: {"checked": number, "remaining": self.remaining.get(key, 0)}
            for key, number in self.checked.items()
        }


def field_results(plan: PlanDocument, source: str, *, failed: str = "") -> list[FieldResult]:
    """Return the outcome of every targeted field in one source; all failed when `failed` gives a reason."""
    found: list[FieldResult] = []
    for key, part in plan.of(source):
        if part.found:
            found += [_result(key, part, name, failed) for name in part.fields if _is_targeted(part, name)]
    for gap in plan.unreachable:
        found.append(FieldResult(gap["collection"], "", "not_reachable", gap["reason"]))
    return [one for one in found if one.field or _belongs(plan, source, one.collection)]


def _belongs(plan: PlanDocument, source: str, collection: str) -> bool:
    part = plan.collections.get(collection)
    return part is None or part.source == source


def _is_targeted(part: CollectionPlan, name: str) -> bool:
    return any(path == name or path.startswith(f"{name}.") for path in part.targeted)


def _result(key: str, part: CollectionPlan, name: str, failed: str) -> FieldResult:
    action, reason = part.fields[name].action, part.fields[name].reason
    if failed:
        return FieldResult(key, name, "failed", failed)
    if action == "keep":
        return FieldResult(key, name, "kept", reason)
    changed = [group for group in part.groups if group.delete or name in group.fields]
    if not changed:
        why = next((one.reason for one in part.exceptions if name in one.fields), reason)
        return FieldResult(key, name, "kept", why)
    return FieldResult(key, name, "erased" if action in ("delete", "null") else "masked", reason)


def coverage(
    plan: PlanDocument, results: Mapping[str, StepResult], proofs: Mapping[str, ProofResult]
) -> dict[str, Any]:
    """Return what was targeted, done, kept with its reasons, and missed, over all sources.

    `complete` is true only if every targeted field was reached, nothing failed and nothing was left.
    """
    fields = [one for result in results.values() for one in result.fields]
    counts = {word: sum(1 for one in fields if one.outcome == word) for word in Outcome.__args__}  # type: ignore[attr-defined]
    missed = [one for one in fields if one.outcome in ("not_reachable", "failed")]
    kept = [
        {
            "collection": key,
            "code": one.code,
            "fields": list(one.fields),
            "rows": one.rows,
            "reason": one.reason,
        }
        for key, part in plan.collections.items()
        for one in part.exceptions
    ]
    unanswered = sorted(
        key for key, part in plan.sources.items() if part.status != "ready" and key not in results
    )
    clean = all(proof.clean for proof in proofs.values())
    ok = all(result.ok for result in results.values())
    return {
        "found": plan.found,
        "rows_changed": sum(sum(result.rows.values()) for result in results.values()),
        "fields": counts,
        "kept": kept,
        "missed": [
            {"collection": one.collection, "field": one.field, "reason": one.reason} for one in missed
        ],
        "unanswered": unanswered,
        "nothing_found": plan.found == 0 and not unanswered,
        "complete": ok and clean and not missed and not unanswered,
    }
