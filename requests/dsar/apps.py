from django.apps import AppConfig


class DsarConfig(AppConfig):
    name = "dsar"
    verbose_name = "Requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how runs are enqueued, hear of letters that fail, and load the checks."""
        from config import jobs
        from correspondence.services import letters
        from dsar import checks, tasks  # noqa: F401
        from dsar.models import Run
        from dsar.services import fulfilment, postroom

        jobs.register(Run, lambda pk: tasks.run_case.delay(str(pk)), given_up=fulfilment.given_up)
        letters.on_failure(postroom.letter_failed)
