"""Until when copies of what a request erased are still in backups."""

from datetime import date

from django.db.models import QuerySet

from config.jobs import JobStatus
from dsar.enums import Operation
from dsar.models import Case, Step
from retention.services.backups import pending_until


def erased(case: Case) -> QuerySet[Step]:
    """Return the steps by which a case erased something."""
    done = Step.objects.filter(case=case, operation=Operation.ERASE, status=JobStatus.DONE, rows_done__gt=0)
    return done.exclude(finished_at=None).select_related("system")


def last_day(case: Case, today: date) -> date | None:
    """Return the day on which the last copy goes that any system holds; None when it is over or not known.

    Where one system does not say, no day is named: it could be a promise that is not kept.
    """
    found = [pending_until(step.system, step.finished_at) for step in erased(case) if step.finished_at]
    days = [one.until for one in found if one.until]
    if not days or len(days) < len(found):
        return None
    return max(days) if max(days) >= today else None
