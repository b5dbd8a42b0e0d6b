"""Google's security events at the door: every refusal with its code, and what happens without keys."""

import pytest

from config.jobs import JobStatus
from platforms.callbacks.endpoints import MOST_BYTES
from platforms.models import CallbackReceipt
from platforms.services import risc_keys
from tests.platforms.callbacks import calls
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.answers import kept

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("doors")]


def told(answer):
    """Return Google's code, and see that the answer has the form that Google reads."""
    said = answer.json()
    assert set(said) == {"err", "description"}
    assert said["description"].endswith(".")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert kept().verdict == "rejected"
    return said["err"]


def risc(body, door):
    return calls.Call("google_risc", body, "application/secevent+jwt").sent(door)


def public_pem():
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return sign.rsa().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


CLAIMS = sign.claims(calls.AT)
RISC_REFUSALS = {
    "no token": (lambda: b"hello", "invalid_request"),
    "none": (lambda: sign.token(CLAIMS, alg="none"), "invalid_request"),
    "HS256 by the public key": (lambda: sign.hs256(CLAIMS, public_pem()), "invalid_request"),
    "unknown kid": (lambda: sign.token(CLAIMS, kid="else"), "invalid_key"),
    "jku": (lambda: sign.token(CLAIMS, name="else", jku="https://e.example/"), "invalid_key"),
    "truncated": (lambda: sign.token(CLAIMS)[:-4], "authentication_failed"),
    "strange key": (lambda: sign.token(CLAIMS, name="else", kid="current"), "authentication_failed"),
    "issuer": (lambda: sign.token(CLAIMS | {"iss": "https://e.example"}), "invalid_issuer"),
    "audience": (lambda: sign.token(CLAIMS | {"aud": "client-9"}), "invalid_audience"),
    "ahead": (lambda: sign.token(CLAIMS | {"iat": calls.AT + 301}), "invalid_request"),
    "ID token": (lambda: sign.token({k: v for k, v in CLAIMS.items() if k != "events"}), "invalid_request"),
    "over the limit": (lambda: b"x" * (MOST_BYTES + 1), "invalid_request"),
}


@pytest.mark.parametrize("case", RISC_REFUSALS)
def test_google_is_told_why_a_token_is_refused(case, door):
    body, code = RISC_REFUSALS[case]
    assert told(risc(body(), door)) == code


def test_no_client_of_ours_means_no_audience(door, settings):
    settings.PLATFORM_SECRETS = calls.SECRETS | {"GOOGLE_CLIENT_IDS": ""}
    assert told(risc(sign.token(CLAIMS), door)) == "invalid_audience"


def test_an_old_event_is_still_one(door):
    assert risc(sign.token(CLAIMS | {"iat": calls.AT - 90 * 86400, "exp": 1}), door).status_code == 202


def test_without_keys_nothing_can_be_said_and_google_comes_again(door, doors):
    doors.unlink()
    answer = risc(sign.token(CLAIMS), door)
    assert (answer.status_code, answer.content) == (503, b"")
    receipt = kept()
    assert (receipt.verdict, receipt.reason, receipt.answered) == ("unavailable", "keys", 503)
    assert (receipt.status, receipt.body) == (JobStatus.DONE, "")


def test_a_token_that_was_refused_for_want_of_keys_is_taken_when_they_are_back(door, doors, settings):
    keys = doors.read_text()
    doors.unlink()
    assert risc(sign.token(CLAIMS), door).status_code == 503
    doors.write_text(keys)
    settings.PORTAL_NOW = (calls.MOMENT + risc_keys.PAUSE).isoformat()
    assert risc(sign.token(CLAIMS), door).status_code == 202
    verdicts = CallbackReceipt.objects.order_by("received_at").values_list("verdict", flat=True)
    assert list(verdicts) == ["unavailable", "accepted"]


def test_a_token_of_another_kind_is_refused_even_without_keys(door, doors):
    doors.unlink()
    assert told(risc(sign.token(CLAIMS, alg="none"), door)) == "invalid_request"
