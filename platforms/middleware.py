"""Callbacks go past everything that is for people."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from platforms.callbacks.endpoints import ENDPOINTS
from platforms.views.callbacks import callback

ADDRESSES = {f"/{found.path}": found.name for found in ENDPOINTS}


class CallbackMiddleware:
    """Answers callbacks of platforms before a session, a language or a user is looked for.

    Stands behind the middleware of HTTPS and of the headers that every answer has, and before all others: a
    platform waits for milliseconds, and whatever cookie it sends means nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a callback, or pass the request on."""
        name = ADDRESSES.get(request.path_info)
        return callback(request, name) if name else self.get_response(request)
