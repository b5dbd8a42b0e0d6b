"""Proof that did not come: links end, people are reminded, closing is proposed, the link opens it again."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.services.audit import SYSTEM, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.enums import Template
from dsar.enums import CaseStatus, CheckResult, Method
from dsar.models import Case, IdentityCheck
from dsar.services import clocks, letters, mandate_checks, story
from dsar.services.identity import verifying


@transaction.atomic
def reopen(*, case: Case, actor: Actor, now: datetime) -> None:
    """Open a case again that was closed because nobody showed who they are.

    It keeps its first receipt: the clock is that of the day on which the person asked. Raises NotAllowed for
    a case that is open or ended otherwise.
    """
    story.lock(case)
    story.reopen(case, now)
    clocks.recompute(case=case, now=now)
    letters.write(case=case, template=Template.REOPENED, now=now)
    story.tell(
        case=case, kind="reopened", what=say("Request opened again, with its first day of receipt"),
        plain=say("Your request is open again and keeps its day"), actor=actor, now=now,
    )  # fmt: skip
    story.record(case=case, actor=actor, action="case.reopened", fields=("status", "closed_at", "outcome"))


def sweep(*, now: datetime) -> dict[str, int]:
    """End links, remind people, propose closing; returns how many of each. Nothing is closed here."""
    return {"expired": _expire(now), "reminded": _remind(now), "proposed": _propose(now)}


def _expire(now: datetime) -> int:
    n = 0
    for check in IdentityCheck.objects.overdue(now).select_related("case__subject"):
        with transaction.atomic():
            story.lock(check.case)
            check.refresh_from_db()
            if check.result or check.arrived_at:
                continue
            verifying.settle(
                check=check, result=CheckResult.EXPIRED, reason="Nobody opened the link in time.",
                actor=SYSTEM, now=now,
            )  # fmt: skip
            if check.method == Method.MANDATE:
                mandate_checks.expired(case=check.case, now=now)
            n += 1
    return n


def _waiting(now: datetime, days: int) -> list[IdentityCheck]:
    """Return the newest attempt of each case that has waited for its person for so many days."""
    asked = IdentityCheck.objects.filter(letter_id__isnull=False)
    newest = asked.filter(case=OuterRef("case")).order_by("-asked_at", "-id").values("pk")[:1]
    found = asked.filter(
        pk=Subquery(newest), case__status=CaseStatus.VERIFYING, arrived_at=None,
        asked_at__lte=now - timedelta(days=days),
    )  # fmt: skip
    return list(found.select_related("case__subject__user"))


def _remind(now: datetime) -> int:
    profile, n = active_profile(), 0
    for check in _waiting(now, profile.cases.remind_after_days):
        case = check.case
        with transaction.atomic():
            story.lock(case)
            if case.identity_checks.exclude(reminded_at=None).exists():
                continue
            closes = check.asked_at + timedelta(days=profile.cases.close_unanswered_after_days)
            letters.write(
                case=case, template=Template.IDENTITY_REMINDER, now=now,
                asked_on=letters.day(check.asked_at, profile), closes_on=letters.day(closes, profile),
                proof_link=letters.status_link(case),
            )  # fmt: skip
            IdentityCheck.objects.filter(pk=check.pk).update(reminded_at=now)
            story.tell(
                case=case, kind="reminded", what=say("Reminded of the proof"),
                plain=say("We reminded you that we wait for your proof"), actor=SYSTEM, now=now,
            )  # fmt: skip
            story.record(
                case=case, actor=SYSTEM, action="identity.reminded", details={"check": str(check.pk)}
            )
            n += 1
    return n


def _propose(now: datetime) -> int:
    days, n = active_profile().cases.close_unanswered_after_days, 0
    for check in _waiting(now, days):
        sentence = say(
            "Nobody showed who they are for %(days)s days: close by letter. The link opens it again.",
            days=days,
        )
        case = check.case
        with transaction.atomic():
            story.lock(case)
            if case.attention == sentence or case.status != CaseStatus.VERIFYING:
                continue
            story.alert(case, sentence)
            story.record(case=case, actor=SYSTEM, action="identity.close_proposed")
            n += 1
    return n


def waits_for(case: Case) -> IdentityCheck | None:
    """Return the open attempt that a case waits for, or None."""
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return None
    return case.identity_checks.open().exclude(method=Method.NONE).first()
