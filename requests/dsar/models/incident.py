"""Personal data breaches (GDPR Art. 33 and 34): what happened, how bad, what was decided, who was told.

Accounts, assessments, decisions and notices are rows of their own and stay, so that the register can show
the state of any day.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import ActorKind
from config.fields import EncryptedTextField
from config.sentences import shown
from dsar.enums import (
    IncidentKind,
    IncidentQuestion,
    IncidentRisk,
    Likelihood,
    NoticeTo,
    Severity,
)
from dsar.querysets import IncidentQuerySet


class Incident(models.Model):
    """One breach (Art. 33(5)), whether it is notified or not.

    `aware_at` starts the 72 hours: our own awareness. What a processor knew earlier is kept beside it and
    starts nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True, editable=False)
    reference = models.CharField(max_length=24, unique=True, editable=False)
    title = models.CharField(max_length=120, help_text="In a few words, without personal data")
    kind = models.CharField(max_length=16, choices=IncidentKind.choices)
    occurred_at = models.DateTimeField(null=True, blank=True)
    detected_at = models.DateTimeField(null=True, blank=True)
    aware_at = models.DateTimeField()
    processor = models.CharField(max_length=120, blank=True, help_text="Who it happened at, if not at ours")
    processor_aware_at = models.DateTimeField(null=True, blank=True)
    platforms = models.JSONField(default=list, help_text="Keys of the platforms whose data is concerned")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-aware_at", "-number"]
        permissions = [
            ("assess_incident", "Can assess incidents"),
            ("decide_incident", "Can propose and approve decisions about incidents"),
            ("close_incident", "Can close incidents"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(aware_at__lte=F("opened_at")), name="incident_aware_first"),
            models.CheckConstraint(
                condition=Q(processor_aware_at=None) | ~Q(processor=""), name="incident_processor_named"
            ),
        ]
        indexes = [
            models.Index(fields=["aware_at"], condition=Q(closed_at=None), name="incident_open"),
            models.Index(fields=["-aware_at", "-number"], name="incident_aware"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return self.closed_at is None


class IncidentAccount(models.Model):
    """Facts, effects and remedy (Art. 33(5)) as they were known at one time. Append-only; the last counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="accounts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    facts = EncryptedTextField()
    effects = EncryptedTextField(blank=True)
    remedy = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="account_number_once"),
        ]

    def __str__(self) -> str:
        return f"As known on {self.at:%Y-%m-%d %H:%M}"


class IncidentAssessment(models.Model):
    """How bad it is, as somebody judged it at one time. Append-only; the last one counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="assessments")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    categories = models.JSONField(default=list, help_text="Keys of data categories")
    people = models.PositiveIntegerField(null=True, blank=True, help_text="About how many people")
    records = models.PositiveIntegerField(null=True, blank=True, help_text="About how many records")
    likelihood = models.PositiveSmallIntegerField(choices=Likelihood.choices)
    severity = models.PositiveSmallIntegerField(choices=Severity.choices)
    risk = models.CharField(max_length=8, choices=IncidentRisk.choices)
    reasons = EncryptedTextField()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="assessment_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_risk_display()} {self.at:%Y-%m-%d}"


class IncidentDecision(models.Model):
    """Whether the authority, or the people, are told; proposed by one person and decided by another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="decisions")
    question = models.CharField(max_length=10, choices=IncidentQuestion.choices)
    tell = models.BooleanField()
    reasons = EncryptedTextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    approved = models.BooleanField(null=True)
    answer = EncryptedTextField(blank=True, help_text="Why the second person agreed or not")

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="incident_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, approved=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, approved__isnull=False),
                name="incident_decided_whole",
            ),
            models.UniqueConstraint(
                fields=["incident", "question"], condition=Q(decided_at=None), name="incident_one_proposal"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_question_display()}: {'yes' if self.tell else 'no'}"


class IncidentNotice(models.Model):
    """One notice that went out: to an authority (in phases, Art. 33(4)), a platform, or people. Append-only.

    `late_reasons` is what Art. 33(1) demands of a notice after 72 hours.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="notices")
    to = models.CharField(max_length=10, choices=NoticeTo.choices)
    recipient = models.CharField(max_length=160, help_text="The authority, the platform, or who was told")
    phase = models.PositiveSmallIntegerField(help_text="1 for the first notice to this recipient")
    sent_at = models.DateTimeField()
    number = models.CharField(max_length=80, blank=True, help_text="The recipient's own number")
    people = models.PositiveIntegerField(null=True, blank=True, help_text="How many people were told")
    summary = EncryptedTextField()
    late_reasons = EncryptedTextField(blank=True)
    late = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "to", "recipient", "phase"], name="notice_phase_once"
            ),
            models.CheckConstraint(
                condition=Q(late=False) | ~Q(late_reasons=""), name="notice_late_has_reasons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_to_display()} {self.recipient}, {self.phase}"


class IncidentFile(models.Model):
    """A file that proves something, encrypted with a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="files")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    key = EncryptedTextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.what

    def shown(self) -> str:
        """Return what happened in the reader's language."""
        return shown(self.what, self.said)


class IncidentEvent(models.Model):
    """One line of an incident's story. `note` holds no personal values."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    said = models.JSONField(default=dict, blank=True, help_text="`what` for other languages")
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["incident", "-at"], name="incidentevent_at")]

    def __str__(self) -> str:
        return self.what

    def shown(self) -> str:
        """Return what happened in the reader's language."""
        return shown(self.what, self.said)
