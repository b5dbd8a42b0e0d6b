"""Deleting the data of some platforms only: the accounts there, and everything that hangs off them.

A dataset says which rows stand for accounts at platforms (`platform_scope`). From those rows the way goes
down alone: to rows that point at them, declared or by a real foreign key, and on to what points at those.
Whatever the accounts themselves point at, the person's record first of all, is never reached.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dsar.engine.graph import Edge, End, Graph
from dsar.engine.layout import Layout, child_and_parent
from dsar.engine.narrow import Accounts, Only, admitted, fits
from dsar.engine.persons import Persons
from dsar.engine.rows import NodeState, Row, columns_for
from dsar.engine.traversal import Extra, Walk, walk
from platforms.connectors import Match, RowSession
from platforms.connectors.sql.values import canon
from platforms.datasets import PlatformScope


class Belonging(Persons):
    """Whatever hangs off an account at a platform is data of that platform, whoever it names.

    The platforms' terms want it gone, messages of third persons included; nothing of it is disclosed.
    """

    def is_own(self, node: str, row: Row) -> bool:  # noqa: ARG002
        """Return True: only rows below the accounts are reached."""
        return True

    def other_subjects(self, declared: Iterable[str]) -> bool:  # noqa: ARG002
        """Return False: see above."""
        return False


@dataclass(slots=True)
class Narrowing:
    """Finds the rows in scope. Arguments are those of `walk`; `about`: the platforms and accounts;
    `more`: further real columns to keep.

    `only`: per collection of accounts, what its rows must hold; `links`: (child, parent) of every link.
    """

    graph: Graph
    layouts: Mapping[str, Layout]
    sessions: Mapping[str, RowSession]
    identities: Mapping[str, Sequence[str]]
    about: Sequence[Accounts]
    more: Extra
    progress: Callable[[int, int], None] | None = None
    roots: dict[str, PlatformScope] = field(default_factory=dict)
    only: dict[str, list[Only]] = field(default_factory=dict)
    links: list[tuple[End, End]] = field(default_factory=list)

    def walk(self) -> Walk:
        """Return the traversal from the accounts downwards. Raises TooLarge."""
        scopes = {key: layout.node.spec.platform_scope for key, layout in self.layouts.items()}
        found = {key: (scope, admitted(scope, self.about)) for key, scope in scopes.items() if scope}
        self.only = {key: only for key, (_, only) in found.items() if only}
        self.roots = {key: found[key][0] for key in self.only}
        self.links = list(dict.fromkeys((*self._declared(), *self._real())))
        below = self._below()
        states = {key: self._state(key) for key in below}
        made = Walk(self.graph, states, self.sessions, {}, Belonging(self.graph, states, {}))
        made.progress = self.progress
        made.only_down(Edge(up, down, down) for down, up in self.links if {down.node, up.node} <= below)
        made.spread([(key, row) for key in self.roots for row in self._accounts(made, key)])
        self._mark_shared(made, below)
        return made

    def _declared(self) -> Iterator[tuple[End, End]]:
        edges = [one for one in self.graph.edges() if {one.origin.node, one.target.node} <= set(self.layouts)]
        both = {(edge.origin, edge.target) for edge in edges}
        for edge in edges:
            ends = child_and_parent(edge, self.layouts)
            if ends or (edge.target, edge.origin) not in both:
                yield ends or (edge.target, edge.origin)

    def _real(self) -> Iterator[tuple[End, End]]:
        """Foreign keys that the dataset declares as plain fields."""
        tables = {(one.node.source, one.table.ref): one for one in self.layouts.values()}
        for layout in self.layouts.values():
            names = {real: name for name, real in layout.columns.items()}
            for foreign in layout.table.foreign_keys:
                parent = tables.get((layout.node.source, foreign.target))
                aims = {real: name for name, real in parent.columns.items()} if parent else {}
                own, aim = names.get(foreign.columns[0]), aims.get(foreign.target_columns[0])
                if parent and own and aim and len(foreign.columns) == 1:
                    yield End(layout.node.key, own), End(parent.node.key, aim)

    def _below(self) -> set[str]:
        """The collections of accounts and those below them, without any that the accounts point up at."""
        up: dict[str, set[str]] = {}
        down: dict[str, set[str]] = {}
        for child, parent in self.links:
            up.setdefault(child.node, set()).add(parent.node)
            down.setdefault(parent.node, set()).add(child.node)
        starts = set(self.roots)
        return _closure(down, starts, without=_closure(up, starts, without=set()) - starts)

    def _state(self, key: str) -> NodeState:
        layout = self.layouts[key]
        ends = {end.path for link in self.links for end in link if end.node == key}
        named = {name for entry in self.only.get(key, ()) for name in entry}
        return NodeState(layout, columns_for(layout, ends | named, self.more(layout)))

    def _accounts(self, made: Walk, key: str) -> list[Row]:
        """Look the accounts up: by their ids where they are named, else along the way from the person."""
        state, scope = made.states[key], self.roots[key]
        ids = [one for entry in self.only[key] for one in entry.get(scope.id_field, ())]
        matches = [Match(scope.id_field, tuple(ids))] if ids else []
        state.asked.update({scope.id_field: {canon(one): one for one in ids}} if ids else {})
        if any(scope.id_field not in entry for entry in self.only[key]):
            matches += self._from_the_person(state, key)
        rows = made.locate(key, matches)
        for row in rows:
            values = {name: row.values[state.places[state.layout.columns[name]]] for name in self._named(key)}
            row.own = row.identified = fits(self.only[key], values)
            if not row.own:
                del state.rows[row.key]
        return [row for row in rows if row.own]

    def _named(self, key: str) -> set[str]:
        return {name for entry in self.only[key] for name in entry}

    def _from_the_person(self, state: NodeState, key: str) -> list[Match]:
        """Return the conditions under which the person's own accounts are found."""
        found = walk(self.graph, self.layouts, self.sessions, self.identities, extra=self.more)
        theirs = found.states[key]
        matches = []
        for path, values in theirs.asked.items():
            held = {name for row in theirs.own_rows() for name in theirs.canons(row, path)}
            mine = {name: value for name, value in values.items() if name in held}
            if mine:
                state.asked.setdefault(path, {}).update(mine)
                column, _, inner = path.partition(".")
                matches.append(Match(column, tuple(mine.values()), inner))
        return matches

    def _mark_shared(self, made: Walk, below: set[str]) -> None:
        """Hold what also hangs off something out of scope, such as another account, for a decision."""
        for child, parent in self.links:
            if child.node == parent.node or not {child.node, parent.node} <= below:
                continue
            above, state = made.states[parent.node], made.states[child.node]
            known = {name for row in above.own_rows() for name in above.canons(row, parent.path)}
            for row in state.own_rows():
                row.shared = row.shared or bool(state.canons(row, child.path) - known)


def _closure(ways: Mapping[str, set[str]], starts: set[str], *, without: set[str]) -> set[str]:
    seen, todo = set(starts), list(starts)
    while todo:
        new = ways.get(todo.pop(), set()) - seen - without
        seen |= new
        todo += new
    return seen
