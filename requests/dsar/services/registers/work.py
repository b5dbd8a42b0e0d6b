"""Registers of what was done: identity checks, four-eyes approvals, letters, disclosures."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import Regime, Right
from dsar.models import Approval, Download
from dsar.services.registers.base import AsOf, Column, Filter, Kind, Register, Rows, Total
from dsar.services.registers.requests import label
from dsar.services.registers.states import initials

_CASE_FILTERS = (
    Filter("regime", _l("Regime"), "case__regime", Regime.choices),
    Filter("right", _l("Right"), "case__right", Right.choices),
)


def counted(sql: str, *params: Any) -> Mapping[str, int]:
    """Return code and count of a statement of ours; zero counts are left out."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return {str(code): n for code, n in cursor.fetchall() if n}


def _by(path: str, names: Mapping[str, Any]) -> Any:
    """Return totals that count rows by a code."""

    def totals(rows: Rows, moment: AsOf) -> list[Total]:
        del moment
        found = dict(rows.order_by().values_list(path).annotate(n=Count("pk")))
        named = [Total(str(code), name, found.get(code, 0)) for code, name in names.items()]
        return [Total("rows", _("Rows"), sum(found.values())), *named]

    return totals


def _approvals(moment: AsOf) -> Rows:
    rows = Approval.objects.filter(proposed_at__lte=moment.at)
    return rows.select_related("plan__case", "proposed_by", "decided_by").defer(
        "plan__document", "plan__summary", "plan__case__words"
    )


def _fill_approvals(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.proposed_on, row.decided_on = moment.day(row.proposed_at), moment.day(row.decided_at)
        decided = row.decided_on is not None
        row.result = ("approved" if row.approved else "rejected") if decided else "waiting"
        row.decider = initials(str(row.decided_by)) if decided else ""


_DECIDED = {"approved": _l("Approved"), "rejected": _l("Sent back"), "waiting": _l("Waits")}


def _approval_totals(rows: Rows, moment: AsOf) -> list[Total]:
    decided = Q(decided_at__lte=moment.at)
    found = rows.order_by().aggregate(
        n=Count("pk"),
        n_approved=Count("pk", decided & Q(approved=True)),
        n_rejected=Count("pk", decided & Q(approved=False)),
    )
    n, approved, rejected = found["n"], found["n_approved"], found["n_rejected"]
    by_code = {"approved": approved, "rejected": rejected, "waiting": n - approved - rejected}
    return [Total("rows", _("Rows"), n), *(Total(k, v, by_code[k]) for k, v in _DECIDED.items())]


APPROVALS = Register(
    key="approvals",
    title=_l("Approvals"),
    about=_l("Every plan that needed a second person: who proposed it, who decided, and when."),
    source=_l("Our four-eyes rule; GDPR Art. 5(2), 24"),
    icon="hand",
    columns=(
        Column("reference", _l("Case"), lambda a: a.plan.case.reference),
        Column("right", _l("Nature"), lambda a: a.plan.case.right, Kind.CODE, label(Right)),
        Column("plan", _l("Plan"), lambda a: a.plan.number, Kind.NUMBER),
        Column("plan_hash", _l("Plan's hash"), lambda a: a.plan_hash[:16], on_page=False, in_pdf=False),
        Column("proposed_on", _l("Proposed"), lambda a: a.proposed_on, Kind.DAY),
        Column("proposed_by", _l("By"), lambda a: initials(str(a.proposed_by))),
        Column("decided_on", _l("Decided"), lambda a: a.decided_on, Kind.DAY),
        Column("decided_by", _l("By"), lambda a: a.decider),
        Column("result", _l("Decision"), lambda a: a.result, Kind.CODE, lambda code: _DECIDED[code]),
    ),
    order=("-proposed_at", "-pk"),
    when="proposed_at",
    rows=_approvals,
    fill=_fill_approvals,
    filters=(
        Filter("regime", _l("Regime"), "plan__case__regime", Regime.choices),
        Filter("right", _l("Right"), "plan__case__right", Right.choices),
    ),
    totals=_approval_totals,
    control=lambda m: counted(
        "SELECT CASE WHEN decided_at IS NULL OR decided_at > %s THEN 'waiting' WHEN approved THEN 'approved'"
        " ELSE 'rejected' END, COUNT(*) FROM dsar_approval WHERE proposed_at <= %s GROUP BY 1",
        m.at,
        m.at,
    ),
    tally=lambda approval: str(approval.result),
    empty=_l("No plan was sent for approval until that day."),
)


def _letters(moment: AsOf) -> Rows:
    return Letter.objects.filter(created_at__lte=moment.at).defer("to", "body", "raw")


def _fill_letters(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.written_on, row.sent_on = moment.day(row.created_at), moment.day(row.sent_at)
        row.sent_hash = row.sha256 if row.sent_on else ""


def _letter_totals(rows: Rows, moment: AsOf) -> list[Total]:
    found = rows.order_by().aggregate(rows=Count("pk"), sent=Count("pk", Q(sent_at__lte=moment.at)))
    return [
        Total("rows", _("Rows"), found["rows"]),
        Total("sent", _("Sent"), found["sent"]),
        Total("unsent", _("Not sent"), found["rows"] - found["sent"]),
    ]


LETTERS = Register(
    key="letters",
    title=_l("Letters"),
    about=_l("Every letter by kind and version of its text; the bytes that left are known by their hash."),
    source=_l("GDPR Art. 5(2), 12"),
    icon="mail",
    columns=(
        Column("reference", _l("Case"), lambda one: one.reference),
        Column("written_on", _l("Written"), lambda one: one.written_on, Kind.DAY),
        Column("sent_on", _l("Sent"), lambda one: one.sent_on, Kind.DAY),
        Column("template", _l("Kind"), lambda one: one.template, Kind.CODE, label(Template)),
        Column("version", _l("Version"), lambda one: one.template_version),
        Column("language", _l("Language"), lambda one: one.language),
        Column("sha256", _l("Hash as sent"), lambda one: one.sent_hash, on_page=False, in_pdf=False),
    ),
    order=("-created_at", "-pk"),
    when="created_at",
    rows=_letters,
    fill=_fill_letters,
    filters=(Filter("template", _l("Kind"), "template", Template.choices),),
    totals=_letter_totals,
    control=lambda m: counted(
        "SELECT CASE WHEN sent_at IS NULL OR sent_at > %s THEN 'unsent' ELSE 'sent' END, COUNT(*)"
        " FROM correspondence_letter WHERE created_at <= %s GROUP BY 1",
        m.at,
        m.at,
    ),
    tally=lambda one: "sent" if one.sent_on else "unsent",
    empty=_l("No letter was written until that day."),
)


def _downloads(moment: AsOf) -> Rows:
    rows = Download.objects.filter(at__lte=moment.at).select_related("package__case")
    others = Count("package__redactions", Q(package__redactions__release=True))
    return rows.annotate(others=others).defer("package__key", "package__case__words")


def _fill_downloads(rows: Sequence[Any], moment: AsOf) -> None:
    for row in rows:
        row.on, row.result = moment.day(row.at), "served" if row.served else "refused"
        row.collected = sum((row.package.contents or {}).values())


_SERVED = {"served": _l("Given out"), "refused": _l("Refused")}


def _download_totals(rows: Rows, moment: AsOf) -> list[Total]:
    del moment
    plain = Download.objects.filter(pk__in=rows.order_by().values("pk"))
    found = plain.aggregate(n=Count("pk"), n_served=Count("pk", Q(served=True)))
    n, served = found["n"], found["n_served"]
    return [
        Total("rows", _("Rows"), n),
        Total("served", _("Given out"), served),
        Total("refused", _("Refused"), n - served),
    ]


DISCLOSURES = Register(
    key="disclosures",
    title=_l("Disclosures"),
    about=_l("Every attempt to fetch a package of personal data, given out or refused."),
    source=_l("GDPR Art. 15, 32"),
    icon="download",
    columns=(
        Column("reference", _l("Case"), lambda d: d.package.case.reference),
        Column("on", _l("Day"), lambda d: d.on, Kind.DAY),
        Column("result", _l("What happened"), lambda d: d.result, Kind.CODE, lambda code: _SERVED[code]),
        Column("reason", _l("Why refused"), lambda d: d.reason),
        Column("rows", _l("Rows in it"), lambda d: d.collected, Kind.NUMBER),
        Column("others", _l("Values about others"), lambda d: d.others, Kind.NUMBER),
        Column("sha256", _l("Hash of the package"), lambda d: d.package.sha256, on_page=False, in_pdf=False),
    ),
    order=("-at", "-pk"),
    when="at",
    rows=_downloads,
    fill=_fill_downloads,
    filters=(
        Filter("regime", _l("Regime"), "package__case__regime", Regime.choices),
        Filter("right", _l("Right"), "package__case__right", Right.choices),
    ),
    totals=_download_totals,
    control=lambda m: counted(
        "SELECT CASE WHEN served THEN 'served' ELSE 'refused' END, COUNT(*)"
        " FROM dsar_download WHERE at <= %s GROUP BY 1",
        m.at,
    ),
    tally=lambda download: str(download.result),
    empty=_l("No package was fetched until that day."),
)
