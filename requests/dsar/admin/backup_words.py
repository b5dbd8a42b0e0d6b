"""Until when what was erased is still in backups, as staff read it under a system of the plan."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.jobs import JobStatus
from dsar.enums import Operation
from dsar.models import Step
from retention.services.backups import Basis, Pending, pending_until


def of_steps(steps: Iterable[Step]) -> str:
    """Return until when what the steps of a system erased is in backups; empty when nothing was erased."""
    done = (s for s in steps if s.operation == Operation.ERASE and s.status == JobStatus.DONE and s.rows_done)
    step = next(done, None)
    if step is None or step.finished_at is None:
        return ""
    return sentence(pending_until(step.system, step.finished_at, today=timezone.localdate()))


def sentence(pending: Pending) -> str:
    """Return one sentence for a person of the staff."""
    if pending.until is None:
        return _("Nobody knows until when this is in backups: record the backup sets, or set the period.")
    day = {"day": date_format(pending.until, "j M Y")}
    if pending.basis == Basis.PERIOD:
        return (
            _("Pending in backups until %(day)s: the period of the profile, no backup set is recorded.") % day
        )
    if pending.overdue:
        return _("Was to be gone from backups on %(day)s: nobody recorded that the backup set is gone.") % day
    if not pending.sets:
        return _("Gone from all backups since %(day)s.") % day
    text = ngettext(
        "Pending in backups until %(day)s, in %(n)s backup set.",
        "Pending in backups until %(day)s, in %(n)s backup sets.",
        pending.sets,
    )
    return text % (day | {"n": pending.sets})
