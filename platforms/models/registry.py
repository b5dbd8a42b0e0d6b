"""What the portal knows of each platform and processor: the shipped file, and what the company made of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from platforms.enums import EntryKind, Trigger


class RegistryEntry(models.Model):
    """A registry file as loaded; its hash is its version. Old ones stay, so that a date can be explained."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    source = models.TextField(help_text="The YAML as loaded")
    loaded_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["key", "-loaded_at"]
        verbose_name = "platform or processor"
        verbose_name_plural = "platforms and processors"
        permissions = [
            ("review_terms", "Can record that terms were read"),
            ("override_registry", "Can make values of platforms stricter"),
            ("end_override", "Can end stricter values"),
            ("accept_promise", "Can accept a promise looser than a term"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(replaced_at=None), name="registry_one_current"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegistryOverride(models.Model):
    """A stricter value that the company set for itself, with its reason. A looser one cannot be stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=60, help_text="Key of the platform or processor")
    path = models.CharField(max_length=120, help_text="deletion.user_disconnect, data_elements.comments.ship")
    value = models.CharField(max_length=40, help_text="ISO 8601 duration")
    shipped = models.CharField(max_length=40, help_text="The value that it replaces, as it was then")
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ["key", "path", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "path"], condition=Q(ended_at=None), name="registryoverride_one_current"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="registryoverride_has_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | ~Q(ended_why="") & Q(ended_by__isnull=False),
                name="override_ended_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.path}"


class TermReview(models.Model):
    """Somebody read the terms of a platform on a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=60)
    reviewed_on = models.DateField()
    note = models.TextField(help_text="What was read, and what changed")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["key", "-reviewed_on"]
        indexes = [models.Index(fields=["key", "-reviewed_on"], name="term_review_latest")]

    def __str__(self) -> str:
        return f"{self.key} {self.reviewed_on}"


class TermAcceptance(models.Model):
    """The recorded decision to publish a promise that is looser than a platform's term.

    The stricter term binds all the same; the acceptance only says that somebody knows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=60)
    trigger = models.CharField(max_length=40, choices=Trigger.choices)
    promise = models.CharField(max_length=40)
    term = models.CharField(max_length=40)
    reason = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["key", "trigger"]
        constraints = [
            models.UniqueConstraint(fields=["key", "trigger", "promise", "term"], name="acceptance_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="acceptance_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.trigger}"
