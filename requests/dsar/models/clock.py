"""What may move a date. Facts only: every date is computed from them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsar.enums import ClockEventKind
from dsar.models.case import Case


class ClockEvent(models.Model):
    """Something that may stop, restart or lengthen a clock, and the evidence of its day. Append-only.

    `on` is a day in the reckoning zone: that of the letter sent or of the message received. What came by
    post or phone is proved by `note`; nobody types a date without one of the three.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clock_events")
    kind = models.CharField(max_length=24, choices=ClockEventKind.choices)
    on = models.DateField()
    letter_id = models.UUIDField(null=True, blank=True, help_text="The letter of ours that proves the day")
    message_id = models.UUIDField(null=True, blank=True, help_text="The message to us that proves the day")
    note = models.CharField(
        max_length=300, blank=True, help_text="Other evidence of the day; no personal values"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["on", "recorded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(letter_id__isnull=False) | Q(message_id__isnull=False) | ~Q(note=""),
                name="clockevent_has_evidence",
            ),
        ]
        indexes = [models.Index(fields=["case", "on"], name="clockevent_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new event; raises ValueError for one that is stored already."""
        if not self._state.adding:
            raise ValueError("An event is never changed: record another one.")
        super().save(*args, **kwargs)
