"""Companies that work for us, with their contracts, their own processors and the way out of the area."""

import uuid

from django.db import models
from django.db.models import F, Q

from platforms.enums import DataAtEnd, Mechanism, Subprocessing
from platforms.querysets import ProcessorQuerySet, RunningQuerySet


class Processor(models.Model):
    """A processor (GDPR Art. 28, Art. 30(1)(d) and (e)). Made from the profile; the company completes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=200, blank=True)
    service = models.CharField(max_length=40)
    does = models.CharField(max_length=300, blank=True, help_text="What it does for us, in a sentence")
    registry = models.CharField(max_length=60, blank=True, help_text="Key of its registry file")
    purposes = models.JSONField(default=list)
    categories = models.JSONField(default=list, help_text="Data categories that it gets")
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=60, blank=True, help_text="Where it keeps the data")
    contract_signed_on = models.DateField(null=True, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    contract_url = models.URLField(max_length=300, blank=True)
    clauses = models.JSONField(default=list, help_text="What the contract says of Art. 28(3), by letter")
    subprocessing = models.CharField(max_length=8, choices=Subprocessing.choices, blank=True)
    objection_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days in which we may object to a new sub-processor"
    )
    certificates = models.JSONField(default=list)
    evidence_expires_on = models.DateField(null=True, blank=True)
    security_contact = models.CharField(max_length=200, blank=True)
    deletion_channel = models.CharField(max_length=300, blank=True, help_text="How erasure is ordered")
    source = models.CharField(max_length=300, blank=True, help_text="Where the policy names it")
    by_hand = models.JSONField(
        default=list, help_text="Fields that people filled in; the profile leaves them"
    )
    ended_on = models.DateField(null=True, blank=True)
    end_data = models.CharField(max_length=8, choices=DataAtEnd.choices, blank=True)
    end_confirmed_on = models.DateField(
        null=True, blank=True, help_text="When it confirmed what it did with the data"
    )
    changed_at = models.DateTimeField()

    objects = ProcessorQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(end_data=""), name="processor_end_says_data"
            ),
            models.CheckConstraint(
                condition=Q(end_confirmed_on=None) | Q(ended_on__isnull=False),
                name="processor_confirms_an_end",
            ),
            models.CheckConstraint(
                condition=Q(contract_signed_on=None)
                | Q(contract_ends_on=None)
                | Q(contract_ends_on__gte=F("contract_signed_on")),
                name="processor_contract_ends_after_start",
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
    objected_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = RunningQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["processor", "name"], name="subprocessor_once"),
            models.CheckConstraint(
                condition=Q(objection_until_on=None)
                | Q(announced_on__isnull=False, objection_until_on__gte=F("announced_on")),
                name="subprocessor_objection_after_announcement",
            ),
            models.CheckConstraint(
                condition=Q(objected_on=None) | Q(announced_on__isnull=False),
                name="subprocessor_objection_to_something",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Transfer(models.Model):
    """Data that leave the area of a law (GDPR chapter V); `processor` None: to the company itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    processor = models.ForeignKey(
        Processor, null=True, blank=True, on_delete=models.CASCADE, related_name="transfers"
    )
    areas = models.JSONField(default=list, help_text="Whose data: EEA, GB, CH …")
    exporter = models.CharField(max_length=120, blank=True)
    importer = models.CharField(max_length=120)
    to_country = models.CharField(max_length=2)
    mechanism = models.CharField(max_length=20, choices=Mechanism.choices, blank=True)
    module = models.CharField(max_length=2, blank=True, help_text="Module of the standard clauses")
    assessed_on = models.DateField(null=True, blank=True, help_text="Transfer impact assessment")
    source = models.CharField(max_length=300, blank=True)
    by_hand = models.JSONField(
        default=list, help_text="Fields that people filled in; the profile leaves them"
    )
    ended_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = RunningQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(module="") | Q(mechanism=Mechanism.SCC), name="transfer_module_of_clauses"
            ),
        ]

    def __str__(self) -> str:
        return self.key
