"""The few calls beside OAuth: who is it, is the grant alive, end it."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from platforms.fakes import exchange, signing
from platforms.fakes.specs import SPECS, Spec, credentials, of_client
from platforms.fakes.world import Grant, Refused, World


@dataclass(frozen=True)
class Request:
    """One call, read."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    headers: Mapping[str, str]

    @property
    def bearer(self) -> str:
        """Return the token of the Authorization header."""
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        return value if kind.lower() == "bearer" else ""


Answer = tuple[int, Any]


def _graph_grant(world: World, request: Request, platform: str) -> Grant:
    """Check access token and appsecret_proof of a Graph call. Raises Refused (code 190)."""
    value = request.query.get("access_token") or request.form.get("access_token", "")
    grant = world.holder(value, "short", "access")
    if grant is None:
        raise Refused("190", "Error validating access token")
    if platform == "meta_facebook" and grant.platform == platform:
        proof = request.query.get("appsecret_proof") or request.form.get("appsecret_proof", "")
        secret = credentials(SPECS[platform])[1]
        if proof != hmac.new(secret.encode(), value.encode(), hashlib.sha256).hexdigest():
            raise Refused("100", "API calls from the server require an appsecret_proof argument")
    return grant


def facebook_me(world: World, request: Request) -> Answer:
    """GET /me."""
    grant = _graph_grant(world, request, "meta_facebook")
    return 200, {"id": grant.account, "name": world.names[grant.account]}


def facebook_permissions(world: World, request: Request) -> Answer:
    """GET and DELETE /{id or me}/permissions, with the person's token or the app's (`id|secret`)."""
    if request.method == "DELETE":
        return _facebook_remove(world, request)
    grant = _graph_grant(world, request, "meta_facebook")
    return 200, {"data": [{"permission": s, "status": "granted"} for s in grant.scopes]}


def _facebook_remove(world: World, request: Request) -> Answer:
    who = request.path.split("/")[-2]
    value = request.query.get("access_token") or request.form.get("access_token", "")
    if value != "|".join(credentials(SPECS["meta_facebook"])):
        grant = _graph_grant(world, request, "meta_facebook")
        if who not in ("me", grant.account):
            raise Refused("100", "Unsupported delete request")
        grant.alive = False
        world.keep()
        return 200, {"success": True}
    if who not in world.names:
        raise Refused("803", "Some of the aliases you requested do not exist")
    if not world.revoke("meta_facebook", who):
        raise Refused("190", "The user has not authorized application")
    return 200, {"success": True}


def debug_token(world: World, request: Request) -> Answer:
    """GET /debug_token with the app's token."""
    if request.query.get("access_token") != "|".join(credentials(SPECS["meta_facebook"])):
        raise Refused("190", "Invalid OAuth access token")
    grant = world.holder(request.query.get("input_token", ""), "short", "access")
    if grant is None:
        fault = {"code": 190, "subcode": 458, "message": "The user has not authorized application"}
        return 200, {"data": {"is_valid": False, "error": fault, "scopes": []}}
    return 200, {"data": {"is_valid": True, "user_id": grant.account, "scopes": grant.scopes}}


def graph_user(platform: str) -> Callable[[World, Request], Answer]:
    """GET /me of Instagram and Threads."""

    def answer(world: World, request: Request) -> Answer:
        grant = _graph_grant(world, request, platform)
        return 200, {"id": grant.account, "username": world.names[grant.account]}

    return answer


def graph_exchange(platform: str) -> Callable[[World, Request], Answer]:
    """Long-lived tokens of Meta's products."""

    def answer(world: World, request: Request) -> Answer:
        return 200, exchange.lengthen(world, SPECS[platform], {**request.form, **request.query})

    return answer


def google_revoke(world: World, request: Request) -> Answer:
    """POST /revoke: ends the whole grant of this client."""
    grant = world.holder(request.form.get("token", ""), "access", "refresh")
    if grant is None:
        raise Refused("invalid_token", "Token expired or revoked")
    grant.alive = False
    world.keep()
    return 200, {}


def tokeninfo(world: World, request: Request) -> Answer:
    """GET /tokeninfo."""
    grant = world.holder(request.query.get("access_token", ""), "access")
    if grant is None:
        raise Refused("invalid_token", "Invalid Value")
    return 200, {"sub": grant.account, "scope": " ".join(grant.scopes)}


def keys(_world: World, _request: Request) -> Answer:
    """The public keys."""
    return 200, signing.jwks()


def risc_discovery(_world: World, _request: Request) -> Answer:
    """Google's document about security events."""
    return 200, {
        "issuer": "https://accounts.google.com", "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs"
    }  # fmt: skip


def bearer_user(platform: str, shape: Callable[[str, str], Any], fault: Answer) -> Callable[..., Answer]:
    """Who am I, with a bearer token; `fault` is what a dead token gets."""

    def answer(world: World, request: Request) -> Answer:
        if SPECS[platform].user_agent:
            _unique_agent(request)
        grant = world.holder(request.bearer, "access")
        if grant is None or grant.platform != platform:
            return fault
        return 200, shape(grant.account, world.names[grant.account])

    return answer


def _unique_agent(request: Request) -> None:
    if not request.headers.get("user-agent", "").startswith(("web:", "server:")):
        raise Refused("429", "Too Many Requests", 429)


def introspect(world: World, request: Request) -> Answer:
    """LinkedIn: POST introspectToken with the client's own proof."""
    exchange.client_of(SPECS["linkedin"], request.form, request.headers)
    grant = world.holder(request.form.get("token", ""), "access", "refresh")
    if grant is None or grant.platform != "linkedin":
        return 200, {"active": False, "status": "revoked"}
    return 200, {"active": True, "status": "active", "scope": ",".join(grant.scopes)}


def x_revoke(world: World, request: Request) -> Answer:
    """POST /2/oauth2/revoke: one token a call; the grant ends with its refresh token."""
    exchange.client_of(SPECS["x"], request.form, request.headers)
    token = world.tokens.get(request.form.get("token", ""))
    if token is None or not token.alive or not world.grants[token.grant].alive:
        raise Refused("invalid_request", "Value passed for the token was invalid.")
    token.alive = False
    mates = [t for t in world.tokens.values() if t.grant == token.grant]
    world.grants[token.grant].alive = any(t.alive for t in mates)
    world.keep()
    return 200, {"revoked": True}


def tiktok_revoke(world: World, request: Request) -> Answer:
    """POST /v2/oauth/revoke/ with a living access token."""
    exchange.client_of(SPECS["tiktok"], request.form, request.headers)
    grant = world.holder(request.form.get("token", ""), "access")
    if grant is None:
        raise Refused("access_token_invalid", "The access token is invalid or not found")
    grant.alive = False
    world.keep()
    return 200, {}


def pinterest_revoke(_world: World, request: Request) -> Answer:
    """POST /v5/oauth/token/revoke: refused for tokens of people."""
    exchange.client_of(SPECS["pinterest"], request.form, request.headers)
    return 403, {"code": 29, "message": "You are not permitted to access that resource."}


def reddit_revoke(world: World, request: Request) -> Answer:
    """POST revoke_token: 204 whatever the token was."""
    exchange.client_of(SPECS["reddit"], request.form, request.headers)
    grant = world.holder(request.form.get("token", ""), "access", "refresh")
    if grant is not None:
        grant.alive = False
        world.keep()
    return 204, None


def token_endpoint(world: World, request: Request, spec: Spec) -> Answer:
    """Any platform's token endpoint."""
    form = {**request.query, **request.form}
    if form.get("grant_type") == "fb_exchange_token" and spec.key == "meta_facebook":
        return 200, exchange.lengthen(world, spec, form)
    exchange.client_of(spec, form, request.headers)
    if form.get("grant_type", "authorization_code") == "authorization_code":
        return 200, exchange.redeem(world, spec, form)
    if form["grant_type"] == "refresh_token" and spec.has_refresh:
        return 200, exchange.renew(world, spec, form)
    raise Refused("unsupported_grant_type")


def spec_of_token(request: Request) -> Spec | None:
    """Return whose token endpoint it is; Google has one for two clients."""
    path = re.sub(r"^(graph\.facebook\.com)/v[\d.]+/", r"\1/", f"{request.host}{request.path}")
    here = [spec for spec in SPECS.values() if spec.token == path]
    if len(here) < 2:
        return here[0] if here else None
    found = of_client(request.form.get("client_id", ""))
    return found if found in here else here[0]


# Host and path (a pattern) → platform, kind of call, answer.
_REDDIT_FAULT = (401, {"message": "Unauthorized", "error": 401})
_X_FAULT = (401, {"title": "Unauthorized", "type": "about:blank", "status": 401})
_TIKTOK_FAULT = (
    401,
    {"data": {}, "error": {"code": "access_token_invalid", "message": "invalid", "log_id": "1"}},
)
ROUTES: tuple[tuple[str, str, str, Callable[[World, Request], Answer]], ...] = (
    (r"graph\.facebook\.com(/v[\d.]+)?/me", "meta_facebook", "probe", facebook_me),
    (r"graph\.facebook\.com(/v[\d.]+)?/debug_token", "meta_facebook", "probe", debug_token),
    (r"graph\.facebook\.com(/v[\d.]+)?/[^/]+/permissions", "meta_facebook", "revoke", facebook_permissions),
    (r"graph\.instagram\.com/access_token", "meta_instagram", "exchange", graph_exchange("meta_instagram")),
    (r"graph\.instagram\.com/refresh_access_token", "meta_instagram", "refresh",
     graph_exchange("meta_instagram")),
    (r"graph\.instagram\.com/me", "meta_instagram", "probe", graph_user("meta_instagram")),
    (r"graph\.threads\.net/access_token", "meta_threads", "exchange", graph_exchange("meta_threads")),
    (r"graph\.threads\.net/refresh_access_token", "meta_threads", "refresh", graph_exchange("meta_threads")),
    (r"graph\.threads\.net/v1\.0/me", "meta_threads", "probe", graph_user("meta_threads")),
    (r"oauth2\.googleapis\.com/revoke", "google_youtube", "revoke", google_revoke),
    (r"oauth2\.googleapis\.com/tokeninfo", "google_youtube", "probe", tokeninfo),
    (r"www\.googleapis\.com/oauth2/v3/certs", "google_youtube", "keys", keys),
    (r"accounts\.google\.com/\.well-known/risc-configuration", "google_youtube", "keys", risc_discovery),
    (r"www\.linkedin\.com/oauth/openid/jwks", "linkedin", "keys", keys),
    (r"www\.linkedin\.com/oauth/v2/introspectToken", "linkedin", "probe", introspect),
    (r"api\.x\.com/2/oauth2/revoke", "x", "revoke", x_revoke),
    (r"api\.x\.com/2/users/me", "x", "probe",
     bearer_user("x", lambda i, n: {"data": {"id": i, "name": n, "username": n}}, _X_FAULT)),
    (r"open\.tiktokapis\.com/v2/oauth/revoke/", "tiktok", "revoke", tiktok_revoke),
    (r"open\.tiktokapis\.com/v2/user/info/", "tiktok", "probe",
     bearer_user("tiktok", lambda i, n: {
         "data": {"user": {"open_id": i, "display_name": n}}, "error": {"code": "ok", "message": ""}},
         _TIKTOK_FAULT)),
    (r"api\.pinterest\.com/v5/oauth/token/revoke", "pinterest", "revoke", pinterest_revoke),
    (r"api\.pinterest\.com/v5/user_account", "pinterest", "probe",
     bearer_user("pinterest", lambda i, n: {"id": i, "username": n, "account_type": "BUSINESS"},
                 (401, {"code": 2, "message": "Authentication failed."}))),
    (r"www\.reddit\.com/api/v1/revoke_token", "reddit", "revoke", reddit_revoke),
    (r"oauth\.reddit\.com/api/v1/me", "reddit", "probe",
     bearer_user("reddit", lambda i, n: {"id": i, "name": n}, _REDDIT_FAULT)),
)  # fmt: skip
