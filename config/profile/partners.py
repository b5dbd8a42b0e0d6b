"""Who else sees data: social platforms, processors, and transfers to other countries."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.profile.base import (
    Address,
    Area,
    Country,
    Days,
    IsoDate,
    Key,
    Label,
    Part,
    PeriodText,
    Setting,
    Text,
    Url,
    absent,
    gap,
    statute,
)

Feature = Literal[
    "connect",
    "publish",
    "publish_page",
    "publish_draft",
    "schedule",
    "analytics",
    "inbox_comments",
    "inbox_messages",
    "ads_insights",
]


class TriggerLimits(Part):
    """Promised longest time from an event to the last deleted row; the platform's own term may be shorter."""

    user_disconnect: PeriodText | None = statute("Nothing is promised: the platform's term alone applies.")
    user_delete_request: PeriodText | None = statute(
        "Nothing is promised: the platform's term alone applies."
    )
    account_deleted: PeriodText | None = statute("Nothing is promised: the platform's term alone applies.")
    platform_callback: PeriodText | None = statute("Nothing is promised: the platform's term alone applies.")


class Platform(Part):
    """A social platform that people can connect. `key` names its registry file (terms and endpoints)."""

    key: Key
    family: Key
    label: Label
    enabled: bool
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
    scopes: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: Annotated[tuple[Key, ...], Field(min_length=1)]
    declared: tuple[Label, ...]
    contact: Address | None = absent("Who tells it of a deletion types the address, or uses its own form.")
    limits: TriggerLimits
    secrets: tuple[Setting, ...]
    terms_reviewed_on: IsoDate | None = gap("Nobody has recorded reading the platform's current terms.")
    review_every_days: Days
    source: Text | None = gap("The published policy does not name this platform.")


class Processor(Part):
    """A company that works for us, with its contract."""

    key: Key
    label: Label
    legal_name: Label | None = gap(
        "The processor is not named; people may ask for named recipients (GDPR Art. 15(1)(c))."
    )
    service: Literal[
        "hosting", "payments", "ai", "email", "analytics", "support", "error_tracking", "logging"
    ]
    country: Country
    does: Text
    contact: Address | None = absent("Who tells it of a deletion types the address, or uses its own form.")
    terms: Url | None = gap("The processor's terms are not linked.")
    contract_signed_on: IsoDate | None = gap("No signed data-processing agreement is recorded.")
    evidence_expires_on: IsoDate | None = gap("No security evidence (audit report, certificate) is recorded.")
    certificates: tuple[Label, ...]
    sells_or_shares: bool
    gets: Annotated[tuple[Key, ...], Field(min_length=1)]
    registry: Key | None = absent("There is no registry file for this processor.")
    source: Text | None = gap("The published policy does not name this processor.")


class Transfer(Part):
    """Data that leave the area of a person's law."""

    key: Key
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    exporter: Label
    importer: Label
    to_country: Country
    mechanism: Literal["scc", "uk_addendum", "dpf", "adequacy", "direct_collection"]
    module: Literal["1", "2", "3", "4"] | None = absent("The mechanism has no modules.")
    processor: Key | None = absent("The company itself receives the data.")
    assessed_on: IsoDate | None = gap("No transfer assessment is recorded.")
    source: Text

    @model_validator(mode="after")
    def _module_of_clauses(self) -> Self:
        if (self.mechanism == "scc") != (self.module is not None):
            raise ValueError(
                "module belongs to the mechanism scc and to no other: give it there, set it to null elsewhere"
            )
        return self
