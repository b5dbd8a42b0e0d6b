"""Wiring of the project as Django apps: the admin site, start-up registrations, project-wide checks."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """The project itself: management commands and checks that belong to no single app."""

    name = "config"
    label = "portal"

    def ready(self) -> None:
        """Load the Celery application and the checks; compile catalogues that have changed."""
        from pathlib import Path

        from django.conf import settings

        from config import celery, checks  # noqa: F401
        from config.texts.catalog import compile_all

        for folder in settings.LOCALE_PATHS:
            compile_all(Path(folder))


class PortalAdminConfig(AdminConfig):
    """The admin with our gate: every staff page needs a verified second factor."""

    default_site = "config.site.PortalAdminSite"
