"""Authorize and token endpoints: what a client must send, and what it gets."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from platforms.fakes import signing
from platforms.fakes.specs import Spec, credentials
from platforms.fakes.world import Code, Consent, Refused, World


def asked(spec: Spec, query: Mapping[str, str]) -> list[str]:
    """Check what a browser was sent with; returns the permissions asked for. Raises Refused."""
    if query.get(spec.id_param) != credentials(spec)[0]:
        raise Refused("invalid_client", f"{spec.id_param} is not known", 401)
    if query.get("response_type") != "code":
        raise Refused("unsupported_response_type")
    if not query.get("state") or not query.get("redirect_uri"):
        raise Refused("invalid_request", "state and redirect_uri are needed")
    if spec.pkce and (query.get("code_challenge_method") != "S256" or not query.get("code_challenge")):
        raise Refused("invalid_request", "PKCE with S256 is needed")
    for name, value in spec.asked:
        if query.get(name) != value:
            raise Refused("invalid_request", f"{name} must be {value}")
    scopes = [part for part in query.get("scope", "").split(spec.delimiter) if part]
    if not scopes or any(" " in s or "," in s for s in scopes):
        raise Refused("invalid_scope", "no scope, or the wrong delimiter")
    return scopes


def decided(world: World, spec: Spec, query: Mapping[str, str], consent: Consent) -> dict[str, str]:
    """Return the parameters of the way back."""
    if consent.deny:
        return {"error": "access_denied", "error_description": "The user denied it", "state": query["state"]}
    scopes = asked(spec, query)
    granted = [s for s in scopes if consent.granted is None or s in consent.granted]
    value = secrets.token_urlsafe(24)
    world.codes[value] = Code(
        spec.key, consent.account, granted if spec.subset else scopes, query["redirect_uri"],
        query.get("code_challenge", ""), query.get("nonce", ""), world.clock(),
    )  # fmt: skip
    return {"code": value, "state": query["state"]}


def client_of(spec: Spec, form: Mapping[str, str], headers: Mapping[str, str]) -> None:
    """Check the client's proof, in the place where the platform wants it. Raises Refused."""
    known = credentials(spec)
    wrong = Refused("invalid_client", "Client authentication failed", 401)
    if spec.user_agent and not headers.get("user-agent", "").startswith(("web:", "server:")):
        raise Refused("too_many_requests", "Use a unique User-Agent", 429)
    if spec.basic:
        if "client_secret" in form:
            raise wrong
        kind, _, encoded = headers.get("authorization", "").partition(" ")
        sent = base64.b64decode(encoded or "").decode().partition(":")
        if kind != "Basic" or not hmac.compare_digest(f"{sent[0]}:{sent[2]}", ":".join(known)):
            raise wrong
    elif "authorization" in headers or (form.get(spec.id_param), form.get("client_secret")) != known:
        raise wrong


def redeem(world: World, spec: Spec, form: Mapping[str, str]) -> dict[str, Any]:
    """Answer grant_type=authorization_code. Raises Refused."""
    code = world.codes.pop(form.get("code", ""), None)
    if code is None or code.platform != spec.key or world.clock() - code.made > spec.code_seconds:
        raise Refused("invalid_grant", "The code is not valid")
    if form.get("redirect_uri") != code.redirect_uri:
        raise Refused("invalid_grant", "redirect_uri is not the one of the authorization")
    if spec.pkce and _challenge(form.get("code_verifier", "")) != code.challenge:
        raise Refused("invalid_grant", "code_verifier does not fit the challenge")
    for name, value in spec.sent:
        if form.get(name) != value:
            raise Refused("invalid_request", f"{name} must be {value}")
    made = world.grant(spec, code.account, code.scopes)
    if spec.issuer and "openid" in code.scopes:
        nonce = "another" if world.ordered(spec.key, "nonce") else code.nonce
        made["id_token"] = signing.id_token(
            issuer=spec.issuer, audience=credentials(spec)[0], subject=code.account, nonce=nonce,
            name=world.names[code.account], now=int(world.clock()),
        )  # fmt: skip
    world.keep()
    return told(world, spec, made)


def renew(world: World, spec: Spec, form: Mapping[str, str]) -> dict[str, Any]:
    """Answer grant_type=refresh_token: a rotating platform kills the old one. Raises Refused."""
    value = form.get("refresh_token", "")
    if world.holder(value, "refresh") is None:
        raise Refused("invalid_grant", "The refresh token is not valid")
    old = world.tokens[value]
    if spec.rotating:
        for token in world.tokens.values():
            token.alive = token.alive and token.grant != old.grant
    made = world.issue(spec, old.grant)
    if not spec.rotating:
        world.tokens.pop(made.pop("refresh_token"))
    if spec.key == "linkedin":
        made |= {"refresh_token": value, "refresh_token_expires_in": int((old.expires or 0) - world.clock())}
    world.keep()
    return told(world, spec, made)


def told(world: World, spec: Spec, made: dict[str, Any]) -> dict[str, Any]:
    """Return the answer in the platform's own words: extra fields, names and shapes."""
    grant = world.grants[world.tokens[made["access_token"]].grant]
    scope = {"scope": spec.delimiter.join(grant.scopes)}
    left = {"refresh_expires_in": spec.refresh} if spec.refresh else {}
    if spec.key == "meta_facebook":
        return made
    if spec.key == "meta_instagram":
        short = {"access_token": made["access_token"], "user_id": grant.account}
        return {"data": [short | {"permissions": ",".join(grant.scopes)}]}
    if spec.key == "meta_threads":
        return {"access_token": made["access_token"], "user_id": int(grant.account)}
    if spec.key == "tiktok":
        return made | scope | left | {"open_id": grant.account, "token_type": "Bearer"}
    if spec.key in ("linkedin", "pinterest") and spec.refresh:
        return made | scope | {"refresh_token_expires_in": made.get("refresh_token_expires_in", spec.refresh)}
    return made | scope


def lengthen(world: World, spec: Spec, query: Mapping[str, str]) -> dict[str, Any]:
    """Answer Meta's exchange of a short token, and the renewal of a long one that is a day old."""
    grant_type = query.get("grant_type", "")
    if grant_type == spec.long_lived:
        name = "fb_exchange_token" if spec.key == "meta_facebook" else "access_token"
        value, kinds = query.get(name, ""), ["short", "access"]
        if query.get("client_secret") != credentials(spec)[1]:
            raise Refused("invalid_client", "Error validating client secret.", 400)
    elif grant_type == spec.long_lived.replace("exchange", "refresh") and spec.key != "meta_facebook":
        value, kinds = query.get("access_token", ""), ["access"]
    else:
        raise Refused("unsupported_grant_type")
    if world.holder(value, *kinds) is None:
        raise Refused("invalid_token", "Error validating access token", 400)
    made = world.issue(spec, world.tokens[value].grant, long_lived=True)
    world.keep()
    return made


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
