"""Opening a case: regime, number, dates, timeline and audit event in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import DataSubject
from accounts.services.audit import Actor
from config.profile import Profile, active_profile
from correspondence.enums import Template
from dsar.enums import CaseStatus, Channel, Regime, Right
from dsar.models import Case, CaseNumber
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import Need
from dsar.services import clocks, letters, story

MAX_WORDS = 20_000
_CAME = {
    Channel.DASHBOARD: "in the dashboard",
    Channel.PUBLIC_FORM: "by the public form",
    Channel.EMAIL: "by e-mail",
    Channel.POST: "by post",
    Channel.PHONE: "by phone",
    Channel.API: "by the interface",
    Channel.PLATFORM: "from a platform",
}


def need_of(case: Case) -> Need:
    """Return how far the person of a case is to be verified, and the ceiling. Raises NotAllowed."""
    return need_for(case.right, case.regime, account=case.channel == Channel.DASHBOARD)


def need_for(right: str, regime: str, *, account: bool) -> Need:
    """Return the row of the profile's matrix for a right. Raises NotAllowed when the profile has none."""
    row = active_profile().verification_for(right, regime)
    if row is None:
        raise NotAllowed("The company's profile does not say how to verify people for this right.")
    levels = (row.with_account.rank, row.without_account.rank, row.ceiling.rank)
    return verification.need(*levels, account=account)


def _regime(profile: Profile, subject: DataSubject) -> tuple[Regime, str]:
    """Return the regime of a person's place and the sentence that says why."""
    key = Regime(profile.regime_for(subject.country or None, subject.region or None).value)
    if not subject.country:
        return key, "We do not know where the person lives: the strictest rules that we know apply."
    rule = next((one for one in profile.regimes.rules if one.key.value == key.value), None)
    return key, (rule.why if rule else "No law that we have rules for applies where the person lives.")[:200]


def _reference(profile: Profile, received_at: datetime) -> tuple[int, str]:
    number = CaseNumber.objects.create().pk
    year = received_at.astimezone(ZoneInfo(profile.clocks.zone)).year
    return number, f"{profile.cases.reference_prefix}-{year}-{number:04d}"


def _check(right: str, scope: Iterable[str], words: str, received_at: datetime, now: datetime) -> None:
    known = {category.key for category in active_profile().categories}
    unknown = sorted(set(scope) - known)
    if unknown:
        raise NotAllowed(f"There is no kind of data called {unknown[0]!r}. Choose from the list.")
    if len(words) > MAX_WORDS:
        raise NotAllowed(
            f"The text is longer than {MAX_WORDS:,} characters. Shorten it, or send it as a letter."
        )
    if received_at > now:
        raise NotAllowed("The request cannot have been received in the future. Check the date.")
    Right(right)


@transaction.atomic
def create(
    *,
    subject: DataSubject,
    right: str,
    channel: str,
    received_at: datetime,
    actor: Actor,
    now: datetime,
    words: str = "",
    scope: Iterable[str] = (),
    language: str = "en",
) -> Case:
    """Store a new case with its dates and first line of the timeline; no letter, no verification.

    `received_at`: when it reached us, by the sender's channel. Raises NotAllowed for a right that is not
    offered where the person lives, an unknown scope, or a time of receipt in the future.
    """
    scope = list(scope)
    _check(right, scope, words, received_at, now)
    profile = active_profile()
    regime, why = _regime(profile, subject)
    inputs, found = clocks.evaluate(profile, right=right, regime=regime, received_at=received_at)
    number, reference = _reference(profile, received_at)
    case = Case.objects.create(
        number=number, reference=reference, subject=subject, right=right, regime=regime, regime_reason=why,
        channel=channel, words=words, scope=scope, language=language, received_at=received_at, opened_at=now,
        statutory_due_on=found.statutory_on, promised_due_on=found.promised_on, due_on=found.due_on,
    )  # fmt: skip
    clocks.store(case=case, inputs=inputs, found=found, now=now)
    came = _CAME[Channel(channel)]
    story.tell(
        case=case, kind="opened", what=f"Request received {came}", note=why, plain="We have your request",
        actor=actor, now=now,
    )  # fmt: skip
    details = {"right": right, "regime": regime, "channel": channel, "due_on": found.due_on.isoformat(),
               "rule": found.rule, "reference": reference}  # fmt: skip
    story.record(case=case, actor=actor, action="case.opened", details=details)
    return case


_RECEIVED = {
    Right.COMPLAINT: Template.COMPLAINT_RECEIVED,
    Right.CHILD_REPORT: Template.CHILD_REPORT_RECEIVED,
}


def acknowledge(
    *, case: Case, now: datetime, needs_proof: str = "", to: str = "", name: str | None = None
) -> None:
    """Send the letter that says that we have the request, until when we answer, and why then.

    `to` and `name`: of somebody else who asked for the person.
    """
    steps = case.evaluations.values_list("steps", flat=True).first() or []
    template = _RECEIVED.get(Right(case.right), Template.ACKNOWLEDGEMENT)
    more: dict[str, Any] = {} if name is None else {"name": name}
    letter = letters.write(
        case=case, template=template, now=now, to=to, steps=steps, needs_proof=needs_proof, **more
    )
    if letter:
        case.acknowledged_at = now
        case.save(update_fields=["acknowledged_at"])


def mark_verified(*, case: Case, level: int, method: str, actor: Actor, now: datetime) -> None:
    """Record how sure we are of a locked case's person; goes on only when that is enough for the right."""
    if not need_of(case).met_by(level):
        story.move(
            case, CaseStatus.VERIFYING, verification_level=level, verification_method=method,
            attention=f"Level {level} is not enough for this right: compare data that we hold.",
        )  # fmt: skip
        return
    story.move(
        case, CaseStatus.VERIFIED, verified_at=now, verification_level=level, verification_method=method
    )
    story.tell(
        case=case, kind="verified", what=f"Identity confirmed, level {level}", note=method,
        plain="We know that it is you", actor=actor, now=now,
    )  # fmt: skip
    story.record(
        case=case, actor=actor, action="case.verified", details={"level": level, "method": method},
        fields=("verified_at", "verification_level"),
    )  # fmt: skip
