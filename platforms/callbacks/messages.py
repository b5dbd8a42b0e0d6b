"""What a verified callback says, in the portal's own words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any


@dataclass(frozen=True)
class Message:
    """One thing that a platform says.

    `platform` is a key of the registry, `name` the platform's own word for the event, `user_id` the person's
    id at the platform (empty when nobody is named), `event_id` what tells it from another one.
    """

    endpoint: str
    platform: str
    name: str
    user_id: str
    issued_at: datetime | None
    event_id: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Meant:
    """A message and the name of the effect that it has (platforms.services.effects)."""

    effect: str
    message: Message


def instant(value: Any) -> datetime | None:
    """Return a moment that a platform wrote as seconds or milliseconds since 1970, or in ISO 8601.

    None when it wrote neither: the moment of receipt counts then.
    """
    try:
        if isinstance(value, str) and not value.isdigit():
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        seconds = int(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
