"""Refusals, and answers in part, each with its basis; and extensions with their notice."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import ClockEventKind, ExtensionReason, Outcome, Regime, Right
from dsar.models import ClockEvaluation, ClockEvent, Ending
from dsar.services.registers import states
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total, count_total
from dsar.services.registers.requests import label

_CASE_FILTERS = (
    Filter("regime", _l("Regime"), "case__regime", Regime.choices),
    Filter("right", _l("Right"), "case__right", Right.choices),
)
_DENIALS = [(one.value, one.label) for one in states.DENIALS]


def refused(moment: AsOf) -> Rows:
    """Return the endings with a denial that stood at a moment: not those that were taken back by then."""
    later = Ending.objects.filter(case=OuterRef("case"), at__lte=moment.at, at__gt=OuterRef("at"))
    endings = Ending.objects.filter(at__lte=moment.at, outcome__in=states.DENIALS)
    return endings.exclude(Exists(later)).select_related("case")


def fill_refused(rows: Sequence[Any], moment: AsOf) -> None:
    """Give each ending its codes and its handler."""
    cases = []
    for row in rows:
        row.case.ended_as = row.outcome
        cases.append(row.case)
    basis, handlers = states.basis_of(cases, moment), states.handlers_of(cases, moment)
    for row in rows:
        row.basis, row.handler = basis.get(row.case_id, []), handlers.get(row.case_id, "")
        row.articles = states.articles_of(row.basis, row.case.regime)
        row.on, row.received_on = moment.day(row.at), moment.day(row.case.received_at)


def by_outcome(rows: Rows, moment: AsOf) -> list[Total]:
    """Return how many endings of each kind there are."""
    del moment
    counted = dict(rows.order_by().values_list("outcome").annotate(n=Count("pk")))
    named = [Total(code, name, counted.get(code, 0)) for code, name in _DENIALS]
    return [Total("rows", _("Rows"), sum(counted.values())), *named]


_REFUSED = """
SELECT outcome, COUNT(*) FROM (
  SELECT (SELECT e.outcome FROM dsar_ending e WHERE e.case_id = c.id AND e.at <= %s
          ORDER BY e.at DESC, e.id DESC LIMIT 1) AS outcome FROM dsar_case c WHERE c.opened_at <= %s
) ended WHERE outcome IN ('refused', 'unverified', 'duplicate', 'partly') GROUP BY outcome
"""


def control_refused(moment: AsOf) -> Mapping[str, int]:
    """Return how many cases stood in a denial, counted from the cases."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [moment.at, moment.at])
        return dict(cursor.fetchall())


REFUSALS = Register(
    key="refusals",
    title=_l("Refusals"),
    about=_l("Every answer that gave less than was asked for, with its basis."),
    source=_l("GDPR Art. 12(4); 11 CCR 7101(b)"),
    icon="cross",
    columns=(
        Column("reference", _l("Case"), lambda e: e.case.reference),
        Column("received_on", _l("Received"), lambda e: e.received_on, Kind.DAY),
        Column("right", _l("Nature"), lambda e: e.case.right, Kind.CODE, label(Right)),
        Column("regime", _l("Regime"), lambda e: e.case.regime, Kind.CODE, label(Regime)),
        Column("on", _l("Answered"), lambda e: e.on, Kind.DAY),
        Column("outcome", _l("Answer"), lambda e: e.outcome, Kind.CODE, label(Outcome)),
        Column("basis", _l("Basis"), lambda e: ", ".join(e.basis)),
        Column("articles", _l("Provision"), lambda e: "; ".join(e.articles)),
        Column("handler", _l("Handler"), lambda e: e.handler),
    ),
    order=("-at", "-pk"),
    when="at",
    rows=refused,
    fill=fill_refused,
    filters=(*_CASE_FILTERS, Filter("outcome", _l("Answer"), "outcome", _DENIALS)),
    totals=by_outcome,
    control=control_refused,
    tally=lambda ending: str(ending.outcome),
    empty=_l("Nothing was refused, in whole or in part, until that day."),
)


def extended(moment: AsOf) -> Rows:
    """Return the notices of extension that were recorded until a moment."""
    events = ClockEvent.objects.filter(kind=ClockEventKind.EXTENSION_NOTICE, recorded_at__lte=moment.at)
    return events.select_related("case", "recorded_by").defer("case__words")


def fill_extended(rows: Sequence[Any], moment: AsOf) -> None:
    """Give each notice the dates before and after it, and whether the law accepts it."""
    cases = {row.case_id for row in rows}
    found = ClockEvaluation.objects.filter(case__in=cases, obligation="answer", computed_at__lte=moment.at)
    by_case: dict[Any, list[Any]] = {}
    for one in found.order_by("computed_at", "id").values("case_id", "computed_at", "result"):
        by_case.setdefault(one["case_id"], []).append(one)
    for row in rows:
        before = [e for e in by_case.get(row.case_id, ()) if e["computed_at"] < row.recorded_at]
        after = [e for e in by_case.get(row.case_id, ()) if e["computed_at"] >= row.recorded_at]
        row.was_due = before[-1]["result"].get("due_on") if before else None
        row.now_due = after[0]["result"].get("due_on") if after else None
        row.valid = after[0]["result"].get("extension_valid") if after else None
        row.why = row.note.removeprefix("reason: ") if row.note.startswith("reason: ") else ""


def _notices(moment: AsOf) -> Mapping[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM dsar_clockevent WHERE kind = 'extension_notice' AND recorded_at <= %s",
            [moment.at],
        )
        n = cursor.fetchone()[0]
    return {"extension": n} if n else {}


EXTENSIONS = Register(
    key="extensions",
    title=_l("Extensions"),
    about=_l("Every notice that we need longer, with the date before and after it."),
    source=_l("GDPR Art. 12(3); UK GDPR Art. 12A; 11 CCR 7021(b)"),
    icon="clock",
    columns=(
        Column("reference", _l("Case"), lambda e: e.case.reference),
        Column("right", _l("Nature"), lambda e: e.case.right, Kind.CODE, label(Right)),
        Column("regime", _l("Regime"), lambda e: e.case.regime, Kind.CODE, label(Regime)),
        Column("on", _l("Notice sent"), lambda e: e.on, Kind.DAY),
        Column("was_due", _l("Due before"), lambda e: e.was_due, Kind.DAY),
        Column("now_due", _l("Due after"), lambda e: e.now_due, Kind.DAY),
        Column("valid", _l("In time"), lambda e: e.valid, Kind.FLAG),
        Column("reason", _l("Reason"), lambda e: e.why, Kind.CODE, label(ExtensionReason)),
        Column("by", _l("By"), lambda e: states.initials(str(e.recorded_by)) if e.recorded_by else ""),
        Column(
            "evidence",
            _l("Evidence"),
            lambda e: str(e.letter_id or e.message_id or e.note),
            on_page=False,
            in_pdf=False,
        ),
    ),
    order=("-recorded_at", "-pk"),
    when="recorded_at",
    rows=extended,
    fill=fill_extended,
    filters=_CASE_FILTERS,
    totals=lambda rows, _moment: count_total(rows),
    control=_notices,
    tally=lambda _event: "extension",
    empty=_l("No answer was extended until that day."),
)
