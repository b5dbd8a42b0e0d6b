"""How a grant is asked for, kept alive, looked at and revoked."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.profile.base import Key, Setting, Text, Url
from platforms.registry.schema.words import Basis, Fact, PeriodText


class ClientSettings(Fact):
    """Names of the settings that hold our client id and secret at the platform."""

    id: Setting
    secret: Setting


class LongLived(Fact):
    """How a short token becomes a long one; `sliding`: each refresh starts the period again."""

    grant: Key
    ttl: PeriodText
    sliding: bool
    url: Url | None = None
    refresh_url: Url | None = None
    refresh_grant: Key | None = None
    min_age: PeriodText | None = None
    basis: Basis | None = None


class RefreshToken(Fact):
    """Refresh token: `ttl` null = no fixed end; `rotating`: each use gives a new one."""

    ttl: PeriodText | None
    idle_max: PeriodText | None = None
    testing_mode_ttl: PeriodText | None = None
    rotating: bool = False
    sliding: bool = False
    requires_scope: Text | None = None
    only: Text | None = None
    basis: Basis


class PageTokens(Fact):
    """Tokens of pages, where a platform has such."""

    expire: Text
    basis: Basis


class OAuth(Fact):
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


class Feature(Fact):
    """The scopes that one feature needs, and no more."""

    scopes: Annotated[tuple[Text, ...], Field(min_length=1)]
    extra_review: tuple[Key, ...] = ()
    note: Text | None = None


class RevokeRequest(Fact):
    """The call that revokes a grant; `{name}` in it is filled in."""

    method: Literal["POST", "DELETE"]
    url: Text
    auth: Text | None = None
    form: dict[str, str] = {}
    signed: Literal["appsecret_proof"] | None = None
    note: Text | None = None


class Revocation(Fact):
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


class Liveness(Fact):
    """How and how often we look whether a grant is alive. `hard_max`: the terms allow no longer pause."""

    probe: Text
    every: PeriodText
    hard_max: PeriodText | None = None
    dead_when: Text
