"""What the question for a mandate means for who acts: a proof that passes makes them, another ends them."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from dsar.enums import MandateStatus
from dsar.models import Case, IdentityCheck, Representative
from dsar.services import representation, uploads


class _Handed:
    """A file that was handed in, as uploads take it."""

    def __init__(self, check: IdentityCheck) -> None:
        self.name: str | None = check.file_name
        self.size: int | None = None
        self._check = check

    def chunks(self) -> Iterable[bytes]:
        """Yield the content in pieces."""
        return uploads.read_check(self._check)


def acting(case: Case) -> Representative | None:
    """Return who acts, or says to act, for the person of a case."""
    live = [MandateStatus.CLAIMED, MandateStatus.ACCEPTED]
    found: Representative | None = case.representatives.filter(status__in=live).first()
    return found


def passed(
    *, check: IdentityCheck, reason: str, actor: Actor, now: datetime, child_is_safe: bool = False
) -> None:
    """Accept who claims to act, on the proof that was handed in; the attempt gets its result with that.

    Whoever was accepted before stays so. Raises NotAllowed while something else is missing.
    """
    claim = acting(check.case)
    if claim is None or claim.status == MandateStatus.ACCEPTED:
        return
    claim.case = check.case
    if check.file and not claim.proof_sha256:
        representation.add_proof(representative=claim, file=_Handed(check), actor=actor, now=now)
    representation.accept(
        representative=claim, reason=reason, child_is_safe=child_is_safe, actor=actor, now=now
    )
    check.refresh_from_db()


def failed(*, check: IdentityCheck, reason: str, actor: Actor, now: datetime) -> bool:
    """End who acts because the proof was refused; returns whether there was somebody."""
    found = acting(check.case)
    if found is None:
        return False
    if found.status == MandateStatus.CLAIMED:
        representation.refuse(representative=found, reason=reason, actor=actor, now=now)
    else:
        representation.end(representative=found, reason=reason, actor=actor, now=now)
    check.refresh_from_db()
    return True


def claim_again(*, case: Case, now: datetime) -> None:
    """Take up the claim of who let the time for their proof pass and asked for a fresh link."""
    gone = case.representatives.first()
    if acting(case) is None and gone is not None and _ran_out_unproved(gone):
        representation.claim_again(representative=gone, now=now)


def _ran_out_unproved(representative: Representative) -> bool:
    return representative.status == MandateStatus.EXPIRED and not representative.proof_sha256


def expired(*, case: Case, now: datetime) -> None:
    """End who acts because the proof that was asked for never came. The request stays, with its day."""
    found = acting(case)
    if found is not None:
        found.case = case
        representation.run_out(representative=found, reason=_("The proof did not come in time."), now=now)
