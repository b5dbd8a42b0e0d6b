"""Which accounts at which platforms a deletion is about, and whether a row is one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from platforms.connectors.sql.values import canon
from platforms.datasets import PlatformScope

Only = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Accounts:
    """A platform that a deletion is about, and the ids of the accounts there; no ids: all of the person's."""

    platform: str
    ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"platform": self.platform, "ids": list(self.ids)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` gave."""
        return cls(data["platform"], tuple(data["ids"]))


def admitted(scope: PlatformScope, about: Sequence[Accounts]) -> list[Only]:
    """Return what a row must hold to be in scope: it fits one entry when each of its columns does."""
    entries = []
    for one in about:
        if scope.holds(one.platform):
            by_word = {scope.platform_field: list(scope.words_for(one.platform))}
            entry: Only = by_word if scope.platform_field else {}
            entries.append(entry | ({scope.id_field: list(one.ids)} if one.ids else {}))
    return entries


def fits(only: Sequence[Only], values: Mapping[str, Any]) -> bool:
    """Return whether values by column fit one of the entries."""
    return any(
        all(canon(values[name]) in {canon(one) for one in allowed} for name, allowed in entry.items())
        for entry in only
    )
