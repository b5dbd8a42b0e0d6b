"""What came of a right that acts on data, for its owner. No value and no address: the page may be a link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.jobs import JobStatus
from dsar.enums import RestrictionState, Verdict
from dsar.models import Case
from dsar.services.rights import facts, rectification


@dataclass(frozen=True)
class Line:
    """One thing that was asked: what, the state in a word, its tone, since when."""

    what: str
    state: str
    tone: str
    since: datetime | None = None
    note: str = ""


def lines_of(case: Case) -> list[Line]:
    """Return what was asked under the right of a case and how far each thing is."""
    return [*_stops(case), *_restrictions(case), *_weighings(case), *_corrections(case), *_transfers(case)]


def _stops(case: Case) -> list[Line]:
    return [_stop(one) for one in case.opt_outs.all()]


def _stop(one: Any) -> Line:
    if one.effective_at is None:
        return Line(facts.words_of(one.purpose), _("Waiting for you"), "waiting for the person")
    return Line(facts.words_of(one.purpose), _("Stopped"), "done", one.effective_at)


def _restrictions(case: Case) -> list[Line]:
    shown = case.restrictions.exclude(state=RestrictionState.ENDED)
    return [
        Line(facts.words_of(one.purpose), *_rest(one.state), since=one.ended_at or one.starts_at)
        for one in shown
    ]


def _rest(state: str) -> tuple[str, str]:
    words = {
        RestrictionState.ASKED: (_("Waiting for you"), "waiting for the person"),
        RestrictionState.ACTIVE: (_("Not used for now"), "done"),
        RestrictionState.LIFTED: (_("Used again"), "closed"),
    }
    return words[RestrictionState(state)]


def _weighings(case: Case) -> list[Line]:
    return [
        Line(
            facts.words_of(one.purpose), _("We weigh your objection"), "in progress",
            note=_("We do not use your data for this until we have decided."),
        )
        for one in case.balancings.filter(outcome="")
    ]  # fmt: skip


def _corrections(case: Case) -> list[Line]:
    found = list(case.corrections.select_related("system"))
    counts = {
        (_("Corrected"), "done"): sum(1 for one in found if one.system and rectification.is_proved(one)),
        (_("Stays as it is; our letter says why"), "closed"): sum(
            1 for one in found if one.verdict == Verdict.REFUSED
        ),
    }
    left = len(found) - sum(counts.values())
    counts[_("We are looking at it"), "in progress"] = left
    return [
        Line(ngettext("%(n)s correction", "%(n)s corrections", n) % {"n": n}, *state)
        for state, n in counts.items()
        if n
    ]


def _transfers(case: Case) -> list[Line]:
    return [_transfer(one) for one in case.transfers.all()]


def _transfer(one: Any) -> Line:
    what = _("Sending your file to %(host)s") % {"host": one.host}
    if one.status == JobStatus.DONE:
        return Line(what, _("Done"), "done", one.delivered_at)
    if one.status == JobStatus.CANCELLED:
        return Line(what, _("Not sent"), "closed", note=_("You can take the file yourself."))
    if one.status == JobStatus.ATTENTION:
        return Line(what, _("It did not take the file"), "waiting", note=_("You can take the file yourself."))
    return Line(what, _("In progress"), "in progress", note=_("We check the address before we send it."))
