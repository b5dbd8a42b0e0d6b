"""Per-request context."""

import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils import timezone, translation

from accounts.models import User
from accounts.rules.preferences import language_for, zone_for
from accounts.services import audit, preferences
from config.profile import active_profile


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


class PreferencesMiddleware:
    """Shows each page in the language and the time zone of whoever reads it. Stands behind the sign-in.

    Language: the account's, else the browser's (its cookie, then what it asks for), else the company's.
    Zone: the account's for people, the company's for staff and guests.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set both for the time of the request."""
        profile, user = active_profile(), request.user
        known = user if isinstance(user, User) else User()
        offered = [code for code, _name in preferences.languages()]
        asked = translation.get_language_from_request(request)
        language = language_for(known.language, asked, offered, profile.languages.default)
        zone = zone_for(known.time_zone, profile.clocks.zone, staff=known.is_staff)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(ZoneInfo(zone)):
            response = self.get_response(request)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
        response.headers.setdefault("Content-Language", language)
        return response
