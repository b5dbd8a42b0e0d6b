"""Cases as light rows: what figures need of each, read in one statement."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean, median
from zoneinfo import ZoneInfo

from dsar.enums import Outcome
from dsar.services.registers.base import AsOf, Rows

COMPLIED = frozenset({Outcome.FULFILLED, Outcome.NOTHING_FOUND})
IN_PART = frozenset({Outcome.PARTLY})
DENIED = frozenset({Outcome.REFUSED, Outcome.UNVERIFIED, Outcome.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Light:
    """One case: when it came, when it was answered, how it ended (empty: open), when it was due.

    Days are those of the company's zone.
    """

    right: str
    regime: str
    received_at: datetime
    answered_at: datetime | None
    outcome: str
    due_at: datetime | None
    received_on: date
    answered_on: date | None

    @property
    def days(self) -> int | None:
        """Return the days from receipt to the answer."""
        return (self.answered_on - self.received_on).days if self.answered_on else None

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
        due_at = datetime.fromisoformat(due) if due else None
        came = received.astimezone(zone).date()
        went = answered.astimezone(zone).date() if answered else None
        yield Light(right, regime, received, answered, outcome or "", due_at, came, went)


def days_of(cases: Iterable[Light]) -> tuple[float | None, float | None]:
    """Return median and mean days to the answer of answered cases; None where there is none."""
    days = [one.days for one in cases if one.days is not None]
    return (float(median(days)), round(fmean(days), 1)) if days else (None, None)
