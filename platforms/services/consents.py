"""Whether a person agreed to a use of their data. The answer comes from above: this app may not ask upwards.

The app that keeps consents registers its function at start-up. Without one every consent counts as not given.
"""

from collections.abc import Callable
from datetime import datetime

from accounts.models import DataSubject

Given = Callable[[DataSubject, str, datetime], bool]
_asked: list[Given] = []


def register(function: Given) -> None:
    """Have `function(subject, purpose, now)` say whether a consent to a purpose stands at a moment."""
    _asked[:] = [function]


def connected() -> bool:
    """Return whether anybody keeps consents."""
    return bool(_asked)


def given(*, subject: DataSubject, purpose: str, now: datetime) -> bool:
    """Return whether the person's consent to a purpose stands; not given when nobody keeps consents."""
    return bool(_asked) and _asked[0](subject, purpose, now)
