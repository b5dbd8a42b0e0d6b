"""Backups that still hold what was erased, and the journal from which erasures are done again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from platforms.connectors.packing import Packed
from platforms.models import System
from retention.enums import JournalSource, StepAction
from retention.models.sweeps import SweepBatch
from retention.querysets import BackupSetQuerySet, JournalEntryQuerySet


class BackupSet(models.Model):
    """One backup of a system, and until when it is kept. What was erased later is still in it."""

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="backup_sets")
    label = models.CharField(max_length=120, help_text="As the backup software calls it")
    taken_at = models.DateTimeField()
    keep_days = models.PositiveIntegerField(help_text="After so many days the rotation overwrites it")
    gone_on = models.DateField(help_text="The day on which it is overwritten")
    where = models.CharField(max_length=200, help_text="Where it is kept")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When it was seen to be gone")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    objects = BackupSetQuerySet.as_manager()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["system", "label"], name="backup_set_once"),
            models.CheckConstraint(condition=Q(keep_days__gte=1), name="backup_set_kept_a_day"),
            models.CheckConstraint(
                condition=Q(gone_at=None) | Q(gone_at__gte=F("taken_at")), name="backup_set_gone_after_taken"
            ),
        ]
        indexes = [models.Index(fields=["system", "taken_at"], name="backup_set_taken")]

    def __str__(self) -> str:
        return self.label


class JournalEntry(models.Model):
    """What was erased in one collection, by keys that name nobody. Never changed (migration 0003).

    Natural keys stand here as keyed digests only. `columns`: real column → how it was masked, None for rows
    that were deleted. The keys of a sweep stay with its batch. The audit event `event` holds the root over
    the keys and the digest of all the rest (docs/decisions/0016).
    """

    id = models.BigAutoField(primary_key=True)
    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    collection = models.CharField(max_length=240, help_text="dataset.collection")
    table = models.JSONField(help_text="[name, schema]")
    key = models.JSONField(help_text="Columns of the primary key")
    action = models.CharField(max_length=6, choices=StepAction.choices)
    columns = models.JSONField(null=True, blank=True)
    kind = models.CharField(max_length=8, help_text="How keys are written")
    keys = models.BinaryField(null=True)
    batch = models.OneToOneField(
        SweepBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="entry"
    )
    rows = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    source_kind = models.CharField(max_length=5, choices=JournalSource.choices)
    source = models.CharField(max_length=60, help_text="Id of the batch, or of the step of a case")
    number = models.PositiveIntegerField(help_text="Which of its source's entries")
    erased_at = models.DateTimeField()
    event = models.PositiveBigIntegerField(help_text="The audit event with the root")

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source", "number"], name="journal_entry_of_source_once"
            ),
            models.CheckConstraint(
                condition=Q(batch=None, keys__isnull=False) | Q(batch__isnull=False, keys=None),
                name="journal_entry_keys_once",
            ),
            models.CheckConstraint(
                condition=Q(action=StepAction.DELETE, columns__isnull=True)
                | Q(action=StepAction.MASK, columns__isnull=False),
                name="journal_entry_masks_say_what",
            ),
        ]
        indexes = [models.Index(fields=["system", "erased_at"], name="journal_entry_since")]

    def __str__(self) -> str:
        return f"J-{self.pk} {self.collection}"

    def packed(self) -> Packed:
        """Return the keys. Raises ValueError for bytes that are none."""
        small = self.batch.keys if self.batch else self.keys
        return Packed.from_small(self.kind, bytes(small or b""))
