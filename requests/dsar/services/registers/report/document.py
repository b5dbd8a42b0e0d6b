"""The quarterly report as PDF: findings, comparison, charts with their tables."""

from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.services.audit import Actor
from dsar.services.registers import exporting
from dsar.services.registers import pdf as documents
from dsar.services.registers.report.charts import Chart, charts
from dsar.services.registers.report.figures import Figures, figures
from dsar.services.registers.report.findings import comparison, findings
from dsar.services.registers.showing import figure


def pdf(now: Figures, before: Figures, *, made_at: datetime) -> bytes:
    """Return the report; the same figures and moment give the same bytes."""
    title = _("Data protection report %(quarter)s") % {"quarter": now.quarter}
    lines = comparison(now, before)
    data = documents.base(title, now.moment, made_at) | {
        "findings_title": _("What the quarter says"),
        "findings": [one.text for one in findings(now, before)],
        "comparison_title": _("Compared with the quarter before"),
        "comparison_head": [_("Figure"), str(now.quarter), str(before.quarter), _("Change")],
        "comparison": [[one.label, _unit(one.now, one.unit), _unit(one.before, one.unit), one.words]
                       for one in lines],
        "charts": [_chart(one) for one in charts(now)],
    }  # fmt: skip
    return documents.compiled("report.typ", data, moment=made_at)


def _unit(value: float | None, unit: str) -> str:
    return f"{figure(value)} {unit}".strip()


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "title": chart.title,
        "about": chart.about,
        "svg": render_to_string("registers/chart_print.svg", {"chart": chart}),
        "head": list(chart.head),
        "rows": [list(row) for row in chart.rows],
    }


def export(*, day: Any, actor: Actor, now: datetime) -> exporting.Exported:
    """Make, sign and record the report of a day's quarter. Raises NotAllowed for a day to come."""
    this, before = figures(day, now=now)
    content = pdf(this, before, made_at=now)
    about = {"quarter": str(this.quarter)}
    return exporting.export_document(
        name="report", moment=this.moment, about=about, content=content, rows=this.received, actor=actor,
        now=now,
    )  # fmt: skip
