"""How a masked column is masked again in a restored backup. What knows the masks stands above this app."""

from collections.abc import Mapping
from typing import Any, Protocol

from platforms.connectors.base import Key
from platforms.connectors.schema import Column

How = Mapping[str, Any]


class Masker(Protocol):
    """Reads what the journal says about a column. `place`: collection and column; `salt`: of the system.

    Values depend on salt, place and key: they need not be those that the live system holds, and they say
    nothing about what stood there.
    """

    def value(self, how: How, salt: str, place: str, key: Key, old: Any, column: Column) -> Any:
        """Return what takes the place of `old`."""
        ...

    def holds(self, how: How, salt: str, place: str, key: Key, value: Any, column: Column) -> bool:
        """Return whether a value is masked as the journal says."""
        ...


_maskers: list[Masker] = []


def register(masker: Masker) -> None:
    """Say who reads the masks of the journal (`AppConfig.ready`)."""
    _maskers[:] = [masker]


def masker() -> Masker:
    """Return who reads the masks. Raises RuntimeError when nobody is registered."""
    if not _maskers:
        raise RuntimeError("Nothing is registered that reads the masks of the journal.")
    return _maskers[0]
