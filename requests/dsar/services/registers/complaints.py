"""The register of complaints: acknowledged by when, looked into how, and with which finding."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _l

from dsar.enums import Finding, Outcome, Regime, Right
from dsar.models import Case, ClockEvaluation, Inquiry
from dsar.services.clocks.evaluating import CONFIRMING
from dsar.services.registers import states
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, count_total
from dsar.services.registers.requests import label


def complaint_rows(moment: AsOf) -> Rows:
    """Return the complaints that were known at a moment."""
    rows = Case.objects.with_state_at(moment.at).filter(right=Right.COMPLAINT)
    return rows.defer("words", "scope", "regime_reason", "attention")


def fill_complaints(rows: Sequence[Any], moment: AsOf) -> None:
    """Give each complaint its state and the dates of its acknowledgement."""
    states.fill(rows, moment)
    due = ClockEvaluation.objects.filter(
        case__in=[row.pk for row in rows], obligation__in=CONFIRMING, computed_at__lte=moment.at
    )
    acks = dict(due.order_by("computed_at", "id").values_list("case_id", "result"))
    looked = _inquiries(rows, moment)
    for row in rows:
        row.inquiry_on, row.steps_then, row.finding, row.concluded_on = looked.get(
            row.pk, (None, 0, "", None)
        )
        row.ack_due = acks.get(row.pk, {}).get("due_on")
        row.ack_on = moment.day(row.acknowledged_at)


def _inquiries(rows: Sequence[Any], moment: AsOf) -> dict[Any, tuple[date | None, int, str, date | None]]:
    """Return by case when the inquiry began, how many steps it had, its finding and when that was."""
    known = Inquiry.objects.filter(case__in=[row.pk for row in rows], opened_at__lte=moment.at)
    counted = known.annotate(n=Count("steps", Q(steps__at__lte=moment.at)))
    return {
        case: (moment.day(opened), n, finding if moment.known(at) else "", moment.day(at))
        for case, opened, n, finding, at in counted.values_list(
            "case_id", "opened_at", "n", "finding", "concluded_at"
        )
    }


def _complaints(moment: AsOf) -> Mapping[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT regime, COUNT(*) FROM dsar_case WHERE \"right\" = 'complaint' AND opened_at <= %s"
            " GROUP BY regime",
            [moment.at],
        )
        return dict(cursor.fetchall())


REGISTER = Register(
    key="complaints",
    title=_l("Complaints"),
    about=_l("Every complaint to us, when it was acknowledged and how it ended."),
    source=_l("Data Protection Act 2018 s164A"),
    icon="flag",
    columns=(
        Column("reference", _l("Case"), lambda c: c.reference),
        Column("received_on", _l("Received"), lambda c: c.state.received_on, Kind.DAY),
        Column("regime", _l("Regime"), lambda c: c.regime, Kind.CODE, label(Regime)),
        Column("ack_due", _l("Acknowledge by"), lambda c: c.ack_due, Kind.DAY),
        Column("ack_on", _l("Acknowledged"), lambda c: c.ack_on, Kind.DAY),
        Column("inquiry_on", _l("Looked into since"), lambda c: c.inquiry_on, Kind.DAY),
        Column("steps", _l("Steps"), lambda c: c.steps_then, Kind.NUMBER, on_page=False),
        Column("finding", _l("Finding"), lambda c: c.finding, Kind.CODE, label(Finding)),
        Column("concluded_on", _l("Found"), lambda c: c.concluded_on, Kind.DAY, on_page=False, in_pdf=False),
        Column("answered_on", _l("Answered"), lambda c: c.state.answered_on, Kind.DAY),
        Column("days", _l("Days"), lambda c: c.state.days, Kind.NUMBER),
        Column("outcome", _l("Answer"), lambda c: c.state.outcome, Kind.CODE, label(Outcome)),
        Column("handler", _l("Handler"), lambda c: c.state.handler),
    ),
    order=("-received_at", "-number"),
    when="received_at",
    rows=complaint_rows,
    fill=fill_complaints,
    filters=(Filter("regime", _l("Regime"), "regime", Regime.choices),),
    totals=lambda rows, _moment: count_total(rows),
    control=_complaints,
    tally=lambda case: str(case.regime),
    empty=_l("Nobody complained to us until that day."),
)
