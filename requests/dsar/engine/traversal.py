"""Following the links from the verified identities until nothing new appears."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dsar.engine.faults import TooLarge
from dsar.engine.graph import Edge, Graph
from dsar.engine.layout import Layout, is_up
from dsar.engine.persons import Persons
from dsar.engine.rows import NodeState, Row, columns_for
from dsar.engine.targets import has_a_name
from platforms.connectors import Match, RowSession, SourceFailed
from platforms.connectors.base import Key
from platforms.connectors.sql.values import canon
from platforms.datasets import covers_any

MAX_PASSES = 10_000
MAX_ROWS = 2_000_000
Extra = Callable[[Layout], Iterable[str]]
Pending = dict[str, dict[str, dict[str, Any]]]


@dataclass(slots=True)
class Walk:
    """One traversal: what was found, in how many passes, and which sources failed on the way."""

    graph: Graph
    states: dict[str, NodeState]
    sessions: Mapping[str, RowSession]
    identities: Mapping[str, Sequence[str]]
    persons: Persons
    up: dict[Edge, bool] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    passes: int = 0
    total: int = 0
    max_rows: int = MAX_ROWS
    progress: Callable[[int, int], None] | None = None
    ambiguous: set[str] = field(default_factory=set)
    ways: dict[str, tuple[Edge, ...]] | None = None

    def run(self) -> None:
        """Look the identities up, then follow links to the fixpoint. Raises TooLarge."""
        for key in sorted(self.states):
            self._identify(key)
        self.persons = Persons.learn(self.graph, self.states, self.identities)
        self.spread([(key, row) for key, state in self.states.items() for row in state.own_rows()])

    def only_down(self, ways: Iterable[Edge]) -> None:
        """Follow these links alone, each of which leads from a row to those that point at it."""
        self.up = dict.fromkeys(ways, False)
        self.ways = {}
        for way in self.up:
            self.ways[way.origin.node] = (*self.ways.get(way.origin.node, ()), way)

    def spread(self, fresh: list[tuple[str, Row]]) -> None:
        """Follow the links from `fresh` rows to the fixpoint. Raises TooLarge."""
        while fresh:
            self.passes += 1
            if self.passes > MAX_PASSES:
                raise TooLarge(f"The links still lead on after {MAX_PASSES} passes: check the references.")
            pending = self._follow(fresh)
            fresh = [found for key, paths in sorted(pending.items()) for found in self._fetch(key, paths)]
            fresh += self._promoted()
            if self.progress:
                self.progress(self.total, self.total)

    def _identify(self, key: str) -> None:
        state = self.states[key]
        matches = [_identity_match(state, path, values) for path, values in state.identity.items()]
        for match, path in matches:
            if match.fold:
                state.folded.add(path)
            if match.bare:
                state.bare.add(path)
            state.asked.setdefault(path, {}).update({canon(value): value for value in match.values})
        for row in self.locate(key, [match for match, _ in matches]):
            row.identified = row.own = True
        self._same_but_for_case(state)

    def _same_but_for_case(self, state: NodeState) -> None:
        """Two accounts whose unique address differs in case only: only the exact one is surely the
        person's.
        """
        for path, wanted in state.identity.items():
            exact = {value.strip() for value in wanted}
            rows = [row for row in state.rows.values() if row.identified]
            sure = [row for row in rows if state.canons(row, path) & exact]
            if state.layout.is_unique(path) and sure and len(sure) < len(rows):
                for row in rows:
                    if row not in sure and len(state.identity) == 1:
                        row.identified = row.own = False
                        self.ambiguous.add(state.layout.node.key)

    def _follow(self, fresh: Iterable[tuple[str, Row]]) -> Pending:
        pending: Pending = defaultdict(lambda: defaultdict(dict))
        for key, row in fresh:
            for edge in (self.graph.out_of if self.ways is None else self.ways).get(key, ()):
                if edge.target.node in self.states:
                    self._feed(key, row, edge, pending)
        return pending

    def _feed(self, key: str, row: Row, edge: Edge, pending: Pending) -> None:
        target, path = self.states[edge.target.node], edge.target.path
        asked = target.asked.setdefault(path, {})
        down = not self.up[edge]
        trusted = down and self._is_record_of(key, row, edge)
        for value in self.states[key].values(row, edge.origin.path):
            name = canon(value)
            if down:
                target.down.setdefault(path, set()).add(name)
            if trusted:
                target.trusted.setdefault(path, set()).add(name)
            if name not in asked:
                asked[name] = value
                pending[edge.target.node][path][name] = value

    def _is_record_of(self, key: str, row: Row, edge: Edge) -> bool:
        """Whether what hangs below is the person's: the person's own record is above, or it is its extension.

        A collection whose rows have names of their own describes persons: customers are not their clerk's.
        """
        target = self.states[edge.target.node].layout
        if edge.target.node == key:
            return False
        if row.identified and key in self.persons.strong and not has_a_name(target.node.spec):
            return True
        return target.is_unique(edge.target.path)

    def _fetch(self, key: str, paths: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Row]]:
        matches = [_link_match(path, list(values.values())) for path, values in paths.items()]
        for row in self.locate(key, matches):
            row.own = self.persons.is_own(key, row)
            if row.own:
                yield key, row

    def _promoted(self) -> Iterator[tuple[str, Row]]:
        """Rows first taken for another person's that a later link shows to be the person's own."""
        for key, state in self.states.items():
            for row in state.rows.values():
                if (
                    not row.own
                    and (state.trusted or state.down)
                    and key not in self.ambiguous
                    and self.persons.is_own(key, row)
                ):
                    row.own = True
                    yield key, row

    def locate(self, key: str, matches: Sequence[Match]) -> list[Row]:
        """Look rows up, keep them and return those that are new. Raises TooLarge."""
        state = self.states[key]
        session = self.sessions.get(state.layout.node.source)
        real = [
            replace(m, column=state.layout.columns[m.column], document=state.layout.is_document(m.column))
            for m in matches
            if m.values
        ]
        if not real or session is None or state.layout.node.source in self.lost:
            return []
        found: list[Row] = []
        fresh: set[Key] = set()
        try:
            for values in session.locate(state.layout.table.ref, state.columns, real):
                row = state.add(values)
                if row is not None:
                    found.append(row)
                    fresh.add(row.key)
                elif state.layout.whole_row:
                    self._again(state, values, fresh)
        except SourceFailed as fault:
            self.lost[state.layout.node.source] = str(fault)
        self.total += len(found)
        if self.total > self.max_rows:
            raise TooLarge(f"More than {self.max_rows:,} rows are linked: check the references of {key}.")
        return found

    def _again(self, state: NodeState, values: tuple[Any, ...], fresh: set[Key]) -> None:
        """Rows of a table without a key that look alike are counted, when one query gives them together."""
        key = state.key_of(values)
        if key in fresh:
            state.rows[key].copies += 1


def _identity_match(state: NodeState, path: str, wanted: Sequence[str]) -> tuple[Match, str]:
    field_spec = state.layout.node.spec.field_at(path)
    kind = (field_spec.identity or "") if field_spec else ""
    column, _, inner = path.partition(".")
    values = list(dict.fromkeys(text.strip() for text in wanted))
    phone = "phone" in kind.lower()
    return Match(column, tuple(values), inner, fold="email" in kind.lower(), bare=phone), path


def _link_match(path: str, values: Sequence[Any]) -> Match:
    column, _, inner = path.partition(".")
    return Match(column, tuple(values), inner)


def _addresses(layout: Layout, identity: set[str]) -> tuple[str, ...]:
    """The plain fields that hold e-mail addresses without being declared as identities."""
    return tuple(
        found.path
        for found in layout.node.spec.fields
        if covers_any(("user.contact.email",), found.categories) and found.path not in identity
    )


def _nothing(_: Layout) -> Iterable[str]:
    return ()


def walk(
    graph: Graph,
    layouts: Mapping[str, Layout],
    sessions: Mapping[str, RowSession],
    identities: Mapping[str, Sequence[str]],
    *,
    extra: Extra = _nothing,
    max_rows: int = MAX_ROWS,
    progress: Callable[[int, int], None] | None = None,
) -> Walk:
    """Return the finished traversal from `identities`; `extra` gives further real columns to keep per node.

    Each row is kept once, whatever leads to it; another person's row is kept but not followed.
    Raises TooLarge beyond `max_rows`.
    """
    states = {}
    for key, layout in layouts.items():
        identity = {
            found.path: tuple(identities[found.identity])
            for found in layout.node.identity_fields()
            if found.identity and found.identity in identities
        }
        kinds = {found.path: found.identity for found in layout.node.identity_fields() if found.identity}
        addresses = _addresses(layout, set(kinds))
        paths = graph.link_paths(key) | set(kinds) | set(addresses)
        columns = columns_for(layout, paths, extra(layout))
        states[key] = NodeState(layout, columns, identity=identity, kinds=kinds, addresses=addresses)
    made = Walk(graph, states, sessions, identities, Persons(graph, states, identities))
    made.max_rows, made.progress = max_rows, progress
    known = [edge for edge in graph.edges() if edge.origin.node in layouts and edge.target.node in layouts]
    made.up = {edge: is_up(edge, layouts) for edge in known}
    made.run()
    return made
