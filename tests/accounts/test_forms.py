"""Sign-in by passkey alone counts only when the device has checked its owner."""

import base64
import json
import struct

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
PRESENT, VERIFIED = 0x01, 0x04


def answer(flags: int) -> dict:
    """What a key sends back; the signature is nobody's, because it must not even be looked at."""

    def b64(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    client = json.dumps({"type": "webauthn.get", "challenge": b64(b"c" * 32), "origin": "http://testserver"})
    return {
        "id": b64(b"key"),
        "rawId": b64(b"key"),
        "type": "public-key",
        "response": {
            "clientDataJSON": b64(client.encode()),
            "authenticatorData": b64(b"\0" * 32 + bytes([flags]) + struct.pack(">I", 1)),
            "signature": b64(b"s"),
            "userHandle": b64(b"1"),
        },
        "clientExtensionResults": {},
    }


def send(client, flags: int) -> str:
    form = {"credential": json.dumps(answer(flags))}
    page = client.post(reverse("mfa_login_webauthn"), form, follow=True)
    return page.content.decode()


def test_a_key_that_did_not_check_its_owner_is_refused_whatever_was_asked(client, person):
    assert "did not check that it is you" in send(client, PRESENT)
    assert "_auth_user_id" not in client.session


def test_a_key_that_did_goes_on_to_the_signature(client, person):
    page = send(client, PRESENT | VERIFIED)
    assert "did not check that it is you" not in page
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": 1}', "x" * 2000])
def test_nonsense_is_refused_without_a_fault(client, credential):
    assert client.post(reverse("mfa_login_webauthn"), {"credential": credential}).status_code == 302


NONSENSE = [
    "{}",
    "[]",
    '{"id": 1}',
    '{"id": "a", "rawId": "a", "type": "public-key", "response": {}}',
    "[[[[1]]]]",
]


@pytest.mark.parametrize("credential", NONSENSE)
def test_nonsense_in_the_other_forms_of_keys_is_refused_too(client, officer, credential):
    from tests.accounts.doors import add_app, code_of, code_step, password_step

    add_app(officer)
    password_step(client, officer)
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 200
    code_step(client, code_of(officer))
    assert (
        client.post(reverse("mfa_add_webauthn"), {"credential": credential, "name": "x"}).status_code == 200
    )
    assert client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": credential}).status_code == 302
