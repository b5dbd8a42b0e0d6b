"""Effects of callbacks inside this app: on connections, tokens, permissions and open revocations."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from accounts.services import audit, sessions
from config.sentences import Sentence, say, say_n
from platforms.callbacks.messages import Message
from platforms.enums import ConnectionStatus, RevocationOutcome
from platforms.models import CallbackReceipt, Connection, Disconnection, ScopeGrant, Token
from platforms.services import content, effects
from platforms.services.effects import NOTHING_HELD
from platforms.services.oauth import holding, tokens


def register() -> None:
    """Make the effects of this app known."""
    for name, function in _EFFECTS.items():
        effects.register(name, function)


def connections_of(message: Message) -> list[Connection]:
    """Return the living connections of the account that a message is about, locked until they are written."""
    if not message.user_id:
        return []
    found = Connection.objects.at(message.platform, message.user_id).open()
    return list(found.select_for_update())


def log(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Keep it: nothing follows."""
    del message, receipt, now
    return say("Kept. Nothing follows from it here.")


def watch(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Look at the grant at once instead of on its day."""
    del receipt
    for connection in (found := connections_of(message)):
        connection.probe_at = now
        connection.save(update_fields=["probe_at"])
    return _about(found, say("The grant is looked at again now."))


def hold(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Let nothing be done with a connection until somebody looked, or the platform lifts its warning."""
    del receipt, now
    why = f"{message.name}: {message.detail['reason']}" if message.detail.get("reason") else message.name
    found = [one for one in connections_of(message) if one.status != ConnectionStatus.REVOKING]
    for connection in found:
        connection.status, connection.hold_reason = ConnectionStatus.HELD, why[:200]
        connection.save(update_fields=["status", "hold_reason"])
    _record(found, "connection.held", message)
    return _about(found, say("The connection is on hold until somebody has looked at it."))


def lift_hold(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Let a held connection be used again."""
    del receipt, now
    found = [one for one in connections_of(message) if one.status == ConnectionStatus.HELD]
    for connection in found:
        connection.status, connection.hold_reason = ConnectionStatus.ACTIVE, ""
        connection.save(update_fields=["status", "hold_reason"])
    _record(found, "connection.hold_lifted", message)
    return _about(found, say("The hold of the connection is lifted."))


def end_sessions(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Sign the person out everywhere: whoever has the platform account may have come in through it."""
    del receipt, now
    found = connections_of(message)
    users = [connection.subject.user for connection in found]
    ended = sum(sessions.end_sessions(user=user, actor=audit.SYSTEM) for user in users if user)
    return _about(found, say_n("%(n)s session ended.", "%(n)s sessions ended.", ended))


def minor_review(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Mark that the platform says that the person is younger than we knew."""
    del receipt
    signal = f"{message.platform}: {message.name}, {message.detail.get('reason', '')}"
    for connection in (found := connections_of(message)):
        holding.note_minor_signal(connection=connection, signal=signal, actor=audit.SYSTEM, now=now)
    return _about(found, say("Somebody has to look at the age of this person."))


def content_deleted(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Have our copies of what is gone at the platform deleted; the trail names it by commitment."""
    del now
    named = message.detail.get("content", [])
    if not named:
        return say("The message names no content. Look at what was sent.")
    for one in named:
        audit.record(
            actor=audit.SYSTEM, action="platform.content_deleted", obj=receipt,
            details={"platform": message.platform}, personal={"content": one},
        )  # fmt: skip
    systems = content.begin(receipt=receipt, platform=message.platform, content=named)
    if not systems:
        return say("No system holds content of this platform.")
    return say_n(
        "Content was deleted or changed at the platform: our copies of it go from %(n)s system.",
        "Content was deleted or changed at the platform: our copies of it go from %(n)s systems.",
        systems,
    )


def lost_permissions(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """End the permissions that a person took away."""
    del receipt
    found = connections_of(message)
    lost = ScopeGrant.objects.filter(
        connection__in=found, ended_at=None, scope__in=message.detail.get("permissions", [])
    )
    ended = lost.update(ended_at=now)
    _record(found, "connection.permissions_lost", message)
    return _about(found, say_n("%(n)s permission ended.", "%(n)s permissions ended.", ended))


def confirm_own_revoke(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Take the platform's word that our own revocation worked. It confirms that job and nothing else."""
    del receipt
    found = connections_of(message)
    unsure = [RevocationOutcome.FAILED_RETRYING, RevocationOutcome.MANUAL_REQUIRED, ""]
    jobs = Disconnection.objects.filter(connection__in=found, completed_at=None, outcome__in=unsure)
    for job in jobs:
        job.outcome, job.outcome_at = RevocationOutcome.REVOKED, now
        job.save(update_fields=["outcome", "outcome_at"])
    _record(found, "disconnection.confirmed", message)
    return _about(found, say("The platform confirms our revocation."))


def delete_matching_token(*, message: Message, receipt: CallbackReceipt, now: datetime) -> Sentence:
    """Destroy the token that the platform names; without any token left the grant is over."""
    token = _token_named(message)
    if token is None:
        return NOTHING_HELD
    connection = token.connection
    tokens.destroy(connection=connection, why="revoked at the platform", now=now, kinds=(token.kind,))
    if connection.tokens.filter(destroyed_at=None).exists():
        return say("The token is destroyed.")
    ended = replace(message, user_id=connection.external_id)
    return effects.run("mark_revoked_and_start_clock", receipt, ended, now)


def _token_named(message: Message) -> Token | None:
    """Return the living token of the platform that a message names by its first letters or its hash."""
    living, named = Token.objects.living(), message.detail.get("token", "")
    rows = {"prefix": living.prefixed, "hash_base64_sha512_sha512": living.hashed}
    look_up = rows.get(message.detail.get("token_identifier_alg", ""))
    if look_up is None or not named:
        return None
    found = look_up(named).filter(connection__platform=message.platform)
    return found.select_related("connection").first()


def _about(found: list[Connection], said: Sentence) -> Sentence:
    return said if found else NOTHING_HELD


def _record(found: Iterable[Connection], action: str, message: Message) -> None:
    for connection in found:
        details = {"platform": message.platform, "event": message.name}
        audit.record(actor=audit.SYSTEM, action=action, obj=connection, details=details)


_EFFECTS: dict[str, Callable[..., Sentence]] = {
    "log": log,
    "watch": watch,
    "hold": hold,
    "lift_hold": lift_hold,
    "end_sessions": end_sessions,
    "minor_review": minor_review,
    "content_deleted": content_deleted,
    "lost_permissions": lost_permissions,
    "confirm_own_revoke": confirm_own_revoke,
    "delete_matching_token": delete_matching_token,
}
