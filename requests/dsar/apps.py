from django.apps import AppConfig


class DsarConfig(AppConfig):
    name = "dsar"
    verbose_name = "Requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the job machine how runs are enqueued, hear of letters that fail, and load the checks."""
        from config import jobs
        from correspondence.services import drafts, letters, routing
        from dsar import checks, tasks  # noqa: F401
        from dsar.enums import Operation
        from dsar.models import Run, Transfer
        from dsar.services import (
            clocks,
            drilling,
            fulfilment,
            journaling,
            mail_intake,
            platform_effects,
            postroom,
            retiring,
            steps,
        )
        from dsar.services.case_finding import find
        from dsar.services.identity import unasked
        from dsar.services.rights import correcting, platform_data, transfer
        from retention.services import cases, remasking
        from retention.services import drilling as drills

        jobs.register(Run, lambda pk: tasks.run_case.delay(str(pk)), given_up=fulfilment.given_up)
        jobs.register(Transfer, lambda pk: tasks.send_transfer.delay(str(pk)), given_up=transfer.given_up)
        steps.by_rows(Operation.RECTIFY, correcting.rectify)
        steps.by_rows(Operation.REREAD, correcting.reread)
        clocks.platform_terms.append(platform_data.terms_of)
        platform_effects.register()
        retiring.register()
        remasking.register(journaling.JournalMasks())
        drills.register(drilling.run)
        letters.on_failure(postroom.letter_failed)
        letters.on_leaving(unasked.why_not_send)
        drafts.on_final(postroom.letter_written)
        routing.on_request(mail_intake.open_request)
        routing.on_find(mail_intake.find_case)
        routing.on_reply(mail_intake.message_came)
        routing.on_bounce(mail_intake.letter_returned)
        cases.register(find)
