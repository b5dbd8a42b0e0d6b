"""Which events move the beginning or the length of a period, and why the others do not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from dsar.rules.calendar import Calendar, add_working_days
from dsar.rules.clocks.facts import ANSWERED, ASKED, EXTENSION, Event, Pause, Refused, Switches
from dsar.rules.clocks.pack import Law


class DueOn(Protocol):
    """Returns the end of the period as far as its events are read."""

    def __call__(self, found: "Reading", *, longer: bool) -> date:
        """Return the end of the first period, or of the longer one."""
        ...


ACCESS = "access"
RESTART = "restart"
QUESTIONS = {topic: kind for kind, topic in ASKED.items()}
Paired = tuple[list[Pause], list[Refused]]


@dataclass(slots=True)
class Reading:
    """What the events of a case come to.

    `start` and `why`: where the count begins. `first` and `later`: waits (question, answer, both days
    included?) of questions asked within the first period, and of those asked in the longer one.
    """

    start: date
    why: str = "received"
    first: list[tuple[date, date, bool]] = field(default_factory=list)
    later: list[tuple[date, date, bool]] = field(default_factory=list)
    used: list[Pause] = field(default_factory=list)
    waiting: list[Pause] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notice: date | None = None

    def days(self, *, longer: bool) -> int:
        """Return how many days do not count: none twice, none before the beginning."""
        found: set[int] = set()
        for asked, answered, inclusive in (*self.first, *self.later) if longer else self.first:
            # Where both ends do not count as waiting, the day of the question (or of the start) counts.
            first = max(asked, self.start).toordinal() + (not inclusive)
            found.update(range(first, answered.toordinal() + 1))
        return len(found)


def pairs_of(events: Iterable[Event]) -> Paired:
    """Return each question with its first answer, by day whatever their order; and what fits nowhere.

    A second question while one is open is a reminder; an answer that nothing asked for moves nothing.
    """
    pairs: list[Pause] = []
    refused: list[Refused] = []
    open_: dict[str, date] = {}
    for event in sorted(set(events), key=lambda one: (one.on, one.kind in ANSWERED, one.kind)):
        topic = ASKED.get(event.kind) or ANSWERED.get(event.kind)
        if topic is None:
            continue
        if event.kind in ASKED:
            if topic in open_:
                refused.append(Refused(event.kind, event.on, "refused_reminder"))
            else:
                open_[topic] = event.on
        elif topic in open_:
            pairs.append(Pause(topic, open_.pop(topic), event.on))
        else:
            refused.append(Refused(event.kind, event.on, "refused_not_asked"))
    pairs += [Pause(topic, asked, None) for topic, asked in open_.items()]
    return sorted(pairs, key=lambda one: (one.asked, one.answered or date.max, one.topic)), refused


def mode_of(topic: str, law: Law, right: str, switches: Switches) -> str:
    """Return what an answered question does: restart, elapsed, inclusive, or the code of why nothing."""
    if law.obligation != "answer" or law.kind != "month":
        return "refused_no_pause"
    if topic == "clarification" and right != ACCESS:
        return "refused_access_only"
    found = _uk(topic, switches) if law.regime == "uk_gdpr" else _eu(topic, switches)
    return "refused_no_pause" if found == "none" else found


def _uk(topic: str, switches: Switches) -> str:
    return str(switches["uk_clarification_days"]) if topic == "clarification" else RESTART


def _eu(topic: str, switches: Switches) -> str:
    identity = str(switches["eu_identity_pause"])
    if topic == "clarification":
        return identity if switches["eu_clarification"] == "as_identity" else "none"
    return ("elapsed" if switches["eu_fee"] == "pause" else "none") if topic == "fee" else identity


def read(
    law: Law, received: date, right: str, events: Iterable[Event], paired: Paired, switches: Switches,
    calendar: Calendar, due: DueOn,
) -> Reading:  # fmt: skip
    """Return what the events come to, taken by day: the order in which they are listed does not count.

    `paired` is `pairs_of(events)`. An event that moves nothing is kept with its reason. Sources: GDPR art.
    12(6); UK GDPR art. 12A; 11 CCR 7021(b).
    """
    pairs, loose = paired
    found = Reading(start=received, refused=[*loose])
    after: list[Pause] = []
    for pair in pairs:
        why = _hindrance(law, received, right, pair, switches, calendar)
        if why:
            found.refused.append(_asked_in_vain(pair, why))
        elif pair.asked > due(found, longer=False):
            after.append(pair)
        else:
            _take(found, pair, mode_of(pair.topic, law, right, switches), switches, found.first)
    _notices(law, received, events, found, due)
    for pair in after:
        mode = mode_of(pair.topic, law, right, switches)
        if found.notice is None or mode == RESTART or pair.asked > due(found, longer=True):
            found.refused.append(_asked_in_vain(pair, "refused_after_due"))
        else:
            _take(found, pair, mode, switches, found.later)
    found.refused.sort(key=lambda one: (one.on, one.kind, one.why))
    return found


def _asked_in_vain(pair: Pause, why: str) -> Refused:
    return Refused(QUESTIONS[pair.topic], pair.asked, why)


def _hindrance(
    law: Law, received: date, right: str, pair: Pause, switches: Switches, calendar: Calendar
) -> str:
    """Return why a question stops nothing, whatever the day of the answer; empty when it may."""
    mode = mode_of(pair.topic, law, right, switches)
    if mode.startswith("refused"):
        return mode
    if pair.asked < received:
        return "refused_before_receipt"
    prompt = int(switches["eu_identity_prompt_working_days"])
    if law.regime == "eu_gdpr" and pair.asked > add_working_days(received, prompt, calendar):
        return "refused_late_question"
    return ""


def _take(
    found: Reading, pair: Pause, mode: str, switches: Switches, waits: list[tuple[date, date, bool]]
) -> None:
    if pair.answered is None:
        found.waiting.append(pair)
        return
    found.used.append(pair)
    if mode == RESTART:
        if pair.answered >= found.start:
            found.start, found.why = pair.answered, f"restart_{pair.topic}"
    elif pair.asked < pair.answered or (mode == "inclusive" and switches["uk_same_day_answer"]):
        waits.append((pair.asked, pair.answered, mode == "inclusive"))


def _notices(law: Law, received: date, events: Iterable[Event], found: Reading, due: DueOn) -> None:
    """Take the first notice of an extension that was sent in time; a later one changes nothing."""
    notices = sorted({event.on for event in events if event.kind == EXTENSION})
    for on in notices:
        why = _notice_in_vain(law, received, on, found, due)
        if why:
            found.refused.append(Refused(EXTENSION, on, why))
        else:
            found.notice = on


def _notice_in_vain(law: Law, received: date, on: date, found: Reading, due: DueOn) -> str:
    if law.extended is None:
        return "refused_extension_unknown"
    if on < received:
        return "refused_before_receipt"
    if found.notice is not None:
        return "refused_extension_twice"
    return "refused_extension_late" if on > due(found, longer=False) else ""
