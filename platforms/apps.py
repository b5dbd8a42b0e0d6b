from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "Systems and platforms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks, the jobs and how they are enqueued, and the effects of this app.

        The hint of a callback is given once: the platform waits, and the sweep finds the row anyway.
        """
        from config import jobs
        from platforms import checks, tasks  # noqa: F401
        from platforms.models import CallbackReceipt, ContentDeletion, Disconnection, RefusedGrant
        from platforms.services import content, revoking, working
        from platforms.services.effects import inside
        from platforms.services.revoking import refused

        jobs.register(
            CallbackReceipt,
            lambda pk: tasks.work_callback.apply_async((str(pk),), retry=False),
            given_up=working.given_up,
        )
        jobs.register(
            Disconnection, lambda pk: tasks.work_disconnection.delay(str(pk)), given_up=revoking.given_up
        )
        jobs.register(
            ContentDeletion, lambda pk: tasks.delete_content.delay(str(pk)), given_up=content.given_up
        )
        jobs.register(
            RefusedGrant, lambda pk: tasks.withdraw_refused.delay(str(pk)), given_up=refused.given_up
        )
        inside.register()
