"""What a platform tells us, and what it must be asked."""

from typing import Annotated, Literal

from pydantic import Field

from config.profile.base import Key, Setting, Text, Url
from platforms.registry.schema.words import Basis, Fact, PeriodText, Words


class Answer(Fact):
    """What a callback is answered with; `json`: the keys of the body."""

    status: Annotated[int, Field(ge=200, le=599)]
    keys: tuple[Key, ...] = Field(default=(), alias="json")


class Callback(Fact):
    """An address at which the platform tells us something, and how it proves itself."""

    key: Key
    path: Annotated[str, Field(pattern=r"^/callbacks/[a-z0-9/-]+/$")]
    shared_with: Key | None = None
    method: Literal["POST"]
    verify: Key
    handshake: Literal["hub_challenge", "x_crc", "linkedin_challenge"] | None = None
    secrets: tuple[Setting, ...] = ()
    tolerance: PeriodText | None = None
    discovery: Url | None = None
    jwks: Url | None = None
    audiences: Setting | None = None
    success: Answer
    failure: Answer
    unavailable: Answer | None = None
    max_latency: PeriodText | None = None
    effect: Key
    idempotency: Text
    retries: Text | None = None
    gated: Text | None = None
    basis: Basis | None = None


class ByReason(Fact):
    """Effects of an event that depend on the reason it names."""

    default: tuple[Text, ...]
    by_reason: dict[str, tuple[Text, ...]]


class SyncJob(Fact):
    """A question that must be put to the platform at a pace, because it does not tell us."""

    key: Key
    request: Text
    every: PeriodText
    acts_on: Words
