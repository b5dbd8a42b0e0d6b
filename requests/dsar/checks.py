"""What must be true of cases before the portal starts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection
from django.utils import timezone

from dsar.models import HolidayCalendar
from dsar.services.clocks import calendars


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


@register()
def calendars_reach_a_year_ahead(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A list of holidays that ends makes dates count weekends alone: nobody may find that out too late.

    `check --database default` and each `migrate` read the editions in the database; a plain check judges what
    ships with the portal.
    """
    today = timezone.localdate()
    found = calendars.short(today, loaded=bool(databases) and _has_tables())
    return [Warning(_ends(code, through), hint=_HINT, id="dsar.W002") for code, through in found]


_HINT = (
    "Run `manage.py load_calendars` after an update of the portal, or `manage.py load_calendars"
    " --from-library`. Open cases are computed again. Until then weekends alone are free after that day."
)


def _ends(code: str, through: date | None) -> str:
    if through is None:
        return f"There is no list of holidays for {code}: weekends alone are free there."
    return f"The list of holidays {code} ends on {through:%d %B %Y}, within 12 months."


def _has_tables() -> bool:
    """Whether the table of calendars is there: before the first migration it is not."""
    return HolidayCalendar._meta.db_table in connection.introspection.table_names()


@register(deploy=True)
def letters_lead_back(**_: Any) -> list[CheckMessage]:
    """Letters carry links to this site: they need an address that people can reach."""
    if str(settings.SITE_URL).startswith("https://"):
        return []
    return [Warning("SITE_URL is no https address: the links in letters are not safe.", id="dsar.W001")]
