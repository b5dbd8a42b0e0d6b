"""The table of all platforms and triggers: one computation for the documentation, the desk and the tests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.profile import Profile
from config.sentences import Sentence
from platforms.enums import Confidence
from platforms.registry.schema import Entry
from platforms.rules import confidence, terms, wording
from platforms.rules.terms import Effective


@dataclass(frozen=True, slots=True)
class Cell:
    """The limit of one trigger in words, with what it was made of and how well the term is known."""

    trigger: str
    text: Sentence
    found: Effective
    known: Confidence


@dataclass(frozen=True, slots=True)
class Row:
    """One platform or processor with its limits."""

    entry: Entry
    cells: tuple[Cell, ...]


def cell_of(profile: Profile, entry: Entry, trigger: str) -> Cell:
    """Return the limit of one trigger of an entry."""
    found = terms.effective_for(profile, entry, trigger)
    known = confidence.of(entry, "deletion", terms.term_of(entry, trigger).basis)
    return Cell(trigger, wording.cell(found), found, known)


def table(profile: Profile, entries: Iterable[Entry], triggers: Sequence[str]) -> list[Row]:
    """Return a row for each entry and a cell for each trigger, in the order given."""
    return [Row(entry, tuple(cell_of(profile, entry, trigger) for trigger in triggers)) for entry in entries]


def further(profile: Profile, entries: Iterable[Entry]) -> list[Row]:
    """Return the triggers that only single files have, each with its entry."""
    own = ((entry, [name for name in entry.deletion if name not in terms.TRIGGERS]) for entry in entries)
    return [row for entry, names in own if names for row in table(profile, [entry], names)]
