"""The rights that act on data, on the pages of a case: one panel a right, and the acts that lead it on."""

from dsar.admin.rights.acts import ACTS
from dsar.admin.rights.panel import corrections_of, panel

__all__ = ["ACTS", "corrections_of", "panel"]
