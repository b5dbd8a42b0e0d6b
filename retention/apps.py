from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "retention"
    verbose_name = "Inventory and retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how sweeps are enqueued, and the findings who looks for drift."""
        from config import jobs
        from platforms.services import findings
        from retention import tasks
        from retention.models import Sweep
        from retention.services import drift, running

        jobs.register(Sweep, lambda pk: tasks.work_sweep.delay(str(pk)), given_up=running.given_up)
        findings.finder(*drift.KINDS)(drift.find)
