"""Every line of the verifiers matters: change any of them, and a case of signature_cases.py notices."""

from typing import Any

import pytest

from platforms.rules import signatures
from tests.platforms.rules.mutants import Mutant, living, mutants, unchanged
from tests.platforms.rules.signature_cases import cases
from tests.platforms.rules.signature_rows import Case, outcome

CASES = list(cases())


def survives(mutant: Mutant, table: list[Case]) -> bool:
    """Whether no case tells a mutant from the rules."""
    try:
        with living(signatures, mutant) as rules:
            return all(outcome(rules, case) == case.expected for case in table)
    except Exception:  # noqa: BLE001  (a mutant that cannot even be imported is caught)
        return False


def of_module(name: str) -> list[Case]:
    """Return the cases with those of one verifier first: they are the ones that notice."""
    return sorted(CASES, key=lambda case: not case.name.startswith(name))


FIRST: dict[str, Any] = {
    "google": "risc", "meta": "signed", "mail": "email", "tiktok": "tiktok", "stripe": "stripe", "x": "x",
    "linkedin": "linkedin",
}  # fmt: skip


def test_no_mutant_survives():
    tables = {name: of_module(first) for name, first in FIRST.items()} | {"base": CASES}
    found = list(mutants(signatures))
    assert len(found) > 200
    left = [m.told for m in found if survives(m, tables[m.module.rpartition(".")[2]])]
    assert not left, f"{len(left)} of {len(found)} live:\n" + "\n".join(left)


@pytest.mark.parametrize("name", [*FIRST, "base"])
def test_a_module_that_is_not_changed_lives(name):
    assert survives(unchanged(signatures, name), CASES)


def test_the_mutator_itself_is_seen_through():
    """Against a table without the case that matters, the mutant of its line lives."""
    too_old = [m for m in mutants(signatures) if "now - at > TOLERANCE_SECONDS -> now - at >=" in m.told]
    assert len(too_old) == 1
    assert survives(too_old[0], [case for case in CASES if not case.name.endswith("five minutes old")])
    assert not survives(too_old[0], CASES)


def test_the_rules_are_themselves_again_afterwards():
    from platforms.rules.signatures import Refused

    assert Refused is signatures.Refused
    assert all(outcome(signatures, case) == case.expected for case in CASES)
