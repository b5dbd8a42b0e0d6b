"""Connections that the product made: what it tells us of them, checked and kept like our own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services.audit import Actor
from platforms.enums import ConnectionSource, TokenKind
from platforms.models import Connection
from platforms.rules import grants
from platforms.services.oauth import asking, saving, tokens
from platforms.services.oauth.faults import OAuthRefused

MOST = 200


@dataclass(frozen=True)
class GivenToken:
    """A token that the product hands over, so that we can revoke it; `expires_at` as the platform said."""

    kind: str
    value: str
    expires_at: datetime | None = None


@transaction.atomic
def register_connection(
    *,
    subject: DataSubject,
    platform: str,
    external_id: str,
    handle: str = "",
    features: Iterable[str] = (),
    scopes: Iterable[str] = (),
    given: Iterable[GivenToken] = (),
    product_reference: str = "",
    matching_agreed: bool = False,
    actor: Actor,
    now: datetime,
) -> Connection:
    """Keep a connection that the product made; the same account again keeps its row. Idempotent.

    `external_id`: the id that the platform's callbacks use. `scopes`: what the platform granted, not what was
    asked. Raises OAuthRefused: platform or feature not in use, no id, another person's account.
    """
    entry, wanted, _asked = asking.checked(platform, features, matching_agreed=matching_agreed)
    own_id, held = external_id.strip(), list(given)
    if not own_id or len(own_id) > MOST or len(handle) > MOST:
        raise OAuthRefused("bad_account", _("The id of the account at the platform is missing or too long."))
    if any(token.kind not in TokenKind.values or not token.value for token in held):
        raise OAuthRefused("bad_token", _("A token needs a value, and its kind: access, refresh or page."))
    connection = saving.link(
        saving.Wanted(
            subject=subject, entry=entry, external_id=own_id, handle=handle, features=wanted,
            source=ConnectionSource.PRODUCT, product_reference=product_reference[:120],
            matching_agreed=matching_agreed,
        ),
        actor=actor, now=now,
    )  # fmt: skip
    for token in held:
        if not tokens.known(connection, token.value):
            tokens.store(
                connection=connection,
                kind=token.kind,
                value=token.value,
                expires_at=token.expires_at,
                now=now,
            )
    granted = grants.split(" ".join(scopes))
    saving.keep_scopes(connection=connection, scopes=granted, actor=actor, now=now)
    saving.plan(connection, entry, now)
    return connection
