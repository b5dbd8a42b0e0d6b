# ruff: noqa: ARG002  (signatures of the stock admin)
"""The admin site: every staff page needs a verified second factor."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _l
from django_otp.admin import OTPAdminSite

from accounts.services import gate
from accounts.services.stepup import step_up_url


def _next_door(request: HttpRequest, wanted: str) -> str:
    """Return the page that a signed-in colleague must pass before the desk opens."""
    request.session[gate.AFTER_ENROLMENT] = wanted
    if not get_adapter().is_mfa_enabled(request.user):
        return reverse("mfa_activate_totp")
    if gate.is_verified(request):
        return reverse("mfa_view_recovery_codes")
    return step_up_url(request, back_to=wanted)


class PortalAdminSite(OTPAdminSite):
    """The privacy desk.

    What its pages show comes from `dsar.admin.desk`, imported late: it registers with us.
    """

    site_header = site_title = "Privacy desk"
    index_title = _l("Work queue")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether this session may open staff pages: staff, verified by a stored factor, codes put away."""
        return super().has_permission(request) and gate.is_open(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the door that is missing; the form of the stock admin is never shown.

        Raises PermissionDenied for people without a staff account.
        """
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if not request.user.is_authenticated:
            return redirect_to_login(wanted)
        if not request.user.is_staff:
            raise PermissionDenied
        return HttpResponseRedirect(_next_door(request, wanted))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one page that signs out."""
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one page that changes passwords."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def password_change_done(
        self,
        request: HttpRequest,
        extra_context: Any = None,
    ) -> HttpResponse:
        """Lead to the person's own security page."""
        return HttpResponseRedirect(reverse("mfa_index"))

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
