"""What a check between the parts of a profile says."""

from typing import NamedTuple

from config.profile.reading import KeyPath


class Finding(NamedTuple):
    """What is wrong at a key path, and what to do."""

    path: KeyPath
    problem: str
    remedy: str
