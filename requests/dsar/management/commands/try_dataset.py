"""Try datasets on a database: what is found for a person, what would change, and the change itself."""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils import timezone

from dsar.engine import EngineError, PlanDocument, Source, StepResult, erase, held, make_plan, probe
from dsar.trial import disclosed, readable
from platforms.connectors import ConnectorError, connector_for
from platforms.datasets import DatasetError, LoadedDatasets, load_files
from retention.rules import ScheduleRule

SOURCE = "source"
EXIT_FAILED, EXIT_INVALID, EXIT_BLOCKED = 1, 2, 3
_EMPTY: dict[str, Any] = {
    "raw": {},
    "filtered": {},
    "plan": {},
    "applied": {},
    "proof": {},
    "blocked": [],
    "warnings": [],
}


class Command(BaseCommand):
    """The command; it needs no database of the portal."""

    help = (
        "Try one or more dataset files on a database. Nothing is written without --apply. "
        "Exit codes: 0 done, 1 the source failed, 2 invalid dataset or option, "
        "or a column that is not there, 3 the plan is blocked."
    )
    requires_system_checks: tuple[str, ...] = ()
    stealth_options = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.formatter_class = argparse.HelpFormatter
        parser.add_argument("files", nargs="+", metavar="FILE.yml", help="dataset files of one database")
        parser.add_argument("--url", required=True, help="postgresql://…, mysql://… or sqlite:///…")
        parser.add_argument("--identity", action="append", required=True, metavar="KEY=VALUE")
        parser.add_argument("--right", choices=["access", "deletion"], required=True)
        parser.add_argument("--category", action="append", metavar="user.contact", help="default: user")
        parser.add_argument("--mask", choices=["null", "hash", "rewrite", "delete"])
        parser.add_argument("--profile", metavar="KEY", help="use the retention schedules of this profile")
        parser.add_argument("--apply", action="store_true", help="carry the deletion out")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; the document goes to standard output, everything else to standard error."""
        try:
            with _counted() as portal:
                trial = Trial(options)
                document = trial.run()
                document["stats"]["portal_statements"] = portal[0]
        except (DatasetError, _Invalid) as fault:
            self._stop(options, str(fault), EXIT_INVALID)
        except (ConnectorError, EngineError) as fault:
            self._stop(options, str(fault), EXIT_FAILED)
        self._show(options, document)
        if document["blocked"]:
            first = document["blocked"][0]
            where = f"{first['collection']}.{first['field']}"
            text = f"The plan is blocked at {where}: {first['reason']} Nothing was changed."
            raise CommandError(text, returncode=EXIT_BLOCKED)
        if document.get("error"):
            raise CommandError(document["error"], returncode=EXIT_FAILED)

    def _show(self, options: dict[str, Any], document: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
        else:
            self.stdout.write(readable(document))

    def _stop(self, options: dict[str, Any], message: str, code: int) -> None:
        if options["json"]:
            self._show(options, {**_EMPTY, "stats": {}, "error": message})
        raise CommandError(message, returncode=code)


class _Invalid(Exception):
    """An option or a dataset that does not fit."""


@contextmanager
def _counted() -> Iterator[list[int]]:
    """Count statements on the portal's own database."""
    number = [0]

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        number[0] += 1
        return execute(sql, params, many, context)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(count))
        yield number


class Trial:
    """One run of the command."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.started = time.perf_counter(), time.process_time()
        self.loaded: LoadedDatasets = load_files(options["files"])
        self.identities = _identities(options["identity"])
        self.rules = _rules(options["profile"])

    def run(self) -> dict[str, Any]:
        """Return the document. Raises _Invalid, ConnectorError, EngineError."""
        connector = connector_for("sql", {}, self.options["url"])
        source = Source(SOURCE, self.loaded.datasets, connector)
        with held([source]) as (source,):
            plan = self._plan(source)
            document = self._document(plan, source)
            if self.options["apply"] and plan.right == "deletion" and not plan.blocked:
                self._apply(plan, source, document)
            connection: Any = source.connector
            document["stats"] = {
                "source_connections": connection.opened,
                "source_statements": connection.current.statements if connection.current else 0,
                "cpu_seconds": round(time.process_time() - self.started[1], 4),
                "wall_seconds": round(time.perf_counter() - self.started[0], 4),
            }
        return document

    def _plan(self, source: Source) -> PlanDocument:
        plan = make_plan(
            sources=[source],
            identities=self.identities,
            right=self.options["right"],
            categories=tuple(self.options["category"] or ("user",)),
            schedules=self.rules,
            mask=self.options["mask"],
            now=timezone.now(),
        )
        part = plan.sources[SOURCE]
        if part.status != "ready":
            raise ConnectorError(part.reason)
        if plan.problems:
            raise _Invalid("\n".join(one.reason for one in plan.problems))
        return plan

    def _document(self, plan: PlanDocument, source: Source) -> dict[str, Any]:
        raw, filtered = disclosed(plan, source)
        unreached = [
            f"{gap['collection']}: {gap['reason']}, its data are not covered." for gap in plan.unreachable
        ]
        return {
            "raw": raw,
            "filtered": filtered,
            "plan": plan.summary(),
            "applied": {},
            "proof": {},
            "blocked": [
                {"collection": one.collection, "field": one.field, "code": one.code, "reason": one.reason}
                for one in plan.blocked
            ],
            "warnings": [str(one) for one in self.loaded.warnings] + plan.warnings + unreached,
            "stats": {},
        }

    def _apply(self, plan: PlanDocument, source: Source, document: dict[str, Any]) -> None:
        result: StepResult = erase(plan=plan, source=source)
        if not result.ok:
            document["error"] = result.error
            return
        document["applied"] = {key: {"rows": number} for key, number in result.rows.items()}
        proof = probe(plan=plan, source=source)
        document["proof"] = proof.to_json()
        if not proof.clean:
            left = ", ".join(f"{key}: {number}" for key, number in proof.remaining.items() if number)
            document["error"] = f"After the deletion something is left ({left})."


def _identities(given: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in given:
        key, sign, value = text.partition("=")
        if not sign or not key.strip() or not value.strip():
            raise _Invalid(
                f"--identity {text!r} cannot be read: write KEY=VALUE, for example email=ann@example.com."
            )
        found.setdefault(key.strip(), []).append(value.strip())
    return found


def _rules(profile: str | None) -> list[ScheduleRule]:
    if not profile:
        return []
    from config.profile import ProfileError, load_profile

    try:
        schedules = load_profile(profile).schedules
    except ProfileError as fault:
        raise _Invalid(str(fault)) from fault
    return [rule for rule in map(ScheduleRule.from_profile, schedules) if rule]
