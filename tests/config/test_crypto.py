"""Keys and ciphertexts: fail closed, bound to their place, one key for one purpose."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from config import crypto

ONE, TWO = (
    f"{name}:{base64.b64encode(bytes(range(n, n + 32))).decode()}" for name, n in (("one", 1), ("two", 2))
)


@given(st.binary(max_size=2000), st.text(max_size=60))
def test_what_was_encrypted_comes_back(plain, aad):
    assert crypto.decrypt(crypto.encrypt(plain, aad=aad), aad=aad) == plain


def test_the_same_value_never_looks_the_same():
    assert crypto.encrypt(b"x", aad="a") != crypto.encrypt(b"x", aad="a")


def test_another_place_cannot_be_read():
    with pytest.raises(crypto.DecryptionFailed, match=r"accounts\.Identity\.value"):
        crypto.decrypt(crypto.encrypt(b"x", aad="accounts.Identity.value:1"), aad="accounts.Identity.value:2")


def test_no_flipped_bit_goes_unseen():
    key_id, _, encoded = crypto.encrypt(b"secret", aad="a").partition(".")
    blob = base64.b64decode(encoded)
    for i in range(len(blob)):
        changed = blob[:i] + bytes([blob[i] ^ 1]) + blob[i + 1 :]
        with pytest.raises(crypto.DecryptionFailed):
            crypto.decrypt(f"{key_id}.{base64.b64encode(changed).decode()}", aad="a")


@pytest.mark.parametrize(
    "envelope", ["", "plain text", "test1", "test1.", "test1.!!!", "test1.AAAA", ".AAAA", "nokey.AAAA"]
)
def test_nonsense_is_refused_and_never_returned(envelope):
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(envelope, aad="a")


def test_rotation_encrypts_with_the_first_and_reads_with_all(settings):
    settings.KEY_RING = ONE
    old = crypto.encrypt(b"x", aad="a")
    settings.KEY_RING = f"{TWO}, {ONE}"
    assert crypto.active_key_id() == "two"
    assert crypto.encrypt(b"y", aad="a").startswith("two.")
    assert crypto.decrypt(old, aad="a") == b"x"


def test_a_key_taken_out_of_the_ring_is_named(settings):
    settings.KEY_RING = ONE
    old = crypto.encrypt(b"x", aad="a")
    settings.KEY_RING = TWO
    with pytest.raises(crypto.DecryptionFailed, match="'one' is not in KEY_RING"):
        crypto.decrypt(old, aad="a")


def test_indexes_and_signatures_stay_while_keys_rotate_in_front(settings):
    settings.KEY_RING = ONE
    before = (crypto.blind_index("x", purpose="p"), crypto.signing_key().public_key().public_bytes_raw())
    settings.KEY_RING = f"{TWO},{ONE}"
    assert (
        crypto.blind_index("x", purpose="p"),
        crypto.signing_key().public_key().public_bytes_raw(),
    ) == before


def test_one_key_serves_one_purpose(settings):
    settings.KEY_RING = ONE
    keys = {
        crypto.derived_key(purpose)
        for purpose in ("field", "signing", "index:identity:email", "index:audit:email")
    }
    assert len(keys) == 4
    assert crypto.key_ring()["one"] not in keys
    assert crypto.blind_index("x", purpose="email") != crypto.commitment("x", purpose="email")


@pytest.mark.parametrize(
    ("ring", "says"),
    [
        ("", "empty"),
        (" , ", "empty"),
        ("one", "32 bytes long"),
        ("one:", "32 bytes long"),
        ("one:AAAA", "32 bytes long"),
        ("one:not base64!", "not valid base64"),
        (ONE.partition(":")[2], "key id"),
        (":" + ONE.partition(":")[2], "key id ''"),
        ("a.b:" + ONE.partition(":")[2], "key id 'a.b'"),
        (f"{ONE},{ONE}", "occur once"),
    ],
)
def test_a_ring_that_cannot_work_says_why(settings, ring, says):
    settings.KEY_RING = ring
    with pytest.raises(ImproperlyConfigured, match=says):
        crypto.key_ring()


def test_the_secret_key_of_the_site_plays_no_part(settings):
    envelope = crypto.encrypt(b"x", aad="a")
    settings.SECRET_KEY = "changed"
    assert crypto.decrypt(envelope, aad="a") == b"x"
