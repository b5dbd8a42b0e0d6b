"""Results: every attempt gets one, and a case goes on when what was shown is enough for its right."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from config.profile import active_profile
from config.sentences import say
from dsar.enums import CaseStatus, CheckResult, ClockEventKind, LinkKind, Method
from dsar.models import Case, CaseLink, ClockEvent, IdentityCheck
from dsar.rules.verification import LEVELS, METHODS
from dsar.services import clocks, rights, story
from dsar.services.identity.needs import need_of

_BY_LEVEL = {LEVELS[m]: m for m in (Method.NONE, Method.EMAIL, Method.LOGIN, Method.KNOWLEDGE)}
_SUPPORTING = (Method.DECLARATION, Method.MANDATE)
"""What proves nothing of the person alone: it supports another check."""


def mark_verified(
    *,
    case: Case,
    level: int,
    method: str,
    actor: Actor,
    now: datetime,
    check: IdentityCheck | None = None,
    how: Method | None = None,
) -> None:
    """Record how sure we are of a locked case's person; goes on only when that is enough for the right.

    `method`: in words, without personal values. `check`: the attempt that proves it; without one it is
    written here, as `how` (default: by the level).
    """
    if check is None:
        how = how or _BY_LEVEL.get(level, Method.JUDGEMENT)
        check = IdentityCheck(case=case, method=how, level=level, asked_at=now, arrived_at=now)
        check.asked_by = actor.user if actor.user and actor.user.is_staff else None
    unasked = check._state.adding  # one event is enough for what proves somebody at once: case.verified
    settle(check=check, result=CheckResult.PASSED, reason=method, actor=actor, now=now, tell=not unasked)
    level = max(level, case.verification_level or 0)
    missing = what_is_missing(case, level)
    if missing:
        if unasked:
            _record(check, actor)
        story.move(
            case, CaseStatus.VERIFYING, verification_level=level, verification_method=method[:60],
            attention=missing,
        )  # fmt: skip
        return
    complete(case=case, check=check, level=level, actor=actor, now=now, method=method)


_FREE = say("Nobody is asked who they are for this right")
_FREE_PLAIN = say("You do not have to show who you are for this")


def complete(
    *, case: Case, check: IdentityCheck, level: int, actor: Actor, now: datetime, method: str = ""
) -> None:
    """Let a locked case go on: what was shown is enough. `check`: the attempt that was the last missing."""
    method = method or METHODS[level]
    received(case=case, check=check, actor=actor, now=now)
    case.identity_checks.open().update(result=CheckResult.ABANDONED, decided_at=now)
    story.move(
        case, CaseStatus.VERIFIED, verified_at=now, verification_level=level, verification_method=method[:60]
    )
    known = say("Identity confirmed, level %(level)s", level=level)
    story.tell(
        case=case, kind="verified", what=known if level else _FREE, note=method,
        plain=say("We know that it is you") if level else _FREE_PLAIN, actor=actor, now=now,
    )  # fmt: skip
    story.record(
        case=case, actor=actor, action="case.verified", details={"level": level, "method": check.method},
        fields=("verified_at", "verification_level"),
    )  # fmt: skip
    rights.begin(case=case, actor=actor, now=now)
    _carry_over(case, method, actor, now)


def go_on_if_enough(*, case: Case, actor: Actor, now: datetime) -> None:
    """Let a locked case go on when what was shown before is enough by now. Else nothing."""
    level = shown_level(case)
    last = case.identity_checks.passed().first()
    if case.status in (CaseStatus.NEW, CaseStatus.VERIFYING) and last and not what_is_missing(case, level):
        complete(case=case, check=last, level=level, actor=actor, now=now)


def _carry_over(case: Case, method: str, actor: Actor, now: datetime) -> None:
    """Let the other cases of the same message go on: nobody proves twice what one message asks for."""
    family = CaseLink.objects.filter(kind=LinkKind.SPLIT)
    root = family.filter(case=case).values_list("other", flat=True).first() or case.pk
    kin = Case.objects.unverified().filter(Q(pk=root) | Q(links__in=family.filter(other=root)))
    for other in kin.exclude(pk=case.pk).distinct():
        story.lock(other)
        if other.subject_id != case.subject_id:  # the address led to a person we know
            other.subject = case.subject
            other.save(update_fields=["subject"])
            story.record(case=other, actor=actor, action="case.linked", fields=("subject",))
        level = min(case.verification_level or 0, need_of(other).ceiling)
        if need_of(other).met_by(level):
            how = _BY_LEVEL.get(level, Method.JUDGEMENT)
            mark_verified(case=other, level=level, method=method, actor=actor, now=now, how=how)


def what_is_missing(case: Case, level: int) -> str:
    """Return what a case needs besides a level that was shown, as a sentence, or the empty string."""
    need = need_of(case)
    if not need.met_by(level):
        return _("Level %(level)d is not enough for this right: it needs level %(enough)d.") % {
            "level": level,
            "enough": need.enough,
        }
    if need.authority and not _has_authority(case):
        return _("Who acts for the person has not shown that they may.")
    return ""


def _has_authority(case: Case) -> bool:
    """Whether a mandate was accepted: handed in by its link, or registered as a representation."""
    acting = getattr(case, "representatives", None)
    if acting is not None and acting.filter(status="accepted").exists():
        return True
    return bool(case.identity_checks.passed().filter(method=Method.MANDATE).exists())


def shown_level(case: Case) -> int:
    """Return the highest level that passed attempts of a case prove."""
    passed = case.identity_checks.passed().exclude(method__in=_SUPPORTING)
    return int(passed.aggregate(most=Max("level"))["most"] or 0)


def settle(
    *,
    check: IdentityCheck,
    result: CheckResult,
    reason: str,
    actor: Actor,
    now: datetime,
    tell: bool = True,
) -> None:
    """Give an attempt its result, once, and tell the audit trail. Raises ValueError for a second result."""
    if check.result:
        raise ValueError("An attempt has one result: the next attempt is a row of its own.")
    check.result, check.decided_at, check.reason = result, now, reason[:1000]
    check.decided_by = actor.user if actor.user and actor.user.is_staff else None
    check.save()
    if tell:
        _record(check, actor)


def _record(check: IdentityCheck, actor: Actor) -> None:
    details = {"check": str(check.pk), "method": check.method, "level": check.level,
               "result": str(check.result), "attempts": check.attempts}  # fmt: skip
    story.record(case=check.case, actor=actor, action=f"identity.{check.result}", details=details)


def day_of(moment: datetime) -> date:
    """Return the day of a moment in the company's reckoning zone."""
    return moment.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


def received(*, case: Case, check: IdentityCheck, actor: Actor, now: datetime) -> None:
    """Tell the clock that sufficient proof is here, on the day on which it arrived, not on which it was read.

    Nothing is told where proof was not asked for by letter. What a person sent by mail and staff judged is
    dated by the first message that could have been it: never later than the proof really came.
    """
    asked, got = (
        ClockEvent.objects.filter(case=case, kind=kind).count()
        for kind in (ClockEventKind.IDENTITY_REQUESTED, ClockEventKind.IDENTITY_RECEIVED)
    )
    if asked <= got:
        return
    proof = _arrived_with(case, check)
    clocks.record_event(
        case=case, kind=ClockEventKind.IDENTITY_RECEIVED, on=day_of(proof.arrived_at or now), actor=actor,
        now=now, message_id=proof.message_id, note=f"Proof of identity {proof.pk}",
    )  # fmt: skip


def _arrived_with(case: Case, check: IdentityCheck) -> IdentityCheck:
    """Return the attempt whose proof is here: for a judgement of staff, what arrived and waited for it."""
    if check.method != Method.JUDGEMENT:
        return check
    waited = case.identity_checks.open().filter(arrived_at__isnull=False).exclude(pk=check.pk)
    return waited.order_by("arrived_at").first() or check
