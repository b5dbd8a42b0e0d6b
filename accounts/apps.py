"""The accounts app: start-up registrations."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """People and accountability."""

    name = "accounts"
    verbose_name = "People and accountability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect allauth's hooks, the binding of factor secrets, the roles, and the system checks."""
        from accounts import checks, receivers  # noqa: F401
        from accounts.services import factor_secrets

        factor_secrets.connect()
        receivers.connect()
        post_migrate.connect(sync_roles_after_last_app, dispatch_uid="portal.sync_roles")


def sync_roles_after_last_app(sender: AppConfig, **_: Any) -> None:
    """Make the groups say what the table of roles says, once every app has made its permissions."""
    last = [app for app in apps.get_app_configs() if app.models_module is not None][-1]
    if sender.label == last.label:
        from accounts.services.roles import sync_roles

        sync_roles()
