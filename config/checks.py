"""System checks of the project: what must be true before any page is served."""

from typing import Any

from django.core.checks import CheckMessage, Error, register


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
