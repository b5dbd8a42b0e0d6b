"""The data of a platform or processor, and what may be done with them."""

from typing import Literal

from config.profile.base import Key, Text
from platforms.registry.schema.words import Basis, Fact, HeldText, PeriodText, ShipText, Words


class Element(Fact):
    """A kind of data: whose it is, how it may be stored and how long we keep it.

    `ship` is our own period, `platform_max` the platform's limit (null: it sets none). `reverify_every` and
    `sync_every` are duties for what is kept longer.
    """

    key: Key
    api: Text
    subject: Literal["account_owner", "organisation", "aggregate", "third_party", "all"]
    sensitivity: Literal["low", "medium", "high", "identifier", "secret"]
    storage: (
        Literal[
            "store", "store_in_sync", "store_if_reverified", "store_with_consent", "refresh_or_delete",
            "cache", "none_live_only", "only_inside_post", "reference_only", "transient",
        ]
        | None
    ) = None  # fmt: skip
    platform_max: PeriodText | None = None
    platform_max_if_org_authenticated: PeriodText | None = None
    reverify_every: PeriodText | None = None
    sync_every: PeriodText | None = None
    refresh: Key | None = None
    processor_retention: HeldText | None = None
    ship: ShipText | None
    legal_hold: Key | None = None
    consent: Key | None = None
    purpose: Text | None = None
    dsar: Literal["full", "redacted", "live", "none", "own_copy_only", "not_applicable"]
    basis: Basis | None = None


class Restrictions(Fact):
    """What may be done with the platform's data; `notes`: the words of the terms behind a rule."""

    ai_processor: Literal["allowed", "contract", "consent", "inference_only", "review", "forbidden"]
    ai_training: Literal["forbidden", "forbidden_without_consent", "review"]
    ad_profiling: Literal["forbidden"]
    sell: Literal["forbidden"]
    cross_platform_combine: Literal[
        "allowed", "review", "forbidden", "opt_in", "no_derived_metrics", "source_visible"
    ]
    human_read: Literal["allowed", "support_only", "consent_or_security_or_law"] = "allowed"
    sensitive_inference: Literal["allowed", "forbidden"] = "allowed"
    dsar_export: Literal["full", "others_display_only"] = "full"
    notes: dict[str, Text] = {}


class MessagePolicy(Fact):
    """Until when a message may answer a person's last one, by who writes it."""

    automated_within: PeriodText
    human_within: PeriodText
    human_tag: Key | None = None
    note: Text | None = None
    basis: Basis


class Operation(Fact):
    """Something that a processor can be asked to do."""

    availability: Literal["general", "public_preview", "by_contract", "none"] = "general"
    request: Text | None = None
    then: Text | None = None
    scope: Text | None = None
    success_when: Text | None = None
    states: tuple[Key, ...] = ()
    cancel_from: tuple[Key, ...] = ()
    irreversible: bool = False
    side_effect: Text | None = None
    hidden_within: PeriodText | None = None
    servers: Text | None = None
    not_covered: Words = ()
    basis: Basis | None = None


class Gates(Fact):
    """What must be true before a processor gets data of a source."""

    needs_ai_consent: bool = False
    needs_consent: Key | None = None
    honours_gpc: bool = False
    blocked_sources: tuple[Key, ...] = ()
    review_sources: tuple[Key, ...] = ()
    consent_sources: tuple[Key, ...] = ()
    minimise: tuple[Key, ...] = ()
