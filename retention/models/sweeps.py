"""Sweeps: what was due, who approved it, what was removed, and the proof of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.fields import EncryptedTextField
from config.jobs import Job
from platforms.models import System
from retention.enums import (
    BatchState,
    ProblemKind,
    StepAction,
    StepMode,
    StepState,
    SweepOrigin,
    SweepState,
)
from retention.querysets import SweepBatchQuerySet, SweepQuerySet


class Sweep(Job):
    """One run of the schedules over one or all systems, as of one day. A job once it is approved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    origin = models.CharField(max_length=8, choices=SweepOrigin.choices)
    state = models.CharField(max_length=8, choices=SweepState.choices, default=SweepState.PLANNED)
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    as_of_on = models.DateField(help_text="The day on which the periods are looked at")
    profile_sha256 = models.CharField(max_length=64)
    plan_sha256 = models.CharField(max_length=64, help_text="What was approved: hash over all steps")
    why = models.JSONField(default=list, help_text="Codes: why a second person has to approve")
    rows_due = models.PositiveBigIntegerField(default=0)
    rows_done = models.PositiveBigIntegerField(default=0)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    planned_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = EncryptedTextField(blank=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        permissions = [
            ("plan_sweep", "Can plan sweeps"),
            ("approve_sweep", "Can approve sweeps"),
            ("stop_sweep", "Can pause, resume and stop sweeps"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(planned_by=None) | ~Q(decided_by=F("planned_by")),
                name="sweep_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(why=[])
                | Q(state__in=[SweepState.PLANNED, SweepState.WAITING, SweepState.STOPPED])
                | Q(decided_by__isnull=False),
                name="sweep_large_one_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "number"], name="sweep_state"),
            models.Index(fields=["status", "next_attempt_at"], name="sweep_due"),
        ]

    def __str__(self) -> str:
        return f"S-{self.number}"


class SweepStep(models.Model):
    """One schedule in one collection: durable, and resumable, because what is gone is not due again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sweep = models.ForeignKey(Sweep, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveIntegerField()
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    collection = models.CharField(max_length=240, help_text="dataset.collection")
    schedule = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.READY)
    error = models.CharField(max_length=500, blank=True)
    mode = models.CharField(max_length=8, choices=StepMode.choices)
    action = models.CharField(max_length=6, choices=StepAction.choices)
    due = models.JSONField(default=dict, help_text="What is due, as the connector is asked")
    trigger = models.CharField(max_length=240, help_text="The column that says when the period begins")
    through_on = models.DateField(help_text="What began on this day or before is due")
    rows_before = models.PositiveBigIntegerField(default=0)
    rows_due = models.PositiveBigIntegerField(default=0)
    rows_held = models.PositiveBigIntegerField(default=0)
    rows_referenced = models.PositiveBigIntegerField(default=0)
    rows_undated = models.PositiveBigIntegerField(default=0)
    oldest_at = models.DateTimeField(null=True, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    settled = models.CharField(max_length=80, blank=True, help_text="How the space was freed")
    settled_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    rows_left = models.PositiveBigIntegerField(null=True, blank=True, help_text="Still due after the run")

    class Meta:
        ordering = ["sweep", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sweep", "position"], name="sweep_step_place"),
            models.CheckConstraint(
                condition=~Q(state=StepState.DONE) | Q(probed_at__isnull=False, rows_left__isnull=False),
                name="sweep_step_done_is_probed",
            ),
        ]
        indexes = [
            models.Index(fields=["system", "collection"], name="sweep_step_where"),
        ]

    def __str__(self) -> str:
        return f"{self.sweep}.{self.position} {self.collection}"


class SweepBatch(models.Model):
    """One window of a step: the keys that were to go, written down before, and that they are gone.

    `keys` are packed (platforms.connectors.packing); `root` is the Merkle root over them in leaves of 64.
    """

    id = models.BigAutoField(primary_key=True)
    step = models.ForeignKey(SweepStep, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField()
    collection = models.CharField(max_length=240, help_text="dataset.collection; a person's rows lie in many")
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.INTENDED)
    lower = models.JSONField(null=True, blank=True)
    upper = models.JSONField(null=True, blank=True)
    kind = models.CharField(max_length=8, help_text="How keys are written")
    keys = models.BinaryField()
    rows = models.PositiveIntegerField()
    lowest = models.BigIntegerField(null=True, blank=True, help_text="The least key, where keys are numbers")
    highest = models.BigIntegerField(null=True, blank=True)
    root = models.CharField(max_length=64)
    recovered = models.BooleanField(
        default=False, help_text="The worker died after the removal: shown by looking for the rows"
    )
    intended_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    removals = EncryptedTextField(
        blank=True, help_text="How a person's rows will go, for the journal; emptied when they have"
    )
    event = models.PositiveBigIntegerField(null=True, blank=True, help_text="The audit event with the root")

    objects = SweepBatchQuerySet.as_manager()

    class Meta:
        ordering = ["step", "number"]
        constraints = [
            models.UniqueConstraint(fields=["step", "number"], name="sweep_batch_number"),
            models.UniqueConstraint(
                fields=["step", "collection"],
                condition=Q(state=BatchState.INTENDED),
                name="sweep_batch_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.DONE) | Q(done_at__isnull=False, event__isnull=False),
                name="sweep_batch_done_is_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} #{self.number}"


class SweepProblem(models.Model):
    """Why a schedule was not carried out in a collection, or what is wrong although it was."""

    id = models.BigAutoField(primary_key=True)
    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="problems")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    collection = models.CharField(max_length=240, blank=True)
    schedule = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=12, choices=ProblemKind.choices)
    detail = models.JSONField(default=dict, help_text="Stored sentence")
    rows = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["sweep", "collection", "schedule"]

    def __str__(self) -> str:
        return f"{self.sweep} {self.collection} {self.get_kind_display()}"
