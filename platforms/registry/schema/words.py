"""The words and checked texts that a registry file is written in."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel

from config.profile.base import Label, Part
from platforms.rules import periods

Basis = Literal["read", "read_partly", "second_hand", "memory", "unverified", "missing", "to_fill"]
"""read: in the official text. second_hand: in somebody's account of it. memory: nobody looked it up yet.
Everything else counts as not established."""

Section = Literal[
    "terms", "deletion", "lifetimes", "scopes", "elements", "callbacks", "revocation", "revocation_answers",
    "liveness", "restrictions", "message_policy", "operations", "transfers", "gates",
]  # fmt: skip
TriggerName = Literal[
    "user_disconnect", "user_delete_request", "account_deleted", "platform_callback",
    "platform_revocation_seen", "content_deleted_on_platform", "no_longer_needed", "platform_request",
    "access_terminated", "reddit_account_deleted",
]  # fmt: skip
ASAP, UNKNOWN = "asap", "unknown"
SHIP_WORDS = (
    "until_disconnect", "until_account_deleted", "forever", "hashed_forever", "by_schedule",
    "never_standalone",
)  # fmt: skip


def _period(text: str) -> str:
    periods.parse(text)
    return text


def _or_words(*words: str) -> Any:
    def check(text: str) -> str:
        return text if text in words else _period(text)

    return AfterValidator(check)


PeriodText = Annotated[str, AfterValidator(_period)]
TermText = Annotated[str, _or_words(ASAP, UNKNOWN)]
ShipText = Annotated[str, _or_words(*SHIP_WORDS)]
HeldText = Annotated[str, _or_words("until_deleted", "to_fill")]
Words = tuple[Label, ...]


class Fact(BaseModel):
    """A strict, frozen piece of a registry file: like a part of a profile, but keys may be left out."""

    model_config = Part.model_config
