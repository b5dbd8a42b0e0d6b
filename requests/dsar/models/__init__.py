"""What people ask, and what was done about it."""

from dsar.models.case import Attempt, Case, CaseEvent, CaseNumber, ClockEvaluation, EmailProof, Note
from dsar.models.clock import ClockEvent, Holiday, HolidayCalendar
from dsar.models.delivery import Download, Package, Redaction
from dsar.models.identity import IdentityCheck
from dsar.models.plan import Approval, ManualTask, Plan, Run, Step

__all__ = [
    "Approval",
    "Attempt",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "ClockEvaluation",
    "ClockEvent",
    "Download",
    "EmailProof",
    "Holiday",
    "HolidayCalendar",
    "IdentityCheck",
    "ManualTask",
    "Note",
    "Package",
    "Plan",
    "Redaction",
    "Run",
    "Step",
]
