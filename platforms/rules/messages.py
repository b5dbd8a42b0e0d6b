"""Until when a message may be sent to somebody who wrote first. Pure.

Mixora's policy: permissions are used for manual replies within permitted windows (`human_agent`), and no
unsolicited or automated promotional message is sent in a restricted one. The windows stand in the registry
(`message_policy`): for Meta 24 hours after the person's last message, 7 days for an answer by a human being.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from platforms.enums import GatePurpose
from platforms.rules import periods

MESSAGES = frozenset({GatePurpose.MESSAGE_HUMAN, GatePurpose.MESSAGE_AUTOMATED})


@dataclass(frozen=True)
class Windows:
    """How long after a person's last message an answer may go out, as ISO 8601 periods."""

    automated: str
    human: str

    def of(self, purpose: str) -> periods.Period:
        """Return the window of a purpose. Raises ValueError for one that sends no message."""
        if purpose not in MESSAGES:
            raise ValueError(f"{purpose} sends no message.")
        return periods.parse(self.human if purpose == GatePurpose.MESSAGE_HUMAN else self.automated)


def allowed_until(windows: Windows, purpose: str, last_inbound_at: datetime | None) -> datetime | None:
    """Return the moment at which the window closes; None when nothing may be sent at all.

    `last_inbound_at`: when the person last wrote; None when never, and then every message is unsolicited.
    Raises ValueError for a purpose that sends no message.
    """
    window = windows.of(purpose)
    return None if last_inbound_at is None else window.after(last_inbound_at, UTC)


def may_send(until: datetime | None, last_inbound_at: datetime | None, now: datetime) -> bool:
    """Return whether the window is open. A last message that lies ahead of our clock opens none."""
    return until is not None and last_inbound_at is not None and last_inbound_at <= now < until
