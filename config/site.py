"""The admin site: every staff page needs a verified second factor."""

from django_otp.admin import OTPAdminSite


class PortalAdminSite(OTPAdminSite):  # type: ignore[misc]
    """The privacy desk."""

    site_header = site_title = "Privacy desk"
    index_title = "Work queue"
    enable_nav_sidebar = False
