"""What platforms' terms demand after an incident, read from the versioned file beside the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("incidents.yaml")


@dataclass(frozen=True, slots=True)
class IncidentTerm:
    """How soon a platform (a family of the profile) wants to hear of an incident. `hours` 0: at once."""

    platform: str
    label: str
    hours: int
    to: str
    source: str


@lru_cache(maxsize=1)
def terms() -> Mapping[str, IncidentTerm]:
    """Return the terms by platform. Raises ValueError for a damaged file."""
    found = yaml.safe_load(PATH.read_text())
    if not isinstance(found, dict) or not found.get("version"):
        raise ValueError(f"{PATH.name} needs a version and terms.")
    return {row["platform"]: IncidentTerm(**row) for row in found["terms"]}
