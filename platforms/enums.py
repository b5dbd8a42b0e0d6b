"""Closed lists of the platforms app."""

from config.choices import TextChoices


class SystemRole(TextChoices):
    """In whose hands a system is (GDPR Art. 4(7), 4(8))."""

    OWN = "own", "Our own system"
    PROCESSOR = "processor", "Run by a processor"
    CONTROLLER = "controller", "Separate controller"
