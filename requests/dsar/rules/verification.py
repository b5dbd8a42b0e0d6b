"""How far a person may be verified: enough for the right, never beyond its ceiling; and how often one may
try.

The profile says what is enough; the law's own ceilings (config.profile.ceilings) bound it, whatever the
profile or a member of staff says. Sources of the ceilings stand in each of their rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from config.profile.ceilings import PLATFORM_CEILING, ceiling_for
from dsar.enums import Method, Regime, Relationship, Right
from dsar.rules.transitions import NotAllowed

DASHBOARD_LEVEL = 2
"""Signed in and gave the password again."""
EMAIL_LEVEL = 1
"""Opened a link that was sent to the address."""
TOKEN_BYTES = 32
WINDOW = timedelta(hours=24)
ADDRESS_WINDOW = timedelta(hours=1)
PER_ADDRESS = 20
"""Public requests from one network address within ADDRESS_WINDOW."""
MIN_DOUBT = 20
"""Characters that a recorded doubt has at least: a sentence, not a word."""

METHODS = {
    0: gettext_noop("nothing asked"),
    1: gettext_noop("link sent to the e-mail address"),
    2: gettext_noop("signed in, password given again"),
    3: gettext_noop("data that we hold, compared"),
    4: gettext_noop("three data compared, signed declaration"),
    5: gettext_noop("identity document, on recorded doubt"),
}
LEVELS: Mapping[Method, int] = {
    Method.NONE: 0,
    Method.PLATFORM: 1,
    Method.EMAIL: 1,
    Method.LOGIN: 2,
    Method.MANDATE: 0,
    Method.KNOWLEDGE: 3,
    Method.SWORN: 4,
    Method.DECLARATION: 4,
    Method.DOCUMENT: 5,
    Method.JUDGEMENT: 0,
}
"""What a method proves. A mandate proves authority, not identity; staff name the level of a judgement."""
QUESTIONS: Mapping[Method, int] = {Method.KNOWLEDGE: 2, Method.SWORN: 3}
"""Data compared for a method (11 CCR 7062(b), (c): two, three)."""
NEW_DATA = frozenset({Method.KNOWLEDGE, Method.SWORN, Method.DECLARATION, Method.DOCUMENT})
"""Methods for which the person hands over something new: not where a login exists (11 CCR 7061)."""
_REPRESENTED = frozenset({Relationship.AGENT, Relationship.PARENT, Relationship.ESTATE})
_OPTING_OUT = frozenset({Right.OPT_OUT, Right.LIMIT})


@dataclass(frozen=True, slots=True)
class Levels:
    """A row of the profile's matrix, as numbers. `sensitive` None: no more than other data."""

    with_account: int
    without_account: int
    ceiling: int
    sensitive: int | None = None
    agent: int = 0
    parent: int = 0
    platform: int = 0
    estate: int = 0


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for what.

    `login`: the person has an account here, so that a sign-in can prove them; `sensitive`: special or
    otherwise sensitive data are concerned; `marketing`: an objection to marketing.
    """

    right: str
    regime: str
    relationship: str
    login: bool = False
    sensitive: bool = False
    marketing: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """What a right asks for here: the level that is enough, and the ceiling.

    0 nothing … 5 identity document. `authority`: who acts must show that they may. `methods`: what may be
    asked, the least intrusive first. `source`: where the ceiling stands.
    """

    enough: int
    ceiling: int
    authority: bool = False
    methods: tuple[Method, ...] = ()
    source: str = ""

    def met_by(self, level: int) -> bool:
        """Whether a level is enough."""
        return level >= self.enough


def need(levels: Levels, asker: Asker) -> Need:
    """Return what may be asked of somebody: the profile's row, cut to what the law allows."""
    legal = legal_ceiling(asker)
    enough = _enough(levels, asker)
    source = ceiling_for(asker.right, asker.regime).source
    ceiling = min(levels.ceiling, legal)
    found = Need(min(enough, ceiling), ceiling, needs_authority(asker), (), source)
    methods = tuple(method for method in Method if not why_not(method, found, asker))
    return Need(found.enough, found.ceiling, found.authority, methods, source)


def legal_ceiling(asker: Asker) -> int:
    """Return the level that the law does not let anybody pass for this person and right."""
    law = ceiling_for(asker.right, asker.regime)
    if asker.marketing and asker.right == Right.OBJECTION:  # GDPR Art. 21(2)-(3): absolute
        return 0
    if asker.relationship == Relationship.PLATFORM:
        return min(law.highest, PLATFORM_CEILING)
    if asker.relationship == Relationship.SIGNED_IN or (
        asker.login and asker.relationship not in _REPRESENTED
    ):
        return law.login
    alone = law.sensitive if asker.sensitive else law.no_login
    return min(law.represented, alone) if asker.relationship in _REPRESENTED else alone


def _enough(levels: Levels, asker: Asker) -> int:
    if asker.relationship == Relationship.EMAIL:
        plain = levels.without_account
        return max(plain, levels.sensitive or 0) if asker.sensitive else plain
    return {
        Relationship.SIGNED_IN: levels.with_account,
        Relationship.AGENT: levels.agent,
        Relationship.PARENT: levels.parent,
        Relationship.PLATFORM: levels.platform,
        Relationship.ESTATE: levels.estate,
    }[Relationship(asker.relationship)]


def needs_authority(asker: Asker) -> bool:
    """Whether who acts for somebody must show that they may.

    An agent's opt-out or limit in California needs the signed permission and nothing more (11 CCR 7026(j),
    7027(i)); elsewhere, and for a withdrawal, a complaint or a child report, nothing at all is asked.
    """
    if asker.relationship not in _REPRESENTED:
        return False
    if asker.right in _OPTING_OUT:
        return asker.regime == Regime.CCPA and asker.relationship == Relationship.AGENT
    return legal_ceiling(asker) > 0


def why_not(method: str, need: Need, asker: Asker) -> str:
    """Return why a method may not be asked of this person, as a sentence, or the empty string."""
    method = Method(method)
    if method == Method.MANDATE:
        return "" if need.authority else _("Nobody has to show an authority for this request.")
    if method == Method.NONE:
        return ""
    if need.ceiling == 0:
        return _("For this right nobody may be asked who they are (%(source)s).") % {"source": need.source}
    return _why_not_new(method, asker) or _why_not_here(method, asker) or _too_high(method, need)


def _why_not_new(method: Method, asker: Asker) -> str:
    login = asker.login or asker.relationship == Relationship.SIGNED_IN
    if login and method == Method.DOCUMENT:
        return _("The person can sign in: no identity document may be asked for.")
    if login and method in NEW_DATA:
        return _("The person can sign in: nothing new may be asked for.")
    return ""


def _why_not_here(method: Method, asker: Asker) -> str:
    login = asker.login or asker.relationship == Relationship.SIGNED_IN
    if method == Method.LOGIN and not login:
        return _("The person has no account to sign in with.")
    if method == Method.PLATFORM and asker.relationship != Relationship.PLATFORM:
        return _("The request does not come from a platform.")
    from_platform = asker.relationship == Relationship.PLATFORM
    if from_platform and method not in (Method.PLATFORM, Method.JUDGEMENT):
        return _("The platform's signature proves the request: nothing is asked of the person.")
    return ""


def _too_high(method: Method, need: Need) -> str:
    if LEVELS[method] <= need.ceiling:
        return ""
    return _("For this right we may not go beyond level %(level)d (%(source)s).") % {
        "level": need.ceiling,
        "source": need.source,
    }


def needs_doubt(method: str, need: Need) -> bool:
    """Whether a method goes beyond what is enough, so that a doubt must be recorded (GDPR Art. 12(6))."""
    return method == Method.DOCUMENT or LEVELS[Method(method)] > need.enough


def check_level(level: int, wanted: Need) -> None:
    """Raise NotAllowed when a staff member would ask for more than the law lets us (the ceiling), or for too
    little.
    """
    if level > wanted.ceiling:
        raise NotAllowed(
            _("For this right we may not go beyond level %(level)d. Use less.") % {"level": wanted.ceiling}
        )
    if not wanted.met_by(level):
        raise NotAllowed(
            _("Level %(level)d is not enough for this right: it needs level %(enough)d.")
            % {"level": level, "enough": wanted.enough}
        )
