"""What the figures say, in plain sentences; and the table that compares two quarters."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dsar.enums import Right
from dsar.services.registers.report.figures import Figures
from dsar.services.registers.showing import figure

SLOW_HOURS = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence; `tone` is ok, warn, danger or info."""

    tone: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of two quarters; `change` None where one of them does not exist. `worse`: a rise is bad."""

    label: str
    now: float | None
    before: float | None
    unit: str = ""
    worse: bool | None = None

    @property
    def change(self) -> float | None:
        """Return the difference."""
        return None if self.now is None or self.before is None else round(self.now - self.before, 1)

    @property
    def words(self) -> str:
        """Return the difference with its sign."""
        if self.change is None:
            return figure(None)
        return f"+{figure(self.change)}" if self.change > 0 else figure(self.change).replace("-", "−")

    @property
    def tone(self) -> str:
        """Return whether the change is good (ok), bad (warn) or neither."""
        if not self.change or self.worse is None:
            return "neutral"
        return "warn" if (self.change > 0) == self.worse else "ok"


def comparison(now: Figures, before: Figures) -> list[Line]:
    """Return the figures of two quarters side by side."""

    def line(label: str, name: str, worse: bool | None = None, unit: str = "") -> Line:
        return Line(label, getattr(now, name), getattr(before, name), unit, worse)

    return [
        line(_("Requests received"), "received"),
        line(_("Answers given"), "answered"),
        line(_("In time"), "share_on_time", worse=False, unit="%"),
        line(_("Late answers"), "late", worse=True),
        line(_("Median days to the answer"), "median", worse=True),
        line(_("Open at the end"), "open", worse=True),
        line(_("Open beyond their date"), "overdue", worse=True),
        line(_("Refused in whole or in part"), "denials"),
        line(_("Extensions"), "extensions", worse=True),
        line(_("Complaints to us"), "complaints", worse=True),
        line(_("Incidents"), "incidents", worse=True),
        line(_("Authority told late"), "notified_late", worse=True),
    ]


def findings(now: Figures, before: Figures) -> list[Finding]:
    """Return what a reader must know, the worst first."""
    found = [*_flow(now, before), *_time(now, before), *_open(now), *_rest(now)]
    order = ("danger", "warn", "info", "ok")
    return sorted(found, key=lambda one: order.index(one.tone))


def _flow(now: Figures, before: Figures) -> Iterator[Finding]:
    text = ngettext("%(n)s request came in.", "%(n)s requests came in.", now.received)
    said = text % {"n": figure(now.received)}
    if before.received and not now.is_whole:
        words = {"n": figure(before.received), "quarter": before.quarter}
        said += " " + _("The quarter is not over; %(quarter)s had %(n)s.") % words
    elif before.received:
        gap = now.received - before.received
        more = _("That is %(gap)s more than in %(quarter)s.")
        fewer = _("That is %(gap)s fewer than in %(quarter)s.")
        same = _("That is as many as in %(quarter)s.")
        told = same if not gap else more if gap > 0 else fewer
        said += " " + told % {"gap": figure(abs(gap)), "quarter": before.quarter}
    yield Finding("info", said)
    if now.by_right:
        right, n = max(now.by_right.items(), key=lambda pair: (pair[1], pair[0]))
        share = round(100 * n / now.received)
        words = {"right": Right(right).label, "share": share}
        yield Finding("info", _("Asked for most: %(right)s, %(share)s %% of all requests.") % words)


def _time(now: Figures, before: Figures) -> Iterator[Finding]:
    if not now.answered:
        yield Finding("info", _("No answer was given in this quarter."))
        return
    if not now.late:
        text = ngettext("%(n)s answer, in time.", "All %(n)s answers were in time.", now.answered)
        yield Finding("ok", text % {"n": figure(now.answered)})
    else:
        text = ngettext(
            "%(late)s of %(n)s answers was late.", "%(late)s of %(n)s answers were late.", now.late
        )
        said = text % {"late": figure(now.late), "n": figure(now.answered)}
        if before.share_on_time is not None:
            words = {"now": figure(now.share_on_time), "before": figure(before.share_on_time)}
            said += " " + _("In time: %(now)s %%, before %(before)s %%.") % words
        yield Finding("warn", said)
    if now.median is not None:
        yield Finding("info", _("Half of the answers took up to %(n)s days.") % {"n": figure(now.median)})


def _open(now: Figures) -> Iterator[Finding]:
    if now.overdue:
        text = ngettext(
            "%(n)s open request is beyond its date.",
            "%(n)s open requests are beyond their date.",
            now.overdue,
        )
        yield Finding("danger", text % {"n": figure(now.overdue)})
    else:
        yield Finding("ok", _("No open request is beyond its date."))
    slow = [one for one in now.systems if one.median and one.median > SLOW_HOURS]
    if slow:
        words = {"system": slow[0].name, "hours": figure(slow[0].median)}
        yield Finding(
            "warn", _("%(system)s delays most: half of its steps take over %(hours)s hours.") % words
        )


def _rest(now: Figures) -> Iterator[Finding]:
    if now.extensions:
        text = ngettext("%(n)s answer was extended.", "%(n)s answers were extended.", now.extensions)
        yield Finding("info", text % {"n": figure(now.extensions)})
    if now.notified_late:
        text = ngettext(
            "%(n)s notice to an authority came after 72 hours.",
            "%(n)s notices to authorities came after 72 hours.",
            now.notified_late,
        )
        yield Finding("danger", text % {"n": figure(now.notified_late)})
    if now.incidents:
        text = ngettext(
            "%(n)s incident, %(high)s with a high risk.",
            "%(n)s incidents, %(high)s with a high risk.",
            now.incidents,
        )
        yield Finding("info", text % {"n": figure(now.incidents), "high": figure(now.high_risk)})
    if now.complaints:
        text = ngettext("%(n)s person complained to us.", "%(n)s people complained to us.", now.complaints)
        yield Finding("warn", text % {"n": figure(now.complaints)})
