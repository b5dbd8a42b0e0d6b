"""What `manage.py try_dataset` shows: rows reached, rows that may be disclosed, and a text for people."""

from collections.abc import Mapping
from typing import Any

from dsar.engine import Disclosure, PlanDocument, Source, collect, jsonable

Rows = dict[str, list[dict[str, Any]]]


def disclosed(plan: PlanDocument, source: Source) -> tuple[Rows, Rows]:
    """Return (all declared fields of the rows reached, what of them may be disclosed).

    Empty collections stand in the first and not in the second.
    """
    raw: Rows = {key: [] for key in plan.collections}
    filtered: Rows = {}
    disclosure = Disclosure(plan, source)
    for key, row, third in collect(plan=plan, source=source):
        raw[key].append(jsonable(row))
        kept = disclosure.of(key, row, third)
        if kept:
            filtered.setdefault(key, []).append(jsonable(kept))
    return raw, filtered


def readable(document: Mapping[str, Any]) -> str:
    """Return the document as text for people, without the rows themselves."""
    lines: list[str] = []
    for key, part in document["plan"].items():
        lines.append(f"{key}: {part['found']} found, {part['to_change']} to change")
        if part["found"]:
            lines += [
                f"    {name}: {one['action']} ({one['reason']})" for name, one in part["fields"].items()
            ]
        for one in part["exceptions"]:
            fields = ", ".join(one["fields"])
            lines.append(f"    {one['rows']} rows kept, {one['code']}: {one['reason']} [{fields}]")
    lines += [f"written in {key}: {one['rows']} rows" for key, one in document["applied"].items()]
    lines += [
        f"looked again in {key}: {one['checked']} checked, {one['remaining']} left"
        for key, one in document["proof"].items()
    ]
    lines += [f"blocked: {one['collection']}.{one['field']}: {one['reason']}" for one in document["blocked"]]
    lines += [f"warning: {text}" for text in document["warnings"]]
    lines.append(_figures(document["stats"]))
    return "\n".join(lines)


def _figures(stats: Mapping[str, Any]) -> str:
    return (
        f"{stats['source_connections']} connection, {stats['source_statements']} statements, "
        f"{stats['wall_seconds']} s ({stats['cpu_seconds']} s of CPU)"
    )
