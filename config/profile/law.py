"""Which law applies to whom, how its clocks are read, what is promised, and how far verification may go."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.profile.areas import contains
from config.profile.base import (
    Area,
    Calendar,
    Country,
    Days,
    IsoDate,
    Key,
    Label,
    Part,
    Text,
    Zone,
    absent,
    statute,
)
from config.profile.ceilings import PLATFORM_CEILING, Ceiling, ceiling_for


class RegimeKey(StrEnum):
    """The regimes that the portal has rules for; NONE = the promises of the policy alone."""

    GDPR = "eu_gdpr"
    UK_GDPR = "uk_gdpr"
    CCPA = "ccpa"
    NONE = "policy"


class RightKey(StrEnum):
    """What a person can ask for, the same word under every regime (CCPA "correct" is RECTIFICATION)."""

    ACCESS = "access"
    KNOW_CATEGORIES = "know_categories"
    RECTIFICATION = "rectification"
    DELETION = "deletion"
    PLATFORM_DELETION = "platform_deletion"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    RESTRICTION = "restriction"
    WITHDRAWAL = "withdrawal"
    OPT_OUT = "opt_out"
    LIMIT = "limit"
    COMPLAINT = "complaint"
    CHILD_REPORT = "child_report"


Rights_ = Annotated[tuple[RightKey, ...], Field(min_length=1)]
Regimes_ = Annotated[tuple[RegimeKey, ...], Field(min_length=1)]


class Regime(Part):
    """One regime, the areas whose people it protects, and the holiday calendar of its working days."""

    key: Literal[RegimeKey.GDPR, RegimeKey.UK_GDPR, RegimeKey.CCPA]
    label: Label
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    unknown_region_counts: bool
    calendar: Calendar
    why: Text

    def covers(self, country: str | None, region: str | None) -> bool:
        """Whether a person of this place is protected by the regime."""
        known = self.unknown_region_counts
        return any(contains(area, country, region, unknown_region=known) for area in self.areas)


class Regimes(Part):
    """Regimes in the order in which they are tried; then one for no known country, one for elsewhere."""

    rules: tuple[Regime, ...]
    unknown_country: RegimeKey
    elsewhere: RegimeKey

    def key_for(self, country: str | None, region: str | None) -> RegimeKey:
        """Return the regime of a place: ISO country, region such as CA or US-CA; each may be None."""
        if not country:
            return self.unknown_country
        return next((rule.key for rule in self.rules if rule.covers(country, region)), self.elsewhere)


class Switches(Part):
    """Every reading of the law that is not settled; the names are those of the rule packs."""

    eu_identity_pause: Literal["elapsed", "none", "inclusive", "restart"]
    eu_identity_prompt_working_days: Annotated[int, Field(ge=1, le=20)]
    eu_clarification: Literal["as_identity", "none"]
    eu_fee: Literal["none", "pause"]
    roll_home_controller: bool
    roll_foreign_controller: bool
    regional_holidays: Literal["national", "with_region"]
    extension_count: Literal["from_start", "from_clipped"]
    uk_clarification_days: Literal["inclusive", "elapsed"]
    uk_same_day_answer: Annotated[int, Field(ge=0, le=1)]
    complaint_ack_roll: bool
    ccpa_receipt_day: Annotated[int, Field(ge=0, le=1)]
    ccpa_roll: bool
    ccpa_business_days: Literal["monday_friday", "federal", "california"]
    ccpa_zone: Zone
    ccpa_record_start: Literal["response", "receipt"]
    breach_hours: Literal["first_hour_counted", "first_hour_not_counted", "two_working_days"]
    promise_combine: Literal["min", "special"]
    promise_after_extension: Literal["binding", "discharged"]
    promise_pause: Literal["none", "as_statute"]
    notice_days: Literal["date_plus_n", "n_clear_days"]


class Clocks(Part):
    """The reckoning zone (a moment of receipt becomes a date in it) and the switches."""

    zone: Zone
    switches: Switches


class Promise(Part):
    """A period that the policy promises for answering; `special` marks a section for one regime only."""

    key: Key
    rights: Rights_
    regimes: Regimes_
    days: Annotated[int, Field(ge=1, le=366)]
    special: bool
    source: Text

    def covers(self, right: RightKey, regime: RegimeKey) -> bool:
        """Whether the promise binds for this right under this regime."""
        return right in self.rights and regime in self.regimes


class Promptly(Part):
    """The figure behind the policy's word "promptly"."""

    rights: Rights_
    days: Days | None = statute("The word stays without a figure: only the law's own periods apply.")


class Offer(Part):
    """The rights that people under one regime are offered."""

    regime: RegimeKey
    rights: Rights_


class Level(StrEnum):
    """Strength of verification, weakest first (L0 nothing … L5 identity document on recorded doubt)."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"

    @property
    def rank(self) -> int:
        """Return the strength as a number, 0 to 5."""
        return int(self.value[1:])


NO_CHECK = (RightKey.OPT_OUT, RightKey.LIMIT, RightKey.WITHDRAWAL, RightKey.COMPLAINT, RightKey.CHILD_REPORT)


class Verification(Part):
    """How a person is verified for some rights, and the ceiling beyond which nothing may be asked.

    `agent`, `parent`, `estate`: what is asked of the person besides the authority of who acts for them;
    `platform`: when a platform speaks for the person. The law's own ceilings bound every figure.
    """

    rights: Rights_
    regimes: Regimes_
    with_account: Level
    without_account: Level
    sensitive: Level | None = absent("Sensitive data need no more than other data.")
    agent: Level
    parent: Level
    platform: Level
    estate: Level
    ceiling: Level
    note: Text | None = absent("Nothing to add.")

    @model_validator(mode="after")
    def _below_ceiling(self) -> Self:
        for name in ("with_account", "without_account", "sensitive", "agent", "parent", "platform", "estate"):
            level = getattr(self, name)
            if level is not None and level > self.ceiling:
                raise ValueError(f"{name} asks for {level}, above the ceiling {self.ceiling}: lower it")
        free = [right for right in self.rights if right in NO_CHECK]
        if free and self.ceiling > Level.L0:
            raise ValueError(
                f"{free[0]} must not be verified (11 CCR 7060(b), GDPR Art. 7(3)): set every level to L0"
            )
        for right in self.rights:
            for regime in self.regimes:
                self._below_law(right, regime, ceiling_for(right, regime))
        return self

    def _below_law(self, right: RightKey, regime: RegimeKey, law: Ceiling) -> None:
        """Raise ValueError for the first figure that the law does not allow."""
        most = {
            "with_account": law.login, "without_account": law.no_login, "sensitive": law.sensitive,
            "agent": law.represented, "parent": law.represented, "estate": law.represented,
            "platform": min(law.highest, PLATFORM_CEILING), "ceiling": law.highest,
        }  # fmt: skip
        for name, limit in most.items():
            level = getattr(self, name)
            if level is not None and level.rank > limit:
                raise ValueError(
                    f"{name} is {level}; the law allows L{limit} at most for {right} under {regime}"
                    f" ({law.source}): lower it"
                )


class Agents(Part):
    """What an authorised agent must show; for an opt-out nothing more than the signed permission."""

    eu_gdpr: Literal["written_authority"]
    uk_gdpr: Literal["written_authority"]
    ccpa: Literal["signed_permission"]
    confirm_with_person: bool


class Rights(Part):
    """What is offered to whom, within which promised time, after which verification."""

    offered: Annotated[tuple[Offer, ...], Field(min_length=1)]
    promises: tuple[Promise, ...]
    promptly: Promptly
    verification: Annotated[tuple[Verification, ...], Field(min_length=1)]
    agents: Agents


class MinimumAge(Part):
    """From which age people of some areas may use the service; the first row that fits counts."""

    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    age: Annotated[int, Field(ge=13, le=21)]


class ParentalPermission(Part):
    """Ages (both included) at which a parent or guardian must agree."""

    from_age: Annotated[int, Field(ge=0, le=21)]
    to_age: Annotated[int, Field(ge=0, le=21)]


class DigitalConsent(Part):
    """Age of consent by country (GDPR Art. 8), with the date of the table."""

    as_of: IsoDate
    ages: dict[Country, Annotated[int, Field(ge=13, le=16)]]


class Ages(Part):
    """Age limits; a profile may be stricter than the law, never laxer (COPPA's 13 is the least)."""

    minimum: Annotated[tuple[MinimumAge, ...], Field(min_length=1)]
    parental_permission: ParentalPermission | None = absent("No permission of a parent is asked for.")
    digital_consent: DigitalConsent
    report_mailbox: Key

    def minimum_for(self, country: str | None, region: str | None) -> int:
        """Return the least age for a place; the strictest row when the country is not known."""
        if not country:
            return max(row.age for row in self.minimum)
        return next(
            (r.age for r in self.minimum if any(contains(a, country, region) for a in r.areas)),
            self.minimum[-1].age,
        )


class SubjectRule(Part):
    """What a subject line says about a message; the longest fitting subject wins."""

    key: Key
    mailboxes: Annotated[tuple[Key, ...], Field(min_length=1)]
    match: Literal["exact", "contains"]
    subject: Annotated[str, Field(min_length=3, max_length=120)]
    right: RightKey | None = absent("The subject does not name the right: a clerk decides.")
    regime: RegimeKey | None = absent("The subject does not name the regime: the person's place decides.")
    platforms: tuple[Key, ...]
    source: Text

    def fits(self, mailbox: str, subject: str) -> bool:
        """Whether the rule speaks for a message to the mailbox with this key."""
        wanted, given = _plain_subject(self.subject), _plain_subject(subject)
        return mailbox in self.mailboxes and (given == wanted if self.match == "exact" else wanted in given)


def _plain_subject(subject: str) -> str:
    """Return a subject without reply marks, quotes, case and doubled blanks."""
    words = " ".join(subject.casefold().replace('"', " ").replace("“", " ").replace("”", " ").split())
    while (head := words.partition(":"))[1] and head[0] in {
        "re",
        "fw",
        "fwd",
        "aw",
        "wg",
        "sv",
        "tr",
        "antw",
    }:
        words = head[2].strip()
    return words.rstrip(" .!")
