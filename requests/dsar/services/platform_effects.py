"""What callbacks lead to beyond the platforms app, and what it asks about cases: registered at start."""

from datetime import datetime

from accounts.services.audit import SYSTEM
from config.sentences import Sentence, say
from dsar.enums import Channel
from dsar.services import deletion_states, disconnecting, platform_letters, processor_events
from dsar.services.rights import platform_data
from platforms.callbacks.messages import Message
from platforms.enums import Trigger
from platforms.models import CallbackReceipt, Connection
from platforms.services import effects, revoking, states
from platforms.services.effects import NOTHING_HELD
from platforms.services.oauth import losing


def register() -> None:
    """Make known what this app does for the one below."""
    effects.register("open_deletion_case", open_deletion_case)
    effects.register("mark_revoked_and_start_clock", mark_revoked_and_start_clock)
    states.register(deletion_states.of_receipt)
    states.register_codes(deletion_states.of_code)
    revoking.on_case(deletion_states.case_state)
    revoking.on_told(platform_letters.tell)
    losing.on_loss(disconnecting.lost)
    platform_data.after_begin(disconnecting.make_plan)
    processor_events.register()


def open_deletion_case(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Open the case of an account whose data the platform wants deleted for its user.

    Meta sends this when the person removed the app, TikTok and Google when the account is gone: there is no
    grant left to revoke. Meta is asked all the same, because it does not say so in the message.
    """
    told = not message.endpoint.endswith("data_deletion")
    return _end(message, receipt, Trigger.PLATFORM_CALLBACK, told=told, now=now)


def mark_revoked_and_start_clock(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Take up that a person removed the app at the platform: the clock of the data starts."""
    return _end(message, receipt, Trigger.REVOCATION_SEEN, told=True, now=now)


def _end(
    message: Message, receipt: CallbackReceipt, trigger: Trigger, *, told: bool, now: datetime
) -> Sentence:
    """End the account that a message names. Somebody we do not know leads to no case."""
    connection = Connection.objects.at(message.platform, message.user_id).open().first()
    if not message.user_id or connection is None:
        return NOTHING_HELD
    started = disconnecting.disconnect(
        connection=connection, trigger=trigger, channel=Channel.PLATFORM, received_at=receipt.received_at,
        actor=SYSTEM, now=now, receipt=receipt, told=told,
    )  # fmt: skip
    pattern = say("Case %(reference)s deletes the data of this account.", reference=started.case.reference)
    again = say("Case %(reference)s is deleting this already.", reference=started.case.reference)
    return pattern if started.new else again
