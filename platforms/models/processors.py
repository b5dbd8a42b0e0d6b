"""Companies that work for us, with their contracts, their own processors and the way out of the area."""

import uuid

from django.db import models
from django.db.models import Q


class Processor(models.Model):
    """A processor (GDPR Art. 28, Art. 30(1)(d) and (e)). Made from the profile; the company completes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200, blank=True)
    service = models.CharField(max_length=40)
    registry = models.CharField(max_length=60, blank=True, help_text="Key of its registry file")
    purposes = models.JSONField(default=list)
    categories = models.JSONField(default=list, help_text="Data categories that it gets")
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=60, blank=True, help_text="Where it keeps the data")
    contract_signed_on = models.DateField(null=True, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    contract_url = models.URLField(max_length=300, blank=True)
    evidence_expires_on = models.DateField(null=True, blank=True)
    mechanism = models.CharField(max_length=20, blank=True, help_text="Transfer mechanism (GDPR chapter V)")
    module = models.CharField(max_length=2, blank=True, help_text="Module of the standard clauses")
    assessed_on = models.DateField(null=True, blank=True, help_text="Transfer impact assessment")
    security_contact = models.CharField(max_length=200, blank=True)
    deletion_channel = models.CharField(max_length=300, blank=True, help_text="How erasure is ordered")
    ended_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(mechanism="scc") | ~Q(module=""), name="processor_clauses_have_module"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SubProcessor(models.Model):
    """A processor's processor (GDPR Art. 28(2) and (4))."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    processor = models.ForeignKey(Processor, on_delete=models.CASCADE, related_name="subprocessors")
    name = models.CharField(max_length=200)
    does = models.CharField(max_length=300)
    country = models.CharField(max_length=2)
    announced_on = models.DateField(null=True, blank=True)
    objection_until_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["processor", "name"], name="subprocessor_once")]

    def __str__(self) -> str:
        return self.name
