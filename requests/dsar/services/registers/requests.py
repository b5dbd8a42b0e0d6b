"""The register of requests: a superset of 11 CCR 7101."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import ActsAs, Channel, Outcome, Regime, Right
from dsar.models import Case
from dsar.services.registers import states
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total
from dsar.services.registers.light import days_of, light


def label(choices: Any) -> Any:
    """Return a function that names a code of a closed list."""
    names = dict(choices.choices)
    return lambda code: names.get(code, code)


def case_rows(moment: AsOf) -> Rows:
    """Return every case that was known at a moment, with its state then; nothing of what people wrote."""
    return Case.objects.with_state_at(moment.at).defer("words", "scope", "regime_reason", "attention")


CASE_FILTERS = (
    Filter("regime", _l("Regime"), "regime", Regime.choices),
    Filter("right", _l("Right"), "right", Right.choices),
)


def totals(rows: Rows, moment: AsOf) -> list[Total]:
    """Return what 5,000 lines say in a few figures."""
    cases = list(light(rows, moment))
    answered = [one for one in cases if not one.is_open]
    late = sum(one.late(moment.at) for one in answered)
    overdue = sum(one.late(moment.at) for one in cases if one.is_open)
    middle, mean = days_of(answered)
    return [
        Total("received", _("Received"), len(cases)),
        Total("answered", _("Answered"), len(answered)),
        Total("on_time", _("In time"), len(answered) - late),
        Total("late", _("Late"), late),
        Total("open", _("Open"), len(cases) - len(answered)),
        Total("overdue", _("Open and overdue"), overdue),
        Total("median_days", _("Median days"), middle),
        Total("mean_days", _("Mean days"), mean),
    ]


_CONTROL = """
SELECT COALESCE((SELECT e.outcome FROM dsar_ending e WHERE e.case_id = c.id AND e.at <= %s
                 ORDER BY e.at DESC, e.id DESC LIMIT 1), ''), COUNT(*)
FROM dsar_case c WHERE c.opened_at <= %s GROUP BY 1
"""


def control(moment: AsOf) -> Mapping[str, int]:
    """Return how many cases stood in which outcome, asked of the tables without the register's code."""
    with connection.cursor() as cursor:
        cursor.execute(_CONTROL, [moment.at, moment.at])
        return {outcome or "open": n for outcome, n in cursor.fetchall()}


COLUMNS = (
    Column("reference", _l("Case"), lambda c: c.reference),
    Column("received_on", _l("Received"), lambda c: c.state.received_on, Kind.DAY),
    Column("right", _l("Nature"), lambda c: c.right, Kind.CODE, label(Right)),
    Column("regime", _l("Regime"), lambda c: c.regime, Kind.CODE, label(Regime)),
    Column("channel", _l("Manner"), lambda c: c.channel, Kind.CODE, label(Channel)),
    Column(
        "statutory_on",
        _l("Due by law"),
        lambda c: c.state.statutory_on,
        Kind.DAY,
        on_page=False,
        in_pdf=False,
    ),
    Column(
        "promised_on", _l("Promised"), lambda c: c.state.promised_on, Kind.DAY, on_page=False, in_pdf=False
    ),
    Column("due_on", _l("Due"), lambda c: c.state.due_on, Kind.DAY),
    Column("extended", _l("Extended"), lambda c: c.state.extended, Kind.FLAG),
    Column("answered_on", _l("Answered"), lambda c: c.state.answered_on, Kind.DAY),
    Column("days", _l("Days"), lambda c: c.state.days, Kind.NUMBER),
    Column("on_time", _l("In time"), lambda c: c.state.on_time, Kind.FLAG),
    Column("outcome", _l("Answer"), lambda c: c.state.outcome, Kind.CODE, label(Outcome)),
    Column("basis", _l("Basis of a denial"), lambda c: ", ".join(c.state.basis)),
    Column("articles", _l("Provision"), lambda c: "; ".join(c.state.articles), on_page=False, in_pdf=False),
    Column(
        "acts_as",
        _l("Asked by"),
        lambda c: c.state.acts_as,
        Kind.CODE,
        label(ActsAs),
        on_page=False,
        in_pdf=False,
    ),
    Column("handler", _l("Handler"), lambda c: c.state.handler),
)
REGISTER = Register(
    key="requests",
    title=_l("Requests"),
    about=_l("Every request with its dates and its answer."),
    source=_l("11 CCR 7101; GDPR Art. 5(2), 12"),
    icon="cases",
    columns=COLUMNS,
    order=("-received_at", "-number"),
    when="received_at",
    rows=case_rows,
    fill=states.fill,
    filters=CASE_FILTERS,
    totals=totals,
    control=control,
    tally=lambda case: case.state.outcome or "open",
    empty=_l("No request was known on that day. Each one appears here as soon as it is registered."),
)
