"""When a request may end because nobody showed who they are: asked, reminded and waited for, or failed."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from config.profile import active_profile
from dsar.enums import CaseStatus, CheckResult, Regime, Right
from dsar.models import Case
from dsar.services import subjects
from dsar.services.identity import needs, verifying

CCPA_DENY_AFTER = timedelta(days=45)
"""11 CCR 7021(b): who cannot be verified within 45 days may be denied."""


def may_deny(case: Case, now: datetime) -> bool:
    """Whether a Californian request may be denied as UNVERIFIED: 45 days went by without sufficient proof."""
    unverified = case.status in (CaseStatus.NEW, CaseStatus.VERIFYING)
    return case.regime == Regime.CCPA and unverified and now >= case.received_at + CCPA_DENY_AFTER


def falls_back_to(case: Case) -> Right | None:
    """Return the right to answer under instead when pieces cannot be given (UNVERIFIED_PIECES).

    A Californian who did not show enough for the pieces gets the categories if what they showed is enough for
    those (11 CCR 7024(a)); None: point to the policy.
    """
    if case.regime != Regime.CCPA or case.right != Right.ACCESS or case.verified_at:
        return None
    wanted = needs.need_for(Right.KNOW_CATEGORIES, case.regime, account=bool(case.subject.user_id))
    return Right.KNOW_CATEGORIES if wanted.met_by(verifying.shown_level(case)) else None


def why_not_end(case: Case, now: datetime) -> str:
    """Return why a case may not end as unverified now, as a sentence, or the empty string.

    It may when the person failed, when what was asked for did not come in the profile's days after a
    reminder, and in California after 45 days. Somebody whom no mail reaches is waited for just as long.
    """
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return _("Who asks is known in this case.")
    checks = list(case.identity_checks.all())
    if any(one.is_open and one.arrived_at for one in checks):
        return _("A proof waits for you. Decide on it first.")
    if may_deny(case, now):
        return ""
    days = active_profile().cases.close_unanswered_after_days
    asked = [one for one in checks if one.letter_id]
    if not asked:
        return _unasked(case, now, days)
    if asked[0].result == CheckResult.FAILED:
        return ""
    if not any(one.reminded_at for one in checks):
        return _("The person was not reminded yet. The portal reminds by itself.")
    if now < asked[0].asked_at + timedelta(days=days):
        return _("The person has %(n)d days to show who they are.") % {"n": days}
    return ""


def _unasked(case: Case, now: datetime, days: int) -> str:
    if subjects.mailbox_of(case.subject):
        return _("Nobody has asked the person who they are. Ask first.")
    if now < case.received_at + timedelta(days=days):
        return _("The person has %(n)d days to show who they are.") % {"n": days}
    return ""
