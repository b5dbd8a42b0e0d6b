"""Looking again: the same locators, the stored keys, a fresh transaction."""

from dataclasses import dataclass, field, replace
from typing import Any

from dsar.engine.document import CollectionPlan, Group, PlanDocument
from dsar.engine.locating import known, located
from dsar.engine.results import ProofResult
from dsar.engine.source import Source
from dsar.engine.writing import is_masked


def probe(*, plan: PlanDocument, source: Source) -> ProofResult:
    """Return what is left of a deletion in one source.

    Masked fields must hold the mask, deleted rows must be gone, and the locators must lead to no row that the
    plan does not know. Raises SourceUnreachable, SourceFailed.
    """
    with source.connector.session() as session:
        before = session.statements
        with session.transaction(write=False):
            known(session, [part.table for _, part in plan.of(source.key)])
            found = look_again(plan, source, session)
        return ProofResult(source.key, found.checked, found.remaining, session.statements - before)


@dataclass(slots=True)
class Look:
    """Rows checked and rows left, per collection."""

    checked: dict[str, int] = field(default_factory=dict)
    remaining: dict[str, int] = field(default_factory=dict)

    @property
    def remaining_total(self) -> int:
        """Return how many rows are left in all collections."""
        return sum(self.remaining.values())


def look_again(plan: PlanDocument, source: Source, session: Any) -> Look:
    """Compare every changed collection of a source with the plan, inside the current transaction."""
    look = Look()
    for key, part in plan.of(source.key):
        changing = [group for group in part.groups if group.changes]
        if changing:
            checked = sum(len(group.keys) for group in changing)
            left = sum(_left(plan, key, part, group, session) for group in changing)
            new = _unknown(plan, key, part, session)
            look.checked[key], look.remaining[key] = checked + new, left + new
    return look


def begun(plan: PlanDocument, source: Source, session: Any) -> bool:
    """Return whether the first rows already are as the plan wants them: a reason to look at all of them."""
    for key, part in plan.of(source.key):
        for group in part.groups:
            if group.changes:
                return not _left(plan, key, part, replace(group, keys=group.keys[:50]), session)
    return False


def _left(plan: PlanDocument, key: str, part: CollectionPlan, group: Group, session: Any) -> int:
    """Rows of one group that are not as the plan wants them."""
    names = [
        name for name in group.fields if not part.fields[name].late or part.columns[name] not in part.key
    ]
    columns = [part.columns[name] for name in names]
    width = len(part.key)
    table = session.tables[part.table]
    left = 0
    for row in session.probe(
        part.table, [*columns, *group.detach], part.key, list(dict.fromkeys(group.keys))
    ):
        values = row[width : width + len(columns)]
        # A row that is still found by a key that the plan masks was not reached.
        good = not group.delete and len(names) == len(group.fields)
        good = good and all(value is None for value in row[width + len(columns) :])
        good = good and all(
            is_masked(key, part, name, row[:width], value, plan.salt, table.columns[part.columns[name]])
            for name, value in zip(names, values, strict=True)
        )
        left += 0 if good else 1
    return left


def _unknown(plan: PlanDocument, key: str, part: CollectionPlan, session: Any) -> int:
    """Rows that the locators lead to now and the plan does not know, with something to erase in them."""
    known = {one for group in part.groups for one in group.keys}
    names = sorted({name for group in part.groups for name in group.fields})
    columns, width = [part.columns[name] for name in names], len(part.key)
    table = session.tables[part.table]
    new: set[Any] = set()
    for row in located(part, session, [*part.key, *columns]):
        if row[:width] in known or _late_key(part):
            continue
        pairs = zip(names, row[width:], strict=True)
        if part.whole_row and all(_any_mask(key, part, name, value, plan, table) for name, value in pairs):
            continue
        new.add(row[:width])
    return len(new)


def _late_key(part: CollectionPlan) -> bool:
    """Whether the plan masks the key itself, so that rows cannot be known by it afterwards."""
    return any(plan.late and part.columns[name] in part.key for name, plan in part.fields.items())


def _any_mask(key: str, part: CollectionPlan, name: str, value: Any, plan: PlanDocument, table: Any) -> bool:
    """Whether a value is the mask of some row (rows without a key cannot be known again)."""
    mask = part.fields[name].mask
    if mask is None or mask.style in ("null", "constant", "hash"):
        return is_masked(key, part, name, (), value, plan.salt, table.columns[part.columns[name]])
    return True
