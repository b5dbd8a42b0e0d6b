"""Places of personal data and what platforms say, in the staff desk."""

from platforms.admin import (
    ages,
    connections,
    datasets,
    decisions,
    findings,
    processors,
    receipts,
    registry,
    systems,
)

__all__ = [
    "ages",
    "connections",
    "datasets",
    "decisions",
    "findings",
    "processors",
    "receipts",
    "registry",
    "systems",
]
