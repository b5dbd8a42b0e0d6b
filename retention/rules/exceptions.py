"""Schedules that refuse erasure while a period runs. Pure: the day is always an argument."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Literal

from retention.rules.periods import add_period, as_date

# Column names that hold the date of an event, best first; `*` stands for any text.
TRIGGER_NAMES: Mapping[str, tuple[str, ...]] = {
    "issued": (
        "issued*",
        "*issue_date",
        "invoice_date",
        "billed*",
        "paid*",
        "payment_date",
        "transaction_date",
    ),
    "created": ("created*", "creat*", "inserted*", "occurred*", "time*", "date"),
    "closed": ("closed*", "resolved*", "completed*"),
    "posted": ("posted*", "published*", "sent*"),
    "expired": ("expired*", "expires*", "ends*", "valid_until"),
    "last_used": ("last_used*", "last_seen*", "last_*", "used*"),
    "account_deleted": ("account_deleted*", "closed*", "deleted*"),
    "user_deleted": ("deleted*", "removed*"),
    "disconnected": ("disconnected*", "revoked*"),
}
Reach = Literal["row", "fields"]


def normal_name(name: str) -> str:
    """Return the last part of a name in snake_case: `dbo.InvoiceLine` → `invoice_line`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.rpartition(".")[2])
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def _below(category: str, prefixes: Sequence[str]) -> bool:
    return any(category == prefix or category.startswith(f"{prefix}.") for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class ScheduleRule:
    """One retention schedule that may refuse erasure.

    `categories`: data categories it covers; `collections`: name patterns; `fields`: field names, empty for
    all; `trigger`: the event that starts `period` (ISO 8601); `action` "keep" refuses erasure until the
    period is over; `code`, `ccpa_code`: the exception under GDPR and CCPA; `reason`: what people are told.
    """

    key: str
    period: str
    reason: str
    code: str
    categories: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    whole_row: bool = True
    trigger: str = "created"
    trigger_field: str = ""
    action: str = "keep"
    ccpa_code: str = ""
    precedence: int = 0
    systems: tuple[str, ...] = ()

    @classmethod
    def from_profile(cls, schedule: Any) -> "ScheduleRule | None":
        """Return the rule of a profile's schedule, or None when the schedule never refuses erasure."""
        if schedule.action != "keep" or not schedule.min_period or not schedule.code:
            return None
        return cls(
            key=schedule.key,
            period=schedule.min_period,
            reason=schedule.reason,
            code=schedule.code,
            categories=tuple(schedule.categories),
            collections=tuple(schedule.collections),
            whole_row=schedule.whole_row,
            trigger=str(schedule.trigger),
            ccpa_code=schedule.ccpa_code or "",
            precedence=schedule.precedence,
            systems=tuple(schedule.systems),
        )

    def exception_code(self, regime: str) -> str:
        """Return the code under a regime key ("ccpa", else the GDPR's)."""
        return (self.ccpa_code or self.code) if regime == "ccpa" else self.code

    def reach(
        self,
        collection: str,
        row_categories: Iterable[str],
        field_categories: Iterable[str],
        *,
        identity: bool,
    ) -> Reach | None:
        """Return whether the rule covers whole rows of a collection, some fields, or nothing.

        `identity`: the collection describes a person; there one payment field does not make the whole row a
        payment record. Everywhere else it does: a record destroyed too early cannot be brought back.
        """
        named = any(fnmatchcase(normal_name(collection), pattern) for pattern in self.collections)
        if named and (self.whole_row or not self.categories):
            return "row"
        whole = any(_below(one, self.categories) for one in row_categories)
        parts = any(_below(one, self.categories) for one in field_categories)
        if self.whole_row and (whole or (parts and not identity)):
            return "row"
        return "fields" if whole or parts else None

    def covers_field(self, name: str, categories: Iterable[str]) -> bool:
        """Return whether a field falls under the rule by its name or its categories."""
        return name in self.fields or any(_below(one, self.categories) for one in categories)

    def trigger_columns(self, columns: Iterable[str], dates: Iterable[str]) -> tuple[str, ...]:
        """Return the columns that may hold the trigger's date, the best alone if there is one.

        `columns`: all names; `dates`: those with a date type. Without a name that fits, every date column is
        returned: the latest of them counts, so that nothing goes too early.
        """
        named = {normal_name(name): name for name in columns}
        if self.trigger_field and self.trigger_field in named.values():
            return (self.trigger_field,)
        for pattern in TRIGGER_NAMES.get(self.trigger, ()):
            for plain, name in named.items():
                if fnmatchcase(plain, pattern):
                    return (name,)
        return tuple(dates)

    def ends_on(self, started_on: date) -> date:
        """Return the last day on which data must be kept."""
        return add_period(started_on, self.period)

    def holds(self, row: Mapping[str, Any], *, on: date) -> bool:
        """Return whether the rule keeps a row on the day `on`.

        `row`: the values of the trigger's columns. A row whose date is unknown is kept: it cannot be shown
        that the period is over.
        """
        until = self.kept_until(row)
        return until is None or on <= until

    def kept_until(self, row: Mapping[str, Any]) -> date | None:
        """Return the last day on which a row must be kept, or None when its date is unknown.

        `row`: the values of the trigger's columns; of several dates the latest counts.
        """
        days = [day for value in row.values() if (day := as_date(value))]
        return max((self.ends_on(day) for day in days), default=None)
