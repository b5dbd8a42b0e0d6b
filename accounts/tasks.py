"""Background work of the accounts app. Beat runs it; nothing is enqueued by hand."""

from celery import shared_task
from django.utils import timezone

from accounts.services import sealing, sessions


@shared_task(name="accounts.seal_audit")
def seal_audit() -> int:
    """Seal whatever is complete; beat runs it every SEAL_SECONDS. Returns the number of seals made."""
    made = sealing.seal_all(now=timezone.now())
    sessions.forget_ended()
    return made
