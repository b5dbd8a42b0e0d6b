"""Per-request context."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.services import audit


class RequestContextMiddleware:
    """Gives each request an id that groups its audit events; answers carry it as X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the id for the time of the request."""
        token = audit.request_id.set(str(uuid.uuid4()))
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = audit.request_id.get()
        finally:
            audit.request_id.reset(token)
        return response
