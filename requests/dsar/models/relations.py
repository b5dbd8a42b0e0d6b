"""What belongs together, who acts for whom, who was told; complaints and reports."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.fields import EncryptedTextField
from dsar.enums import ActsAs, Done, Finding, Judgement, LinkKind, MandateStatus, Means
from dsar.models.case import Case
from dsar.models.decisions import ProofFile


class CaseLink(models.Model):
    """One case belongs to another: split from it, merged into it, related to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="linked_by")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]
        permissions = [("relate_case", "Can split, merge and relate cases")]
        constraints = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="caselink_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="caselink_not_itself"),
            models.UniqueConstraint(fields=["case"], condition=Q(kind="merged"), name="caselink_merged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()} {self.other}"


class Representative(ProofFile):
    """Somebody who acts for the person of a case, and what proves that they may."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="representatives")
    acts_as = models.CharField(max_length=8, choices=ActsAs.choices)
    status = models.CharField(max_length=8, choices=MandateStatus.choices, default=MandateStatus.CLAIMED)
    name = EncryptedTextField()
    organisation = EncryptedTextField(blank=True)
    email = EncryptedTextField()
    relation = EncryptedTextField(blank=True, help_text="What they said about why they act")
    person_age = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Age of the child, in years"
    )
    child_agrees = models.BooleanField(default=False, help_text="The child agreed in writing")
    jurisdiction = models.CharField(
        max_length=200, blank=True, help_text="Law under which an estate is settled"
    )
    gets_letters = models.BooleanField(default=False, help_text="The mandate covers receiving our letters")
    gets_package = models.BooleanField(default=False, help_text="The mandate covers receiving the data")
    valid_until = models.DateField(null=True, blank=True)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="acts_for",
        help_text="The account of who acts, when they asked while signed in",
    )  # fmt: skip
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = EncryptedTextField(blank=True, help_text="Why it was accepted or refused")
    confirm_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-registered_at"]
        permissions = [
            ("register_representative", "Can register who acts for a person"),
            ("decide_representative", "Can accept and refuse mandates"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="claimed", decided_at=None)
                | ~Q(status="claimed") & Q(decided_at__isnull=False) & ~Q(reason=""),
                name="representative_decided_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | ~Q(proof_sha256=""), name="representative_accepted_on_proof"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(status__in=["claimed", "accepted"]),
                name="representative_one_live",
            ),
        ]
        indexes = [
            models.Index(
                fields=["registered_at"], condition=Q(status="claimed"), name="representative_claimed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_acts_as_display()} in {self.case}"


class RecipientNotice(models.Model):
    """One recipient of data that were erased, corrected or restricted: told, or not told for a reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=80, help_text="Key of the processor, platform or system in the profile")
    recipient = models.CharField(max_length=200)
    what = models.CharField(max_length=10, choices=Done.choices)
    means = models.CharField(max_length=9, choices=Means.choices, default=Means.TASK)
    to = EncryptedTextField(blank=True)
    letter_id = models.UUIDField(null=True, blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    how = models.CharField(max_length=300, blank=True)
    not_told_reason = models.CharField(
        max_length=300, blank=True, help_text="Why telling is impossible or needs disproportionate effort"
    )
    not_told_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["made_at", "recipient"]
        permissions = [("tell_recipient", "Can tell recipients, or record why not")]
        constraints = [
            models.UniqueConstraint(fields=["case", "key", "what"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(not_told_reason=""), name="notice_told_or_reasoned"
            ),
            models.CheckConstraint(
                condition=Q(not_told_at=None, not_told_reason="")
                | Q(not_told_at__isnull=False) & ~Q(not_told_reason=""),
                name="notice_not_told_has_day",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(sent_at__isnull=False), name="notice_answer_after_sending"
            ),
        ]
        indexes = [
            models.Index(
                fields=["made_at"], condition=Q(sent_at=None, not_told_reason=""), name="notice_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.get_what_display()}"

    @property
    def is_open(self) -> bool:
        """Whether the recipient is neither told nor left out for a reason."""
        return self.sent_at is None and not self.not_told_reason


class Inquiry(models.Model):
    """How a complaint is looked into (DPA 2018 s164A) and what was found."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="inquiry")
    opened_at = models.DateTimeField()
    finding = models.CharField(max_length=10, choices=Finding.choices, blank=True)
    explanation = EncryptedTextField(blank=True)
    changes = EncryptedTextField(blank=True, help_text="What we change because of it")
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name_plural = "inquiries"
        permissions = [("conclude_inquiry", "Can conclude inquiries into complaints")]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding="", concluded_at=None, concluded_by=None)
                | ~Q(finding="")
                & ~Q(explanation="")
                & Q(concluded_at__isnull=False, concluded_by__isnull=False),
                name="inquiry_concluded_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Inquiry into {self.case}"


class InquiryStep(models.Model):
    """One thing that was done to find out what happened."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=200)
    note = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.what


class ChildReport(models.Model):
    """A report that an account is a child's. The reporter proves nothing; staff judge."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="child_report")
    account = EncryptedTextField(blank=True, help_text="The address or handle of the reported account")
    judgement = models.CharField(max_length=12, choices=Judgement.choices, blank=True)
    reason = EncryptedTextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deletion = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="child_reports"
    )

    class Meta:
        permissions = [("judge_childreport", "Can judge reports about children's accounts")]
        constraints = [
            models.CheckConstraint(
                condition=Q(judgement="", judged_at=None, judged_by=None)
                | ~Q(judgement="") & ~Q(reason="") & Q(judged_at__isnull=False, judged_by__isnull=False),
                name="childreport_judged_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Report in {self.case}"
