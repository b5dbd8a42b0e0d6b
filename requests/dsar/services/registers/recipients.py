"""The register of recipients who were told of a deletion, correction or restriction (GDPR Art. 19)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import Done, Means, Regime, Right
from dsar.models import RecipientNotice
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total
from dsar.services.registers.requests import label
from dsar.services.registers.work import counted

_STATES = {"answered": _l("Answered"), "told": _l("Told"), "not_told": _l("Not told"), "open": _l("Open")}


def _rows(moment: AsOf) -> Rows:
    rows = RecipientNotice.objects.filter(made_at__lte=moment.at)
    return rows.select_related("case").defer("to", "answer", "case__words")


def _fill(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.told_on, row.answered_on = moment.day(row.sent_at), moment.day(row.answered_at)
        row.left_out_on = moment.day(row.not_told_at)
        row.state = _state(row)


def _state(row: Any) -> str:
    if row.answered_on:
        return "answered"
    if row.told_on:
        return "told"
    return "not_told" if row.left_out_on else "open"


def _totals(rows: Rows, moment: AsOf) -> list[Total]:
    found = rows.order_by().aggregate(
        n=Count("pk"), n_told=Count("pk", Q(sent_at__lte=moment.at)),
        n_answered=Count("pk", Q(answered_at__lte=moment.at)),
        n_left_out=Count("pk", Q(not_told_at__lte=moment.at)),
    )  # fmt: skip
    return [
        Total("rows", _("Rows"), found["n"]),
        Total("told", _("Told"), found["n_told"]),
        Total("answered", _("Answered"), found["n_answered"]),
        Total("not_told", _("Not told"), found["n_left_out"]),
        Total("open", _("Open"), found["n"] - found["n_told"] - found["n_left_out"]),
    ]


def _control(moment: AsOf) -> Mapping[str, int]:
    return counted(
        "SELECT CASE WHEN answered_at <= %s THEN 'answered' WHEN sent_at <= %s THEN 'told'"
        " WHEN not_told_at <= %s THEN 'not_told' ELSE 'open' END, COUNT(*)"
        " FROM dsar_recipientnotice WHERE made_at <= %s GROUP BY 1",
        *[moment.at] * 4,
    )


REGISTER = Register(
    key="recipients",
    title=_l("Recipients told"),
    about=_l("Every recipient of data that were erased, corrected or restricted: told, or why not."),
    source=_l("GDPR Art. 19; 11 CCR 7022(c), 7023(c)"),
    icon="send",
    columns=(
        Column("reference", _l("Case"), lambda n: n.case.reference),
        Column("recipient", _l("Recipient"), lambda n: n.recipient),
        Column("what", _l("Of what"), lambda n: n.what, Kind.CODE, label(Done)),
        Column("told_on", _l("Told"), lambda n: n.told_on, Kind.DAY),
        Column("means", _l("How"), lambda n: n.means if n.told_on else "", Kind.CODE, label(Means)),
        Column("answered_on", _l("Answered"), lambda n: n.answered_on, Kind.DAY),
        Column("state", _l("State"), lambda n: n.state, Kind.CODE, lambda code: _STATES[code]),
        Column("reason", _l("Why not told"), lambda n: n.not_told_reason if n.left_out_on else ""),
    ),
    order=("-made_at", "-pk"),
    when="made_at",
    rows=_rows,
    fill=_fill,
    filters=(
        Filter("regime", _l("Regime"), "case__regime", Regime.choices),
        Filter("right", _l("Right"), "case__right", Right.choices),
    ),
    totals=_totals,
    control=_control,
    tally=lambda notice: str(notice.state),
    empty=_l("Nobody had to be told until that day."),
)
