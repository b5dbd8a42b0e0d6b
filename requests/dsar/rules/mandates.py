"""Who may act for somebody, on what proof, and what must never be asked. Pure: no database, no clock."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from dsar.enums import ActsAs, Regime, Right

AGENTS = frozenset({ActsAs.AGENT, ActsAs.LAWYER})
FOR_CHILDREN = frozenset({ActsAs.PARENT, ActsAs.GUARDIAN})
# 11 CCR 7026(j), 7027(i): the signed permission and nothing more; the others need no identity under any law.
NEVER_ASKED = frozenset({Right.OPT_OUT, Right.LIMIT, Right.WITHDRAWAL, Right.COMPLAINT, Right.CHILD_REPORT})
ADULT = 18
COPPA = 13
STRICTEST = 16
"""GDPR Art. 8(1), where no country sets a lower age."""


def proof_wanted(acts_as: str, regime: str) -> str:
    """Return, in words, the proof that somebody may act (11 CCR 7063; Civ. Code 1798.185; national law)."""
    if acts_as in FOR_CHILDREN:
        return _("What shows that you are the child's parent or guardian")
    if acts_as == ActsAs.ESTATE:
        return _("The grant of probate, certificate of inheritance, or what your law has in its place")
    if regime == Regime.CCPA:
        return _("The permission, signed by the person")
    return _("The written authority of the person")


def competent_age(country: str, regime: str, ages: Mapping[str, int]) -> int:
    """Return from which age, in years, a child uses its rights itself.

    `ages`: age of consent by country as the profile has it. Californians: 13 (COPPA; 11 CCR 7070, 7071).
    """
    if regime == Regime.CCPA or country == "US":
        return COPPA
    return ages.get(country, STRICTEST)


def why_not_parent(age: int | None, *, competent_from: int, child_agrees: bool) -> str:
    """Return why a parent or guardian may not act for a child of this age alone, or the empty string."""
    if age is None:
        return _("The age of the child is not known. Ask for it.")
    if age >= ADULT:
        return _("At %(age)s the person is an adult: only an authority of their own helps.") % {"age": age}
    if age >= competent_from and not child_agrees:
        return _(
            "From %(from)s on a child uses its rights itself here."
            " It has to agree in writing, or to ask itself."
        ) % {"from": competent_from}
    return ""


def confirms_with_person(acts_as: str, right: str, *, profile_wants: bool) -> bool:
    """Whether the person confirms the agent: as the profile says, never for an opt-out and its like."""
    return profile_wants and acts_as in AGENTS and right not in NEVER_ASKED
