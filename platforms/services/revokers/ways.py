"""How each platform is told that a grant ends (reference: registry, `revocation.request`)."""

from collections.abc import Callable, Mapping

from platforms.enums import RevocationOutcome
from platforms.rules.revocation import Answer, judge
from platforms.services.revokers.calls import Call, Grant, Send

Way = Callable[[Grant, Send], list[Answer]]


def facebook(grant: Grant, send: Send) -> list[Answer]:
    """With the person's token and its proof; when that is dead or missing, with the app's own token."""
    if grant.access:
        signed = {"access_token": grant.access, "appsecret_proof": grant.proof(grant.access)}
        answer = send(Call("DELETE", grant.url, query=signed))
        if judge("meta_facebook", answer).outcome != RevocationOutcome.ALREADY_GONE or not grant.account:
            return [answer]
    # A dead token says nothing about the grant: the app asks for itself.
    return [send(Call("DELETE", grant.url, query={"access_token": grant.app_token}, by_app=True))]


def instagram(grant: Grant, send: Send) -> list[Answer]:
    """As for Facebook, with the person's token alone: nothing more is documented."""
    return [send(Call("DELETE", grant.url, query={"access_token": grant.access}))]


def google(grant: Grant, send: Send) -> list[Answer]:
    """The refresh token, or else the access token: either ends the whole grant of this client."""
    return [send(Call("POST", grant.url, form={"token": grant.refresh or grant.access}))]


def x(grant: Grant, send: Send) -> list[Answer]:
    """Once for each token: the grant lives as long as one of them does."""
    held = [one for one in (grant.refresh, grant.access) if one]
    forms = ({"token": one, "client_id": grant.client_id} for one in held)
    return [send(Call("POST", grant.url, form=form, basic=True)) for form in forms]


def tiktok(grant: Grant, send: Send) -> list[Answer]:
    """Takes a living access token only: when ours is dead, a new one is fetched for this one call."""
    answer = _tiktok_once(grant, send) if grant.access else None
    if grant.refresh and (answer is None or _dead(answer)):
        renewed = _tiktok_renew(grant, send)
        answer = _tiktok_once(grant, send) if renewed is None else renewed
    return [answer] if answer else []


def _dead(answer: Answer) -> bool:
    return judge("tiktok", answer).outcome == RevocationOutcome.ALREADY_GONE


def _client(grant: Grant) -> dict[str, str]:
    return {"client_key": grant.client_id, "client_secret": grant.client_secret}


def _tiktok_once(grant: Grant, send: Send) -> Answer:
    return send(Call("POST", grant.url, form={**_client(grant), "token": grant.access}))


def _tiktok_renew(grant: Grant, send: Send) -> Answer | None:
    """Fetch a new access token, and keep it at once: the old refresh token is dead from now on.

    Returns the answer when there is none.
    """
    assert grant.entry.oauth is not None
    form = {**_client(grant), "grant_type": "refresh_token", "refresh_token": grant.refresh}
    answer = send(Call("POST", grant.entry.oauth.token_url, form=form))
    new = answer.fields.get("access_token")
    if answer.status != 200 or not new:
        # A body that is fine but holds no token must not pass for a revocation.
        return answer if answer.code or answer.status != 200 else Answer(0, "TikTok gave no new token.")
    grant.access, grant.refresh = str(new), str(answer.fields.get("refresh_token") or grant.refresh)
    grant.keep()
    return None


def pinterest(grant: Grant, send: Send) -> list[Answer]:
    """Documented for tokens of system users only: a person's is expected to be refused (403, code 29)."""
    kind = "refresh_token" if grant.refresh else "access_token"
    form = {"token": grant.refresh or grant.access, "token_type_hint": kind}
    return [send(Call("POST", grant.url, form=form, basic=True))]


reddit = pinterest
"""The same call at another address."""

WAYS: Mapping[str, Way] = {
    "meta_facebook": facebook,
    "meta_instagram": instagram,
    "google_youtube": google,
    "google_analytics": google,
    "x": x,
    "tiktok": tiktok,
    "pinterest": pinterest,
    "reddit": reddit,
}
