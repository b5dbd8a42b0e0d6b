"""What people ask, and what was done about it."""

from dsar.models.case import Attempt, Case, CaseEvent, CaseNumber, ClockEvaluation, EmailProof, Note
from dsar.models.clock import ClockEvent
from dsar.models.delivery import Download, Package, Redaction
from dsar.models.ending import Ending
from dsar.models.incident import (
    Incident,
    IncidentAccount,
    IncidentAssessment,
    IncidentDecision,
    IncidentEvent,
    IncidentFile,
    IncidentNotice,
)
from dsar.models.plan import Approval, ManualTask, Plan, Run, Step
from dsar.models.register import RegisterExport

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
    "Ending",
    "Incident",
    "IncidentAccount",
    "IncidentAssessment",
    "IncidentDecision",
    "IncidentEvent",
    "IncidentFile",
    "IncidentNotice",
    "ManualTask",
    "Note",
    "Package",
    "Plan",
    "Redaction",
    "RegisterExport",
    "Run",
    "Step",
]
