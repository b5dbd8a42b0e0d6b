"""How a step ends: probed and done, held, or refused by its system."""

from datetime import datetime

from django.db import transaction

from config.sentences import say_n, stored
from retention.enums import ProblemKind, StepState
from retention.models import SweepProblem, SweepStep


@transaction.atomic
def finish(step: SweepStep, state: StepState, now: datetime, *, left: int = 0, referenced: int = 0) -> None:
    """End a step. What the last look found is told as a problem.

    `left`: rows still due; `referenced`: rows that are due but kept by rows which point at them.
    """
    step.state, step.finished_at, step.error = state, now, ""
    if state == StepState.DONE:
        step.probed_at, step.rows_left, step.rows_referenced = now, left, referenced
    names = ["state", "finished_at", "error", "probed_at", "rows_left", "rows_referenced"]
    step.save(update_fields=names)
    if left:
        why = say_n(
            "%(n)s row was still due after the run.", "%(n)s rows were still due after the run.", left
        )
        problem(step, ProblemKind.LEFT, why, left)
    if referenced:
        why = say_n(
            "%(n)s row is due, but a row that stays points at it. It goes when that one has gone.",
            "%(n)s rows are due, but rows that stay point at them. They go when those have gone.",
            referenced,
        )
        problem(step, ProblemKind.REFERENCED, why, referenced)


def problem(step: SweepStep, kind: ProblemKind, words: str, rows: int) -> None:
    """Tell what is wrong with a step, on the page of its sweep."""
    SweepProblem.objects.create(
        sweep=step.sweep, system=step.system, collection=step.collection, schedule=step.schedule,
        kind=kind, detail=stored(words) or {"m": str(words)}, rows=rows,
    )  # fmt: skip


@transaction.atomic
def failed(step: SweepStep, error: str, now: datetime) -> None:
    """Keep what a system said when it refused; the step is tried again with the sweep."""
    step.state, step.error, step.finished_at = StepState.FAILED, error[:500], now
    step.save(update_fields=["state", "error", "finished_at"])
    SweepProblem.objects.update_or_create(
        sweep=step.sweep, system=step.system, collection=step.collection, schedule=step.schedule,
        kind=ProblemKind.FAILED, defaults={"detail": {"m": error[:500]}},
    )  # fmt: skip
