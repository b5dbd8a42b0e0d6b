"""Ending a grant at its platform: one function a platform, one answer for all of them."""

from dataclasses import dataclass

from platforms.enums import RevocationOutcome
from platforms.rules.revocation import MANUAL, Judgement, judge, redacted, together
from platforms.services.revokers.calls import Grant, sender
from platforms.services.revokers.probes import probe
from platforms.services.revokers.ways import WAYS

__all__ = ["Grant", "Told", "can_ask", "probe", "revoke"]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it.

    `status`: of the answer that decided, None without one; `answer`: without secrets; `asked`: whether a call
    was made at all.
    """

    judgement: Judgement
    status: int | None = None
    answer: str = ""
    asked: bool = False

    @property
    def outcome(self) -> RevocationOutcome:
        """Return one of the four outcomes."""
        return self.judgement.outcome


def can_ask(grant: Grant) -> bool:
    """Whether the platform can be told by us: it has an endpoint, and we hold what it wants."""
    revocation = grant.entry.revocation
    if revocation is None or revocation.mode == "manual" or grant.entry.key not in WAYS:
        return False
    return bool(grant.access or grant.refresh) or grant.entry.key == "meta_facebook"


def revoke(grant: Grant) -> Told:
    """Tell the platform, and return what its answer means. Never raises for what the platform does."""
    if not can_ask(grant):
        return Told(MANUAL)
    answers = WAYS[grant.entry.key](grant, sender(grant))
    if not answers:
        return Told(MANUAL)
    judged = [judge(grant.entry.key, answer) for answer in answers]
    verdict = together(judged)
    deciding = answers[judged.index(verdict)]
    hidden = (grant.access, grant.refresh, grant.client_secret, grant.account)
    return Told(verdict, deciding.status or None, redacted(deciding.text, hidden), True)
