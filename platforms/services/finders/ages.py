"""Finds platform data that are too old, were not verified again, or may not be stored at all."""

from collections.abc import Iterable
from datetime import datetime

from config.sentences import Sentence, say_n
from platforms.enums import AgeMeasure, FindingKind, LimitAction
from platforms.models import StoredAge
from platforms.rules.found import Found
from platforms.rules.limits import spoken
from platforms.services import ages

KINDS = (FindingKind.OVER_AGE, FindingKind.NEVER_STORE, FindingKind.REVERIFY)


def find(*, now: datetime) -> Iterable[Found]:
    """Measure the systems anew, then yield one finding for each data element with items over their limit.

    What could not be measured keeps its figures of the last time, and with them its finding.
    """
    ages.measure(now=now)
    bound = ages.limits_by_place()
    rows = (
        StoredAge.objects.filter(over__gt=0)
        .select_related("system")
        .order_by("platform", "element", "measure")
    )
    counted: dict[tuple[FindingKind, str, str], list[StoredAge]] = {}
    for row in rows:
        counted.setdefault((_kind(row, bound), row.platform, row.element), []).append(row)
    for (kind, platform, element), found in counted.items():
        yield Found(kind, platform, element, detail=_detail(kind, found))


def _kind(row: StoredAge, bound: ages.Limits) -> FindingKind:
    if row.measure == AgeMeasure.VERIFIED:
        return FindingKind.REVERIFY
    limit = bound.get((row.platform, row.element, row.measure))
    never = limit is not None and limit.action == LimitAction.NEVER_STORE
    return FindingKind.NEVER_STORE if never else FindingKind.OVER_AGE


def _detail(kind: FindingKind, rows: list[StoredAge]) -> Sentence:
    over = sum(row.over for row in rows)
    where = ", ".join(sorted({f"{row.system.name} ({row.collection})" for row in rows}))
    if kind == FindingKind.NEVER_STORE:
        return say_n(
            "%(n)s item is stored in %(where)s.", "%(n)s items are stored in %(where)s.", over, where=where
        )
    limit = spoken(rows[0].limit)
    if kind == FindingKind.REVERIFY:
        return say_n(
            "%(n)s item was not verified for %(limit)s, in %(where)s.",
            "%(n)s items were not verified for %(limit)s, in %(where)s.",
            over, limit=limit, where=where,
        )  # fmt: skip
    return say_n(
        "%(n)s item is older than %(limit)s, in %(where)s.",
        "%(n)s items are older than %(limit)s, in %(where)s.",
        over, limit=limit, where=where,
    )  # fmt: skip
