"""The board of ages: each data element of each platform in use, the oldest item against its limit."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from config.profile import active_profile
from config.sentences import shown, stored
from platforms.enums import LimitAction
from platforms.models import StoredAge
from platforms.rules import limits
from platforms.rules.limits import Schedule
from platforms.services import ages
from platforms.services.naming import element_of, registered

NEAR = 0.8
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass
class Line:
    """One element by one measure. `share`: part of its limit that the oldest item has used; None: no limit.

    `state`: over, near, fine, empty, unlimited, unmarked (no dataset says where it is) or failed (could not
    be measured the last time).
    """

    platform: str
    name: str
    element: str
    measure: str
    schedule: Schedule | None
    rows: list[StoredAge] = field(default_factory=list)
    share: float | None = None
    state: str = "unmarked"

    @property
    def words(self) -> str:
        """Return what the element is."""
        return element_of(self.element)

    @property
    def items(self) -> int:
        """Return how many items are held in all systems."""
        return sum(row.items for row in self.rows)

    @property
    def over(self) -> int:
        """Return how many of them are over their limit."""
        return sum(row.over for row in self.rows)

    @property
    def oldest_at(self) -> datetime | None:
        """Return the oldest moment in any system."""
        return min((row.oldest_at for row in self.rows if row.oldest_at), default=None)

    @property
    def measured_at(self) -> datetime | None:
        """Return since when the figures are known: the oldest measurement."""
        return min((row.measured_at for row in self.rows), default=None)

    @property
    def error(self) -> str:
        """Return why a figure is older than the others, or nothing."""
        return next((row.error for row in self.rows if row.error), "")

    @property
    def where(self) -> str:
        """Return the systems and collections that hold it."""
        return ", ".join(f"{row.system.name}: {row.collection}" for row in self.rows)

    @property
    def never(self) -> bool:
        """Return whether it may not be stored at all."""
        return self.schedule is not None and self.schedule.action == LimitAction.NEVER_STORE

    @property
    def limit(self) -> str:
        """Return the limit in the reader's language."""
        if self.schedule is None:
            return _("none")
        if self.never:
            return _("never stored")
        words = limits.spoken(self.schedule.period)
        return shown(words, stored(words))


def board(now: datetime) -> list[Line]:
    """Return the lines of every platform in use, by platform and element; two statements."""
    bound = ages.limits_by_place()
    lines = _lines(bound)
    for row in StoredAge.objects.select_related("system").order_by("system__name", "collection"):
        place = (row.platform, row.element, row.measure)
        if place not in lines:
            name = registered(row.platform)
            schedule = bound.get((row.platform, row.element, row.measure))
            lines[place] = Line(row.platform, name, row.element, row.measure, schedule)
        lines[place].rows.append(row)
    for line in lines.values():
        line.share = _share(line, now)
        line.state = _state(line)
    return sorted(lines.values(), key=lambda line: (line.name, line.element, line.measure))


def _lines(bound: ages.Limits) -> dict[tuple[str, str, str], Line]:
    used = {one.key for one in active_profile().platforms if one.enabled}
    return {
        place: Line(place[0], registered(place[0]), place[1], place[2], schedule)
        for place, schedule in bound.items()
        if place[0] in used
    }


def _share(line: Line, now: datetime) -> float | None:
    """Return the age of the oldest item as a part of its limit; what may not be stored has used it up."""
    if line.schedule is None or line.oldest_at is None:
        return None
    start = limits.cutoff(line.schedule.period, now)
    if line.never or start >= now:
        return 1.0
    return max((now - line.oldest_at) / (now - start), 0.0)


def _state(line: Line) -> str:
    if not line.rows:
        return "unmarked"
    if line.over:
        return "over"
    if line.error:
        return "failed"
    if line.schedule is None:
        return "unlimited"
    if not line.items:
        return "empty"
    return "near" if (line.share or 0) >= NEAR else "fine"


HEAD = (
    "Platform", "Data element", "Counted from", "Items", "Oldest (UTC)", "Limit", "Limit comes from",
    "What must happen",
    "Share of the limit", "Over the limit", "State", "Where", "Measured (UTC)", "Error",
)  # fmt: skip


def as_csv(lines: list[Line]) -> str:
    """Return the board for a spreadsheet, in English; no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    for line in lines:
        writer.writerow([_plain(cell) for cell in _cells(line)])
    return out.getvalue()


def _cells(line: Line) -> list[object]:
    schedule = line.schedule
    return [
        line.platform, line.element, line.measure, line.items, _utc(line.oldest_at),
        schedule.period if schedule else "", schedule.source.value if schedule else "",
        schedule.action.value if schedule else "", "" if line.share is None else round(line.share, 3),
        line.over,
        line.state, line.where, _utc(line.measured_at), line.error,
    ]  # fmt: skip


def _utc(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
