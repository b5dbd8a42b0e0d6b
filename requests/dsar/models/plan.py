"""What will be done before anything happens, who approved it, and the steps that carry it out."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedJSONField, EncryptedTextField
from config.jobs import Job, JobStatus
from dsar.enums import Operation, PlanStatus, RunKind
from dsar.models.case import Case
from platforms.models import System


class Plan(models.Model):
    """Row counts and actions per system, found by traversal; keys and document are encrypted.

    Approved by hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    document = EncryptedJSONField()
    hash = models.CharField(max_length=64)
    summary = models.JSONField(
        help_text="Per system: found, delete, mask, keep, exceptions, blocked; no personal values"
    )
    blocked = models.PositiveIntegerField(default=0)
    decisions = models.JSONField(
        default=list,
        blank=True,
        help_text="What was decided about each block: [{collection, field, reason, by, at}]",
    )
    held = models.JSONField(
        default=list,
        blank=True,
        help_text="What was decided about held rows, for the next plan: [{collection, kind, action, code,"
        " reason, rows, by, at}]",
    )
    review_rows = models.PositiveIntegerField(
        default=0, help_text="Shared or third-person rows that need a decision"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="plan_number_once"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=["draft", "proposed", "approved"]),
                name="plan_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.number} of {self.case}"


class Approval(models.Model):
    """Four eyes: who proposed a plan and who decided. They are never the same person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="approval")
    plan_hash = models.CharField(max_length=64)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="approval_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
                name="approval_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Approval of {self.plan}"


class Run(Job):
    """One background run of a case: the unit that a worker claims. One broker message each."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=8, choices=RunKind.choices)
    plan = models.ForeignKey(Plan, null=True, blank=True, on_delete=models.CASCADE, related_name="runs")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=["ready", "running", "waiting"]),
                name="run_one_live_a_case",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=["ready", "running"]), name="run_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.case_id}"


class Step(models.Model):
    """One system's part of a plan. Its state is durable: a run goes on where the last one stopped."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="steps")
    operation = models.CharField(max_length=8, choices=Operation.choices)
    status = models.CharField(max_length=12, choices=JobStatus.choices, default=JobStatus.READY)
    position = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    result = models.JSONField(
        default=dict, blank=True, help_text="Counts and per-field outcome; no personal values"
    )
    proof = models.JSONField(
        default=dict, blank=True, help_text="What was looked for again and how much was left"
    )
    error = models.TextField(blank=True)
    error_code = models.CharField(max_length=40, blank=True)
    spool = models.CharField(max_length=120, blank=True, help_text="File with the rows collected, encrypted")
    spool_key = EncryptedTextField(blank=True)
    remote_reference = models.CharField(max_length=120, blank=True)
    callback_hash = models.CharField(max_length=64, blank=True, db_index=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    skipped_reason = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True, help_text="Last sign of life")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "system", "operation"], name="step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_operation_display()} in {self.system_id}"


class ManualTask(models.Model):
    """A step that a person carries out and attests, with a file as proof."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.OneToOneField(Step, on_delete=models.CASCADE, related_name="task")
    instructions = models.TextField()
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="manual_tasks",
    )
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attestation = EncryptedTextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    nothing_found = models.BooleanField(default=False)
    proof_key = EncryptedTextField(blank=True)
    proof_file = models.CharField(max_length=200, blank=True)
    proof_name = models.CharField(max_length=200, blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="task_done_by_someone",
            ),
        ]
        permissions = [("attest_manualtask", "Can attest manual tasks")]

    def __str__(self) -> str:
        return f"Task for {self.step_id}"
