"""What is kept back, what was swept, and the proofs of it."""

from retention.models.backups import BackupSet, JournalEntry
from retention.models.holds import HeldRows, Hold
from retention.models.inventory import InventoryVersion
from retention.models.sweeps import Sweep, SweepBatch, SweepProblem, SweepStep

__all__ = [
    "BackupSet",
    "HeldRows",
    "Hold",
    "InventoryVersion",
    "JournalEntry",
    "Sweep",
    "SweepBatch",
    "SweepProblem",
    "SweepStep",
]
