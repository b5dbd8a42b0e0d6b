"""Background work of the correspondence app."""

from celery import shared_task
from django.utils import timezone

from correspondence.services import letters


@shared_task(name="correspondence.send_letter")
def send_letter(letter_id: str) -> None:
    """Send one letter when it is due."""
    letters.send_letter(letter_id=letter_id, now=timezone.now())
