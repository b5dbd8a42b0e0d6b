"""Every verifier, case by case (signature_cases.py)."""

import pytest

from platforms.rules import signatures
from tests.platforms.rules.signature_cases import cases
from tests.platforms.rules.signature_rows import outcome

CASES = list(cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_verifier_says_what_the_table_says(case):
    assert outcome(signatures, case) == case.expected


def test_every_name_of_the_registry_is_a_verifier_with_cases():
    told = {"google_risc_set": "risc_set", "meta_signed_request": "signed_request"}
    assert all(hasattr(signatures, told.get(name, name)) for name in signatures.NAMES)


def test_no_two_cases_have_one_name():
    assert len({case.name for case in CASES}) == len(CASES)
