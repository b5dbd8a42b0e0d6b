"""Profiles changed in one place, for the tests of what a profile may not say."""

from pathlib import Path

import pytest

from config.profile import Fault, ProfileError, load_profile
from config.profile.loading import FOLDER

GOOD = (FOLDER / "mediux_ai.yaml").read_text(encoding="utf-8")


def changed(folder: Path, *pairs: tuple[str, str]) -> Path:
    """Write the Mediux AI profile with each first text replaced by the second; the first must stand there."""
    text = GOOD
    for old, new in pairs:
        assert old in text, f"the profile no longer holds {old!r}"
        text = text.replace(old, new, 1)
    path = folder / "changed.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def line_of(text: str, piece: str) -> int:
    """The line (from 1) on which `piece` first stands."""
    return text[: text.index(piece)].count("\n") + 1


def faults_of(path: Path) -> tuple[Fault, ...]:
    """The faults that loading `path` reports."""
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    assert str(path) in str(caught.value)
    return caught.value.faults


def only_fault(path: Path) -> Fault:
    """The one fault that loading `path` reports."""
    found = faults_of(path)
    assert len(found) == 1, found
    return found[0]
