"""The facts of the rights that act on data: what is corrected, restricted, stopped, weighed, handed over.

What a person wrote, old and new values and addresses are encrypted. Which uses somebody stopped is kept by
blind index too, so that it stays known when the person is forgotten: the policies app will own consents, and
these rows are then one of its sources.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from config.fields import EncryptedJSONField, EncryptedTextField
from config.jobs import Job, JobStatus
from dsar.enums import CaseStatus, Ground, RestrictionState, Right, StopKind, Verdict, Weighing
from dsar.models.case import Case
from dsar.models.delivery import Package
from dsar.querysets import OptOutQuerySet, RestrictionQuerySet
from platforms.models import System


def _staff() -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Correction(models.Model):
    """One datum that a person wants corrected (GDPR Art. 16; CCPA correct)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    what = EncryptedTextField(help_text="Which datum, in the words of who asked")
    old_value = EncryptedTextField(blank=True, help_text="What we hold, as the person says")
    new_value = EncryptedTextField(blank=True, help_text="What it should say; empty: nothing")
    contested = models.BooleanField(default=False, help_text="Not to be used while we check it")
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    collection = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, blank=True, default=Verdict.OPEN)
    reason = EncryptedTextField(blank=True, help_text="Why it is refused, as the letter says it")
    decided_by = _staff()
    decided_at = models.DateTimeField(null=True, blank=True)
    replaced = EncryptedTextField(blank=True, help_text="What stood there before it was corrected")
    evidence_file = models.CharField(max_length=200, blank=True)
    evidence_key = EncryptedTextField(blank=True)
    evidence_name = models.CharField(max_length=200, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["number", "asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", decided_by=None, decided_at=None)
                | ~Q(verdict="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="correction_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="accepted") | Q(system__isnull=False), name="correction_has_a_place"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="refused") | ~Q(reason=""), name="correction_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Correction {str(self.pk)[:8]}"


class Restriction(models.Model):
    """A use that is restricted: of everything, or of one purpose or system (GDPR Art. 18)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="restrictions")
    ground = models.CharField(max_length=1, choices=Ground.choices)
    purpose = models.CharField(max_length=60, blank=True, help_text="Key of a purpose; empty: every use")
    system = models.ForeignKey(System, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedTextField(blank=True)
    state = models.CharField(max_length=8, choices=RestrictionState.choices, default=RestrictionState.ASKED)
    asked_at = models.DateTimeField()
    starts_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    notice_letter = models.UUIDField(null=True, blank=True, help_text="The letter of Art. 18(3)")
    lifts_on = models.DateField(null=True, blank=True, help_text="The day that letter names")
    noticed_at = models.DateTimeField(null=True, blank=True, help_text="When that letter left")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = EncryptedTextField(blank=True)
    decided_by = _staff()

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(starts_at__isnull=False, ended_at=None),
                name="restriction_active_began",
            ),
            models.CheckConstraint(
                condition=~Q(state="lifted") | Q(noticed_at__isnull=False, ended_at__gte=F("noticed_at")),
                name="restriction_notice_before_lifting",
            ),
            models.CheckConstraint(
                condition=~Q(state="lifted") | Q(decided_by__isnull=False),
                name="restriction_lifted_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "purpose"], condition=Q(state="active"), name="restriction_active"),
            models.Index(fields=["review_on"], condition=Q(state="active"), name="restriction_review"),
        ]

    def __str__(self) -> str:
        return f"Restriction {str(self.pk)[:8]}"


class OptOut(models.Model):
    """A use that a person stopped for good. It counts from `effective_at`, whatever any system says."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="opt_outs")
    kind = models.CharField(max_length=10, choices=StopKind.choices)
    purpose = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True, blank=True)
    reask_from = models.DateField(
        null=True, blank=True, help_text="Not to be asked to agree again before this day"
    )
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the person agreed again")

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["case", "purpose"], name="opt_out_once_a_case"),
        ]
        indexes = [
            models.Index(
                fields=["case", "purpose"],
                condition=Q(effective_at__isnull=False, ended_at=None),
                name="opt_out_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.purpose}"


class OptOutMark(models.Model):
    """By which identity an opt-out is found: a blind index, also of an address that was only claimed."""

    opt_out = models.ForeignKey(OptOut, on_delete=models.CASCADE, related_name="marks")
    index = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["index", "opt_out"], name="opt_out_mark_once"),
        ]

    def __str__(self) -> str:
        return f"Mark of {self.opt_out_id}"


class Balancing(models.Model):
    """An objection to one purpose, weighed (GDPR Art. 21(1)). Direct marketing is never weighed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="balancings")
    purpose = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    their_grounds = EncryptedTextField(blank=True)
    our_grounds = EncryptedTextField(blank=True)
    prepared_by = _staff()
    prepared_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Weighing.choices, blank=True, default=Weighing.OPEN)
    reason = EncryptedTextField(blank=True, help_text="Why, as the letter says it")
    decided_by = _staff()
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["opened_at", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["case", "purpose"], name="balancing_once_a_purpose"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | ~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="balancing_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__startswith="O21_")
                | Q(prepared_by__isnull=False)
                & ~Q(our_grounds="")
                & ~Q(reason="")
                & ~Q(decided_by=F("prepared_by")),
                name="balancing_refusal_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"Weighing of {self.purpose}"


class Transfer(Job):
    """Handing a package to another controller (GDPR Art. 20(2)). Waits until staff confirm the endpoint."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="transfers")
    package = models.ForeignKey(
        Package, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers"
    )
    endpoint = EncryptedTextField(help_text="https address that takes the file")
    host = models.CharField(max_length=253)
    asked_at = models.DateTimeField()
    confirmed_by = _staff()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    declined_by = _staff()
    declined_why = EncryptedTextField(blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    receipt = EncryptedJSONField(default=dict, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["ready", "running", "done"]) | Q(confirmed_by__isnull=False),
                name="transfer_confirmed_first",
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(delivered_at__isnull=False) & ~Q(sha256=""),
                name="transfer_done_has_proof",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(status__in=["ready", "running"]), name="transfer_due"
            )
        ]

    def __str__(self) -> str:
        return f"Transfer to {self.host}"


class UseCheck(models.Model):
    """One answer to "may this person's data be used for that?". Holds no identity, only a commitment."""

    at = models.DateTimeField()
    purpose = models.CharField(max_length=60)
    system = models.CharField(max_length=60, blank=True)
    commitment = models.CharField(max_length=64)
    allowed = models.BooleanField()
    because = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["at"], name="usecheck_at")]

    def __str__(self) -> str:
        return f"{self.purpose}: {'yes' if self.allowed else 'no'}"


def open_fact(case: Case) -> str:
    """Return the act for what the right of a case still needs decided, `wait`, or the empty string."""
    if case.status == CaseStatus.WAITING and not case.steps.filter(task__done_at=None, task__isnull=False):
        return "wait"
    find = _OPEN.get(case.right)
    return find(case) if find else ""


def _open_stop(case: Case) -> str:
    return "stop" if case.status == CaseStatus.VERIFIED and not case.opt_outs.exists() else ""


def _open_restriction(case: Case) -> str:
    if case.status != CaseStatus.VERIFIED:
        return ""
    return "" if case.restrictions.exists() else "restrict"


def _open_objection(case: Case) -> str:
    if case.status == CaseStatus.VERIFIED:
        return "" if case.opt_outs.exists() or case.balancings.exists() else "stop"
    if case.status != CaseStatus.READY:
        return ""
    weighing = case.balancings.filter(outcome="")
    if weighing.exists():
        return "prepare" if weighing.filter(prepared_by=None).exists() else "weigh"
    return "lift" if case.restrictions.filter(state=RestrictionState.ACTIVE).exists() else ""


def _open_correction(case: Case) -> str:
    if case.status not in (CaseStatus.VERIFIED, CaseStatus.PLANNED):
        return ""
    if not case.corrections.exists():
        return "correction"
    undecided = case.corrections.filter(verdict="").exists()
    return "correct" if undecided and case.status == CaseStatus.PLANNED else ""


def _open_transfer(case: Case) -> str:
    if case.status not in (CaseStatus.DELIVERED, CaseStatus.ATTENTION, CaseStatus.READY):
        return ""
    if case.transfers.filter(status=JobStatus.ATTENTION).exists():
        return "transfer"
    return "endpoint" if case.transfers.filter(status=JobStatus.WAITING, confirmed_by=None).exists() else ""


def _open_complaint(case: Case) -> str:
    """Return the end of an inquiry that has begun; its beginning is the usual next step."""
    begun = case.status == CaseStatus.VERIFIED and hasattr(case, "inquiry") and case.inquiry.steps.exists()
    return "conclude" if begun else ""


_OPEN: dict[str, Callable[[Case], str]] = {
    Right.COMPLAINT: _open_complaint,
    Right.WITHDRAWAL: _open_stop,
    Right.OPT_OUT: _open_stop,
    Right.LIMIT: _open_stop,
    Right.OBJECTION: _open_objection,
    Right.RESTRICTION: _open_restriction,
    Right.RECTIFICATION: _open_correction,
    Right.PORTABILITY: _open_transfer,
}
