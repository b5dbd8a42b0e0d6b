from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "retention"
    verbose_name = "Inventory and retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how sweeps are enqueued."""
        from config import jobs
        from retention import tasks
        from retention.models import Sweep

        jobs.register(Sweep, lambda pk: tasks.work_sweep.delay(str(pk)))
