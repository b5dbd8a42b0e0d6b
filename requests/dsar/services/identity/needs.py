"""What a case needs and what may be asked: the one place that every route goes through."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from config.profile import Verification, active_profile
from dsar.enums import CaseStatus, Channel, Method, Relationship
from dsar.models import Case
from dsar.rules import verification
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import Asker, Levels, Need
from dsar.services.rights import facts
from platforms.datasets.categories import covers_any

SENSITIVE = (
    "user.health_and_medical", "user.biometric", "user.authorization.biometric", "user.childrens",
    "user.criminal_history", "user.demographic.political_opinion", "user.demographic.race_ethnicity",
    "user.demographic.religious_belief", "user.demographic.sexual_orientation", "user.government_id",
    "user.financial", "user.location.precise", "user.content.private",
)  # fmt: skip
"""Data categories that are special (GDPR Art. 9, 10) or sensitive (Civ. Code 1798.140(ae))."""
_ACTS_AS = {
    "agent": Relationship.AGENT,
    "lawyer": Relationship.AGENT,
    "parent": Relationship.PARENT,
    "guardian": Relationship.PARENT,
    "estate": Relationship.ESTATE,
}


def levels_of(row: Verification) -> Levels:
    """Return a row of the profile's matrix as numbers."""
    return Levels(
        with_account=row.with_account.rank,
        without_account=row.without_account.rank,
        ceiling=row.ceiling.rank,
        sensitive=row.sensitive.rank if row.sensitive else None,
        agent=row.agent.rank,
        parent=row.parent.rank,
        platform=row.platform.rank,
        estate=row.estate.rank,
    )


def relationship_of(case: Case) -> Relationship:
    """Return who asks: signed in, by e-mail, a platform, or somebody who acts for the person."""
    acting = getattr(case, "representatives", None)  # who acts for somebody is a fact of its own
    if acting is not None:
        live = acting.filter(status__in=["claimed", "accepted"]).values_list("acts_as", flat=True).first()
        if live:
            return _ACTS_AS[live]
        if (
            not case.subject.user_id and acting.exists()
        ):  # who asked acts for nobody now: the person has not asked by an account
            return Relationship.EMAIL
    if case.channel == Channel.PLATFORM:
        return Relationship.PLATFORM
    return Relationship.SIGNED_IN if case.channel == Channel.DASHBOARD else Relationship.EMAIL


def asker_of(case: Case) -> Asker:
    """Return what the rules need to know of who asks in a case."""
    user = case.subject.user
    return Asker(
        right=case.right,
        regime=case.regime,
        relationship=relationship_of(case),
        login=bool(user and user.is_active),
        sensitive=is_sensitive(case.scope),
        marketing=facts.is_marketing(case),
    )


def is_sensitive(scope: Iterable[str]) -> bool:
    """Whether one of the kinds of data that somebody named holds sensitive data and nothing else."""
    chosen = [one for one in active_profile().categories if one.key in set(scope)]
    return any(
        one.data_categories and all(covers_any(SENSITIVE, [name]) for name in one.data_categories)
        for one in chosen
    )


def need_for_asker(asker: Asker) -> Need:
    """Return what may be asked of somebody. Raises NotAllowed when the profile has no row for the right."""
    row = active_profile().verification_for(asker.right, asker.regime)
    if row is None:
        raise NotAllowed(_("The company's profile does not say how to verify people for this right."))
    return verification.need(levels_of(row), asker)


def need_of(case: Case) -> Need:
    """Return how far the person of a case is to be verified, and the ceiling. Raises NotAllowed."""
    return need_for_asker(asker_of(case))


def need_for(right: str, regime: str, *, account: bool) -> Need:
    """Return what a right needs of somebody who is signed in (`account`) or not. Raises NotAllowed."""
    who = Relationship.SIGNED_IN if account else Relationship.EMAIL
    return need_for_asker(Asker(right, regime, who))


def may_ask(case: Case, method: str) -> str:
    """Return why this method may not be asked of the person of this case, or the empty string.

    Services, forms, staff pages, public pages and mail all ask here, and nowhere else.
    """
    if case.status not in (CaseStatus.NEW, CaseStatus.VERIFYING):
        return _("Who asks is settled in this case: nothing more may be asked.")
    asker = asker_of(case)
    try:
        need = need_for_asker(asker)
    except NotAllowed as refused:
        return str(refused)
    return verification.why_not(method, need, asker)


def check_may_ask(case: Case, method: str) -> None:
    """Raise NotAllowed with the sentence of `may_ask`."""
    why_not = may_ask(case, method)
    if why_not:
        raise NotAllowed(why_not)


def check_level(case: Case, level: int) -> None:
    """Raise NotAllowed when staff would claim more than may be asked for, or too little."""
    need = need_of(case)
    if level and need.ceiling == 0:
        check_may_ask(case, Method.JUDGEMENT)
    verification.check_level(level, need)
