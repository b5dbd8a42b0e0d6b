"""Rules about how long data are kept. Pure: dates in, dates out."""

from retention.rules.exceptions import TRIGGER_NAMES, Reach, ScheduleRule, normal_name
from retention.rules.periods import add_period, as_date, last_past, last_reached, start_of

__all__ = [
    "TRIGGER_NAMES",
    "Reach",
    "ScheduleRule",
    "add_period",
    "as_date",
    "last_past",
    "last_reached",
    "normal_name",
    "start_of",
]
