from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "Systems and platforms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and how the end of a linked account is enqueued."""
        from config import jobs
        from platforms import checks, tasks  # noqa: F401
        from platforms.models import Disconnection
        from platforms.services import revoking

        jobs.register(
            Disconnection, lambda pk: tasks.work_disconnection.delay(str(pk)), given_up=revoking.given_up
        )
