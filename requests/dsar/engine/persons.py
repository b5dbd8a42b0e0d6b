"""Whose row is it? Rules that keep other people's data out of an answer and out of an erasure.

A row belongs to the person who asks when an identity matches it, when the person's own record points at it as
its own, or when nothing says that it is another person's. It is another person's when
- it holds an identity of a kind that was given, and none of the given values;
- it names its owner by a link to the collection that describes persons, and that is not this person;
- it is only pointed at, and holds an e-mail address of somebody else;
- its declared data subjects are others than the person.
Sources: GDPR art. 15(4), 20(4); guard against disclosing or erasing another person's data.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dsar.engine.graph import End, Graph
from dsar.engine.layout import Layout, child_and_parent
from dsar.engine.rows import NodeState, Row, States, fold

# Names that say "another address of the same person".
_ALTERNATIVE = re.compile(
    r"(?i:alt|alternate|alternative|backup|recovery|second|secondary|old|previous|former|new)(_|(?=[A-Z]))"
)
# Data subjects who are not the ones that ask when a dataset does not say whose records identities are in.
_USUALLY_OTHERS = frozenset({"employee", "consultant", "next_of_kin", "supplier_vendor", "trainee"})


@dataclass(slots=True)
class Persons:
    """Decides whose a row is. Built when the identities have been looked up, before anything is followed.

    `known`: identity kind → the person's values, those given and those in the person's own record; `strong`:
    collections with one row per identity; `people`: collections that describe persons; `owners`: node → its
    links to person records, with the person's own values there, and whether a request would come along them.
    """

    graph: Graph
    states: States
    identities: Mapping[str, Sequence[str]]
    known: dict[str, set[str]] = field(default_factory=dict)
    strong: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    subjects: frozenset[str] = frozenset()
    owners: dict[str, list[tuple[str, frozenset[str], bool]]] = field(default_factory=dict)

    @classmethod
    def learn(cls, graph: Graph, states: States, identities: Mapping[str, Sequence[str]]) -> "Persons":
        """Return the rules for one request, after the identities were looked up."""
        made = cls(graph, states, identities)
        matched = {key for key, state in states.items() if any(row.identified for row in state.rows.values())}
        made.strong = {key for key in matched if made._strong(states[key])}
        made.people = {key for key in matched if key in made.strong or not made._leans(key, matched)}
        made.known = {kind: fold(values) for kind, values in identities.items()}
        for key in made.people:
            made._learn_identities(states[key])
        made.subjects = frozenset(one for key in matched for one in _subjects(states[key].layout))
        made._declared_owners()
        made._real_owners()
        return made

    def _learn_identities(self, state: NodeState) -> None:
        """Kinds that were not given, from the person's own record: they tell other people's records apart."""
        kinds = list(state.kinds.values())
        for path, kind in state.kinds.items():
            if kind not in self.identities and kinds.count(kind) == 1:
                rows = [row for row in state.rows.values() if row.identified]
                self.known.setdefault(kind, set()).update(*(fold(state.canons(row, path)) for row in rows))

    def _strong(self, state: NodeState) -> bool:
        return any(state.layout.is_unique(path) for path in state.identity)

    def _leans(self, key: str, matched: set[str]) -> bool:
        """Whether a collection points up at another one in which the person was found."""
        layouts = {name: state.layout for name, state in self.states.items()}
        edges = [
            edge for edge in self.graph.edges() if edge.origin.node in layouts and edge.target.node in layouts
        ]
        ends = [child_and_parent(edge, layouts) for edge in edges]
        return any(pair and pair[0].node == key and pair[1].node in matched - {key} for pair in ends)

    def _values(self, person: End) -> frozenset[str]:
        state = self.states[person.node]
        found = [state.canons(row, person.path) for row in state.rows.values() if row.identified]
        return frozenset().union(*found)

    def _declared_owners(self) -> None:
        layouts = {name: state.layout for name, state in self.states.items()}
        found: dict[tuple[End, End], bool] = {}
        for edge in self.graph.edges():
            if edge.origin.node not in layouts or edge.target.node not in layouts:
                continue
            ends = child_and_parent(edge, layouts)
            if ends:
                found[ends] = found.get(ends, False) or edge.origin == ends[1]
        for (child, person), comes_here in found.items():
            if person.node in self.people and child.node != person.node:
                self.owners.setdefault(child.node, []).append((child.path, self._values(person), comes_here))

    def _real_owners(self) -> None:
        """Foreign keys to person records that the dataset declares as plain fields."""
        tables = {self.states[key].layout.table.ref: key for key in self.people}
        for node, state in self.states.items():
            declared = {real: name for name, real in state.layout.columns.items()}
            known = {path for path, _, _ in self.owners.get(node, ())}
            for key in state.layout.table.foreign_keys:
                person = tables.get(key.target)
                if (
                    person is None
                    or person == node
                    or len(key.columns) != 1
                    or key.columns[0] not in state.places
                ):
                    continue
                path, aim = declared.get(key.columns[0], ""), self._declared(person, key.target_columns[0])
                if path and aim and path not in known:
                    values = self._values(End(person, aim))
                    self.owners.setdefault(node, []).append((path, values, False))

    def _declared(self, node: str, real: str) -> str:
        columns = self.states[node].layout.columns
        return next(
            (
                name
                for name, column in columns.items()
                if column == real and column in self.states[node].places
            ),
            "",
        )

    def is_own(self, node: str, row: Row) -> bool:
        """Return whether a row that was reached from the person's rows is about the person."""
        state = self.states[node]
        if row.identified or _trusted(state, row):
            return True
        if self.other_identity(node, row):
            return False
        links = self.owner_links(node, row)
        if links:
            return any(matches for _, matches, _ in links)
        if not state.comes_down(row) and self._other_address(state, row):
            return False
        return not self.other_subjects(_subjects(state.layout))

    def owner_links(self, node: str, row: Row) -> list[tuple[str, bool, bool]]:
        """Return (path, points at this person, traversable from the person) for the links that are filled."""
        state = self.states[node]
        found = []
        for path, values, comes_here in self.owners.get(node, ()):
            held = state.canons(row, path)
            if held:
                found.append((path, bool(held & values), comes_here))
        return found

    def other_identity(self, node: str, row: Row) -> bool:
        """Return whether a row holds identities of a given kind, and none of them is this person's."""
        state = self.states[node]
        held = [bool(values) for values in self._identity_hits(state, row)]
        return bool(held) and not any(held)

    def _identity_hits(self, state: NodeState, row: Row) -> Iterable[set[str]]:
        for path, kind in state.kinds.items():
            values, wanted = fold(state.canons(row, path)), self.known.get(kind)
            if values and wanted:
                yield values & wanted

    def _other_address(self, state: NodeState, row: Row) -> bool:
        """Whether a row that is only pointed at holds an e-mail address, and it is not this person's."""
        wanted = self.known.get("email", set())
        held = [fold(state.canons(row, path)) for path in state.addresses]
        return bool(wanted) and any(held) and not any(values & wanted for values in held)

    def other_identities(self, node: str, row: Row) -> list[str]:
        """Return the identity paths of an own row that hold somebody else's identity.

        In a record that stands for one person (its identity is unique, or the person's record owns it alone)
        a second address is the person's own; so is one whose name says so (`alt_email`, `recovery_phone`).
        """
        state = self.states[node]
        if node in self.strong or self._extends(state, row):
            return []
        found = []
        for path, kind in state.kinds.items():
            values, wanted = fold(state.canons(row, path)), self.known.get(kind, set())
            named_own = bool(_ALTERNATIVE.match(path.rpartition(".")[2])) or state.layout.is_document(path)
            if values and wanted and not named_own and not values & wanted:
                found.append(path)
        return found

    def _extends(self, state: NodeState, row: Row) -> bool:
        return any(
            state.layout.is_unique(path) and state.canons(row, path) & values
            for path, values in state.trusted.items()
        )

    def other_subjects(self, declared: Iterable[str]) -> bool:
        """Return whether declared data subjects exclude the person."""
        named = frozenset(declared)
        if not named:
            return False
        return not named & self.subjects if self.subjects else named <= _USUALLY_OTHERS


def _subjects(layout: Layout) -> tuple[str, ...]:
    return layout.node.spec.subjects or layout.node.dataset.subjects


def _trusted(state: NodeState, row: Row) -> bool:
    return any(state.canons(row, path) & values for path, values in state.trusted.items())
