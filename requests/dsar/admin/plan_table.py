"""The plan of a case as staff read it: a row a system, with counts, exceptions, trouble and progress."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.jobs import JobStatus
from config.profile import active_profile
from config.profile.speaking import told
from dsar.admin import backup_words
from dsar.enums import CaseStatus, Operation
from dsar.models import Plan, Step
from dsar.rules import until

COUNTS = ("found", "delete", "mask", "keep", "shared", "third")
# Which step of a system is shown: the one that needs somebody, else the one that moves, else the last.
URGENCY = [
    JobStatus.ATTENTION,
    JobStatus.RUNNING,
    JobStatus.WAITING,
    JobStatus.READY,
    JobStatus.CANCELLED,
    JobStatus.DONE,
]
SIGNS = {"blocked": "lock", "shared": "mask", "third": "people", "keep": "lock"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Remark:
    """A line under a system: what is kept, shared, blocked or failed, with its code."""

    text: str
    code: str = ""
    tone: str = "neutral"
    icon: str = "info"
    place: dict[str, str] | None = None


@dataclass
class Proof:
    """When the portal last looked again, and what it saw."""

    step: Step
    text: str
    again: bool

    @classmethod
    def of(cls, step: Step) -> "Proof":
        """Return the proof that a finished step stored. `again`: it may be repeated now."""
        checked = sum(one["checked"] for one in step.proof.values())
        left = sum(one["remaining"] for one in step.proof.values())
        at = date_format(timezone.localtime(step.signed_at), "j M Y, H:i")
        text = _("Looked again %(at)s: %(checked)s checked, %(left)s left.") % {
            "at": at, "checked": f"{checked:,}", "left": f"{left:,}",
        }  # fmt: skip
        ready = step.case.status in (CaseStatus.READY, CaseStatus.ATTENTION)
        return cls(step, text, ready and step.status in (JobStatus.DONE, JobStatus.ATTENTION))


@dataclass
class Row:
    """One system of a plan."""

    system: str
    name: str
    via: str
    way: str
    counts: dict[str, int]
    remarks: list[Remark] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    collections: list[tuple[str, int, int]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)

    @property
    def step(self) -> Step | None:
        """Return the step to show."""
        return min(
            self.steps, key=lambda step: (URGENCY.index(JobStatus(step.status)), -step.position), default=None
        )

    @property
    def tone(self) -> str:
        """Return the tone of the row's progress bar."""
        step = self.step
        tones = {JobStatus.DONE: "ok", JobStatus.ATTENTION: "danger", JobStatus.RUNNING: "info"}
        return tones.get(JobStatus(step.status), "neutral") if step else "neutral"

    @property
    def manual(self) -> bool:
        """Return whether a person has to look into this system."""
        return self.way == "manual"

    @property
    def failed(self) -> Step | None:
        """Return the step that somebody must retry or skip."""
        return next((step for step in self.steps if step.status == JobStatus.ATTENTION), None)

    @property
    def proof(self) -> "Proof | None":
        """Return the last proof of a deletion in this system."""
        found = (s for s in self.steps if s.operation == Operation.PROBE and s.proof and s.signed_at)
        step = next(found, None)
        return Proof.of(step) if step else None

    @property
    def backups(self) -> str:
        """Return until when what was erased here is still in backups, in words."""
        return backup_words.of_steps(self.steps)

    @property
    def task(self) -> Any:
        """Return the manual task of this system that is still to be done."""
        tasks = (getattr(step, "task", None) for step in self.steps)
        return next((task for task in tasks if task is not None and task.done_at is None), None)

    @property
    def progress(self) -> str:
        """Return how far the shown step is, in words."""
        step = self.step
        if step is None:
            return ""
        if step.skipped_reason:
            return _("Skipped: %(why)s") % {"why": step.skipped_reason}
        if step.rows_total:
            return _("%(done)s of %(total)s rows") % {
                "done": f"{step.rows_done:,}",
                "total": f"{step.rows_total:,}",
            }
        return _last_sign(step)


def _last_sign(step: Step) -> str:
    at = step.finished_at or step.signed_at or step.started_at
    return date_format(timezone.localtime(at), "D j M, H:i") if at else ""


@dataclass
class Table:
    """A plan with its rows and sums."""

    plan: Plan
    rows: list[Row]
    elsewhere: list[Remark] = field(default_factory=list)

    @property
    def undecided(self) -> int:
        """Return how many blocked places wait for a decision."""
        remarks = [*self.elsewhere, *(remark for row in self.rows for remark in row.remarks)]
        return sum(remark.place is not None for remark in remarks)

    @property
    def held(self) -> int:
        """Return how many rows are held because of other people, decided or not."""
        return sum(int(one["rows"]) for row in self.rows for one in row.held)

    @property
    def held_open(self) -> int:
        """Return how many held rows nobody has decided about: they stay."""
        return sum(int(one["rows"]) for row in self.rows for one in row.held if not one["action"])

    @property
    def total(self) -> dict[str, int]:
        """Return the sums over all systems."""
        return {name: sum(row.counts[name] for row in self.rows) for name in COUNTS}

    @property
    def changed(self) -> int:
        """Return how many rows are deleted or masked."""
        return self.total["delete"] + self.total["mask"]

    @property
    def done(self) -> tuple[int, int]:
        """Return finished and all steps."""
        steps = [step for row in self.rows for step in row.steps]
        return sum(step.status == JobStatus.DONE for step in steps), len(steps)

    def systems_with(self, name: str) -> list[Row]:
        """Return the systems in which something is deleted, masked, kept or found."""
        return [row for row in self.rows if row.counts[name]]


def table_of(plan: Plan) -> Table:
    """Return the table of a plan; two statements, steps with their tasks."""
    steps: dict[str, list[Step]] = {}
    for step in plan.steps.select_related("system", "task", "task__assignee"):
        steps.setdefault(str(step.system_id), []).append(step)
    decided = {_place(one): one for one in plan.decisions}
    entries = list(plan.summary.get("systems") or [])
    rows = [_row(entry, steps.pop(str(entry.get("system")), []), decided) for entry in entries]
    rows += [_row(_of_steps(own), own, decided) for own in steps.values()]
    elsewhere = [_block("", found, decided) for found in plan.summary.get("elsewhere") or []]
    return Table(plan, rows, elsewhere)


def _place(found: dict[str, Any]) -> tuple[str, str, str]:
    return found.get("system", ""), found.get("collection", ""), found.get("field", "")


def _of_steps(steps: list[Step]) -> dict[str, Any]:
    system = steps[0].system
    return {"system": str(system.pk), "name": system.name, "connector": system.connector}


def _row(entry: dict[str, Any], steps: list[Step], decided: dict[Any, Any]) -> Row:
    counts = {name: int(entry.get(name) or 0) for name in COUNTS}
    row = Row(
        str(entry.get("system", "")),
        told(str(entry.get("name", "")), active_profile().key),
        _via(entry),
        str(entry.get("connector", "")),
        counts,
        [],
        steps,
    )
    blocks = [_block(entry.get("key", ""), found, decided) for found in entry.get("blocked") or []]
    row.remarks = [*blocks, *_remarks(entry), *_faults(steps)]
    row.held = list(entry.get("held") or [])
    parts = entry.get("collections") or {}
    row.collections = [
        (key, part["found"], part["to_change"]) for key, part in parts.items() if part["found"]
    ]
    return row


def _block(system: str, found: dict[str, Any], decided: dict[Any, Any]) -> Remark:
    """Return a blocked place; when somebody decided to go on without it, with the reason."""
    place = {"system": system, "collection": found.get("collection", ""), "field": found.get("field", "")}
    name = ".".join(filter(None, (place["collection"], place["field"])))
    reason = told(str(found.get("reason", "")), active_profile().key)
    text = f"{name}: {reason}" if name else reason
    decision = decided.get(_place(place))
    if decision is None:
        return Remark(text, found.get("code", ""), "danger", "lock", place)
    left = _("Left out: %(why)s") % {"why": decision.get("reason", "")}
    return Remark(f"{text} {left}", found.get("code", ""), "warn", "minus")


def _via(entry: dict[str, Any]) -> str:
    words = {"sql": _("Database"), "http": _("By interface"), "manual": _("By hand")}
    kind = str(entry.get("connector", ""))
    said = [str(words.get(kind, kind))]
    if entry.get("collections"):
        n = len(entry["collections"])
        said.append(ngettext("%(n)s collection", "%(n)s collections", n) % {"n": n})
    return ", ".join(filter(None, said))


def _remarks(entry: dict[str, Any]) -> Iterator[Remark]:
    for found in entry.get("exceptions") or []:
        n = int(found.get("rows") or 0)
        rows = ngettext("%(n)s row stays", "%(n)s rows stay", n) % {"n": f"{n:,}"}
        text = " ".join(
            filter(
                None, (f"{rows}: {told(found.get('reason', ''), active_profile().key)}.", until.words(found))
            )
        )
        yield Remark(text, found.get("code", ""), "warn", "lock")
    if n := int(entry.get("shared") or 0):
        text = ngettext("%(n)s row is shared with others.", "%(n)s rows are shared with others.", n)
        yield Remark(text % {"n": f"{n:,}"}, "SHARED_ROW", "info", "mask")
    if n := int(entry.get("third") or 0):
        text = ngettext("%(n)s row names another person.", "%(n)s rows name other people.", n)
        yield Remark(text % {"n": f"{n:,}"}, "THIRD_PERSON", "info", "people")
    if entry.get("note"):
        yield Remark(told(str(entry["note"]), active_profile().key))


def _faults(steps: list[Step]) -> Iterator[Remark]:
    for step in steps:
        if step.status == JobStatus.ATTENTION:
            yield Remark(_error(step) or _("This step failed."), step.error_code, "danger", "alert")
        elif step.error and step.status in {JobStatus.READY, JobStatus.WAITING}:
            yield Remark(
                _("Trying again. Last time: %(why)s") % {"why": _error(step)},
                step.error_code,
                "warn",
                "refresh",
            )


def _error(step: Step) -> str:
    """Return why a step failed, in the reader's language."""
    return told(step.error, active_profile().key)


def as_csv(table: Table) -> str:
    """Return the plan for a spreadsheet. Cells that it would run as a formula get an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["System", "Way", *(name.capitalize() for name in COUNTS), "Step", "State", "Remarks"])
    for row in table.rows:
        step = row.step
        doing = Operation(step.operation).label if step else ""
        state = JobStatus(step.status).label if step else ""
        remarks = "; ".join(f"{remark.text} {remark.code}".strip() for remark in row.remarks)
        writer.writerow([_plain(c) for c in (row.name, row.via, *row.counts.values(), doing, state, remarks)])
    return out.getvalue()


def _plain(cell: object) -> object:
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(cell, int) else cell
