"""Who asks? What may be asked (needs) and what was shown (verifying); the other modules act on that."""

from dsar.services.identity.needs import (
    asker_of,
    check_level,
    check_may_ask,
    may_ask,
    need_for,
    need_of,
    relationship_of,
)
from dsar.services.identity.verifying import (
    go_on_if_enough,
    mark_verified,
    settle,
    shown_level,
    what_is_missing,
)

__all__ = [
    "asker_of",
    "check_level",
    "check_may_ask",
    "go_on_if_enough",
    "mark_verified",
    "may_ask",
    "need_for",
    "need_of",
    "relationship_of",
    "settle",
    "shown_level",
    "what_is_missing",
]
