"""What people ask, and what was done about it."""

from dsar.models.case import Attempt, Case, CaseEvent, CaseNumber, ClockEvaluation, EmailProof, Note
from dsar.models.clock import ClockEvent, Holiday, HolidayCalendar
from dsar.models.decisions import Clarification, Decision, KeptItem
from dsar.models.delivery import Download, Package, Redaction
from dsar.models.ending import Ending
from dsar.models.identity import IdentityCheck
from dsar.models.incident import (
    Incident,
    IncidentAccount,
    IncidentAssessment,
    IncidentDecision,
    IncidentEvent,
    IncidentFile,
    IncidentNotice,
)
from dsar.models.override import ClockOverride
from dsar.models.plan import Approval, ManualTask, Plan, Run, Step
from dsar.models.platform_deletion import PlatformDeletion
from dsar.models.register import RegisterExport
from dsar.models.relations import (
    CaseLink,
    ChildReport,
    Inquiry,
    InquiryStep,
    RecipientNotice,
    Representative,
)
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
    "CaseLink",
    "CaseNumber",
    "ChildReport",
    "Clarification",
    "ClockEvaluation",
    "ClockEvent",
    "ClockOverride",
    "Correction",
    "Decision",
    "Download",
    "EmailProof",
    "Ending",
    "Holiday",
    "HolidayCalendar",
    "IdentityCheck",
    "Incident",
    "IncidentAccount",
    "IncidentAssessment",
    "IncidentDecision",
    "IncidentEvent",
    "IncidentFile",
    "IncidentNotice",
    "Inquiry",
    "InquiryStep",
    "KeptItem",
    "ManualTask",
    "Note",
    "OptOut",
    "OptOutMark",
    "Package",
    "Plan",
    "PlatformDeletion",
    "RecipientNotice",
    "Redaction",
    "RegisterExport",
    "Representative",
    "Restriction",
    "Run",
    "Step",
    "Transfer",
    "UseCheck",
]
