"""What is decided against or beyond a request, by whom, on which ground; and what stays because of it."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from dsar.enums import DecisionKind, DecisionStatus
from dsar.models.case import Case
from platforms.models import System


class ProofFile(models.Model):
    """A file kept beside a row, encrypted with a key of its own. Only its hash is never destroyed."""

    proof_file = models.CharField(max_length=200, blank=True)
    proof_name = models.CharField(max_length=200, blank=True)
    proof_key = EncryptedTextField(blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class Decision(ProofFile):
    """A refusal, a refusal in part, a fee or a duplicate: proposed by one person, decided by another.

    `codes` are keys of dsar.rules.refusals; `reasons` stand in the letter as they are written here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=12, choices=DecisionKind.choices)
    status = models.CharField(max_length=8, choices=DecisionStatus.choices, default=DecisionStatus.PROPOSED)
    codes = models.JSONField(default=list)
    codes_version = models.CharField(max_length=20)
    reasons = EncryptedTextField()
    refused_part = models.CharField(
        max_length=200, blank=True, help_text="Which part, without personal values"
    )
    release_on = models.DateField(
        null=True, blank=True, help_text="When data kept under it goes, where known"
    )
    late_reason = EncryptedTextField(blank=True)
    amount = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    computed = models.CharField(max_length=300, blank=True, help_text="How the fee was computed")
    repeats = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="repeated_by"
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    return_reason = EncryptedTextField(blank=True)
    letter_id = models.UUIDField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        permissions = [
            ("propose_decision", "Can propose refusals, fees and duplicates"),
            ("approve_decision", "Can approve refusals proposed by others"),
            ("approve_officer_decision", "Can approve what only the DPO or the deputy decides"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="decision_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(status="proposed", decided_by=None, decided_at=None)
                | Q(status__in=["approved", "returned"], decided_by__isnull=False, decided_at__isnull=False),
                name="decision_decided_whole",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
            models.CheckConstraint(condition=~Q(codes=[]), name="decision_has_codes"),
            models.CheckConstraint(
                condition=~Q(kind="fee") | Q(amount__gt=0) & ~Q(currency="") & ~Q(computed=""),
                name="decision_fee_is_computed",
            ),
            models.CheckConstraint(
                condition=~Q(kind="duplicate") | Q(repeats__isnull=False), name="decision_duplicate_of"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | ~Q(return_reason=""), name="decision_returned_says_why"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="proposed"), name="decision_one_waits_a_case"
            ),
        ]
        indexes = [
            models.Index(fields=["proposed_at"], condition=Q(status="proposed"), name="decision_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.case}"


class KeptItem(models.Model):
    """Data that stay after a deletion, under a ground, until a date. Then they go and the case is told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="kept_items")
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="kept_items"
    )
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    what = models.CharField(max_length=300, help_text="What stays, without personal values")
    rows = models.PositiveIntegerField(default=0)
    release_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    how = models.CharField(max_length=300, blank=True, help_text="How it was deleted in the end")

    class Meta:
        ordering = ["release_on", "made_at"]
        permissions = [("release_kept", "Can record that kept data are deleted")]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None)
                | Q(released_at__isnull=False, released_by__isnull=False) & ~Q(how=""),
                name="kept_released_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["release_on"], condition=Q(released_at=None), name="kept_due")]

    def __str__(self) -> str:
        return self.what

    def is_due(self, today: date) -> bool:
        """Whether its date has come and it is still there."""
        return self.released_at is None and self.release_on is not None and self.release_on <= today


class Clarification(models.Model):
    """A question about what somebody means, and the answer. What it does to dates is the clocks' matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clarifications")
    question = EncryptedTextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    letter_id = models.UUIDField(null=True, blank=True)
    answer = EncryptedTextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_letter_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(answered_at=None), name="clarification_one_open_a_case"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="clarification_answer_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Question of {self.asked_at:%Y-%m-%d}"
