"""Words for the clocks of an incident: hours left first, then the moment, then the rule."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.profile import active_profile
from dsar.rules.incidents import Deadline, hours_left

SOON_HOURS = 24


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as a page shows it."""

    who: str
    tone: str
    left: str
    at: str
    source: str


def local(moment: datetime) -> str:
    """Return a moment in the company's zone, with the weekday."""
    return date_format(moment.astimezone(ZoneInfo(active_profile().clocks.zone)), "D j M, H:i")


def left_words(due_at: datetime, now: datetime) -> str:
    """Return how much of a clock is left: days and hours above a day, minutes in the last hour."""
    left = hours_left(due_at, now)
    if left < 0:
        return ngettext("%(n)s hour late", "%(n)s hours late", -left) % {"n": -left}
    if left == 0:
        minutes = int((due_at - now).total_seconds() // 60)
        return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}
    return ngettext("%(n)s hour left", "%(n)s hours left", left) % {"n": left}


def clocks(deadlines: Iterable[Deadline], now: datetime) -> list[Clock]:
    """Return the clocks of an incident in words, the soonest first."""
    return [_clock(one, now) for one in deadlines]


def _clock(one: Deadline, now: datetime) -> Clock:
    who = one.recipient or _("Supervisory authority")
    if one.at_once:
        return Clock(who, "danger", _("Tell them at once"), _("no later hour is allowed"), one.source)
    left = hours_left(one.due_at, now)
    tone = "danger" if left < 0 else "warn" if left < SOON_HOURS else "neutral"
    until = _("by %(moment)s") % {"moment": local(one.due_at)}
    return Clock(who, tone, left_words(one.due_at, now), until, one.source)
