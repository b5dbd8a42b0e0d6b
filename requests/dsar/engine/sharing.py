"""Rows that another person's request would reach too. They are held for review, never changed silently."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dsar.engine.graph import End
from dsar.engine.layout import Layout
from dsar.engine.rows import NodeState, Row
from dsar.engine.targets import names_a_person
from dsar.engine.traversal import Walk
from platforms.connectors import SourceFailed
from platforms.connectors.base import Match
from platforms.connectors.sql.values import canon


@dataclass(frozen=True, slots=True)
class Link:
    """A child end whose rows point at a parent end."""

    child: End
    parent: End


def mark_shared(walk: Walk, wanted: Iterable[str]) -> None:
    """Set `shared` on own rows that belong to others as well.

    `wanted`: the collections whose rows a request aims at; only what can lead to them is looked at. A shared
    row that names a person directly is taken for that other person's row.
    """
    aims = set(wanted)
    leading = {key for key in walk.states if walk.graph.reachable({key}) & aims}
    for key in sorted(leading):
        _mark_pointed_at(walk, key)
        _mark_peers(walk, key)
    if any(row.shared for state in walk.states.values() for row in state.rows.values()):
        _spread(walk)
    for key in sorted(leading):
        _others_records(walk, key)


def _only_from_below(state: NodeState) -> list[Row]:
    """Own rows that were reached only because other rows point at them."""
    found = []
    for row in state.own_rows():
        if not row.identified and not state.comes_down(row):
            found.append(row)
    return found


def links_to(walk: Walk, key: str) -> list[Link]:
    """Links, declared or real, whose parent end is in this collection."""
    found: dict[Link, None] = {}
    for edge in [*walk.graph.into.get(key, ()), *walk.graph.out_of.get(key, ())]:
        if edge not in walk.up:
            continue
        link = Link(edge.origin, edge.target) if walk.up[edge] else Link(edge.target, edge.origin)
        if link.parent.node == key and walk.states[key].layout.is_unique(link.parent.path):
            found[link] = None
    for link in _real_links(walk, key):
        found.setdefault(link)
    return list(found)


def _real_links(walk: Walk, key: str) -> Iterable[Link]:
    parent = walk.states[key].layout
    for child_key, state in walk.states.items():
        for foreign in state.layout.table.foreign_keys:
            single = foreign.target == parent.table.ref and len(foreign.columns) == 1
            if single and foreign.columns[0] in state.places:
                own, aim = (
                    _declared(state.layout, foreign.columns[0]),
                    _declared(parent, foreign.target_columns[0]),
                )
                if own and aim and parent.columns[aim] in walk.states[key].places:
                    yield Link(End(child_key, own), End(key, aim))


def _declared(layout: Layout, real: str) -> str:
    return next((name for name, column in layout.columns.items() if column == real), "")


def _mark_pointed_at(walk: Walk, key: str) -> None:
    state = walk.states[key]
    rows = _only_from_below(state)
    if not rows:
        return
    for link in links_to(walk, key):
        by_value: dict[str, list[Row]] = defaultdict(list)
        raw: dict[str, Any] = {}
        for row in rows:
            for value in state.values(row, link.parent.path):
                by_value[canon(value)].append(row)
                raw[canon(value)] = value
        ours = _own_pointers(walk.states[link.child.node], link.child.path)
        for name, number in _pointers(walk, link, raw).items():
            if number > ours.get(name, 0):
                for row in by_value[name]:
                    row.shared = True


def _own_pointers(state: NodeState, path: str) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in state.own_rows():
        for name in state.canons(row, path):
            counts[name] += 1
    return counts


def _pointers(walk: Walk, link: Link, raw: Mapping[str, Any]) -> dict[str, int]:
    """How many rows of the child collection point at each value."""
    state = walk.states[link.child.node]
    session = walk.sessions.get(state.layout.node.source)
    if session is None or not raw or state.layout.node.source in walk.lost:
        return {}
    column, inner = state.layout.columns[link.child.column], link.child.inner
    counts: dict[str, int] = defaultdict(int)
    try:
        if not inner and not state.layout.is_document(link.child.path):
            found = session.count(state.layout.table.ref, column, list(raw.values()))
            return {canon(value): number for value, number in found.items()}
        reader = NodeState(state.layout, state.columns)
        match = Match(column, tuple(raw.values()), inner, document=True)
        for values in session.locate(state.layout.table.ref, state.columns, [match]):
            for name in reader.canons(Row((), values), link.child.path):
                counts[name] += 1
    except SourceFailed as fault:
        walk.lost[state.layout.node.source] = str(fault)
    return counts


def _mark_peers(walk: Walk, key: str) -> None:
    """A row that names several people of the same kind (a message between two) is reached by each of them."""
    state = walk.states[key]
    if key in walk.persons.people:
        peers = walk.persons.other_identities
        for row in state.own_rows():
            row.shared = row.shared or bool(peers(key, row))
        return
    for row in state.own_rows():
        links = walk.persons.owner_links(key, row)
        others = any(not matches and comes_here for _, matches, comes_here in links)
        row.shared = row.shared or others or bool(walk.persons.other_identities(key, row))


def _spread(walk: Walk) -> None:
    """Own rows that can be reached only through shared rows are shared too."""
    index = _Index(walk)
    todo = [
        (key, row)
        for key, state in walk.states.items()
        for row in state.own_rows()
        if row.identified and not row.shared
    ]
    seen = {id(row) for _, row in todo}
    while todo:
        for key, row in index.next_to(*todo.pop()):
            if id(row) not in seen and not row.shared:
                seen.add(id(row))
                todo.append((key, row))
    for state in walk.states.values():
        for row in state.own_rows():
            row.shared = row.shared or (id(row) not in seen and not row.identified)


class _Index:
    """Own rows by the value at a link's end."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.known: dict[End, dict[str, list[Row]]] = {}

    def at(self, end: End) -> dict[str, list[Row]]:
        if end not in self.known:
            self.known[end] = defaultdict(list)
            state = self.walk.states[end.node]
            for row in state.own_rows():
                for name in state.canons(row, end.path):
                    self.known[end][name].append(row)
        return self.known[end]

    def next_to(self, key: str, row: Row) -> Iterator[tuple[str, Row]]:
        for edge in self.walk.graph.out_of.get(key, ()):
            if edge in self.walk.up:
                for name in self.walk.states[key].canons(row, edge.origin.path):
                    yield from ((edge.target.node, found) for found in self.at(edge.target).get(name, ()))


def _others_records(walk: Walk, key: str) -> None:
    state = walk.states[key]
    if not names_a_person(state.layout.node.spec):
        return
    for row in _only_from_below(state):
        if row.shared:
            row.own = False
