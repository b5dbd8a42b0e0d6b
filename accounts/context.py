"""What every template may use."""

from typing import Any

from django.http import HttpRequest

from config.profile import active_profile


def brand(request: HttpRequest) -> dict[str, Any]:  # noqa: ARG001
    """Return the company's profile under the name `profile`."""
    return {"profile": active_profile()}
