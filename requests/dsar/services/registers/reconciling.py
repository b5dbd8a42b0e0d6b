"""Registers against the tables: each row once, and the same counts as statements that know no register."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dsar.services.registers.base import AsOf, Chosen, Register
from dsar.services.registers.catalogue import ALL


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One register: its counts and those of the tables, by the same codes; `twice` names repeated rows."""

    register: str
    rows: dict[str, int]
    tables: dict[str, int]
    twice: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether both agree to the last row."""
        return self.rows == self.tables and not self.twice


def reconcile(moment: AsOf, *, registers: Iterable[Register] = ALL) -> list[Reconciled]:
    """Return the comparison of every register that has one."""
    return [_compare(one, moment) for one in registers if one.control and one.tally]


def _compare(register: Register, moment: AsOf) -> Reconciled:
    assert register.control is not None
    assert register.tally is not None
    counted: Counter[str] = Counter()
    seen: Counter[Any] = Counter()
    for batch in register.batches(moment, Chosen()):
        for row in batch:
            counted[register.tally(row)] += 1
            seen[row.pk] += 1
    twice = tuple(str(pk) for pk, n in seen.items() if n > 1)
    return Reconciled(register.key, dict(counted), dict(register.control(moment)), twice)
