"""Legal reviews: what a lawyer decided about a use of platform data, with the reason and until when."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from platforms import registry
from platforms.enums import GatePurpose, ReviewOutcome
from platforms.models import LegalReview
from platforms.rules import gate

MAX_DAYS = 366


class ReviewRefused(ValueError):
    """The review cannot be recorded; the message says why."""


@transaction.atomic
def record_review(
    *,
    platform: str,
    purpose: str,
    outcome: str,
    reason: str,
    until_on: date,
    actor: Actor,
    now: datetime,
    element: str = "",
) -> LegalReview:
    """Record a decision about one purpose at one platform; it ends the one before about the same.

    `element`: a data element of the registry, empty for all of them. `until_on`: the last day, at most a year
    ahead. Raises ReviewRefused without a reason, for what the registry does not know, and for a use that no
    review can allow.
    """
    assert actor.user is not None
    _check(platform, element, purpose, outcome)
    if not reason.strip():
        raise ReviewRefused(_("Give the reason. It stands with every answer of the gate."))
    if not now.date() <= until_on <= now.date() + timedelta(days=MAX_DAYS):
        raise ReviewRefused(_("A review holds for a year at most, and not until a day that is over."))
    same = LegalReview.objects.filter(platform=platform, element=element, purpose=purpose, ended_at=None)
    same.update(ended_at=now)
    made = LegalReview.objects.create(
        platform=platform, element=element, purpose=GatePurpose(purpose), outcome=ReviewOutcome(outcome),
        reason=reason.strip(), until_on=until_on, made_at=now, made_by=actor.user,
    )  # fmt: skip
    audit.record(actor=actor, action="review.recorded", obj=made, details=_details(made))
    return made


@transaction.atomic
def withdraw_review(*, review: LegalReview, actor: Actor, now: datetime) -> LegalReview:
    """End a review before its time; the gate goes back to the registry's word. Raises ReviewRefused."""
    locked = LegalReview.objects.select_for_update().get(pk=review.pk)
    if locked.ended_at is not None:
        raise ReviewRefused(_("This review is over already."))
    locked.ended_at = now
    locked.save(update_fields=["ended_at"])
    audit.record(actor=actor, action="review.withdrawn", obj=locked, details=_details(locked))
    return locked


def _details(review: LegalReview) -> dict[str, str]:
    names = ("platform", "element", "purpose", "outcome")
    return {name: str(getattr(review, name)) for name in names} | {"until": review.until_on.isoformat()}


def _check(platform: str, element: str, purpose: str, outcome: str) -> None:
    """Refuse what the registry does not know, and what stays forbidden whatever a lawyer says."""
    if purpose not in GatePurpose.values or outcome not in ReviewOutcome.values:
        raise ReviewRefused(_("Choose a purpose and an outcome of the lists."))
    try:
        entry = registry.current(platform)
        if element:
            entry.element(element)
    except KeyError:
        raise ReviewRefused(_("The registry knows no such platform or data element.")) from None
    word = getattr(entry.restrictions, purpose, None)
    if outcome == ReviewOutcome.ALLOWED and (purpose in gate.NEVER or word == "forbidden"):
        raise ReviewRefused(_("The platform's terms forbid this. No review can allow it."))
