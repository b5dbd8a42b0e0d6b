"""Where personal data is, and what the platforms say about it."""

from platforms.models.connections import Connection, OAuthAttempt, ScopeGrant, Token
from platforms.models.content import ContentDeletion
from platforms.models.disconnections import Disconnection
from platforms.models.findings import Finding, GateDecision, StoredAge
from platforms.models.processors import Processor, SubProcessor, Transfer
from platforms.models.receipts import CallbackReceipt
from platforms.models.refusals import RefusedGrant
from platforms.models.registry import RegistryEntry, RegistryOverride, TermAcceptance, TermReview
from platforms.models.reviews import LegalReview
from platforms.models.systems import Dataset, System

__all__ = [
    "CallbackReceipt",
    "Connection",
    "ContentDeletion",
    "Dataset",
    "Disconnection",
    "Finding",
    "GateDecision",
    "LegalReview",
    "OAuthAttempt",
    "Processor",
    "RefusedGrant",
    "RegistryEntry",
    "RegistryOverride",
    "ScopeGrant",
    "StoredAge",
    "SubProcessor",
    "System",
    "TermAcceptance",
    "TermReview",
    "Token",
    "Transfer",
]
