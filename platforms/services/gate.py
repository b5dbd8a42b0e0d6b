"""The gate: the product asks here before it sends platform data anywhere. Every answer is kept.

What is not clearly allowed is refused: an unknown platform, element, purpose or processor, a connection that
is not active, a consent that nobody can show.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from config.profile import active_profile
from config.sentences import Sentence, say, stored
from platforms import registry
from platforms.enums import ConnectionStatus, GatePurpose
from platforms.models import Connection, GateDecision, LegalReview, Processor
from platforms.registry import Entry
from platforms.rules import gate, messages
from platforms.rules.gate import Answer, Element, Question
from platforms.services import consents

MAX_NAME = {"asked_by": 120, "element": 120, "platform": 60, "processor": 60}


@dataclass(frozen=True)
class _Asked:
    """What was asked, as the checks below read it."""

    entry: Entry
    element: str
    purpose: str
    connection: Connection | None
    processor: str
    ground: str
    last_inbound_at: datetime | None
    now: datetime


@transaction.atomic
def ask(
    *,
    element: str,
    purpose: str,
    asked_by: str,
    now: datetime,
    platform: str = "",
    connection: Connection | None = None,
    processor: str = "",
    ground: str = "",
    last_inbound_at: datetime | None = None,
) -> GateDecision:
    """Answer whether data of one element may be used for a purpose, and keep the answer.

    Give `connection`, or `platform` where no single account is meant; without a connection nothing that needs
    somebody's consent is allowed. `processor`: key of who would get the data. `ground`: why people read
    (`support`, `security`, `law`). `last_inbound_at`: when the other person last wrote, for messages.
    `asked_by`: the service client or member of staff. Never raises for an odd question: it is refused.
    """
    key = connection.platform if connection else platform
    answer, sha256 = _answer(key, element, purpose, connection, processor, ground, last_inbound_at, now)
    names = {"asked_by": asked_by, "element": element, "platform": key, "processor": processor}
    known = purpose if purpose in GatePurpose.values else ""
    return GateDecision.objects.create(
        asked_at=now, connection=connection, purpose=known, allowed=answer.allowed, outcome=answer.outcome,
        rule=answer.rule, reason=stored(answer.reason), strip=list(answer.strip), registry_sha256=sha256,
        **{name: value[: MAX_NAME[name]] for name, value in names.items()},
    )  # fmt: skip


def _answer(
    key: str, element: str, purpose: str, connection: Connection | None, *rest: Any
) -> tuple[Answer, str]:
    try:
        entry = registry.current(key)
    except KeyError:
        return _refuse("unknown_platform", say("The registry knows no such platform.")), ""
    refused = _closed(entry, purpose, connection)
    return refused or _open(_Asked(entry, element, purpose, connection, *rest)), entry.sha256


def _refuse(rule: str, why: Sentence) -> Answer:
    return Answer(gate.REFUSED, rule, why)


def _closed(entry: Entry, purpose: str, connection: Connection | None) -> Answer | None:
    """Return why no question about this platform or account has another answer."""
    if purpose not in GatePurpose.values:
        return _refuse("unknown_purpose", say("The portal knows no such purpose."))
    enabled = {one.key for one in active_profile().platforms if one.enabled}
    if entry.key not in enabled or entry.restrictions is None:
        return _refuse("platform_off", say("The profile does not offer this platform."))
    if connection and connection.status != ConnectionStatus.ACTIVE:
        return _refuse("not_connected", say("The account is not connected any more, or on hold."))
    return None


def _open(asked: _Asked) -> Answer:
    try:
        found = asked.entry.element(asked.element)
    except KeyError:
        return _refuse("unknown_element", say("The registry knows no such data element of this platform."))
    element = Element(found.key, found.subject, found.sensitivity, found.storage or "")
    if asked.purpose in messages.MESSAGES:
        return _message(asked)
    answer = gate.answer(_question(asked, element))
    if answer.rule != "consent" or consents.connected():
        return answer
    return replace(answer, reason=say("Nobody keeps consents here yet, so consent counts as not given."))


def _question(asked: _Asked, element: Element) -> Question:
    processor = _processor(asked.processor)
    gates = processor.gates if processor else None
    return Question(
        purpose=asked.purpose,
        word=_word(asked.entry, asked.purpose),
        element=element,
        source=_source(gates, asked.entry.key),
        minimise=gates.minimise if gates else (),
        review=_review(asked),
        contract=_contract(asked.processor, asked.now) if asked.processor else None,
        consent=_consented(asked),
        opted_in=bool(asked.connection and asked.connection.matching_agreed_at),
        ground=asked.ground,
    )


def _word(entry: Entry, purpose: str) -> str | None:
    """Return the registry's word; a default that the file does not spell out is no word."""
    restrictions = entry.restrictions
    if restrictions is None or purpose not in restrictions.model_fields_set:
        return None
    return str(getattr(restrictions, purpose))


def _processor(key: str) -> Entry | None:
    """Return the registry's entry of a processor, by its own name or the one in the profile."""
    stored_key = Processor.objects.filter(key=key).values_list("registry", flat=True).first()
    try:
        return registry.current(stored_key or key) if key else None
    except KeyError:
        return None


def _source(gates: Any, platform: str) -> str:
    """Return the word of a processor for data of a platform: the strictest of its lists."""
    if gates is None:
        return ""
    lists = {
        "blocked": gates.blocked_sources,
        "review": gates.review_sources,
        "consent": gates.consent_sources,
    }
    word = next((word for word, keys in lists.items() if platform in keys), "")
    return word or ("consent" if gates.needs_consent or gates.needs_ai_consent else "")


def _contract(key: str, now: datetime) -> bool:
    """Return whether the processor is registered with a contract that is signed and not over."""
    today, one = now.date(), Processor.objects.filter(key=key).first()
    if one is None or one.contract_signed_on is None or one.contract_signed_on > today:
        return False
    over = one.contract_ends_on is not None and one.contract_ends_on < today
    return not over and (one.ended_on is None or one.ended_on > today)


def _consented(asked: _Asked) -> bool:
    if asked.connection is None:
        return False
    return consents.given(subject=asked.connection.subject, purpose=asked.purpose, now=asked.now)


def _review(asked: _Asked) -> str:
    """Return what recorded reviews say, the strictest of those that hold; empty without one."""
    rows = LegalReview.objects.of(
        platform=asked.entry.key, element=asked.element, purpose=asked.purpose, today=asked.now.date()
    )
    outcomes = set(rows.values_list("outcome", flat=True))
    return gate.REFUSED if gate.REFUSED in outcomes else gate.ALLOWED if outcomes else ""


def _message(asked: _Asked) -> Answer:
    policy, now, last = asked.entry.message_policy, asked.now, asked.last_inbound_at
    until = None
    if policy:
        windows = messages.Windows(automated=policy.automated_within, human=policy.human_within)
        until = messages.allowed_until(windows, asked.purpose, last)
    return gate.answer_message(
        offered="inbox_messages" in asked.entry.features,
        window_known=policy is not None,
        spoke_first=last is not None,
        open_now=messages.may_send(until, last, now),
        review=_review(asked),
    )
