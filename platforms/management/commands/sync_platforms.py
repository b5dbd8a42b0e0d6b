"""`manage.py sync_platforms`: store the shipped registry files as versions. Safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.audit import SYSTEM
from platforms.registry import RegistryError
from platforms.services import registry


class Command(BaseCommand):
    """Bring the versions in the database up to the files."""

    help = "Store new versions of platforms/registry/*.yaml; old ones stay, ended."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync, and say what changed. A faulty file ends it with nothing stored."""
        try:
            loaded = registry.sync(actor=SYSTEM, now=timezone.now())
        except RegistryError as fault:
            raise CommandError(str(fault)) from None
        for words, keys in (("new", loaded.added), ("changed", loaded.changed), ("gone", loaded.gone)):
            for key in keys:
                self.stdout.write(f"{key}: {words}")
        if not any((loaded.added, loaded.changed, loaded.gone)):
            self.stdout.write("Nothing has changed.")
