"""The register of those who act for somebody: as agent, parent, guardian, heir, lawyer. No names."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _l

from dsar.enums import ActsAs, MandateStatus, Regime, Right
from dsar.models import Representative
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total, count_total
from dsar.services.registers.requests import label
from dsar.services.registers.states import initials
from dsar.services.registers.work import counted


def _rows(moment: AsOf) -> Rows:
    rows = Representative.objects.filter(registered_at__lte=moment.at)
    return rows.select_related("case", "decided_by").defer(
        "name", "organisation", "email", "relation", "reason", "proof_key", "case__words"
    )


def _fill(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.registered_on, row.decided_on = moment.day(row.registered_at), moment.day(row.decided_at)
        row.state = row.status if row.decided_on else MandateStatus.CLAIMED
        row.decider = initials(str(row.decided_by)) if row.decided_on and row.decided_by else ""


def _totals(rows: Rows, moment: AsOf) -> list[Total]:
    found = dict(rows.order_by().values_list("acts_as").annotate(n=Count("pk")))
    del moment
    named = [Total(str(one.value), one.label, found.get(one.value, 0)) for one in ActsAs]
    return [*count_total(rows), *named]


def _control(moment: AsOf) -> Mapping[str, int]:
    return counted(
        "SELECT CASE WHEN decided_at <= %s THEN status ELSE 'claimed' END, COUNT(*)"
        " FROM dsar_representative WHERE registered_at <= %s GROUP BY 1",
        moment.at,
        moment.at,
    )


REGISTER = Register(
    key="representatives",
    title=_l("Representatives"),
    about=_l("Everybody who asked for somebody else: as what, on which proof, and whether we believed it."),
    source=_l("GDPR Art. 5(2), 12(6); 11 CCR 7063; COPPA 312.6"),
    icon="user",
    columns=(
        Column("reference", _l("Case"), lambda r: r.case.reference),
        Column("right", _l("Nature"), lambda r: r.case.right, Kind.CODE, label(Right)),
        Column("regime", _l("Regime"), lambda r: r.case.regime, Kind.CODE, label(Regime)),
        Column("acts_as", _l("Acts as"), lambda r: r.acts_as, Kind.CODE, label(ActsAs)),
        Column("registered_on", _l("Registered"), lambda r: r.registered_on, Kind.DAY),
        Column("state", _l("State"), lambda r: r.state, Kind.CODE, label(MandateStatus)),
        Column("decided_on", _l("Decided"), lambda r: r.decided_on, Kind.DAY),
        Column("by", _l("By"), lambda r: r.decider),
        Column("valid_until", _l("Valid until"), lambda r: r.valid_until, Kind.DAY),
        Column("gets_package", _l("Gets the data"), lambda r: r.gets_package, Kind.FLAG),
        Column("proof", _l("Hash of the proof"), lambda r: r.proof_sha256, on_page=False, in_pdf=False),
    ),
    order=("-registered_at", "-pk"),
    when="registered_at",
    rows=_rows,
    fill=_fill,
    filters=(
        Filter("regime", _l("Regime"), "case__regime", Regime.choices),
        Filter("right", _l("Right"), "case__right", Right.choices),
        Filter("acts_as", _l("Acts as"), "acts_as", ActsAs.choices),
    ),
    totals=_totals,
    control=_control,
    tally=lambda row: str(row.state),
    empty=_l("Nobody asked for somebody else until that day."),
)
