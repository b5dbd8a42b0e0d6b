"""Every row of the table of dates that were worked out by hand (tests/data/clock_cases.yaml)."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from dsar.services.reckoning.answering import answer

TABLE = Path(__file__).parents[2] / "data" / "clock_cases.yaml"


def plain(value):
    """Return a value as JSON has it: YAML reads days as dates."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def rows():
    for group in yaml.safe_load(TABLE.read_text(encoding="utf-8")):
        assert group["source"]
        for number, case in enumerate(group["cases"], 1):
            asked = plain({**group["ask"], **case.get("ask", {})})
            yield pytest.param(asked, plain(case["expect"]), id=f"{group['group']}-{number}-{case['why']}")


ROWS = list(rows())


def test_the_table_is_large_enough():
    assert len(ROWS) >= 120
    assert len({str(row.values[0]) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(("asked", "expected"), ROWS)
def test_the_date_is_the_one_worked_out_by_hand(asked, expected):
    found = answer(asked)
    assert {key: found.get(key) for key in expected} == expected
    assert found["derivation"]
