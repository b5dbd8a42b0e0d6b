"""How well a fact of the registry is known: its own mark, else its section's, else not established."""

from platforms.enums import Confidence
from platforms.registry.schema import Entry

_KNOWN = {one.value: one for one in (Confidence.READ, Confidence.SECOND_HAND, Confidence.MEMORY)}


def of_basis(basis: str | None) -> Confidence:
    """Return the confidence of a mark; any other mark than the three says that nothing is established."""
    return _KNOWN.get(basis or "", Confidence.NONE)


def of(entry: Entry, section: str, own: str | None = None) -> Confidence:
    """Return the confidence of a fact in a section of an entry; `own`: the mark beside the fact, if any."""
    if own:
        return of_basis(own)
    return of_basis(next((basis for basis, named in entry.evidence_basis.items() if section in named), None))
