"""The register of breaches (GDPR Art. 33(5)): facts, effects and remedy of each, notified or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import IncidentKind, IncidentRisk
from dsar.models import (
    Incident,
    IncidentAccount,
    IncidentAssessment,
    IncidentDecision,
    IncidentNotice,
)
from dsar.services.incidents import authority_clock
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total
from dsar.services.registers.requests import label
from dsar.services.registers.work import counted

_TOLD = {"yes": _l("Yes"), "no": _l("No"), "open": _l("Not decided")}


def _rows(moment: AsOf) -> Rows:
    return Incident.objects.known_at(moment.at)


def _last(found: Any) -> dict[Any, Any]:
    return {one.incident_id: one for one in found}


def _fill(rows: Sequence[Any], moment: AsOf) -> None:
    """Give each incident what was known, judged, decided and sent until the moment; four statements."""
    mine: dict[str, Any] = {"incident__in": rows}
    accounts = _last(IncidentAccount.objects.filter(at__lte=moment.at, **mine).order_by("number"))
    judged = _last(IncidentAssessment.objects.filter(at__lte=moment.at, **mine).order_by("number"))
    agreed = IncidentDecision.objects.filter(approved=True, decided_at__lte=moment.at, **mine)
    decided = {(one.incident_id, one.question): one.tell for one in agreed.order_by("decided_at")}
    sent: dict[Any, list[Any]] = {}
    for notice in IncidentNotice.objects.filter(recorded_at__lte=moment.at, **mine).order_by("sent_at"):
        sent.setdefault((notice.incident_id, notice.to), []).append(notice)
    clock = authority_clock()
    for row in rows:
        row.account, row.judged = accounts.get(row.pk), judged.get(row.pk)
        row.tells = {q: _word(decided.get((row.pk, q))) for q in ("authority", "people")}
        row.sent = {to: sent.get((row.pk, to), []) for to in ("authority", "people", "platform")}
        row.closed_on, row.due_at = moment.day(row.closed_at), clock.due(row.aware_at)


def _word(tell: bool | None) -> str:
    return "open" if tell is None else "yes" if tell else "no"


def _told_at(to: str) -> Any:
    return lambda row: row.sent[to][0].sent_at if row.sent[to] else None


def _written(name: str) -> Any:
    return lambda row: getattr(row.account, name) if row.account else ""


def _totals(rows: Rows, moment: AsOf) -> list[Total]:
    found = rows.order_by()
    told = found.filter(notices__to="authority", notices__recorded_at__lte=moment.at)
    return [
        Total("rows", _("Rows"), found.count()),
        Total("open", _("Open"), found.exclude(closed_at__lte=moment.at).count()),
        Total("notified", _("Notified to an authority"), told.aggregate(n=Count("pk", distinct=True))["n"]),
    ]


def _control(moment: AsOf) -> Mapping[str, int]:
    return counted(
        "SELECT CASE WHEN closed_at IS NULL OR closed_at > %s THEN 'open' ELSE 'closed' END, COUNT(*)"
        " FROM dsar_incident WHERE opened_at <= %s GROUP BY 1",
        moment.at,
        moment.at,
    )


REGISTER = Register(
    key="incidents",
    title=_l("Incidents"),
    about=_l("Every breach with its facts, effects and remedy, whether it was notified or not."),
    source=_l("GDPR Art. 33(5), 34"),
    icon="alert",
    columns=(
        Column("reference", _l("Incident"), lambda i: i.reference),
        Column("title", _l("What happened"), lambda i: i.title),
        Column("kind", _l("Kind"), lambda i: i.kind, Kind.CODE, label(IncidentKind),
               on_page=False, in_pdf=False),
        Column("aware_at", _l("Aware"), lambda i: i.aware_at, Kind.MOMENT),
        Column("due_at", _l("Authority by"), lambda i: i.due_at, Kind.MOMENT),
        Column("risk", _l("Risk"), lambda i: i.judged.risk if i.judged else "", Kind.CODE,
               label(IncidentRisk)),
        Column("people", _l("People"), lambda i: i.judged.people if i.judged else None, Kind.NUMBER),
        Column("records", _l("Records"), lambda i: i.judged.records if i.judged else None, Kind.NUMBER,
               on_page=False, in_pdf=False),
        Column("tell_authority", _l("Tell authority"), lambda i: i.tells["authority"], Kind.CODE,
               lambda code: _TOLD[code]),
        Column("authority_at", _l("Authority told"), _told_at("authority"), Kind.MOMENT),
        Column("late", _l("Late"), lambda i: any(one.late for one in i.sent["authority"]), Kind.FLAG),
        Column("tell_people", _l("Tell people"), lambda i: i.tells["people"], Kind.CODE,
               lambda code: _TOLD[code], on_page=False, in_pdf=False),
        Column("people_at", _l("People told"), _told_at("people"), Kind.MOMENT),
        Column("closed_on", _l("Closed"), lambda i: i.closed_on, Kind.DAY),
        Column("facts", _l("Facts"), _written("facts"), on_page=False),
        Column("effects", _l("Effects"), _written("effects"), on_page=False),
        Column("remedy", _l("Remedy"), _written("remedy"), on_page=False),
    ),
    order=("-aware_at", "-number"),
    when="aware_at",
    rows=_rows,
    fill=_fill,
    filters=(Filter("kind", _l("Kind"), "kind", IncidentKind.choices),),
    totals=_totals,
    control=_control,
    tally=lambda incident: "closed" if incident.closed_on else "open",
    permission="dsar.view_incident",
    empty=_l("No incident was registered until that day."),
)  # fmt: skip
