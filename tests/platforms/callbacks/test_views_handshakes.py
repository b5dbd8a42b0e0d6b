"""The questions of platforms whether an address is ours."""

import pytest

from platforms.callbacks.endpoints import endpoint
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.answers import REFUSED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doors")]


def test_meta_gets_its_challenge_back(door):
    for product, token in (("meta", "token-now"), ("instagram", "token-old")):
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "<b>1158</b>"}
        answer = door.get(f"/callbacks/{product}/webhooks/", asked)
        assert (answer.status_code, answer.content) == (200, b"<b>1158</b>")
        assert answer["Content-Type"] == "text/plain"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "asked",
    [{}, {"hub.mode": "subscribe", "hub.verify_token": "else", "hub.challenge": "1"},
     {"hub.mode": "else", "hub.verify_token": "token-now", "hub.challenge": "1"},
     {"hub.mode": "subscribe", "hub.verify_token": "é", "hub.challenge": "1"}],
)  # fmt: skip
def test_others_do_not(asked, door):
    answer = door.get("/callbacks/meta/webhooks/", asked)
    assert (answer.status_code, answer.content) == (403, REFUSED)


def test_x_and_linkedin_get_their_challenges_signed(door):
    crc = door.get("/callbacks/x/webhooks/", {"crc_token": "abc"})
    assert crc.status_code == 200
    assert crc.json() == {"response_token": sign.x(b"abc", "x-now")}
    code = door.get("/callbacks/linkedin/webhooks/", {"challengeCode": "890e"})
    signed = sign.hmac256("linkedin-now", b"890e").hex()
    assert code.json() == {"challengeCode": "890e", "challengeResponse": signed}


@pytest.mark.parametrize("name", ["x_webhooks", "linkedin_webhooks", "meta_webhooks"])
def test_without_question_or_secret_there_is_no_answer(name, door, settings):
    path = f"/{endpoint(name).path}"
    assert door.get(path).status_code == 403
    settings.PLATFORM_SECRETS = {}
    asked = {"crc_token": "a", "challengeCode": "a", "hub.mode": "subscribe", "hub.challenge": "1"}
    answer = door.get(path, asked)
    assert (answer.status_code, answer.content) == (403, REFUSED)
