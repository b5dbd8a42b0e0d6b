"""The engine: finds a person's data in systems described by datasets, plans, carries out and proves.

Knows nothing of Django models. First `make_plan`; then `collect`, `erase`, `rectify` by source; then `probe`.
"""

from dsar.engine import wording as wording  # the sentences that are recognised when shown
from dsar.engine.answer import CCPA_SECRETS, CONCEALED, SECRETS, Disclosure, collect, conceal, sample
from dsar.engine.choices import ACTIONS, Choice, Waiting, chosen_for, held_keys, waiting
from dsar.engine.codec import jsonable
from dsar.engine.count import Holdings, count
from dsar.engine.document import (
    Blocked,
    CollectionPlan,
    FieldPlan,
    Group,
    Kept,
    PlanDocument,
    SourcePlan,
    Step,
)
from dsar.engine.erase import erase
from dsar.engine.faults import Drifted, EngineError, PlanRefused, TooLarge
from dsar.engine.narrow import Accounts
from dsar.engine.planner import make_plan
from dsar.engine.probe import probe
from dsar.engine.rectify import Correction, current_values, rectify, reread
from dsar.engine.results import FieldResult, ProofResult, StepResult, coverage, field_results
from dsar.engine.source import Progress, Source, held
from platforms.connectors.base import Key

__all__ = [
    "ACTIONS",
    "CCPA_SECRETS",
    "CONCEALED",
    "SECRETS",
    "Accounts",
    "Blocked",
    "Choice",
    "CollectionPlan",
    "Correction",
    "Disclosure",
    "Drifted",
    "EngineError",
    "FieldPlan",
    "FieldResult",
    "Group",
    "Holdings",
    "Kept",
    "Key",
    "PlanDocument",
    "PlanRefused",
    "Progress",
    "ProofResult",
    "Source",
    "SourcePlan",
    "Step",
    "StepResult",
    "TooLarge",
    "Waiting",
    "chosen_for",
    "collect",
    "conceal",
    "count",
    "coverage",
    "current_values",
    "erase",
    "field_results",
    "held",
    "held_keys",
    "jsonable",
    "make_plan",
    "probe",
    "rectify",
    "reread",
    "sample",
    "waiting",
]
