"""What every template may use."""

from typing import Any

from config.profile import active_profile
from django.http import HttpRequest


def brand(request: HttpRequest) -> dict[str, Any]:
    """Return the company's profile under the name `profile`."""
    return {"profile": active_profile()}
