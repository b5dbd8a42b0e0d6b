"""Collections and the links between them, built once from all datasets of a request."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dsar.engine.source import Source
from platforms.connectors.schema import TableRef
from platforms.datasets import CollectionSpec, DatasetSpec, FieldSpec, Reference


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a field of a collection, by dotted path."""

    node: str
    path: str

    @property
    def column(self) -> str:
        """Return the first part of the path."""
        return self.path.partition(".")[0]

    @property
    def inner(self) -> str:
        """Return the path inside the column's document, empty for a plain column."""
        return self.path.partition(".")[2]

    def __str__(self) -> str:
        return f"{self.node}.{self.path}"


@dataclass(frozen=True, slots=True)
class Edge:
    """Values at `origin` lead to rows with the same values at `target`. `declarer`: the end that names it."""

    origin: End
    target: End
    declarer: End


@dataclass(frozen=True, slots=True)
class Broken:
    """A reference that leads nowhere, and which ways it would have been used."""

    end: End
    target: str
    why: str
    inward: bool
    outward: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One collection that can be walked."""

    key: str
    source: str
    spec: CollectionSpec
    dataset: DatasetSpec

    @property
    def table(self) -> TableRef:
        """Return the table by the name the dataset gives it."""
        space = self.dataset.namespace
        schema = space.get("schema") or space.get("schema_name") or space.get("database_name")
        return TableRef(self.spec.name, schema or None)

    def identity_fields(self) -> list[FieldSpec]:
        """Return the fields that hold an identity."""
        return [found for found in self.spec.walk() if found.identity]


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes, and the edges out of and into each."""

    nodes: Mapping[str, Node]
    out_of: Mapping[str, tuple[Edge, ...]]
    into: Mapping[str, tuple[Edge, ...]]
    broken: tuple[Broken, ...]

    def edges(self) -> list[Edge]:
        """Return every edge once."""
        return [edge for edges in self.out_of.values() for edge in edges]

    def link_paths(self, node: str) -> set[str]:
        """Return the paths of a node that stand at either end of an edge."""
        mine = {edge.origin.path for edge in self.out_of.get(node, ())}
        return mine | {edge.target.path for edge in self.into.get(node, ())}

    def reachable(self, starts: set[str]) -> set[str]:
        """Return the nodes that can be reached from `starts` along edges, with the starts."""
        seen, todo = set(starts), list(starts)
        while todo:
            for edge in self.out_of.get(todo.pop(), ()):
                if edge.target.node not in seen:
                    seen.add(edge.target.node)
                    todo.append(edge.target.node)
        return seen


def build_graph(sources: Sequence[Source]) -> Graph:
    """Return the graph over all row-level sources; collections with skip_processing are left out."""
    nodes = {
        spec.key: Node(spec.key, source.key, spec, dataset)
        for source in sources
        if source.by_rows
        for dataset in source.datasets
        for spec in dataset.collections
        if not spec.skip
    }
    skipped = {
        spec.key
        for source in sources
        for dataset in source.datasets
        for spec in dataset.collections
        if spec.skip
    }
    edges: dict[tuple[End, End], Edge] = {}
    broken: list[Broken] = []
    for node in nodes.values():
        for found in node.spec.walk():
            for reference in found.references:
                fault = _fault(reference, nodes, skipped)
                if fault:
                    broken.append(_broken(End(node.key, found.path), reference, fault))
                else:
                    _add(edges, End(node.key, found.path), reference)
    return _graph(nodes, list(edges.values()), broken)


def _fault(reference: Reference, nodes: Mapping[str, Node], skipped: set[str]) -> str:
    if reference.target in skipped:
        return f"the collection {reference.target} is left out by skip_processing"
    if reference.target not in nodes:
        return f"there is no collection {reference.target}"
    if nodes[reference.target].spec.field_at(reference.path) is None:
        return f"{reference.target} has no field {reference.path}"
    return ""


def _broken(end: End, reference: Reference, why: str) -> Broken:
    inward = reference.direction in ("from", None)
    return Broken(
        end, f"{reference.target}.{reference.path}", why, inward, reference.direction in ("to", None)
    )


def _add(edges: dict[tuple[End, End], Edge], own: End, reference: Reference) -> None:
    other = End(reference.target, reference.path)
    if reference.direction in ("from", None):
        edges.setdefault((other, own), Edge(other, own, own))
    if reference.direction in ("to", None):
        edges.setdefault((own, other), Edge(own, other, own))


def _graph(nodes: Mapping[str, Node], edges: Sequence[Edge], broken: Sequence[Broken]) -> Graph:
    out_of: dict[str, list[Edge]] = defaultdict(list)
    into: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        out_of[edge.origin.node].append(edge)
        into[edge.target.node].append(edge)
    return Graph(
        nodes,
        {key: tuple(found) for key, found in out_of.items()},
        {key: tuple(found) for key, found in into.items()},
        tuple(broken),
    )
