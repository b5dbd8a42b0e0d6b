"""Content that is gone at its platform and whose copies here are not known to be gone in time."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from config.profile import written_profile
from config.sentences import say_n
from platforms.enums import FindingKind
from platforms.models import ContentDeletion
from platforms.rules import wording
from platforms.rules.found import Found

KINDS = (FindingKind.CONTENT_LATE,)


def find(*, now: datetime) -> Iterator[Found]:
    """Yield one finding for each callback and platform whose copies had to be gone by now."""
    zone = ZoneInfo(written_profile().clocks.zone)
    late = ContentDeletion.objects.late(now).select_related("system")
    ordered = late.order_by("receipt", "platform", "system")
    for (receipt, platform), rows in groupby(ordered, key=lambda one: (one.receipt_id, one.platform)):
        jobs = list(rows)
        yield Found(
            FindingKind.CONTENT_LATE, platform, str(receipt),
            detail=say_n(
                "Copies of deleted content had to be gone by %(moment)s from %(n)s system: %(systems)s.",
                "Copies of deleted content had to be gone by %(moment)s from %(n)s systems: %(systems)s.",
                len(jobs), moment=wording.moment(min(one.due_at for one in jobs), zone),
                systems=", ".join(one.system.name for one in jobs),
            ),
        )  # fmt: skip
