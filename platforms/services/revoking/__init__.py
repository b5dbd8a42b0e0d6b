"""The end of a linked account, as a job: each stage is durable, and each can be done twice without harm.

Jobs stopped → platform told → tokens destroyed → probed → data deleted and proved by their case → ended. A
worker that dies leaves the last stage that was written; the next one goes on from there.
"""

from platforms.services.revoking.grants import same_grant
from platforms.services.revoking.stages import given_up, on_case, on_told, work
from platforms.services.revoking.starting import (
    Ended,
    NotOpen,
    attest,
    begin,
    sooner,
    try_again,
    wake,
)

__all__ = [
    "Ended",
    "NotOpen",
    "attest",
    "begin",
    "given_up",
    "on_case",
    "on_told",
    "same_grant",
    "sooner",
    "try_again",
    "wake",
    "work",
]
