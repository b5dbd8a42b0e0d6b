"""What is kept back, what was swept, and the proofs of it."""

from retention.models.holds import HeldRows, Hold
from retention.models.inventory import InventoryVersion
from retention.models.sweeps import Sweep, SweepBatch, SweepProblem, SweepStep

__all__ = ["HeldRows", "Hold", "InventoryVersion", "Sweep", "SweepBatch", "SweepProblem", "SweepStep"]
