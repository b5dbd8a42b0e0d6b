"""Systems that only people can reach: a person does the work, attests it, and attaches proof."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from platforms.connectors.base import Deferred, Level, Order

_VERBS = {
    "locate": "Look whether the system holds anything about the person.",
    "collect": "Make a copy of everything the system holds about the person.",
    "erase": "Erase the person's data in the system.",
    "rectify": "Correct the person's data in the system.",
    "probe": "Look again whether anything is left.",
    "count": "Count what the system holds about the person.",
    "reread": "Look whether the corrected values stand in the system now, and count those that do not.",
    "restrict": "Keep the person's data, and see that the system does not use it for the purposes below.",
    "lift": "The restriction is lifted: the system may use the person's data again.",
    "suppress": "See that the system never uses the person's data again for the purposes below.",
}


class ManualSession:
    """Every verb is a task for a person; the reference is the same for the same order."""

    def __init__(self, instructions: str) -> None:
        self.instructions = instructions

    def _task(self, verb: str, order: Order) -> Deferred:
        digest = hashlib.sha256(f"{verb}:{order.idempotency_key}".encode()).hexdigest()[:16]
        about = ", ".join(purpose or "every use" for purpose in order.purposes)
        only = ", ".join(order.platforms)
        limits = f"Purposes: {about}. " if about else ""
        limits += f"Only data of the accounts that the case names at: {only}. " if only else ""
        text = f"{_VERBS[verb]} {limits}{self.instructions}".strip()
        return Deferred(reference=f"manual-{digest}", instructions=text)

    def locate(self, order: Order) -> Deferred:
        """Ask a person to look."""
        return self._task("locate", order)

    def collect(self, order: Order) -> Deferred:
        """Ask a person for a copy."""
        return self._task("collect", order)

    def erase(self, order: Order) -> Deferred:
        """Ask a person to erase."""
        return self._task("erase", order)

    def rectify(self, order: Order) -> Deferred:
        """Ask a person to correct."""
        return self._task("rectify", order)

    def probe(self, order: Order) -> Deferred:
        """Ask a person to look again."""
        return self._task("reread" if order.corrections else "probe", order)

    def count(self, order: Order) -> Deferred:
        """Ask a person to count."""
        return self._task("count", order)

    def restrict(self, order: Order) -> Deferred:
        """Ask a person to see that the data rest."""
        return self._task("restrict", order)

    def lift(self, order: Order) -> Deferred:
        """Tell a person that the data may be used again."""
        return self._task("lift", order)

    def suppress(self, order: Order) -> Deferred:
        """Ask a person to stop a use for good."""
        return self._task("suppress", order)


class ManualConnector:
    """A system without an interface."""

    kind = "manual"
    level: Level = "requests"

    def __init__(self, instructions: str = "") -> None:
        self.instructions = instructions

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any], secret: str | None) -> "ManualConnector":
        """Build it from a system's settings; `instructions` tells the person what to do."""
        del secret
        return cls(str(settings.get("instructions") or ""))

    @contextmanager
    def session(self) -> Iterator[ManualSession]:
        """Yield the session; nothing is opened."""
        yield ManualSession(self.instructions)
