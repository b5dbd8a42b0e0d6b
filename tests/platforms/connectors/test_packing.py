"""Keys of many rows in few bytes."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from platforms.connectors.packing import KeyKind, Packed, one, pack

NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), unique=True, max_size=300)


def digest(key):
    return uuid.uuid5(uuid.NAMESPACE_URL, repr(key)).bytes


@settings(max_examples=60, deadline=None)
@given(NUMBERS)
def test_numbers_come_back_in_order_and_each_is_found(numbers):
    packed = pack(KeyKind.NUMBER, [(number,) for number in numbers], digest)
    assert packed.values() == sorted(numbers)
    assert Packed.from_small(packed.kind, packed.small()) == packed
    assert [packed.place(one(KeyKind.NUMBER, (n,), digest)) for n in sorted(numbers)] == [
        *range(len(numbers))
    ]


def test_a_key_that_is_not_there_has_no_place():
    packed = pack(KeyKind.NUMBER, [(2,), (-1,), (7,)], digest)
    assert [packed.place(one(KeyKind.NUMBER, (n,), digest)) for n in (-2, 0, 8)] == [None, None, None]
    assert packed.ends() == (-1, 7)


def test_texts_and_composite_keys_are_digests_that_say_nothing():
    packed = pack(KeyKind.DIGEST, [("ada@example.org", 1), ("bob@example.org", 2)], digest)
    assert len(packed) == 2
    assert b"example" not in packed.data
    assert packed.place(digest(("ada@example.org", 1))) is not None
    assert packed.ends() == (None, None)


def test_uuids_take_sixteen_bytes():
    keys = [(uuid.uuid4(),) for _ in range(5)]
    packed = pack(KeyKind.UUID, keys, digest)
    assert packed.values() == sorted(key[0] for key in keys)
    assert packed.width == 16


def test_twenty_thousand_numbers_take_less_than_two_bytes_each():
    packed = pack(KeyKind.NUMBER, [(number,) for number in range(0, 2_000_000, 100)], digest)
    assert len(packed.small()) < 40_000


def test_what_is_left_without_some():
    packed = pack(KeyKind.NUMBER, [(1,), (2,), (3,)], digest)
    assert packed.without(pack(KeyKind.NUMBER, [(2,)], digest)).values() == [1, 3]


@pytest.mark.parametrize("damaged", [b"", b"nothing", Packed(KeyKind.UUID, b"x" * 16).small()[:-3]])
def test_damaged_bytes_are_named(damaged):
    with pytest.raises(ValueError, match="no packed keys"):
        Packed.from_small("uuid", damaged)


def test_a_number_beyond_eight_bytes_is_refused():
    with pytest.raises(ValueError, match="too large"):
        one(KeyKind.NUMBER, (2**63,), digest)
