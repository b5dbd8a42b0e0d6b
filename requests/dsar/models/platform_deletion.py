"""Which platforms a case is about, and what started it."""

import uuid

from django.db import models
from django.db.models import Q

from dsar.models.case import Case
from platforms.enums import Trigger
from platforms.models import CallbackReceipt, Connection, Disconnection


class PlatformDeletion(models.Model):
    """Data of one platform that a case deletes: of one linked account, or of all of the person there.

    `code_index`: blind index of the confirmation code with which anybody who has it sees how far it is.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="platform_deletions")
    platform = models.CharField(max_length=60, help_text="Key of the registry")
    connection = models.ForeignKey(
        Connection, null=True, blank=True, on_delete=models.PROTECT, related_name="deletions"
    )
    disconnection = models.ForeignKey(
        Disconnection, null=True, blank=True, on_delete=models.PROTECT, related_name="deletions"
    )
    receipt = models.ForeignKey(
        CallbackReceipt, null=True, blank=True, on_delete=models.PROTECT, related_name="deletions"
    )
    trigger = models.CharField(max_length=40, choices=Trigger.choices)
    clock_from = models.DateTimeField(help_text="When we learned of it")
    due_at = models.DateTimeField(help_text="Until when the data must be gone: the strictest term")
    due_why = models.JSONField(default=list, help_text="The derivation of the date, as stored sentences")
    told_by_platform = models.BooleanField(
        default=False, help_text="The platform said that the grant is gone: it need not be told"
    )
    code_index = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "platform"]
        constraints = [
            models.UniqueConstraint(
                fields=["receipt", "connection"],
                condition=Q(receipt__isnull=False),
                name="platformdeletion_once",
            ),
            models.CheckConstraint(
                condition=Q(disconnection=None) | Q(connection__isnull=False),
                name="platformdeletion_ends_an_account",
            ),
        ]
        indexes = [
            models.Index(fields=["code_index"], condition=~Q(code_index=""), name="platformdeletion_code"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} in {self.case_id}"
