"""`manage.py sync_processors`: bring the register of processors up to the profile; connect what can be."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.services.audit import SYSTEM
from config.profile import active_profile
from platforms.services import processors


class Command(BaseCommand):
    """Safe to repeat: what people completed stays."""

    help = "Bring the register of processors up to the profile; what people completed stays."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync, connect, and say which processors are not connected."""
        now = timezone.now()
        made = processors.sync(profile=active_profile(), actor=SYSTEM, now=now)
        systems = processors.install_processor_systems(actor=SYSTEM, now=now)
        self.stdout.write(f"{len(made)} processors are in the register.")
        for system in systems:
            self.stdout.write(f"{system.name}: {system.check_error or 'connected'}")
