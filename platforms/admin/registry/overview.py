"""The list of platforms and processors, and the table of all their deadlines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.utils import timezone

from config.profile import Profile, written_profile
from config.sentences import shown, stored
from platforms.admin.findings import concern
from platforms.admin.registry.words import known
from platforms.models import Finding, RegistryEntry
from platforms.registry import Entry, entries
from platforms.rules import deadlines, terms
from platforms.services import naming, registry
from platforms.services.registry import Reading


@dataclass(frozen=True)
class Line:
    """One platform or processor of the list."""

    row: RegistryEntry
    entry: Entry
    used: bool
    reading: Reading
    due: bool
    cells: tuple[dict[str, Any], ...]
    findings: int


SHORT = ("user_disconnect", "user_delete_request", "account_deleted")


def lines() -> list[Line]:
    """Return a line for every current version, platforms first; four statements."""
    profile, today = written_profile(), _today()
    rows = {row.key: row for row in RegistryEntry.objects.filter(replaced_at=None).defer("source")}
    found = [entry for entry in entries() if entry.key in rows]
    read = {one.key: one for one in registry.readings(profile, found)}
    counts = dict(
        Finding.objects.filter(ended_at=None).order_by().values_list("platform").annotate(n=Count("pk"))
    )
    used = registry.keys_in_use(profile)
    return [
        Line(
            rows[entry.key], entry, entry.key in used, read[entry.key],
            entry.key in used and read[entry.key].is_due(today), tuple(cells(profile, entry, _short(entry))),
            counts.get(entry.key, 0),
        )
        for entry in found
    ]  # fmt: skip


def _short(entry: Entry) -> Iterable[str]:
    return SHORT if entry.kind == "social_platform" else ("account_deleted",)


def _today() -> date:
    return timezone.now().astimezone(ZoneInfo(written_profile().clocks.zone)).date()


def cells(profile: Profile, entry: Entry, triggers: Iterable[str]) -> list[dict[str, Any]]:
    """Return the limits of some triggers in words, each with how well its term is known."""
    made = [deadlines.cell_of(profile, entry, trigger) for trigger in triggers]
    return [
        {
            "label": naming.trigger_of(cell.trigger),
            "trigger": cell.trigger,
            "text": shown("", stored(cell.text)),
            "known": known(cell.known) if cell.found.term is not None else "",
        }
        for cell in made
    ]


def board() -> dict[str, Any]:
    """Return the table of all platforms and triggers, with the stricter values of the company."""
    profile = written_profile()
    found = [entry for entry in entries() if entry.kind == "social_platform"]
    more = deadlines.further(profile, found)
    return {
        "triggers": [(naming.trigger_of(trigger), trigger) for trigger in terms.TRIGGERS],
        "rows": [(entry, cells(profile, entry, terms.TRIGGERS)) for entry in found],
        "further": [
            (row.entry, cell) for row in more
            for cell in cells(profile, row.entry, [one.trigger for one in row.cells])
        ],
    }  # fmt: skip


def open_findings(key: str) -> list[tuple[Finding, Any, str]]:
    """Return the open findings of an entry, each with what it is about and its sentence."""
    rows = Finding.objects.filter(platform=key, ended_at=None)[:50]
    return [(row, concern(row), shown("", row.detail) if row.detail else "") for row in rows]
