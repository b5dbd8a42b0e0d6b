"""The admin site: every staff page needs a verified second factor."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django_otp.admin import OTPAdminSite


class PortalAdminSite(OTPAdminSite):  # type: ignore[misc]
    """The privacy desk. What its pages show comes from `dsar.admin.desk`, imported late: it registers with us."""

    site_header = site_title = "Privacy desk"
    index_title = "Work queue"
    enable_nav_sidebar = False

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Add the pages of the desk that belong to no model."""
        from dsar.admin import desk

        return [*desk.urls(self), *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every staff page shows, navigation included."""
        from dsar.admin import desk

        return {**super().each_context(request), **desk.context(request)}

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the work queue instead of the list of models."""
        from dsar.admin import desk

        return desk.index(request, self)
