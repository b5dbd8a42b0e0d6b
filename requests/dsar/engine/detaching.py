"""Cutting the link between a person and rows that stay because of others: only the link is emptied."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dsar.engine.choices import DETACH, SHARED, THIRD, Choice
from dsar.engine.document import Blocked, Step
from dsar.engine.rows import NodeState, Row, fold
from dsar.engine.sharing import links_to
from dsar.engine.traversal import Walk
from platforms.connectors.base import Key

Place = tuple[str, str]
_NO_LINK = "Nothing in these rows points at the person or is pointed at by the person's rows."
_AGAIN = {
    SHARED: "Decide again about the held rows: keep or mask.",
    THIRD: "Decide again about the held rows: keep them.",
}


@dataclass(slots=True)
class Detaching:
    """Works out which links of one source are emptied for the choices `detach` of a whole plan.

    `links`: (collection, real column) → rows whose link is emptied; `held`: the same place → choice → held
    row → the row with the link; `blocked`: links that may not be empty, and rows without any link to cut,
    each with the held rows that it is about.
    """

    walk: Walk
    source: str
    choices: list[Choice]
    links: dict[Place, dict[Key, Row]] = field(default_factory=dict)
    held: dict[Place, dict[Choice, dict[Key, Key]]] = field(default_factory=dict)
    blocked: list[Blocked] = field(default_factory=list)

    def resolve(self, gone: Mapping[str, Mapping[Key, Any]]) -> None:
        """Find the links and check that each may be empty. `gone`: rows that are deleted need no cut."""
        for choice in self.choices:
            if choice.action == DETACH and choice.kind in (SHARED, THIRD):
                self._choice(choice)
        for (node, column), found in list(self.links.items()):
            rows = {key: row for key, row in found.items() if key not in gone.get(node, {})}
            self.links[node, column] = rows
            why = self._why_not(node, column, list(rows))
            if why:
                self.blocked += self._refusals(node, column, why)
                del self.links[node, column]

    def _choice(self, choice: Choice) -> None:
        state = self.walk.states.get(choice.collection)
        if state is None:
            return
        rows = [state.rows[key] for key in choice.keys if key in state.rows]
        cut = False
        for row in rows:
            inside = list(self._inside(choice.collection, row))
            named = bool(own_identities(self.walk.persons, state, row))
            links = inside if inside or named else list(self._pointing(choice.collection, row))
            cut = cut or named or bool(links)
            for node, path, holder in links:
                self._take(node, path, holder, choice, row)
        if rows and not cut and state.layout.node.source == self.source:
            self.blocked.append(_refusal(choice.collection, "", choice, [row.key for row in rows], _NO_LINK))

    def _take(self, node: str, path: str, holder: Row, choice: Choice, row: Row) -> None:
        layout = self.walk.states[node].layout
        if layout.node.source == self.source:
            place = node, layout.columns[path.partition(".")[0]]
            self.links.setdefault(place, {})[holder.key] = holder
            self.held.setdefault(place, {}).setdefault(choice, {})[row.key] = holder.key

    def _inside(self, node: str, row: Row) -> Iterator[tuple[str, str, Row]]:
        """Links of the row itself that point at the person's record."""
        for path, matches, _ in self.walk.persons.owner_links(node, row):
            if matches:
                yield node, path, row

    def _pointing(self, node: str, row: Row) -> Iterator[tuple[str, str, Row]]:
        """Links of the person's own rows that point at the row."""
        state = self.walk.states[node]
        for link in links_to(self.walk, node):
            wanted = state.canons(row, link.parent.path)
            child = self.walk.states[link.child.node]
            for own in child.own_rows():
                if own is not row and wanted & child.canons(own, link.child.path):
                    yield link.child.node, link.child.path, own

    def _why_not(self, node: str, column: str, keys: list[Key]) -> str:
        layout = self.walk.states[node].layout
        real = layout.table.columns[column]
        if not keys:
            return ""
        if column in layout.key or not real.nullable or real.generated or layout.table.is_view:
            return f"{layout.table.ref}.{column} may not be empty."
        words = re.compile(rf"(?<!\w){re.escape(column)}(?!\w)", re.I)
        checks = [check.sql for check in layout.table.checks if words.search(check.sql)]
        session: Any = self.walk.sessions[self.source]
        if checks and any(session.breaks(layout.table.ref, layout.key, keys, {column: None}, checks)):
            return f"A rule of the table says that {layout.table.ref}.{column} may not be empty here."
        return ""

    def _refusals(self, node: str, column: str, why: str) -> Iterator[Blocked]:
        """Yield a block for each line of held rows that would have to lose this link."""
        columns, staying = self.walk.states[node].layout.columns, self.links[node, column]
        name = next((name for name, real in columns.items() if real == column), "")
        for choice, found in self.held[node, column].items():
            keys = [key for key, holder in found.items() if holder in staying]
            if keys:
                yield _refusal(node, name, choice, keys, f"The link cannot be cut: {why}")

    def steps(self) -> list[Step]:
        """Return the writes, one for each link."""
        found = sorted((place, rows) for place, rows in self.links.items() if rows)
        return [Step("detach", node, [column], list(rows)) for (node, column), rows in found]


def _refusal(node: str, name: str, choice: Choice, keys: list[Key], why: str) -> Blocked:
    """Return the block with the held line that it is about and what to do instead. No key in the reason."""
    where = f"Held in {choice.collection}: {len(keys)} of {len(choice.keys)} rows."
    reason = f"{where} {why} {_AGAIN[choice.kind]}"
    return Blocked(node, name, "DETACH", reason, choice.collection, choice.kind, tuple(keys))


def own_identities(persons: Any, state: NodeState, row: Row) -> list[str]:
    """Return the top-level columns of a row that hold an identity of this person and of nobody else."""
    found = []
    for path, kind in state.kinds.items():
        held, wanted = state.canons(row, path), persons.known.get(kind, set())
        if "." not in path and held and fold(held) <= wanted:
            found.append(path)
    return found
