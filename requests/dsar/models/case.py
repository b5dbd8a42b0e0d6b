"""One person's request: the case, its clock, its timeline."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import ActorKind
from accounts.models import DataSubject
from config.fields import EncryptedTextField
from config.sentences import shown
from dsar.enums import CaseStatus, Channel, Outcome, Regime, Right
from dsar.querysets import CaseQuerySet


class Case(models.Model):
    """A request under one right.

    `received_at` is the time of the sender's channel, never when staff read it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True, editable=False)
    reference = models.CharField(max_length=24, unique=True, editable=False)
    subject = models.ForeignKey(DataSubject, on_delete=models.PROTECT, related_name="cases")
    right = models.CharField(max_length=20, choices=Right.choices)
    regime = models.CharField(max_length=10, choices=Regime.choices)
    regime_reason = models.CharField(max_length=200)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    status = models.CharField(max_length=10, choices=CaseStatus.choices, default=CaseStatus.NEW)
    words = EncryptedTextField(blank=True, help_text="What the person wrote")
    scope = models.JSONField(default=list, help_text="Data categories asked for; empty means everything")
    language = models.CharField(max_length=10, default="en")
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verification_level = models.PositiveSmallIntegerField(null=True, blank=True)
    verification_method = models.CharField(max_length=60, blank=True)
    statutory_due_on = models.DateField(null=True, blank=True)
    promised_due_on = models.DateField(null=True, blank=True)
    platform_due_on = models.DateField(null=True, blank=True, help_text="What a platform's terms demand")
    target_due_on = models.DateField(null=True, blank=True, help_text="Our own aim; never shown as law")
    conservative_due_on = models.DateField(
        null=True, blank=True, help_text="The earliest date over all readings of the law that are not settled"
    )
    extend_by_on = models.DateField(
        null=True, blank=True, help_text="The last day on which we may say that we need longer"
    )
    confirm_by_on = models.DateField(
        null=True, blank=True, help_text="Until when the law wants the receipt confirmed"
    )
    due_on = models.DateField(help_text="The earliest date that binds; where nothing binds, our own aim")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assigned_cases",
    )
    attention = models.CharField(
        max_length=300, blank=True, help_text="Why somebody must look, in a sentence"
    )
    attention_said = models.JSONField(
        default=dict, blank=True, editable=False, help_text="The same sentence for other languages"
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        permissions = [
            ("plan_case", "Can make and propose plans"),
            ("approve_case", "Can approve plans made by others"),
            ("verify_case", "Can confirm an identity"),
            ("review_package", "Can review packages"),
            ("release_package", "Can release packages"),
            ("close_case", "Can close cases"),
            ("assign_case", "Can assign cases"),
            ("extend_case", "Can take the longer time of the law"),
            ("export_evidence", "Can export the evidence of a case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=CaseStatus.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=CaseStatus.CLOSED) & Q(closed_at=None, outcome=""),
                name="case_closed_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None) | Q(verification_level__isnull=False),
                name="case_verified_has_level",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["new", "verifying", "closed"]) | Q(verified_at__isnull=False),
                name="case_work_needs_verification",
            ),
            models.CheckConstraint(
                condition=~Q(statutory_due_on=None)
                | ~Q(promised_due_on=None)
                | ~Q(platform_due_on=None)
                | ~Q(target_due_on=None),
                name="case_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(conservative_due_on=None) | Q(conservative_due_on__lte=models.F("due_on")),
                name="case_careful_date_first",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "number"], condition=~Q(status="closed"), name="case_open_due"),
            models.Index(fields=["status", "due_on", "number", "id"], name="case_status_due"),
            models.Index(
                fields=["assignee", "due_on"], condition=~Q(status="closed"), name="case_assignee_due"
            ),
            models.Index(fields=["subject", "-received_at"], name="case_subject"),
            models.Index(
                fields=["right", "due_on", "number"], condition=~Q(status="closed"), name="case_right_due"
            ),
            models.Index(fields=["closed_at", "number"], condition=Q(status="closed"), name="case_closed"),
            models.Index(fields=["received_at"], name="case_received"),
            models.Index(
                fields=["extend_by_on"],
                condition=~Q(status="closed") & Q(extend_by_on__isnull=False),
                name="case_extend_by",
            ),
            models.Index(
                fields=["confirm_by_on"],
                condition=~Q(status="closed") & Q(confirm_by_on__isnull=False, acknowledged_at=None),
                name="case_confirm_by",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def alarm(self) -> str:
        """Return why somebody must look, in the reader's language."""
        return shown(self.attention, self.attention_said)

    @property
    def is_open(self) -> bool:
        """Whether anything is left to do."""
        return self.status != CaseStatus.CLOSED

    def proposer_id(self) -> object:
        """Return who proposed the plan that waits for a decision, or None."""
        waiting = self.plans.filter(status="proposed")
        return waiting.values_list("approval__proposed_by", flat=True).first()

    def open_fact(self) -> str:
        """Return the act for what the right still needs decided (a key of transitions.FACTS), or nothing."""
        from dsar.models.rights import open_fact

        return open_fact(self)

    def reviewer_id(self) -> object:
        """Return who finished the review of the package that waits for release, or None."""
        reviewed = self.packages.filter(status="review", reviewed_at__isnull=False)
        return reviewed.values_list("reviewed_by", flat=True).first()

    def concern(self) -> str:
        """Return what comes before the usual next step: ruling, mandate, tell, or the empty string."""
        if self.decisions.filter(status="proposed").exists():
            return "ruling"
        if self.status in ("new", "verifying") and self.representatives.filter(status="claimed").exists():
            return "mandate"
        untold = self.status in ("ready", "delivered", "verified") and self.notices.filter(
            sent_at=None, not_told_reason=""
        )
        return "tell" if untold and untold.exists() else ""


class CaseNumber(models.Model):
    """Gives out case numbers: each row is one, so that nobody waits for anybody."""

    id = models.BigAutoField(primary_key=True)

    def __str__(self) -> str:
        return str(self.pk)


class Attempt(models.Model):
    """One use of a public route, for counting. Holds a keyed commitment, never the address itself."""

    kind = models.CharField(max_length=20)
    commitment = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "commitment", "at"], name="attempt_count")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class CaseEvent(models.Model):
    """One line of the timeline. `note` holds no personal values; what the person may read is marked."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    plain = models.CharField(
        max_length=300, blank=True, help_text="The same in words for the person; empty: internal"
    )
    said = models.JSONField(
        default=dict, blank=True, help_text="What the texts are made of, to show them in other languages"
    )
    actor_kind = models.CharField(max_length=12, choices=ActorKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["case", "-at"], name="caseevent_case_at")]

    def __str__(self) -> str:
        return self.what

    def shown(self, name: str) -> str:
        """Return one text (`what`, `note` or `plain`) in the reader's language."""
        return shown(getattr(self, name), self.said.get(name))


class Note(models.Model):
    """An internal note of staff. Never part of a package or a letter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = EncryptedTextField()

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"Note of {self.written_at:%Y-%m-%d %H:%M}"


class ClockEvaluation(models.Model):
    """How a date was found: inputs, rule, versions and sentences. Append-only; same inputs, same bytes."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evaluations")
    obligation = models.CharField(max_length=40)
    computed_at = models.DateTimeField()
    inputs = models.JSONField()
    result = models.JSONField()
    rule = models.CharField(max_length=80)
    steps = models.JSONField(help_text="[{code, params, text, date, source, total?}] of 'Why this date?'")
    reason = models.CharField(max_length=80, blank=True, help_text="Why it was computed then")

    class Meta:
        ordering = ["-computed_at", "-id"]
        indexes = [models.Index(fields=["case", "-computed_at"], name="clock_case")]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.rule}"


class EmailProof(models.Model):
    """A single-use, expiring proof that somebody reads an e-mail address.

    Only the hash of the token is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="proofs")
    email = EncryptedTextField()
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="proof_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"Proof for {self.case_id}"
