"""Cases as light rows: what figures need of each, read in one statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, median
from zoneinfo import ZoneInfo

from dsar.enums import Outcome
from dsar.services.registers.base import AsOf, Rows

COMPLIED = frozenset({Outcome.FULFILLED, Outcome.NOTHING_FOUND})
IN_PART = frozenset({Outcome.PARTLY})
DENIED = frozenset({Outcome.REFUSED, Outcome.UNVERIFIED, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Light:
    """One case: when it came, when it was answered, how it ended (empty: open), when it was due."""

    right: str
    regime: str
    received_at: datetime
    answered_at: datetime | None
    outcome: str
    due_at: datetime | None
    days: int | None

    @property
    def is_open(self) -> bool:
        """Whether no answer was given yet."""
        return self.answered_at is None

    def late(self, at: datetime) -> bool:
        """Whether it was answered after its date, or is open beyond it at a moment."""
        return self.due_at is not None and (self.answered_at or at) > self.due_at


_FIELDS = ("right", "regime", "received_at", "delivered_at", "ended_as", "ended_at", "was_due_at")


def light(rows: Rows, moment: AsOf) -> Iterator[Light]:
    """Yield the cases of a queryset made by `with_state_at`; one statement."""
    zone = ZoneInfo(moment.zone)
    found = rows.order_by().values_list(*_FIELDS)
    for right, regime, received, delivered, outcome, ended, due in found.iterator(chunk_size=2000):
        delivered = moment.known(delivered)
        ends = ended if outcome else None
        answered = min(delivered, ends) if delivered and ends else delivered or ends
        days = _days(received, answered, zone) if answered else None
        due_at = datetime.fromisoformat(due) if due else None
        yield Light(right, regime, received, answered, outcome or "", due_at, days)


def _days(received: datetime, answered: datetime, zone: ZoneInfo) -> int:
    return (answered.astimezone(zone).date() - received.astimezone(zone).date()).days


def days_of(cases: Iterable[Light]) -> tuple[float | None, float | None]:
    """Return median and mean days to the answer of answered cases; None where there is none."""
    days = [one.days for one in cases if one.days is not None]
    return (float(median(days)), round(fmean(days), 1)) if days else (None, None)
