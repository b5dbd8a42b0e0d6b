from django.apps import AppConfig


class DsarConfig(AppConfig):
    name = "dsar"
    verbose_name = "Requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how runs are enqueued, hear of letters that fail, and load the checks."""
        from config import jobs
        from correspondence.services import letters, routing
        from dsar import checks, tasks  # noqa: F401
        from dsar.models import Run
        from dsar.services import mail_intake, postroom

        jobs.register(Run, lambda pk: tasks.run_case.delay(str(pk)))
        letters.on_failure(postroom.letter_failed)
        routing.on_request(mail_intake.open_request)
        routing.on_find(mail_intake.find_case)
        routing.on_reply(mail_intake.message_came)
        routing.on_bounce(mail_intake.letter_returned)
