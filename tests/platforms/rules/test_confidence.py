"""How well a fact is known: its own mark, else its section's, else not established."""

import pytest

from platforms.enums import Confidence
from platforms.registry import shipped, shipped_entries
from platforms.rules import confidence


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("read", Confidence.READ),
        ("second_hand", Confidence.SECOND_HAND),
        ("memory", Confidence.MEMORY),
        ("read_partly", Confidence.NONE),
        ("unverified", Confidence.NONE),
        ("missing", Confidence.NONE),
        ("to_fill", Confidence.NONE),
        (None, Confidence.NONE),
    ],
)
def test_any_other_mark_than_the_three_establishes_nothing(basis, expected):
    assert confidence.of_basis(basis) == expected


def test_the_mark_of_a_section_counts_where_a_fact_has_none():
    reddit = shipped("reddit")
    assert confidence.of(reddit, "deletion") == Confidence.READ
    assert confidence.of(reddit, "deletion", "second_hand") == Confidence.SECOND_HAND
    assert confidence.of(reddit, "scopes") == Confidence.MEMORY


def test_a_section_without_any_mark_is_not_established():
    assert confidence.of(shipped("tiktok"), "liveness") == Confidence.NONE


def test_no_section_is_marked_twice():
    for entry in shipped_entries().values():
        named = [section for sections in entry.evidence_basis.values() for section in sections]
        assert len(named) == len(set(named)), entry.key
