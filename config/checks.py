"""System checks of the project: what must be true before any page is served."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

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


@register(Tags.security)
def nothing_is_pretended(**_: Any) -> list[CheckMessage]:
    """In production no platform is stood in for and no clock stands still."""
    wrong = [name for name in ("PLATFORM_FAKES_URL", "PORTAL_NOW") if getattr(settings, name)]
    if not settings.PRODUCTION:
        return []
    return [
        Error(f"{name} is for tests.", hint="Take it out of the environment.", id="portal.E003")
        for name in wrong
    ]
