"""The register of identity checks: every attempt, its means, and how it ended. Never what was answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, CharField, Count, F, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import CheckResult, Method, Regime, Right
from dsar.models import IdentityCheck
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total
from dsar.services.registers.requests import label
from dsar.services.registers.states import initials
from dsar.services.registers.work import counted

OPEN = "open"
_RESULTS: Mapping[str, Any] = {OPEN: _l("Open"), **dict(CheckResult.choices)}


def _rows(moment: AsOf) -> Rows:
    known = IdentityCheck.objects.filter(asked_at__lte=moment.at)
    then = Case(
        When(decided_at__lte=moment.at, then=F("result")), default=Value(OPEN), output_field=CharField()
    )
    return (
        known.annotate(then=then)
        .select_related("case", "decided_by")
        .defer("doubt", "statement", "reason", "file_name", "file_key", "case__words")
    )


def _fill(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.asked_on, row.arrived_on = moment.day(row.asked_at), moment.day(row.arrived_at)
        row.decided_on = moment.day(row.decided_at)
        row.decider = initials(str(row.decided_by)) if row.decided_on and row.decided_by else ""


def _totals(rows: Rows, moment: AsOf) -> list[Total]:
    del moment
    found = dict(rows.order_by().values_list("then").annotate(n=Count("pk")))
    named = [Total(code, words, found.get(code, 0)) for code, words in _RESULTS.items()]
    return [Total("rows", _("Rows"), sum(found.values())), *named]


REGISTER = Register(
    key="verifications",
    title=_l("Identity checks"),
    about=_l("Every attempt to confirm who asks, by what means, and whether it was enough."),
    source=_l("GDPR Art. 12(6); 11 CCR 7060 to 7062"),
    icon="key",
    columns=(
        Column("reference", _l("Case"), lambda c: c.case.reference),
        Column("asked_on", _l("Asked"), lambda c: c.asked_on, Kind.DAY),
        Column("right", _l("Nature"), lambda c: c.case.right, Kind.CODE, label(Right)),
        Column("regime", _l("Regime"), lambda c: c.case.regime, Kind.CODE, label(Regime)),
        Column("method", _l("By what"), lambda c: c.method, Kind.CODE, label(Method)),
        Column("level", _l("Level"), lambda c: c.level, Kind.NUMBER),
        Column("arrived_on", _l("Proof came"), lambda c: c.arrived_on, Kind.DAY),
        Column("result", _l("What happened"), lambda c: c.then, Kind.CODE, lambda code: _RESULTS[code]),
        Column("decided_on", _l("Decided"), lambda c: c.decided_on, Kind.DAY),
        Column("by", _l("By"), lambda c: c.decider),
    ),
    order=("-asked_at", "-pk"),
    when="asked_at",
    rows=_rows,
    fill=_fill,
    filters=(
        Filter("regime", _l("Regime"), "case__regime", Regime.choices),
        Filter("right", _l("Right"), "case__right", Right.choices),
        Filter("method", _l("By what"), "method", Method.choices),
        Filter("result", _l("What happened"), "then", list(_RESULTS.items())),
    ),
    totals=_totals,
    control=lambda m: counted(
        "SELECT CASE WHEN decided_at <= %s THEN result ELSE 'open' END, COUNT(*)"
        " FROM dsar_identitycheck WHERE asked_at <= %s GROUP BY 1",
        m.at,
        m.at,
    ),
    tally=lambda check: str(check.then),
    empty=_l("Nobody's identity was checked until that day."),
)
