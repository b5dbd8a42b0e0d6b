"""How cases ended, as facts: a case that is opened again keeps its earlier endings."""

from django.db import models
from django.db.models import Q

from dsar.enums import Outcome
from dsar.models.case import Case


class Ending(models.Model):
    """One ending of a case, or (empty outcome) the moment when it was opened again. Append-only.

    The state of a case at any moment is its last row until then; registers read this, not today's status.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="endings")
    at = models.DateTimeField()
    outcome = models.CharField(
        max_length=14, choices=Outcome.choices, blank=True, help_text="Empty: opened again"
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=Outcome.values), name="ending_known_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-at"], name="ending_case"),
            models.Index(fields=["outcome", "-at"], name="ending_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display() or 'Opened again'} {self.at:%Y-%m-%d}"
