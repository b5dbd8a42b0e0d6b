"""What cases of verifiers are made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

NOW = 1_795_000_000
LISTED = ("current", "previous")
ISSUER = "https://accounts.google.com"


@dataclass(frozen=True)
class Case:
    """One call of a verifier and what must come out."""

    name: str
    call: Callable[[Any], Any]
    expected: Any


def outcome(rules: Any, case: Case) -> Any:
    """Return what a verifier says, in the form of `expected`."""
    try:
        said = case.call(rules)
    except rules.Refused as refused:
        return f"!{refused.code}"
    except Exception as fault:  # noqa: BLE001  (a crash is an outcome of its own: never the one expected)
        return f"{type(fault).__name__}: {fault}"
    return (said.secret, said.document) if isinstance(said, rules.Signed) else said


Rows = Iterator[tuple[str, Callable[[Any], Any], Any]]
