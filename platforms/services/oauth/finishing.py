"""The way back from a platform: is it our attempt, whose account is it, and what was granted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from accounts.services import audit
from accounts.services.audit import Actor
from platforms import registry
from platforms.models import Connection, OAuthAttempt
from platforms.registry import Entry
from platforms.rules import grants
from platforms.services.oauth import accounts, asking, clients, faults, refusing, saving
from platforms.services.oauth.faults import OAuthRefused, PlatformFault


@dataclass(frozen=True)
class Finished:
    """A connection that was made; `missing`: what a feature needs and the person did not grant."""

    connection: Connection
    missing: list[str]


def finish(
    *,
    subject: DataSubject,
    attempts: Collection[str],
    platform: str,
    query: Mapping[str, str],
    actor: Actor,
    now: datetime,
) -> Finished:
    """Take a person back in. `attempts`: ids of the attempts that this browser's session started.

    Raises OAuthRefused with a sentence for the person. Nothing is stored of a refused attempt but its
    outcome, and no attempt works twice; a grant that we do not take is withdrawn at the platform.
    """
    attempt = _take(state=query.get("state", ""), now=now)
    try:
        _check(attempt, subject=subject, attempts=attempts, platform=platform, now=now)
        return _finish(attempt, query, actor, now)
    except PlatformFault as fault:
        _ended(attempt, fault.code, actor)
        raise OAuthRefused(fault.code, faults.shown(fault, registry.current(platform).name)) from None
    except OAuthRefused as refused:
        _ended(attempt, refused.code, actor)
        raise


def _take(*, state: str, now: datetime) -> OAuthAttempt:
    """Use the attempt up: of two calls with the same state one goes on."""
    attempt: OAuthAttempt | None = OAuthAttempt.objects.of_state(state).first() if state else None
    if attempt is None or not OAuthAttempt.objects.filter(pk=attempt.pk, used_at=None).update(used_at=now):
        raise _stale("unknown_state" if attempt is None else "replayed")
    return attempt


def _stale(code: str) -> OAuthRefused:
    return OAuthRefused(
        code, _("This way back does not belong to a connection that you started just now. Start again.")
    )


def _check(
    attempt: OAuthAttempt, *, subject: DataSubject, attempts: Collection[str], platform: str, now: datetime
) -> None:  # fmt: skip
    wrong = {
        "other_person": attempt.subject_id != subject.pk,
        "other_session": str(attempt.pk) not in attempts,
        "other_platform": attempt.platform != platform,
        "other_address": attempt.redirect_uri != asking.redirect_uri(platform),
        "too_late": attempt.expires_at <= now,
    }
    if code := next((name for name, found in wrong.items() if found), ""):
        raise _stale(code)


def _finish(attempt: OAuthAttempt, query: Mapping[str, str], actor: Actor, now: datetime) -> Finished:
    if query.get("error") or query.get("error_reason"):
        raise OAuthRefused(
            "denied", _("You did not allow the access, so nothing was connected. You can try again any time.")
        )
    if not query.get("code"):
        raise _stale("no_code")
    entry, declared = asking.offered(attempt.platform)
    tokens, account = _exchange(entry, attempt, query["code"], now)
    scopes = attempt.scopes if account.scopes is None else account.scopes
    try:
        connection = _save(attempt, entry, tokens, account, scopes, actor, now)
    except OAuthRefused as refused:
        raise refusing.give_back(
            refused, attempt=attempt, entry=entry, account=account.external_id, answer=tokens, actor=actor,
            now=now,
        ) from None  # fmt: skip
    return Finished(connection, grants.lost(entry, connection.features, scopes, declared.scopes))


def _exchange(
    entry: Entry, attempt: OAuthAttempt, code: str, now: datetime
) -> tuple[dict[str, Any], accounts.Account]:  # fmt: skip
    """Trade the code for tokens and ask whose they are. Outside of any transaction: the network is slow."""
    proof = {"code_verifier": attempt.verifier} if attempt.verifier else {}
    with clients.calling(entry) as caller:
        answer = caller.fetch(code=code, redirect_uri=attempt.redirect_uri, **proof)
        answer |= long_lived(caller, answer)
        return answer, accounts.account_of(caller, answer, nonce=attempt.nonce, now=now)


def long_lived(caller: clients.Caller, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Trade Meta's short token for the long-lived one. Raises PlatformFault."""
    terms = caller.oauth.long_lived
    if terms is None:
        return {}
    token = answer["access_token"]
    form = {"grant_type": terms.grant, "client_secret": caller.own.secret}
    if terms.url is None:
        form |= {"client_id": caller.own.id, terms.grant: token}
    else:
        form |= {"access_token": token}
    made = caller.ask("GET", terms.url or caller.oauth.token_url, params=form)
    if not isinstance(made.body.get("access_token"), str):
        raise PlatformFault("long_lived_refused", made.status)
    # An answer that names no end has none: the end of the short token is not that of the long one.
    return {"expires_in": None, **made.body}


@transaction.atomic
def _save(
    attempt: OAuthAttempt, entry: Entry, tokens: Mapping[str, Any], account: accounts.Account,
    scopes: Collection[str], actor: Actor, now: datetime,
) -> Connection:  # fmt: skip
    wanted = saving.Wanted(
        subject=attempt.subject, entry=entry, external_id=account.external_id, handle=account.handle,
        features=attempt.features, matching_agreed=attempt.matching_agreed,
    )  # fmt: skip
    connection = saving.link(wanted, actor=actor, now=now)
    saving.keep_tokens(connection=connection, entry=entry, answer=tokens, now=now)
    saving.keep_scopes(connection=connection, scopes=scopes, actor=actor, now=now)
    _forget(attempt, "connected")
    return connection


@transaction.atomic
def _ended(attempt: OAuthAttempt, code: str, actor: Actor) -> None:
    _forget(attempt, code)
    details = {"platform": attempt.platform, "why": code}
    audit.record(actor=actor, action="connection.refused", obj=attempt, details=details)


def sweep(*, now: datetime) -> int:
    """Forget the secrets of attempts from which nobody came back; returns how many. Nothing else is lost."""
    left = OAuthAttempt.objects.filter(outcome="", used_at=None, expires_at__lte=now)
    return left.update(verifier="", nonce="", outcome="abandoned")


def _forget(attempt: OAuthAttempt, outcome: str) -> None:
    """The secrets of an attempt are of no use any more."""
    OAuthAttempt.objects.filter(pk=attempt.pk).update(verifier="", nonce="", outcome=outcome[:200])
