"""What a finder of the sweep of platforms found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Found:
    """One thing that is not as it must be.

    `kind`: a FindingKind; `platform`: key of the registry or of a processor; `element`: data element, scope,
    contract or term; `connection`: the linked account, if it is about one; `detail`: a sentence of
    `config.sentences.say` without personal values.
    """

    kind: str
    platform: str
    element: str = ""
    connection: Any = None
    detail: Any = None
