"""Files handed in as proof: seen once, decided on, destroyed. Hash, who saw it and when are left."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import SYSTEM, Actor
from config.profile import active_profile
from config.sentences import say
from correspondence.services import ending
from dsar.enums import CheckResult, Method
from dsar.models import IdentityCheck
from dsar.rules.transitions import NotAllowed
from dsar.services import mandate_checks, story, uploads
from dsar.services.identity import answering, verifying

ONCE = (Method.DOCUMENT,)
"""Seen one single time. Mandates and declarations may be read again while the check is open."""


def view(*, check: IdentityCheck, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Return the content of a file for the one look at it; the caller demanded a fresh factor.

    Raises NotAllowed when it was seen, decided on, or is gone.
    """
    with transaction.atomic():
        story.lock(check.case)
        check.refresh_from_db()
        if not check.file:
            raise NotAllowed(_("There is no file any more."))
        if check.method in ONCE and check.viewed_at:
            raise NotAllowed(_("This document was seen already. Decide now: it is destroyed with that."))
        check.viewed_at, check.viewed_by = now, actor.user
        check.save(update_fields=["viewed_at", "viewed_by"])
        story.tell(
            case=check.case, kind="proof_seen", actor=actor, now=now,
            what=say("Seen: %(method)s", method=Method(check.method).label),
        )  # fmt: skip
        details = {"check": str(check.pk), "sha256": check.file_sha256}
        story.record(case=check.case, actor=actor, action="identity.viewed", details=details)
    return uploads.read_check(check)


@transaction.atomic
def decide(
    *,
    check: IdentityCheck,
    passed: bool,
    reason: str,
    actor: Actor,
    now: datetime,
    child_is_safe: bool = False,
) -> None:
    """Accept or refuse what was handed in; an identity document is destroyed in the same moment.

    With a mandate, who claims to act is accepted or refused. `child_is_safe`: as in `representation.accept`.
    Raises NotAllowed without a reason, without anything that arrived, or for a document nobody looked at.
    """
    case = check.case
    story.lock(case)
    check.refresh_from_db()
    check.case = case
    _check_decision(check, reason, actor)
    if check.method == Method.DOCUMENT:
        destroy(check=check, actor=actor, now=now)
    if check.method == Method.MANDATE:
        _decide_mandate(check, passed, reason.strip(), actor, now, child_is_safe)
        return
    if not passed:
        answering.fail(check=check, reason=reason.strip(), actor=actor, now=now)
        return
    words = str(check.get_method_display())
    if check.method == Method.DOCUMENT:
        verifying.mark_verified(case=case, level=check.level, method=words, actor=actor, now=now, check=check)
        return
    verifying.settle(check=check, result=CheckResult.PASSED, reason=reason.strip(), actor=actor, now=now)
    _go_on_if_enough(check, actor, now)


def _decide_mandate(
    check: IdentityCheck, passed: bool, reason: str, actor: Actor, now: datetime, child_is_safe: bool
) -> None:
    """The same decision for the attempt and for who acts; where nobody does, the attempt alone has it."""
    if passed:
        mandate_checks.passed(check=check, reason=reason, actor=actor, now=now, child_is_safe=child_is_safe)
        if not check.result:
            verifying.settle(check=check, result=CheckResult.PASSED, reason=reason, actor=actor, now=now)
            _go_on_if_enough(check, actor, now)
        return
    told = mandate_checks.failed(check=check, reason=reason, actor=actor, now=now)
    if not told:
        answering.fail(check=check, reason=reason, actor=actor, now=now)
    elif not check.result:
        verifying.settle(check=check, result=CheckResult.FAILED, reason=reason, actor=actor, now=now)


def _check_decision(check: IdentityCheck, reason: str, actor: Actor) -> None:
    if actor.user is None:
        raise NotAllowed(_("People decide on proofs."))
    if check.result or check.arrived_at is None:
        raise NotAllowed(_("Nothing waits for a decision here."))
    if check.method == Method.DOCUMENT and check.viewed_at is None:
        raise NotAllowed(_("Look at the document first."))
    if len(reason.strip()) < 10:
        raise NotAllowed(_("Say in a sentence what you compared, without personal data."))


def _go_on_if_enough(check: IdentityCheck, actor: Actor, now: datetime) -> None:
    """A mandate may be the last thing that was missing."""
    missing = verifying.what_is_missing(check.case, verifying.shown_level(check.case))
    if missing:
        story.alert(check.case, missing)
    else:
        verifying.go_on_if_enough(case=check.case, actor=actor, now=now)


def destroy(*, check: IdentityCheck, actor: Actor, now: datetime) -> None:
    """Destroy the file of an attempt: its key at once, the file after the commit; its hash stays.

    One that came by mail goes there as well.
    """
    path = check.file
    check.file, check.file_key, check.file_name, check.destroyed_at = "", "", "", now
    check.save(update_fields=["file", "file_key", "file_name", "destroyed_at"])
    uploads.forget(path)
    if check.message_id:
        ending.destroy_proof(message_id=check.message_id, sha256=check.file_sha256)
    details = {"check": str(check.pk), "method": check.method, "sha256": check.file_sha256}
    story.record(case=check.case, actor=actor, action="identity.destroyed", details=details)
    what = say("Destroyed: %(method)s", method=Method(check.method).label)
    story.tell(case=check.case, kind="proof_destroyed", what=what, actor=actor, now=now)


def sweep(*, now: datetime) -> int:
    """Destroy documents that are decided on or that nobody checked in time; returns how many went."""
    days = timedelta(days=active_profile().cases.identity_document_days)
    left = IdentityCheck.objects.with_file().filter(method=Method.DOCUMENT)
    late = left.filter(arrived_at__lte=now - days) | left.exclude(result="")
    n = 0
    for check in late.select_related("case__subject"):
        with transaction.atomic():
            story.lock(check.case)
            destroy(check=check, actor=SYSTEM, now=now)
            if not check.result:
                _ours(check, now)
            n += 1
    return n


def _ours(check: IdentityCheck, now: datetime) -> None:
    """Nobody looked in time: our failure, not the person's, so that no letter blames them."""
    case = check.case
    reason = "Nobody checked it in time."
    verifying.settle(check=check, result=CheckResult.EXPIRED, reason=reason, actor=SYSTEM, now=now)
    story.alert(case, say("A document was destroyed before anybody checked it. Ask for something less."))
