"""What dates are computed from: facts with their evidence, and the free days of each place."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dsar.enums import ClockEventKind, HolidayKind
from dsar.models.case import Case
from dsar.querysets import HolidayCalendarQuerySet


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


class HolidayCalendar(models.Model):
    """One edition of the holidays of a place. Append-only: a correction is a new edition; the last counts."""

    code = models.CharField(max_length=10)
    number = models.PositiveIntegerField(help_text="Edition, counted from 1")
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=300, blank=True, help_text="Why this edition was made")
    through_on = models.DateField(help_text="The last day that it covers")
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HolidayCalendarQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-number"]
        permissions = [("load_calendar", "Can add holidays and editions of calendars")]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="calendar_edition_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="calendar_edition_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Holiday(models.Model):
    """One day of an edition. `counts_for_roll`: whether it moves the end of a period."""

    calendar = models.ForeignKey(HolidayCalendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=HolidayKind.choices)
    counts_for_roll = models.BooleanField(default=True)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on"], name="holiday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
