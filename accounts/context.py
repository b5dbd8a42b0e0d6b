"""What every template may use."""

from typing import Any

from django.http import HttpRequest

from accounts.services import preferences
from config.profile import active_profile


def brand(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return the company's profile under the name `profile`, and the languages that people may choose."""
    return {"profile": active_profile(), "languages": preferences.languages()}
