"""What a benchmark reports: one JSON object a line."""

import json
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
}


@dataclass(frozen=True)
class Figure:
    """One measured value and the goal it is held against, such as `<= 60`."""

    name: str
    value: float
    unit: str
    goal: str
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the value meets its goal."""
        sign, _, limit = self.goal.partition(" ")
        return _COMPARE[sign](self.value, float(limit))

    def line(self) -> str:
        """Return the JSON object of this figure."""
        shown = {"name": self.name, "value": round(self.value, 4), "unit": self.unit, "goal": self.goal}
        return json.dumps(shown | {"holds": self.holds, "detail": self.detail})


Bench = Callable[[bool], list[Figure]]
"""Takes `smoke` (small sizes, to see that it runs) and returns its figures."""
