"""The graph: people and platforms, the company with its systems, processors, their own processors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a node is; the order is that of the picture."""

    SOURCE = "source"
    PLATFORM = "platform"
    COMPANY = "company"
    SYSTEM = "system"
    PROCESSOR = "processor"
    SUBPROCESSOR = "subprocessor"


@dataclass(frozen=True)
class Node:
    """One box. `place`: where it is; `group`: the country that a processor is drawn in; `link`: its page."""

    key: str
    kind: Kind
    name: str
    place: str = ""
    group: str = ""
    link: str = ""


@dataclass(frozen=True)
class Arrow:
    """Data that go from one node to another; `number` is its line in the table beside the picture."""

    number: int
    source: Node
    target: Node
    categories: tuple[str, ...]
    mechanism: str = ""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graph:
    """The whole picture; arrows are numbered from one, in the order of the table."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]

    def of(self, *kinds: Kind) -> list[Node]:
        """Return the nodes of these kinds."""
        return [node for node in self.nodes if node.kind in kinds]

    @property
    def incomplete(self) -> int:
        """Return how many arrows lack something."""
        return sum(bool(arrow.lacks) for arrow in self.arrows)


@dataclass(frozen=True)
class Party:
    """Somebody that data come from or go to, as the inventory tells of it.

    `runs`: keys of our systems that it runs for us; `below`: its own processors.
    """

    node: Node
    categories: tuple[str, ...] = ()
    mechanism: str = ""
    lacks: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    below: tuple["Party", ...] = ()


@dataclass(frozen=True)
class Facts:
    """The inventory: sources (people of an area, platforms), the company, its systems, processors."""

    company: Node
    sources: Sequence[Party]
    systems: Sequence[Node] = field(default=())
    processors: Sequence[Party] = field(default=())


def build(facts: Facts) -> Graph:
    """Return nodes and numbered arrows of an inventory."""
    nodes = [one.node for one in facts.sources] + [facts.company, *facts.systems]
    for one in facts.processors:
        nodes += [one.node, *(below.node for below in one.below)]
    arrows = [
        Arrow(number, source, target.node if isinstance(target, Party) else facts.company,
              about.categories, about.mechanism, about.lacks)
        for number, (source, target, about) in enumerate(_pairs(facts), 1)
    ]  # fmt: skip
    return Graph(tuple(nodes), tuple(arrows))


def _pairs(facts: Facts) -> Iterator[tuple[Node, Party | None, Party]]:
    """Yield where data start, where they go (None: to the company), and whose facts tell of it."""
    for one in facts.sources:
        yield one.node, None, one
    systems = {node.key: node for node in facts.systems}
    for one in facts.processors:
        run = [systems[key] for key in one.runs if key in systems]
        for start in run or [facts.company]:
            yield start, one, one
        for below in one.below:
            yield one.node, below, below
