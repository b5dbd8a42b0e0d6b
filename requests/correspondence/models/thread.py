"""Threads: everything said with one counterpart about one matter."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import DataSubject
from config.fields import EncryptedTextField
from correspondence.enums import Counterpart, ThreadStatus
from correspondence.querysets import ThreadQuerySet


class Thread(models.Model):
    """A thread. `case_id` and `reference` name its case without a foreign key: dsar stands above."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    counterpart = models.CharField(max_length=12, choices=Counterpart.choices, default=Counterpart.PERSON)
    title = EncryptedTextField()
    address = EncryptedTextField(blank=True, help_text="Where our letters of this thread go")
    case_id = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=24, blank=True)
    subject_person = models.ForeignKey(
        DataSubject, null=True, blank=True, on_delete=models.SET_NULL, related_name="threads"
    )
    status = models.CharField(max_length=8, choices=ThreadStatus.choices, default=ThreadStatus.OPEN)
    due_on = models.DateField(null=True, blank=True, help_text="When we mean to answer")
    their_number = models.CharField(max_length=80, blank=True, help_text="The authority's file number")
    deadline_on = models.DateField(null=True, blank=True, help_text="The deadline that they set")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField()
    last_at = models.DateTimeField(help_text="When the last message or letter came or went")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id"], condition=Q(counterpart="person", case_id__isnull=False),
                name="thread_person_of_case",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["case_id"], name="thread_case"),
            models.Index(fields=["last_at", "id"], name="thread_last"),
            models.Index(fields=["due_on"], condition=~Q(status="done"), name="thread_due"),
        ]

    def __str__(self) -> str:
        return self.title or _("Thread without a title")


class PrivilegedNote(models.Model):
    """Legal advice about a thread. A permission of its own; never in a package, letter or bundle."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="privileged_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = EncryptedTextField()

    class Meta:
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self.thread_id} {self.written_at:%Y-%m-%d}"
