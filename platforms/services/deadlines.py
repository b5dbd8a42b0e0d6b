"""The table of deadlines as a document: written from the shipped files, for comparison."""

from collections.abc import Iterable, Iterator

from config.profile import Profile, load_profile
from config.profile.loading import FOLDER
from platforms.enums import Confidence
from platforms.registry import Entry, shipped_entries
from platforms.rules import confidence, deadlines, terms, wording
from platforms.rules.deadlines import Cell
from platforms.rules.terms import AT_ONCE, SOON

HEAD = """# Until when platform data go

Written by `manage.py platform_deadlines` from `platforms/registry/` and the profiles. Do not edit: a test
compares it with the files.

A cell is the strictest of the published promise, the company's own rule and the platform's term, from the
moment at which we learn of the trigger. Where a case exists, its date by law counts as well. “promise” and
“own rule” mark limits that the platform does not set. A trigger that a file lacks has the term of a
disconnection. “–”: there is no such trigger.
"""


def document() -> str:
    """Return the document, in the active language's words, for every shipped profile."""
    entries = list(shipped_entries().values())
    platforms = [entry for entry in entries if entry.kind == "social_platform"]
    processors = [entry for entry in entries if entry.kind == "processor"]
    profiles = [load_profile(path) for path in sorted(FOLDER.glob("*.yaml"))]
    lines = [HEAD, *_paces()]
    for profile in profiles:
        lines += ["", f"## {profile.identity.trade_name}", "", *_platforms(profile, platforms)]
    lines += ["", "## Triggers that single platforms have", "", *_further(profiles[0], platforms)]
    lines += ["", "## Processors, when an account is deleted", "", *_processors(profiles[0], processors)]
    return "\n".join([*lines, "", "## Where the terms stand", "", *_sources(entries), ""])


def _paces() -> Iterator[str]:
    words = wording.period
    yield (
        f"“As soon as possible” is worked on within {words(SOON.target)}, with an alert after"
        f" {words(SOON.alert)}. “Immediately” starts within {words(AT_ONCE.target)}, with an alert after"
        f" {words(AT_ONCE.alert)}, and is late after {words(AT_ONCE.breach)}."
    )


def _platforms(profile: Profile, entries: Iterable[Entry]) -> Iterator[str]:
    yield from _head("Platform", *(str(wording.trigger_label(trigger)) for trigger in terms.TRIGGERS))
    for row in deadlines.table(profile, entries, terms.TRIGGERS):
        yield _line(row.entry.name, *map(_marked, row.cells))


def _further(profile: Profile, entries: Iterable[Entry]) -> Iterator[str]:
    yield from _head("Platform", "Trigger", "Limit")
    for row in deadlines.further(profile, entries):
        for cell in row.cells:
            yield _line(row.entry.name, str(wording.trigger_label(cell.trigger)), _marked(cell))


def _marked(cell: Cell) -> str:
    """Return a cell; a term that nobody read in the official text says so."""
    if cell.found.source != "platform" or cell.known == Confidence.READ:
        return str(cell.text)
    return f"{cell.text} ({str(cell.known.label).lower()})"


def _processors(profile: Profile, entries: Iterable[Entry]) -> Iterator[str]:
    yield from _head("Processor", "Limit", "Steps")
    for row in deadlines.table(profile, entries, ["account_deleted"]):
        steps = "; ".join(terms.term_of(row.entry, "account_deleted").steps)
        yield _line(row.entry.name, str(row.cells[0].text), steps)


def _sources(entries: Iterable[Entry]) -> Iterator[str]:
    yield from _head("Platform or processor", "Document, section", "Last seen", "How well known")
    for entry in entries:
        for term in entry.legal.terms:
            cited = f"{term.name}, {term.section}" if term.section else term.name
            yield _line(entry.name, cited, term.seen or "never", str(confidence.of_basis(term.basis).label))


def _head(*names: str) -> Iterator[str]:
    yield _line(*names)
    yield "|" + "---|" * len(names)


def _line(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
