"""How the company works: cases, letters, attestations, security, and the promise ledger."""

from typing import Annotated, Literal, Self

from pydantic import Field

from config.profile.base import Days, Host, Key, Label, Language, Part, PeriodText, Text, gap, statute
from config.profile.law import RightKey


class FourEyes(Part):
    """What a second person must approve: deletion, refusing and lifting a hold always (a database rule)."""

    rights: Annotated[tuple[RightKey, ...], Field(min_length=1)]
    access_plan: bool
    package_release: bool
    refusal: Literal[True]
    hold_release: Literal[True]


class Cases(Part):
    """Rules of case work. Times are the company's own unless the law sets one."""

    reference_prefix: Annotated[str, Field(pattern=r"^[A-Z]{2,4}$")]
    four_eyes: FourEyes
    acknowledge_working_days: Annotated[int, Field(ge=1, le=10)]
    verification_link_hours: Annotated[int, Field(ge=1, le=336)]
    verification_attempts: Annotated[int, Field(ge=3, le=20)]
    remind_after_days: Annotated[int, Field(ge=1, le=60)]
    close_unanswered_after_days: Annotated[int, Field(ge=14, le=180)]
    package_link_days: Annotated[int, Field(ge=1, le=90)]
    package_downloads: Annotated[int, Field(ge=1, le=100)]
    step_up_minutes: Annotated[int, Field(ge=1, le=15)]
    soon_days: Annotated[tuple[int, ...], Field(min_length=1)]
    records_kept: PeriodText


class Words(Part):
    """Sentences of the company in letters of one language."""

    sign_off: Text
    complaint_route: Text
    court_remedy: Text
    published_posts: Text
    backups: Text


class OtherWords(Words):
    """The same in another language that is offered."""

    language: Language


class Letters(Words):
    """Words that letters take from the company; those of `languages.default` stand here."""

    sender: Label
    from_mailbox: Key
    reply_mailbox: Key
    variables: dict[Key, Text]
    other_languages: tuple[OtherWords, ...]

    def in_language(self, language: str) -> Self:
        """Return the letters' words in a language; in the default one where it has none of its own."""
        other = next((one for one in self.other_languages if one.language == language), None)
        if other is None:
            return self
        return self.model_copy(update=other.model_dump(exclude={"language"}))


class Attestation(Part):
    """Something a named person signs at an interval, with evidence."""

    key: Key
    label: Label
    every_days: Annotated[int, Field(ge=1, le=1100)]
    role: Key
    source: Text | None = gap(
        "The published policy gives no interval: this one is the company's own decision."
    )


class Security(Part):
    """What is promised about security and how it is measured."""

    hasher: Literal["bcrypt_sha256"] | None = statute(
        "No hasher is promised; the portal's own sign-in uses bcrypt_sha256."
    )
    mfa_scope: Annotated[tuple[Literal["staff", "production", "people"], ...], Field(min_length=1)]
    access_review_days: Annotated[int, Field(ge=1, le=366)]
    probed_hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    framework: Label | None = gap(
        'No security framework is named behind the words of the policy ("industry-standard", "safeguards").'
    )
    card_scan: Literal["pan_luhn"]
    incident_mailbox: Key


PromiseKind = Literal[
    "scope",
    "consent",
    "disclosure",
    "security",
    "platform",
    "purpose",
    "processor",
    "legal_basis",
    "limitation",
    "contact",
    "right",
    "deadline",
    "children",
    "transfer",
    "change",
    "retention",
]


class Severity(Part):
    """How bad a broken promise of some kinds is."""

    severity: Literal["critical", "high", "medium", "low"]
    kinds: Annotated[tuple[PromiseKind, ...], Field(min_length=1)]


class Ledger(Part):
    """How the promise ledger measures."""

    at_risk_percent: Annotated[int, Field(ge=50, le=99)]
    stale_after_hours: Annotated[int, Field(ge=1, le=744)]
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    mailbox_canary_hours: Days
