"""System checks of the project: what must be true before any page is served."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from config.profile import ProfileError, active_profile


@register()
def http_library_is_itself(**_: Any) -> list[CheckMessage]:
    """`import requests` must be the HTTP library, not our folder of apps (decision 0001)."""
    import requests

    if hasattr(requests, "Session") and getattr(requests, "__file__", None):
        return []
    return [
        Error(
            "`import requests` finds the folder requests/ instead of the HTTP library.",
            hint="Remove requests/__init__.py and install the locked requirements.",
            id="portal.E001",
        )
    ]


@register()
def profile_is_sound(**_: Any) -> list[CheckMessage]:
    """The company profile must load; every fault is named with its line and remedy."""
    try:
        active_profile()
    except ProfileError as fault:
        return [
            Error(str(fault), hint="Mend the file named above; docs/profiles.md says how.", id="portal.E002")
        ]
    return []
