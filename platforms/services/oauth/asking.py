"""The way to a platform: what is asked for, and everything that proves on the way back that it was us."""

import secrets as random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from accounts.services.audit import Actor
from config import crypto
from config.profile import active_profile
from platforms import registry
from platforms.models import OAuthAttempt
from platforms.querysets import STATE_PURPOSE
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import clients
from platforms.services.oauth.faults import OAuthRefused
from platforms.services.oauth.idtokens import ISSUERS

ATTEMPT_MINUTES = 10


@dataclass(frozen=True)
class Started:
    """Where the browser goes next. `url` holds the state: for the person who started it alone."""

    attempt: OAuthAttempt
    url: str


def offered(key: str) -> tuple[Entry, Any]:
    """Return registry entry and profile entry of a platform that can be connected. Raises OAuthRefused."""
    declared = next((one for one in active_profile().platforms if one.key == key and one.enabled), None)
    try:
        entry = registry.current(key)
    except KeyError:
        entry = None
    if declared is None or entry is None or entry.oauth is None:
        raise OAuthRefused("not_offered", _("This platform cannot be connected here."))
    return entry, declared


def redirect_uri(key: str) -> str:
    """Return the one address to which a platform may send people back: ours, and one for each platform."""
    return settings.SITE_URL.rstrip("/") + reverse("connection_callback", args=[key])


def needs_matching(entry: Entry) -> bool:
    """Return whether linking an account to a customer needs an express yes (X, off-X matching)."""
    return bool(entry.restrictions and entry.restrictions.cross_platform_combine == "opt_in")


def checked(
    key: str, features: Iterable[str], *, matching_agreed: bool
) -> tuple[Entry, list[str], list[str]]:  # fmt: skip
    """Return entry, features and scopes of a wish. Raises OAuthRefused when it cannot be granted."""
    entry, declared = offered(key)
    wanted = grants.with_connect(features)
    if any(name not in declared.features or name not in entry.features for name in wanted):
        raise OAuthRefused("unknown_feature", _("This platform is not used for that here."))
    if needs_matching(entry) and not matching_agreed:
        raise OAuthRefused(
            "matching_needed",
            _("Please agree that we link this account to you. Without that it cannot be connected."),
        )
    return entry, wanted, grants.asked(entry, wanted, declared.scopes)


@transaction.atomic
def begin(
    *,
    subject: DataSubject,
    platform: str,
    features: Iterable[str],
    matching_agreed: bool,
    actor: Actor,
    now: datetime,
) -> Started:
    """Start an attempt and return the address of the platform's page. Raises OAuthRefused.

    The state is kept as a hash, works once, for ten minutes, for this person.
    """
    entry, wanted, scopes = checked(platform, features, matching_agreed=matching_agreed)
    if clients.credentials(entry) is None:
        raise OAuthRefused("not_set_up", _("%(platform)s is not set up here yet.") % {"platform": entry.name})
    state, nonce = random.token_urlsafe(32), random.token_urlsafe(32)
    verifier = random.token_urlsafe(64) if clients.oauth_of(entry).pkce.startswith("S256") else ""
    attempt = OAuthAttempt.objects.create(
        subject=subject, platform=platform, features=wanted, scopes=scopes, matching_agreed=matching_agreed,
        state_index=crypto.blind_index(state, purpose=STATE_PURPOSE), verifier=verifier,
        nonce=nonce if _oidc(entry, scopes) else "", redirect_uri=redirect_uri(platform), made_at=now,
        expires_at=now + timedelta(minutes=ATTEMPT_MINUTES),
    )  # fmt: skip
    details = {"platform": platform, "features": wanted, "scopes": scopes}
    audit.record(actor=actor, action="connection.asked", obj=attempt, details=details)
    return Started(attempt, _url(entry, attempt, state))


def _oidc(entry: Entry, scopes: Iterable[str]) -> bool:
    return entry.family in ISSUERS and "openid" in scopes


def _url(entry: Entry, attempt: OAuthAttempt, state: str) -> str:
    with clients.calling(entry) as caller:
        options = dict(caller.oauth.authorize_params)
        if attempt.nonce:
            options["nonce"] = attempt.nonce
        url, _state = caller.client.create_authorization_url(
            caller.url(caller.oauth.authorize_url), state=state, redirect_uri=attempt.redirect_uri,
            scope=caller.oauth.delimiter.join(attempt.scopes), code_verifier=attempt.verifier or None,
            **options,
        )  # fmt: skip
    name = caller.oauth.client_id_param
    return str(url) if name == "client_id" else str(url).replace("client_id=", f"{name}=", 1)


def host_of(entry: Entry) -> str:
    """Return the host at which people consent, as they see it in the address bar."""
    return urlsplit(clients.oauth_of(entry).authorize_url).hostname or ""
