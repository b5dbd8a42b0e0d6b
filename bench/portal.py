"""Django on a database of its own, for benchmarks of the portal's own writes and reads."""

import os

import django


def start(url: str) -> None:
    """Configure Django for this process on the database at `url` and migrate it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["DATABASE_URL"] = url
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
