"""Confirmation codes: with one anybody who has it sees how far a deletion is, and nothing else."""

from config import crypto
from dsar.models import Case
from platforms.querysets import CODE_PURPOSE

CODE_LENGTH = 40
"""Hex characters of a confirmation code: 160 bits."""


def code_of(case: Case) -> str:
    """Return the confirmation code of a case: a keyed hash of its id, the same at every call."""
    return crypto.blind_index(str(case.pk), purpose="deletion-code")[:CODE_LENGTH]


def index_of(code: str) -> str:
    """Return what is stored of a confirmation code."""
    return crypto.blind_index(code, purpose=CODE_PURPOSE)
