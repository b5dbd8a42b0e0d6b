"""What people ask, and what was done about it."""

from dsar.models.case import Attempt, Case, CaseEvent, CaseNumber, ClockEvaluation, EmailProof, Note
from dsar.models.delivery import Download, Package, Redaction
from dsar.models.plan import Approval, ManualTask, Plan, Run, Step
from dsar.models.rights import (
    Balancing,
    Correction,
    OptOut,
    OptOutMark,
    Restriction,
    Transfer,
    UseCheck,
)

__all__ = [
    "Approval",
    "Attempt",
    "Balancing",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "ClockEvaluation",
    "Correction",
    "Download",
    "EmailProof",
    "ManualTask",
    "Note",
    "OptOut",
    "OptOutMark",
    "Package",
    "Plan",
    "Redaction",
    "Restriction",
    "Run",
    "Step",
    "Transfer",
    "UseCheck",
]
