"""Deleting rows: which ones may go, what must go or let go before them, and in which order."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dsar.engine.document import Blocked, Step
from dsar.engine.rows import NodeState, Row
from dsar.engine.traversal import Walk
from platforms.connectors.base import Key
from platforms.connectors.schema import ForeignKey, SchemaInfo
from platforms.connectors.sql.values import canon

STILL_REFERENCED = "STILL_REFERENCED"
Value = tuple[str, ...]


@dataclass(slots=True)
class Deletions:
    """Works out the deletions of one source.

    `rows`: collection → rows that go; `changeable`: collection → own rows that nothing holds back; `cascade`:
    rows that hang below a deleted one go with it; `refused`: rows that are masked instead, with the reason.
    """

    walk: Walk
    source: str
    schema: SchemaInfo
    rows: dict[str, dict[Key, Row]]
    changeable: dict[str, dict[Key, Row]]
    cascade: bool
    refused: dict[str, dict[Key, str]] = field(default_factory=lambda: defaultdict(dict))
    detached: dict[tuple[str, tuple[str, ...]], dict[Key, Row]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    warnings: list[str] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)
    _counts: dict[tuple[ForeignKey, Value], int] = field(default_factory=dict)
    _refusals: dict[tuple[str, ForeignKey], bool] = field(default_factory=dict)

    def resolve(self) -> None:
        """Widen or narrow the deletions until every foreign key agrees."""
        again = True
        while again:
            self.detached.clear()
            again = any(
                [self._agree(key, foreign) for key in sorted(self.rows) for foreign in self._incoming(key)]
            )

    def _incoming(self, key: str) -> list[ForeignKey]:
        table = self.walk.states[key].layout.table.ref
        return [foreign for foreign in self.schema.incoming if foreign.target == table]

    def _child(self, foreign: ForeignKey) -> str:
        for key, state in self.walk.states.items():
            if state.layout.table.ref == foreign.table and state.layout.node.source == self.source:
                return key
        return ""

    def _agree(self, key: str, foreign: ForeignKey) -> bool:
        """Settle one foreign key for all rows that go; return whether the set of rows changed."""
        parents: dict[Value, list[Row]] = defaultdict(list)
        state = self.walk.states[key]
        for row in self.rows[key].values():
            parents[_values(state, row, foreign.target_columns)].append(row)
        child = self._child(foreign)
        pointing = self._own_pointing(child, foreign) if child else {}
        changed = False
        for value, number in self._pointers(foreign, state, parents).items():
            going = [row for row in pointing.get(value, ()) if row.key in self.rows.get(child, {})]
            staying = [row for row in pointing.get(value, ()) if row.key not in self.rows.get(child, {})]
            if number > len(going):
                foreigners = number - len(going) - len(staying)
                changed |= self._settle(key, parents[value], foreign, child, staying, foreigners)
        return changed

    def _own_pointing(self, child: str, foreign: ForeignKey) -> dict[Value, list[Row]]:
        state = self.walk.states[child]
        found: dict[Value, list[Row]] = defaultdict(list)
        for row in self.changeable.get(child, {}).values():
            found[_values(state, row, foreign.columns)].append(row)
        return found

    def _pointers(
        self, foreign: ForeignKey, state: NodeState, parents: Mapping[Value, Sequence[Row]]
    ) -> dict[Value, int]:
        missing = {value: rows[0] for value, rows in parents.items() if (foreign, value) not in self._counts}
        session = self.walk.sessions[self.source]
        raw = [tuple(state.raw(row, name) for name in foreign.target_columns) for row in missing.values()]
        if raw:
            self._counts |= {(foreign, value): 0 for value in missing}
            if len(foreign.columns) == 1:
                counted = session.count(foreign.table, foreign.columns[0], [one[0] for one in raw])
                self._counts |= {(foreign, (canon(value),)): number for value, number in counted.items()}
            else:
                rows = session.collect(foreign.table, foreign.columns, foreign.columns, raw)
                counts = Counter(tuple(canon(part) for part in row) for row in rows)
                self._counts |= {(foreign, value): number for value, number in counts.items()}
        return {value: self._counts[foreign, value] for value in parents if self._counts[foreign, value]}

    def _settle(
        self,
        key: str,
        parents: Iterable[Row],
        foreign: ForeignKey,
        child: str,
        staying: list[Row],
        foreigners: int,
    ) -> bool:
        """Decide about rows that point at a row that goes; return whether the set of rows changed."""
        if foreign.on_delete in ("SET NULL", "SET DEFAULT") and (foreigners or not self.cascade):
            self._warn(f"Rows of {foreign.table} that point at deleted rows of {key} lose that link.")
            return False
        if foreigners:
            return self._refuse(key, parents, f"rows of {foreign.table} that are kept still point at it")
        if not staying:
            return False
        nullable = self._nullable(child, foreign)
        ordered = self.walk.states[child].layout.node.spec.deletes_rows
        if ordered or (self.cascade and not nullable) or foreign.on_delete == "CASCADE":
            self.rows.setdefault(child, {}).update({row.key: row for row in staying})
            return True
        if nullable:
            self.detached[child, foreign.columns].update({row.key: row for row in staying})
            return False
        return self._refuse(key, parents, f"rows of {foreign.table} must point at it and stay")

    def _nullable(self, child: str, foreign: ForeignKey) -> bool:
        """Whether the link may be emptied: by type, and by every check of the rows that may change."""
        layout = self.walk.states[child].layout
        free = [name for name in foreign.columns if name not in layout.key]
        nullable = all(layout.table.columns[name].nullable for name in free)
        return (
            bool(free)
            and nullable
            and len(free) == len(foreign.columns)
            and not self._checked(child, foreign)
        )

    def _checked(self, child: str, foreign: ForeignKey) -> bool:
        if (child, foreign) not in self._refusals:
            layout = self.walk.states[child].layout
            session: Any = self.walk.sessions[self.source]
            words = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in foreign.columns), re.I)
            checks = [check.sql for check in layout.table.checks if words.search(check.sql)]
            rows = list(self.changeable.get(child, {}))
            empty = dict.fromkeys(foreign.columns)
            broken = bool(checks and rows) and any(
                session.breaks(layout.table.ref, layout.key, rows, empty, checks)
            )
            self._refusals[child, foreign] = broken
        return self._refusals[child, foreign]

    def _warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def _refuse(self, key: str, parents: Iterable[Row], why: str) -> bool:
        for row in list(parents):
            if self.rows[key].pop(row.key, None):
                self.refused[key][row.key] = why
        return True

    def steps(self) -> list[Step]:
        """Return detaching and deleting in an order that no foreign key objects to."""
        order, loops = self._order()
        steps = [
            Step("detach", child, list(columns), [row.key for row in rows.values()])
            for (child, columns), rows in sorted(self.detached.items())
            if rows
        ]
        steps += self._cut(loops)
        return steps + [Step("delete", key, [], self._sorted(key)) for key in order if self.rows[key]]

    def _order(self) -> tuple[list[str], list[ForeignKey]]:
        """Children before parents; and the foreign keys inside loops, which must be cut first."""
        going = {key for key, rows in self.rows.items() if rows}
        edges: dict[str, set[str]] = {key: set() for key in going}
        loops: list[ForeignKey] = []
        for key in going:
            for foreign in self._incoming(key):
                child = self._child(foreign)
                if child in going:
                    loops += [foreign] if child == key else []
                    edges[key] |= {child} - {key}
        return self._sort(edges, loops)

    def _sort(
        self, edges: dict[str, set[str]], loops: list[ForeignKey]
    ) -> tuple[list[str], list[ForeignKey]]:
        order: list[str] = []
        left = dict(edges)
        while left:
            free = sorted(key for key, before in left.items() if not before & set(left))
            if not free:
                free = [min(left)]
                loops += [
                    foreign
                    for foreign in self._incoming(free[0])
                    if self._child(foreign) in set(left) - {free[0]}
                ]
            for key in free:
                order.append(key)
                del left[key]
        return order, loops

    def _cut(self, loops: Sequence[ForeignKey]) -> list[Step]:
        steps = []
        for foreign in loops:
            child = self._child(foreign)
            keys = list(self.rows[child])
            if self._nullable(child, foreign):
                steps.append(Step("detach", child, list(foreign.columns), keys))
            elif foreign.table != foreign.target:
                why = (
                    f"{foreign.table} and {foreign.target} point at each other and neither link may be empty."
                )
                self.blocked.append(
                    Blocked(child, "", "FOREIGN_KEY_CYCLE", f"The rows cannot be deleted: {why}")
                )
        return steps

    def _sorted(self, key: str) -> list[Key]:
        """Rows of a table that points at itself and may not be cut: children first."""
        state = self.walk.states[key]
        own = [one for one in self._incoming(key) if one.table == one.target and not self._nullable(key, one)]
        rows = list(self.rows[key].values())
        for foreign in own:
            rows = _children_first(state, rows, foreign)
        return [row.key for row in rows]


def _values(state: NodeState, row: Row, columns: Sequence[str]) -> Value:
    return tuple(canon(state.raw(row, name)) for name in columns)


def _children_first(state: NodeState, rows: list[Row], foreign: ForeignKey) -> list[Row]:
    by_value: dict[Value, Row] = {_values(state, row, foreign.target_columns): row for row in rows}
    depth: dict[int, int] = {}
    for row in rows:
        chain: list[Row] = []
        seen: set[int] = set()
        here: Row | None = row
        while here is not None and id(here) not in depth and id(here) not in seen:
            chain.append(here)
            seen.add(id(here))
            above = by_value.get(_values(state, here, foreign.columns))
            here = above if above is not here else None
        base = depth.get(id(here), -1)
        for number, one in enumerate(reversed(chain)):
            depth[id(one)] = base + 1 + number
    return sorted(rows, key=lambda one: -depth[id(one)])
