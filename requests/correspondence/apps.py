from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "correspondence"
    verbose_name = "Correspondence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how letters and messages are enqueued, hear of returned mail, load checks."""
        from config import jobs
        from correspondence import checks, tasks  # noqa: F401
        from correspondence.models import Letter, MailFetch, RawMessage
        from correspondence.services import fetch_requests, letters, reading, returning

        jobs.register(Letter, lambda pk: tasks.send_letter.delay(str(pk)), given_up=letters.given_up)
        jobs.register(
            MailFetch, lambda pk: tasks.fetch_mailbox.delay(str(pk)), given_up=fetch_requests.given_up
        )
        jobs.register(RawMessage, lambda pk: tasks.read_message.delay(str(pk)), given_up=reading.given_up)
        returning.register()
