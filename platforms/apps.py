from django.apps import AppConfig


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = "Systems and platforms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how the work of callbacks is enqueued, and bring the effects of this app.

        The hint is given once: a platform waits for its answer, and the sweep finds the row anyway.
        """
        from config import jobs
        from platforms import tasks
        from platforms.models import CallbackReceipt
        from platforms.services import working
        from platforms.services.effects import inside

        jobs.register(
            CallbackReceipt,
            lambda pk: tasks.work_callback.apply_async((str(pk),), retry=False),
            given_up=working.given_up,
        )
        inside.register()
