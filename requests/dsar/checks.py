"""What must be true of cases before the portal starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def leases_outlive_tasks(**_: Any) -> list[CheckMessage]:
    """A lease must last longer than a task may run, or two workers would work on one case."""
    if settings.JOB_LEASE_SECONDS > settings.CELERY_TASK_TIME_LIMIT:
        return []
    return [
        Error(
            "JOB_LEASE_SECONDS must be greater than CELERY_TASK_TIME_LIMIT.",
            hint="A worker that still runs would lose its case to another one.",
            id="dsar.E001",
        )
    ]


@register(deploy=True)
def letters_lead_back(**_: Any) -> list[CheckMessage]:
    """Letters carry links to this site: they need an address that people can reach."""
    if str(settings.SITE_URL).startswith("https://"):
        return []
    return [Warning("SITE_URL is no https address: the links in letters are not safe.", id="dsar.W001")]
