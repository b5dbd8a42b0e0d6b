"""What a registry file may say. Unknown keys, wrong types and impossible values are faults with their line.

Unlike a profile a file leaves out what a platform does not have; what a default means stands beside it.
`basis` says how well a fact is known (see `Basis`); periods are ISO 8601.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from config.profile.base import IsoDate, Key, Label, Part, Setting, Text, Url
from platforms.rules import periods

Basis = Literal["read", "read_partly", "second_hand", "memory", "unverified", "missing", "to_fill"]
"""read: in the official text. second_hand: in somebody's account of it. memory: nobody looked it up yet.
Everything else counts as not established."""

Section = Literal[
    "terms", "deletion", "lifetimes", "scopes", "elements", "callbacks", "revocation", "revocation_answers",
    "liveness", "restrictions", "message_policy", "operations", "transfers", "gates",
]  # fmt: skip
TriggerName = Literal[
    "user_disconnect", "user_delete_request", "account_deleted", "platform_callback",
    "platform_revocation_seen", "content_deleted_on_platform", "no_longer_needed", "platform_request",
    "access_terminated", "reddit_account_deleted",
]  # fmt: skip
ASAP, UNKNOWN = "asap", "unknown"
SHIP_WORDS = (
    "until_disconnect", "until_account_deleted", "forever", "hashed_forever", "by_schedule",
    "never_standalone",
)  # fmt: skip


def _period(text: str) -> str:
    periods.parse(text)
    return text


def _or_words(*words: str) -> Any:
    def check(text: str) -> str:
        return text if text in words else _period(text)

    return AfterValidator(check)


PeriodText = Annotated[str, AfterValidator(_period)]
TermText = Annotated[str, _or_words(ASAP, UNKNOWN)]
ShipText = Annotated[str, _or_words(*SHIP_WORDS)]
HeldText = Annotated[str, _or_words("until_deleted", "to_fill")]
Words = tuple[Label, ...]


class Term(Part):
    """A document that binds us, with the section, the day we last read it and how well it is known."""

    name: Text
    section: Text | None = None
    seen: IsoDate | None = None
    basis: Basis


class Incident(Part):
    """How soon the platform wants to hear of an incident; `within` null: no fixed period, see `rule`."""

    within: PeriodText | None
    rule: Text
    channel: Text | None = None
    basis: Basis


class Legal(Part):
    """The terms, what they oblige us to, and where a person revokes by hand."""

    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    review_every: PeriodText = "P180D"
    required_links: tuple[Text, ...] = ()
    incident: Incident | None = None
    user_revoke_page: Url | None = None
    consent_record_fields: tuple[Key, ...] = ()
    reconsent_on_token_expiry: bool = False
    deletion_evidence_within: Text | None = None
    encryption_at_rest_required: bool = False
    service_provider_list_required: bool = False
    tech_provider_client_list_required: bool = False
    proof_of_deletion_on_request: bool = False
    transfers: Words = ()
    certifications: Words = ()


class ClientSettings(Part):
    """Names of the settings that hold our client id and secret at the platform."""

    id: Setting
    secret: Setting


class LongLived(Part):
    """How a short token becomes a long one; `sliding`: each refresh starts the period again."""

    grant: Key
    ttl: PeriodText
    sliding: bool
    url: Url | None = None
    refresh_url: Url | None = None
    refresh_grant: Key | None = None
    min_age: PeriodText | None = None
    basis: Basis | None = None


class RefreshToken(Part):
    """Refresh token: `ttl` null = no fixed end; `rotating`: each use gives a new one."""

    ttl: PeriodText | None
    idle_max: PeriodText | None = None
    testing_mode_ttl: PeriodText | None = None
    rotating: bool = False
    sliding: bool = False
    requires_scope: Text | None = None
    only: Text | None = None
    basis: Basis


class PageTokens(Part):
    """Tokens of pages, where a platform has such."""

    expire: Text
    basis: Basis


class OAuth(Part):
    """How a grant is asked for and kept alive."""

    authorize_url: Text
    token_url: Text
    introspect_url: Text | None = None
    version_setting: Setting | None = None
    client_settings: ClientSettings
    client_id_param: Key = "client_id"
    client_auth: Literal["body", "basic"]
    authorize_params: dict[str, str] = {}
    token_params: dict[str, str] = {}
    scope_delimiter: Literal["space", "comma"]
    partial_consent: bool = True
    pkce: Literal["none", "S256", "S256_required", "mobile_desktop_only"]
    code_ttl: PeriodText | None = None
    access_token_ttl: PeriodText
    ttl_note: Text | None = None
    long_lived: LongLived | None = None
    refresh_token: RefreshToken | None = None
    page_tokens: PageTokens | None = None
    request_signing: Literal["appsecret_proof"] | None = None
    user_agent_required: bool = False

    @property
    def delimiter(self) -> str:
        """Return the character between scopes."""
        return "," if self.scope_delimiter == "comma" else " "


class Feature(Part):
    """The scopes that one feature needs, and no more."""

    scopes: Annotated[tuple[Text, ...], Field(min_length=1)]
    extra_review: tuple[Key, ...] = ()
    note: Text | None = None


class Element(Part):
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


class Deadline(Part):
    """Until when data go after a trigger. `platform`: the term; `promise`: what policies usually promise.

    `platform`: a period, `asap` (no delay that could be avoided), `unknown` (not established) or null (the
    terms set none). `happens` false: the platform has no such trigger for what we hold.
    """

    platform: TermText | None
    promise: PeriodText | None
    happens: bool = True
    note: Text | None = None
    steps: tuple[Text, ...] = ()
    basis: Basis | None = None


class Answer(Part):
    """What a callback is answered with; `json`: the keys of the body."""

    status: Annotated[int, Field(ge=200, le=599)]
    keys: tuple[Key, ...] = Field(default=(), alias="json")


class Callback(Part):
    """An address at which the platform tells us something, and how it proves itself."""

    key: Key
    path: Annotated[str, Field(pattern=r"^/callbacks/[a-z0-9/-]+/$")]
    shared_with: Key | None = None
    method: Literal["POST"]
    verify: Key
    handshake: Literal["hub_challenge", "x_crc", "linkedin_challenge"] | None = None
    secrets: tuple[Setting, ...] = ()
    tolerance: PeriodText | None = None
    discovery: Url | None = None
    jwks: Url | None = None
    audiences: Setting | None = None
    success: Answer
    failure: Answer
    unavailable: Answer | None = None
    max_latency: PeriodText | None = None
    effect: Key
    idempotency: Text
    retries: Text | None = None
    gated: Text | None = None
    basis: Basis | None = None


class ByReason(Part):
    """Effects of an event that depend on the reason it names."""

    default: tuple[Text, ...]
    by_reason: dict[str, tuple[Text, ...]]


class SyncJob(Part):
    """A question that must be put to the platform at a pace, because it does not tell us."""

    key: Key
    request: Text
    every: PeriodText
    acts_on: Words


class RevokeRequest(Part):
    """The call that revokes a grant; `{name}` in it is filled in."""

    method: Literal["POST", "DELETE"]
    url: Text
    auth: Text | None = None
    form: dict[str, str] = {}
    signed: Literal["appsecret_proof"] | None = None
    note: Text | None = None


class Revocation(Part):
    """How a grant is revoked. The conditions are prose for people; code of each platform carries them out."""

    mode: Literal["http", "http_then_manual", "manual"]
    request: RevokeRequest | None = None
    repeat_for: tuple[Key, ...] = ()
    success_when: Text | None = None
    already_gone_when: Text | None = None
    unsupported_when: Text | None = None
    retry_when: Text | None = None
    precondition: Text | None = None
    side_effects: Text | None = None
    destroy_local_token_first: bool = False
    user_page: Text | None = None
    note: Text | None = None
    basis: Basis
    answers_basis: Basis | None = None

    @model_validator(mode="after")
    def _has_a_call(self) -> Self:
        if (self.mode == "manual") != (self.request is None):
            raise ValueError("a request belongs to every mode but manual: give it there, leave it out here")
        return self


class Liveness(Part):
    """How and how often we look whether a grant is alive. `hard_max`: the terms allow no longer pause."""

    probe: Text
    every: PeriodText
    hard_max: PeriodText | None = None
    dead_when: Text


class Restrictions(Part):
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


class MessagePolicy(Part):
    """Until when a message may answer a person's last one, by who writes it."""

    automated_within: PeriodText
    human_within: PeriodText
    human_tag: Key | None = None
    note: Text | None = None
    basis: Basis


class Operation(Part):
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


class Gates(Part):
    """What must be true before a processor gets data of a source."""

    needs_ai_consent: bool = False
    needs_consent: Key | None = None
    honours_gpc: bool = False
    blocked_sources: tuple[Key, ...] = ()
    review_sources: tuple[Key, ...] = ()
    consent_sources: tuple[Key, ...] = ()
    minimise: tuple[Key, ...] = ()


class Entry(Part):
    """One platform or processor, as its file says and, from `registry.current`, as it binds."""

    schema_version: Literal[1]
    key: Key
    kind: Literal["social_platform", "processor"]
    name: Label = Field(alias="display_name")
    family: Key | None = None
    role: Text | None = None
    enabled_by_default: bool = True
    legal: Legal
    credentials: tuple[Setting, ...] = ()
    oauth: OAuth | None = None
    features: dict[Key, Feature] = {}
    data_elements: Annotated[tuple[Element, ...], Field(min_length=1)]
    deletion: dict[TriggerName, Deadline]
    callbacks: tuple[Callback, ...]
    risc_events: dict[str, tuple[Text, ...]] = {}
    webhook_events: dict[str, tuple[Text, ...] | ByReason] = {}
    sync_jobs: tuple[SyncJob, ...] = ()
    revocation: Revocation | None = None
    liveness: Liveness | None = None
    restrictions: Restrictions | None = None
    message_policy: MessagePolicy | None = None
    operations: dict[Key, Operation] = {}
    gates: Gates | None = None
    controls: dict[Key, bool | str] = {}
    evidence_basis: dict[Basis, tuple[Section, ...]]

    _sha256: str = PrivateAttr(default="")
    _source: str = PrivateAttr(default="")
    _overridden: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Return the hash of the file that it was read from: its version."""
        return self._sha256

    @property
    def source(self) -> str:
        """Return the text of the file."""
        return self._source

    @property
    def overridden(self) -> Mapping[str, str]:
        """Return path → shipped value of everything that the company made stricter."""
        return self._overridden

    def element(self, key: str) -> Element:
        """Return a data element by key; raises KeyError."""
        found = next((one for one in self.data_elements if one.key == key), None)
        if found is None:
            raise KeyError(f"{self.key} has no data element {key!r}.")
        return found

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the names of every setting that the entry needs, each once."""
        return tuple(dict.fromkeys(self._secrets()))

    def _secrets(self) -> Iterator[str]:
        yield from self.credentials
        if self.oauth:
            yield from (self.oauth.client_settings.id, self.oauth.client_settings.secret)
        for callback in self.callbacks:
            # The second of a list is the previous one: it is there only while a secret is changed.
            yield from callback.secrets[:1]
            if callback.audiences:
                yield callback.audiences

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for what, keys in (("data element", self.data_elements), ("callback", self.callbacks)):
            names = [one.key for one in keys]
            if twice := next((name for name in names if names.count(name) > 1), None):
                raise ValueError(f"the {what} {twice} stands there twice: keep one")
        if self.kind == "social_platform":
            self._whole_platform()
        elif self.role is None:
            raise ValueError("a processor needs its role: say for what it is one")
        return self

    def _whole_platform(self) -> None:
        needed = ("family", "oauth", "revocation", "liveness", "restrictions")
        if missing := next((name for name in needed if getattr(self, name) is None), None):
            raise ValueError(f"a social platform needs {missing}: add it")
        if "connect" not in self.features or "user_disconnect" not in self.deletion:
            raise ValueError(
                "a social platform needs the feature connect and deletion.user_disconnect: add them"
            )
