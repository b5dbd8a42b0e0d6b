"""Closed lists of the retention app."""

from config.choices import TextChoices


class SweepOrigin(TextChoices):
    """Who began a sweep."""

    SCHEDULE = "schedule", "By the daily plan"
    STAFF = "staff", "By staff"
    COMMAND = "command", "On the command line"


class SweepState(TextChoices):
    """Where a sweep stands."""

    PLANNED = "planned", "Planned"
    WAITING = "waiting", "Waits for approval"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"


class SweepWhy(TextChoices):
    """Why a sweep does not run without a second person."""

    SIZE = "size", "It would remove more rows than run without approval"
    SHARE = "share", "It would remove an unusually large share of a collection"


class StepState(TextChoices):
    """Where a step stands."""

    READY = "ready", "Ready"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    HELD = "held", "Held"
    FAILED = "failed", "Needs attention"


class StepMode(TextChoices):
    """How a step does its work."""

    ROWS = "rows", "Row by row, in windows"
    PERSONS = "persons", "Person by person"


class StepAction(TextChoices):
    """What happens to what is due."""

    DELETE = "delete", "Delete"
    MASK = "mask", "Empty fields"


class BatchState(TextChoices):
    """Where one window of a step stands."""

    INTENDED = "intended", "Written down, not yet removed"
    DONE = "done", "Removed"
    DROPPED = "dropped", "Not removed"


class JournalSource(TextChoices):
    """What erased the rows of a journal entry."""

    SWEEP = "sweep", "Sweep"
    CASE = "case", "Request"
    DRILL = "drill", "Drill"


class ProblemKind(TextChoices):
    """Why a schedule cannot be carried out in a collection, or only badly."""

    NO_TRIGGER = "no_trigger", "No column says when the period begins"
    NO_KEY = "no_key", "The table has no primary key"
    NO_TABLE = "no_table", "The table is not there"
    NOT_EMPTIED = "not_emptied", "A field cannot be emptied"
    READ_ONLY = "read_only", "The system can only be read"
    NO_INDEX = "no_index", "No index on the column that says when the period begins"
    UNDATED = "undated", "Rows without a date"
    REFERENCED = "referenced", "Other rows still point at rows that are due"
    FAILED = "failed", "The system could not be read or written"
    LEFT = "left", "Rows were still due after the run"


class HoldKind(TextChoices):
    """Why something is kept that would have to go."""

    LEGAL = "legal", "Legal claims"
    DISPUTE = "dispute", "Dispute with a person"
    TAX = "tax", "Tax or audit"
    SECURITY = "security", "Security incident"


class HoldScope(TextChoices):
    """What a hold covers."""

    PERSON = "person", "One person"
    CASE = "case", "The person of one case"
    SYSTEM = "system", "A whole system"
    ROWS = "rows", "Some rows of a collection"


class HoldState(TextChoices):
    """Where a hold stands."""

    PLACING = "placing", "Takes effect when the window that is being removed is done"
    ACTIVE = "active", "In effect"
    RELEASE_ASKED = "release_asked", "Release waits for a second person"
    RELEASED = "released", "Released"
