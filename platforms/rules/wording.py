"""The derivation of a date in sentences that a person can read, stored for every language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import reduce
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from config.sentences import Sentence, say, say_n
from platforms.enums import Trigger
from platforms.registry.schema import ASAP, UNKNOWN, Entry
from platforms.rules import confidence, periods
from platforms.rules.periods import ZERO, Period

if TYPE_CHECKING:
    from platforms.rules.terms import Effective

OTHER_TRIGGERS = {
    "platform_request": _("The platform asked us to delete"),
    "access_terminated": _("Our access to the platform ended"),
    "reddit_account_deleted": _("The account was deleted at Reddit"),
}
SOURCES = {
    "platform": _("the platform's term"),
    "promise": _("our promise"),
    "own": _("our own rule"),
    "law": _("the law"),
}
DASH = "–"


def trigger_label(trigger: str) -> Any:
    """Return what a trigger is called."""
    return OTHER_TRIGGERS.get(trigger) or Trigger(trigger).label


def period(one: Period) -> Sentence:
    """Return a period in words: 7 days, 13 months, 1 year, 24 hours."""
    parts = list(_parts(one))
    return reduce(lambda first, other: say("%(first)s and %(other)s", first=first, other=other), parts)


def _parts(one: Period) -> Iterator[Sentence]:
    years, months = divmod(one.months, 12) if one.months % 12 == 0 else (0, one.months)
    hours, rest = divmod(one.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if years:
        yield say_n("%(n)s year", "%(n)s years", years)
    if months:
        yield say_n("%(n)s month", "%(n)s months", months)
    if one.days:
        yield say_n("%(n)s day", "%(n)s days", one.days)
    if hours:
        yield say_n("%(n)s hour", "%(n)s hours", hours)
    if minutes:
        yield say_n("%(n)s minute", "%(n)s minutes", minutes)
    if seconds or one == ZERO:
        yield say_n("%(n)s second", "%(n)s seconds", seconds)


def value(text: str | None) -> Sentence:
    """Return a value of the registry in words: a period, or one of its words."""
    if text is None:
        return say("no limit")
    known = _VALUES.get(text)
    if known is not None:
        return Sentence(known, {})
    return period(periods.parse(text))


_VALUES: dict[str, str] = {
    ASAP: gettext_noop("as soon as possible"),
    UNKNOWN: gettext_noop("not established"),
    "PT0H": gettext_noop("immediately"),
    "until_disconnect": gettext_noop("until the account is disconnected"),
    "until_account_deleted": gettext_noop("until the account with us is deleted"),
    "until_deleted": gettext_noop("until deleted"),
    "forever": gettext_noop("for ever"),
    "hashed_forever": gettext_noop("for ever, as a hash only"),
    "by_schedule": gettext_noop("as the retention schedule says"),
    "never_standalone": gettext_noop("never on its own"),
    "to_fill": gettext_noop("to be filled in"),
}


def cell(found: Effective) -> Sentence:
    """Return the limit of a trigger as a table shows it: in words, marked when it is not the platform's."""
    if not found.happens:
        return say(DASH)
    if found.limit is None:
        return say("not established") if found.unknown else say(DASH)
    words = value(found.term) if found.pace else period(found.limit)
    if found.source == "platform":
        return words
    if found.unknown and found.source == "promise":
        return say("%(period)s (promise; term not established)", period=words)
    if found.unknown:
        return say("%(period)s (own rule; term not established)", period=words)
    if found.source == "promise":
        return say("%(period)s (promise)", period=words)
    return say("%(period)s (own rule)", period=words) if found.source == "own" else words


def started(trigger: str, clock_from: datetime, zone: tzinfo) -> Sentence:
    """Return what started the clock and when."""
    label = trigger_label(trigger)
    return say("We learned of it on %(moment)s: %(trigger)s.", moment=moment(clock_from, zone), trigger=label)


def moment(at: datetime, zone: tzinfo) -> Sentence:
    """Return a moment in words, in a zone."""
    local = at.astimezone(zone)
    return say("%(day)s, %(time)s (%(zone)s)", day=local.date(), time=f"{local:%H:%M}", zone=str(zone))


def reasons(entry: Entry, found: Effective) -> Iterator[Sentence]:
    """Yield what each side says about a trigger: the platform, we, the law."""
    if found.fell_back:
        yield say("%(platform)s has no term of its own for this; that of a disconnection counts.",
                  platform=entry.name)  # fmt: skip
    yield _of_term(entry, found)
    if found.shipped is not None:
        yield say(
            "We made this stricter ourselves; before it was: %(period)s.", period=value(found.shipped or None)
        )
    yield _of_promise(found)
    if found.law:
        yield say("The law gives %(period)s from the request (GDPR Art. 12(3)).", period=value(found.law))


def _of_term(entry: Entry, found: Effective) -> Sentence:
    if found.term is None:
        return say("%(platform)s sets no period for this.", platform=entry.name)
    if found.unknown:
        return say("The term of %(platform)s is not established; our promise counts.", platform=entry.name)
    known = {"platform": entry.name, "terms": cited(entry), "basis": confidence.of(entry, "deletion").label}
    if found.term == ASAP:
        return say(
            "%(platform)s wants data to go as soon as possible: we aim for 72 hours (%(terms)s; %(basis)s).",
            **known,
        )
    if found.pace:
        return say(
            "%(platform)s wants data to go immediately: late after 24 hours (%(terms)s; %(basis)s).",
            **known,
        )
    return say("%(platform)s wants data to go within %(period)s (%(terms)s; %(basis)s).",
               period=value(found.term), **known)  # fmt: skip


def cited(entry: Entry) -> str:
    """Return the document that binds first, with its section."""
    first = entry.legal.terms[0]
    return f"{first.name}, {first.section}" if first.section else first.name


def _of_promise(found: Effective) -> Sentence:
    if found.promise is None:
        return say("We promised no period for this.")
    known = {"period": value(found.promise.period), "source": found.promise.source}
    if found.promise.own:
        return say("By our own rule data go within %(period)s (%(source)s).", **known)
    return say("We promise %(period)s (%(source)s).", **known)


def case_date(due: datetime, zone: tzinfo) -> Sentence:
    """Return when the case must be answered by law and promise."""
    return say("The case of this request is due on %(moment)s.", moment=moment(due, zone))


def outcome(source: str, due_at: datetime, zone: tzinfo) -> Sentence:
    """Return the date, and whose rule is the strictest."""
    return say("The strictest of these is %(source)s: the data must be gone by %(moment)s.",
               source=SOURCES[source], moment=moment(due_at, zone))  # fmt: skip
