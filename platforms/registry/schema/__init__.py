"""What a registry file may say. Unknown keys, wrong types and impossible values are faults with their line.

Unlike a profile a file leaves out what a platform does not have; what a default means stands beside it.
`basis` says how well a fact is known (see `Basis`); periods are ISO 8601.
"""

from platforms.registry.schema.calls import Answer, ByReason, Callback, SyncJob
from platforms.registry.schema.data import Element, Gates, MessagePolicy, Operation, Restrictions
from platforms.registry.schema.entry import Entry
from platforms.registry.schema.grants import (
    ClientSettings,
    Feature,
    Liveness,
    LongLived,
    OAuth,
    PageTokens,
    RefreshToken,
    Revocation,
    RevokeRequest,
)
from platforms.registry.schema.terms import Deadline, Incident, Legal, Term
from platforms.registry.schema.words import ASAP, SHIP_WORDS, UNKNOWN, Basis

__all__ = [
    "ASAP",
    "SHIP_WORDS",
    "UNKNOWN",
    "Answer",
    "Basis",
    "ByReason",
    "Callback",
    "ClientSettings",
    "Deadline",
    "Element",
    "Entry",
    "Feature",
    "Gates",
    "Incident",
    "Legal",
    "Liveness",
    "LongLived",
    "MessagePolicy",
    "OAuth",
    "Operation",
    "PageTokens",
    "RefreshToken",
    "Restrictions",
    "Revocation",
    "RevokeRequest",
    "SyncJob",
    "Term",
]
