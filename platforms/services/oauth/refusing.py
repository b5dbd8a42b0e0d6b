"""A grant that we do not take is not kept either: what is said to the person, and the job that withdraws it.

The job itself is `revoking.refused`. Only what has an endpoint is kept for it; elsewhere the tokens are gone
with the request that brought them, and the person is told where to remove the permission.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import audit
from accounts.services.audit import Actor
from config import jobs
from platforms.enums import GrantRefusal, RevocationOutcome
from platforms.models import Connection, OAuthAttempt, RefusedGrant
from platforms.querysets import ConnectionQuerySet
from platforms.registry import Entry
from platforms.rules.revocation import RETRY_FOR, WHOLE_GRANT
from platforms.services.naming import name_of
from platforms.services.oauth.clients import one_grant
from platforms.services.oauth.faults import OAuthRefused


def living(entry: Entry, account: str) -> ConnectionQuerySet:
    """Return the living connections that rest on the grant of this account at the platform."""
    return Connection.objects.resting_on(one_grant(entry), account)


@transaction.atomic
def give_back(
    refused: OAuthRefused,
    *,
    attempt: OAuthAttempt,
    entry: Entry,
    account: str,
    answer: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> OAuthRefused:
    """Start withdrawing a grant that was not taken; returns the refusal with what became of the grant.

    `answer`: what the platform's token endpoint gave. A grant stays on which another account of the same
    person rests, and where an account has one grant for everybody (WHOLE_GRANT) also one on which somebody
    else's rests: ending it would cut off the person to whom the account is linked. The tokens that came with
    this request are gone with it.
    """
    if refused.code not in GrantRefusal.values:
        return refused
    others = living(entry, account)
    if entry.family not in WHOLE_GRANT:
        others = others.filter(subject=attempt.subject_id)
    if others.exists():
        return _saying(refused, _("We have not stored anything of it."), "")
    by_hand = entry.revocation is None or entry.revocation.mode == "manual"
    values: dict[str, Any] = {"status": jobs.JobStatus.DONE, "outcome": RevocationOutcome.MANUAL_REQUIRED,
                              "ended_at": now}  # fmt: skip
    if not by_hand:
        values = {"external_id": account, "kept": json.dumps(_tokens(answer))}
    row = RefusedGrant.objects.create(
        attempt=attempt, platform=entry.key, why=refused.code, made_at=now, retry_until=now + RETRY_FOR,
        **values,
    )  # fmt: skip
    details = {"platform": entry.key, "why": refused.code, "outcome": row.outcome}
    audit.record(
        actor=actor, action="refused_grant.begun", obj=row, details=details,
        personal={"external_id": account},
    )  # fmt: skip
    if not by_hand:
        jobs.enqueue(row)
    return _said(refused, entry, by_hand=by_hand)


def _tokens(answer: Mapping[str, Any]) -> dict[str, str]:
    found = {"access": answer.get("access_token"), "refresh": answer.get("refresh_token")}
    return {kind: value for kind, value in found.items() if isinstance(value, str) and value}


def _said(refused: OAuthRefused, entry: Entry, *, by_hand: bool) -> OAuthRefused:
    page = entry.legal.user_revoke_page or ""
    sentences = {
        (False, True): _(
            "We have not stored it, and we asked %(platform)s to withdraw the permission that you just gave."
            " If you still see it there, remove it here:"
        ),
        (False, False): _(
            "We have not stored it, and we asked %(platform)s to withdraw the permission that you just gave."
            " If you still see it in the settings of your account there, remove it."
        ),
        (True, True): _(
            "We have not stored it. %(platform)s lets only you withdraw the permission that you just gave;"
            " remove it here:"
        ),
        (True, False): _(
            "We have not stored it. %(platform)s lets only you withdraw the permission that you just gave;"
            " remove it in the settings of your account there."
        ),
    }
    return _saying(refused, sentences[by_hand, bool(page)] % {"platform": name_of(entry.key)}, page)


def _saying(refused: OAuthRefused, more: str, page: str) -> OAuthRefused:
    return OAuthRefused(refused.code, f"{refused} {more}", page=page)
