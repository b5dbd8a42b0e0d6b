"""Recording what somebody objects to who named nothing at first: marketing stops without a question."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from dsar.enums import CaseStatus
from dsar.models import Case
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.services import identity, opening, story
from dsar.services.rights import facts, objecting

UNKNOWN = (CaseStatus.NEW, CaseStatus.VERIFYING)


def purposes_for(case: Case) -> dict[str, str]:
    """Return which uses may be recorded now: of a person who is not known yet, marketing alone."""
    offered = facts.purposes_for(case.right)
    if case.status in UNKNOWN or case.verification_level == 0:
        return {key: words for key, words in offered.items() if key in facts.marketing_purposes()}
    return offered


@transaction.atomic
def record(*, case: Case, purposes: tuple[str, ...], reason: str, actor: Actor, now: datetime) -> None:
    """Record which uses a person objects to who named none, and begin.

    An objection to marketing alone is absolute (GDPR Art. 21(2)-(3)): whoever was asked for proof is asked no
    longer, and it stops at once. Raises NotAllowed for anything else while nobody knows who asks.
    """
    story.lock(case)
    if case.status not in UNKNOWN:
        objecting.record(case=case, purposes=purposes, reason=reason, actor=actor, now=now)
        return
    facts.store(case=case, asked=facts.Asked(purposes=purposes, reason=reason), now=now)
    if not facts.is_marketing(case):
        raise NotAllowed(_("Who asks is not known yet. Only marketing can be stopped before."))
    case.proofs.filter(used_at=None, expires_at__gt=now).update(expires_at=now)
    identity.mark_verified(case=case, level=0, method=verification.METHODS[0], actor=actor, now=now)
    if case.acknowledged_at is None:
        opening.acknowledge(case=case, now=now)
