"""The systems a request runs over, and one connection for each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from platforms.connectors import Connector
from platforms.connectors.base import Level
from platforms.datasets import DatasetSpec

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """One system: its datasets and the way to it."""

    key: str
    datasets: tuple[DatasetSpec, ...]
    connector: Connector

    @property
    def by_rows(self) -> bool:
        """Return whether the system is walked row by row (else it takes whole requests)."""
        return self.connector.level == "rows"


class HeldConnector:
    """Opens the connection at first use and hands out the same session until it is closed."""

    def __init__(self, connector: Connector, stack: ExitStack) -> None:
        self.kind = connector.kind
        self.level: Level = connector.level
        self.opened = 0
        self.current: Any = None
        self._connector = connector
        self._stack = stack

    @contextmanager
    def session(self) -> Iterator[Any]:
        """Yield the one session. Raises SourceUnreachable at first use."""
        if self.current is None:
            self.current = self._stack.enter_context(self._connector.session())
            self.opened += 1
        yield self.current


@contextmanager
def held(sources: Sequence[Source]) -> Iterator[tuple[Source, ...]]:
    """Yield the same sources with one connection each for everything done inside; closed at the end."""
    with ExitStack() as stack:
        yield tuple(replace(one, connector=HeldConnector(one.connector, stack)) for one in sources)
