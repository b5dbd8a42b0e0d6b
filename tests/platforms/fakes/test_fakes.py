"""The stand-ins answer as the platforms do, and refuse what the platforms would refuse."""

import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from platforms import fakes
from platforms.fakes.specs import credentials

BACK = "http://testserver/back/"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PROOF = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
AGENT = {"User-Agent": "web:portal:v1"}


@pytest.fixture(scope="module")
def base():
    with fakes.running() as url:
        yield url


@pytest.fixture(autouse=True)
def fresh(base):
    fakes.world(base).reset()
    fakes.world(base).names = dict(fakes.ACCOUNTS)


def ask(base, key, **changed):
    """Go to the authorize page; returns the answer."""
    spec = fakes.SPECS[key]
    query = {
        spec.id_param: credentials(spec)[0], "response_type": "code", "state": "s", "redirect_uri": BACK,
        "scope": spec.delimiter.join(["openid", "offline.access"]), "nonce": "n",
        **dict(spec.asked), **(PROOF if spec.pkce else {}),
    } | changed  # fmt: skip
    return httpx.get(f"{base}/{spec.authorize}?{urlencode(query)}")


def code(base, key, **changed):
    """Return an authorization code."""
    fakes.world(base).consent(key, "1002")
    return parse_qs(urlsplit(ask(base, key, **changed).headers["location"]).query)["code"][0]


def redeem(base, key, value, *, headers=AGENT, **changed):
    """Call the token endpoint as it must be called, apart from what is `changed` (None: left out)."""
    spec = fakes.SPECS[key]
    form = {"grant_type": "authorization_code", "code": value, "redirect_uri": BACK, **dict(spec.sent)}
    if spec.pkce:
        form["code_verifier"] = VERIFIER
    return post(base, key, spec.token, form | changed, headers)


def post(base, key, path, form, headers=AGENT):
    spec = fakes.SPECS[key]
    client = dict(zip((spec.id_param, "client_secret"), credentials(spec), strict=True))
    auth = credentials(spec) if spec.basic else None
    sent = {k: v for k, v in ({} if spec.basic else client | {}).items()} | form
    return httpx.post(f"{base}/{path}", data={k: v for k, v in sent.items() if v is not None}, auth=auth,
                      headers=headers)  # fmt: skip


@pytest.mark.parametrize("key", fakes.SPECS)
def test_a_correct_client_gets_tokens_at_every_platform(base, key):
    answer = redeem(base, key, code(base, key))
    assert answer.status_code == 200
    made = answer.json()
    assert (made["data"][0] if key == "meta_instagram" else made)["access_token"].startswith("fake-")


@pytest.mark.parametrize("key", fakes.SPECS)
@pytest.mark.parametrize("wrong", ["redirect_uri", "code", "secret", "client_at_wrong_place"])
def test_whatever_is_wrong_is_refused(base, key, wrong):
    value, spec = code(base, key), fakes.SPECS[key]
    form = {"grant_type": "authorization_code", "code": value, "redirect_uri": BACK, **dict(spec.sent)}
    form |= {"code_verifier": VERIFIER} if spec.pkce else {}
    ids = dict(zip((spec.id_param, "client_secret"), credentials(spec), strict=True))
    basic = spec.basic
    if wrong == "redirect_uri":
        form["redirect_uri"] = BACK + "x"
    elif wrong == "code":
        form["code"] = "made-up"
    elif wrong == "secret":
        ids["client_secret"] += "x"
    else:
        basic = not basic
    answer = httpx.post(
        f"{base}/{spec.token}", data=form | ({} if basic else ids), headers=AGENT,
        auth=tuple(ids.values()) if basic else None,
    )  # fmt: skip
    assert "access_token" not in answer.text
    assert "error" in answer.text


@pytest.mark.parametrize("key", ["google_youtube", "google_analytics", "x"])
def test_the_verifier_must_fit_the_challenge(base, key):
    assert redeem(base, key, code(base, key), code_verifier="w" * 64).json()["error"] == "invalid_grant"
    assert redeem(base, key, code(base, key), code_verifier=None).json()["error"] == "invalid_grant"
    assert ask(base, key, code_challenge="").status_code == 400


def test_a_code_works_once(base):
    value = code(base, "x")
    assert redeem(base, "x", value).status_code == 200
    assert redeem(base, "x", value).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(("key", "name"), [
    ("reddit", "duration"), ("google_youtube", "access_type"), ("google_youtube", "prompt"),
    ("tiktok", "client_key"), ("x", "state"), ("x", "scope"),
])  # fmt: skip
def test_the_authorize_page_wants_what_the_platform_wants(base, key, name):
    assert ask(base, key, **{name: ""}).status_code in (400, 401)


def test_what_single_platforms_insist_on(base):
    assert redeem(base, "pinterest", code(base, "pinterest"), continuous_refresh=None).status_code == 400
    plain = {"User-Agent": "python-httpx/0.28"}
    assert redeem(base, "reddit", code(base, "reddit"), headers=plain).status_code == 429
    without_offline = redeem(base, "x", code(base, "x", scope="users.read")).json()
    assert "refresh_token" not in without_offline


@pytest.mark.parametrize("key", ["x", "tiktok", "pinterest"])
def test_a_rotating_refresh_token_works_once(base, key):
    old = fakes.world(base).connect(key, "1001", ["offline.access"])["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": old}
    new = post(base, key, fakes.SPECS[key].token, form).json()
    assert new["refresh_token"] != old
    assert post(base, key, fakes.SPECS[key].token, form).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("key", ["google_youtube", "reddit", "linkedin"])
def test_a_fixed_refresh_token_stays(base, key):
    old = fakes.world(base).connect(key, "1001")["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": old}
    for _again in range(2):
        assert "access_token" in post(base, key, fakes.SPECS[key].token, form).json()


def test_facebook_wants_the_proof_of_the_secret(base):
    token = fakes.world(base).connect("meta_facebook", "1001", ["public_profile"])["access_token"]
    url = f"{base}/graph.facebook.com/v24.0/me"
    assert httpx.get(url, params={"access_token": token}).json()["error"]["code"] == 100
    proof = hmac.new(fakes.SECRETS["META_APP_SECRET"].encode(), token.encode(), hashlib.sha256).hexdigest()
    params = {"access_token": token, "appsecret_proof": proof}
    assert httpx.get(url, params=params).json()["id"] == "1001"
    assert httpx.delete(f"{base}/graph.facebook.com/v24.0/me/permissions", params=params).json()["success"]
    assert httpx.get(url, params=params).json()["error"]["code"] == 190
    app = "|".join(credentials(fakes.SPECS["meta_facebook"]))
    again = httpx.delete(f"{base}/graph.facebook.com/9999/permissions", params={"access_token": app})
    assert again.json()["error"]["code"] == 803


REVOKE = {
    "google_youtube": ("oauth2.googleapis.com/revoke", "refresh_token", 200),
    "x": ("api.x.com/2/oauth2/revoke", "refresh_token", 200),
    "tiktok": ("open.tiktokapis.com/v2/oauth/revoke/", "access_token", 200),
    "pinterest": ("api.pinterest.com/v5/oauth/token/revoke", "refresh_token", 403),
    "reddit": ("www.reddit.com/api/v1/revoke_token", "refresh_token", 204),
}
GONE = {"google_youtube": 400, "x": 400, "tiktok": 400, "pinterest": 403, "reddit": 204}


@pytest.mark.parametrize("key", REVOKE)
def test_revoking_and_revoking_again(base, key):
    world = fakes.world(base)
    made = world.connect(key, "1001", ["offline.access"])
    path, name, status = REVOKE[key]
    assert post(base, key, path, {"token": made[name]}).status_code == status
    if key == "x":
        assert post(base, key, path, {"token": made["access_token"]}).json() == {"revoked": True}
    assert world.alive(key, "1001") is (key == "pinterest")
    assert post(base, key, path, {"token": made[name]}).status_code == GONE[key]


def test_failures_come_as_ordered_and_end(base):
    world = fakes.world(base)
    made = world.connect("x", "1001", ["offline.access"])
    url, headers = f"{base}/api.x.com/2/users/me", {"Authorization": f"Bearer {made['access_token']}"}
    seen = []
    for mode in ("500", "429", "redirect", "error_body"):
        world.fail("x", "probe", mode, times=1)
        seen += [httpx.get(url, headers=headers).status_code for _ in range(2)]
    assert seen == [500, 200, 429, 200, 302, 200, 200, 200]
    assert [call.status for call in world.called("x", "probe")] == seen


def test_orders_come_over_http_too(base):
    url = f"{base}/_control/connect"
    made = httpx.post(url, json={"platform": "reddit", "account": "1003"}).json()["result"]
    assert fakes.world(base).holder(made["access_token"], "access").account == "1003"
    assert httpx.post(f"{base}/_control/world", json={}).status_code == 404


def test_a_person_allows_part_of_it_or_nothing(base):
    page = ask(base, "tiktok", scope="user.info.basic,video.list")
    assert page.status_code == 200
    assert "video.list" in page.text
    allowed = httpx.post(
        str(page.url), data={"account": "1002", "scope": "user.info.basic", "answer": "allow"}
    )
    value = parse_qs(urlsplit(allowed.headers["location"]).query)["code"][0]
    assert redeem(base, "tiktok", value).json()["scope"] == "user.info.basic"
    denied = httpx.post(str(page.url), data={"account": "1002", "answer": "deny"})
    assert "error=access_denied" in denied.headers["location"]


def test_the_state_survives_a_restart_where_a_file_is_named(tmp_path):
    path = tmp_path / "fakes.json"
    with fakes.running(path) as first:
        token = fakes.world(first).connect("x", "1001", ["offline.access"])["access_token"]
    with fakes.running(path) as second:
        assert fakes.world(second).holder(token, "access").account == "1001"
