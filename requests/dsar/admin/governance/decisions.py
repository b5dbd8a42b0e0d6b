"""The register of decisions, and the page on which a second person decides."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, Tab
from accounts.models import User
from accounts.services.stepup import is_stepped_up, step_up_url
from accounts.templatetags.portal_ui import badge
from dsar.admin.governance import forms
from dsar.admin.governance.acts import by
from dsar.admin.governance.base import Fact, RegisterAdmin, give_file, has_file, on_day, to_case, when
from dsar.enums import DecisionKind
from dsar.models import Decision
from dsar.rules import refusals
from dsar.services import decisions, rulings


def _approve(request: HttpRequest, decision: Decision, _form: Any) -> str:
    decisions.approve(decision=decision, **by(request))
    return _("Approved. The letter goes out now.")


def _return(request: HttpRequest, decision: Decision, form: Any) -> str:
    decisions.send_back(decision=decision, reason=form.cleaned_data["reason"], **by(request))
    return _("Sent back with your question. The person was told nothing.")


def _paid(request: HttpRequest, decision: Decision, form: Any) -> str:
    decisions.record_payment(decision=decision, evidence=form.cleaned_data["how"], **by(request))
    return _("The payment is recorded.")


def _may_decide(request: HttpRequest, decision: Decision) -> str:
    assert isinstance(request.user, User)
    return decisions.may_decide(decision, request.user)


def _unpaid(_request: HttpRequest, decision: Decision) -> str:
    asked = decision.kind == DecisionKind.FEE and decision.status == "approved" and not decision.paid_on
    return "" if asked else _("No fee is open here.")


def decision_context(request: HttpRequest, decision: Decision) -> dict[str, Any]:
    """Return what will be said to the person, on which grounds, and who may decide."""
    case, (title, body) = decision.case, rulings.preview(decision)
    late = decisions.is_late(case, timezone.now())
    unexplained = late and decision.kind in _REFUSING and not decision.late_reason
    refused = _may_decide(request, decision)
    if unexplained and not refused:
        refused = _("It comes late and does not say why. Send it back: the letter needs a word about that.")
    return {
        "decision": decision, "case": case, "letter_title": title, "letter_body": body,
        "grounds": _grounds(decision), "refuse_by": rulings.refuse_by(case), "late": late,
        "refused": refused, "unexplained": unexplained, "stepped_up": is_stepped_up(request),
        "step_up_url": step_up_url(request, back_to=request.get_full_path()),
        "closes": decision.kind in (DecisionKind.REFUSAL, DecisionKind.DUPLICATE),
        "button": _BUTTONS[DecisionKind(decision.kind)],
    }  # fmt: skip


def _grounds(decision: Decision) -> list[dict[str, Any]]:
    codes = [refusals.CODES[key] for key in decision.codes if key in refusals.CODES]
    regime = decision.case.regime
    return [
        {
            "title": c.title,
            "key": c.key,
            "evidence": c.evidence,
            "source": c.source(regime) or _("our policy"),
        }
        for c in codes
    ]


_REFUSING = (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL)
_BUTTONS = {
    DecisionKind.REFUSAL: _l("Refuse and send the letter"),
    DecisionKind.PART_REFUSAL: _l("Refuse this part and send the letter"),
    DecisionKind.FEE: _l("Ask for the fee and send the letter"),
    DecisionKind.DUPLICATE: _l("Close as a repeat and send the letter"),
}


@admin.register(Decision)
class DecisionAdmin(RegisterAdmin):
    """Refusals, fees and duplicates, those that wait first."""

    list_display = ("kind_", "case_", "codes_", "status_", "proposed_")
    list_display_links = ("kind_",)
    list_filter = ("kind",)
    list_select_related = ("case", "proposed_by", "decided_by")
    ordering = ("-proposed_at",)
    list_title = _l("Decisions")
    page = "admin/dsar/governance/decision.html"
    acts = (
        Act("approve", _l("Decide"), _approve, "dsar.approve_decision", icon="check", step_up=True,
            danger=True,
            why_not=_may_decide, template="admin/dsar/governance/decide.html", context=decision_context,
            back=to_case),
        Act("return", _l("Send back with a question"), _return, "dsar.approve_decision", icon="prev",
            form=forms.ReasonForm, why_not=_may_decide, question=_l("What should be different?"),
            back=to_case),
        Act("paid", _l("Record the payment"), _paid, "dsar.approve_officer_decision", icon="check",
            form=forms.HowForm, why_not=_unpaid, question=_l("Which evidence shows the payment?"),
            back=to_case),
        Act("evidence", _l("Download the evidence"), give_file, "dsar.view_decision", icon="download",
            why_not=has_file, question=_l("Download the evidence of this decision?")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        user = request.user
        return [
            Tab("waiting", _l("Waiting"), lambda rows: rows.filter(status="proposed")),
            Tab(
                "mine",
                _l("For me"),
                lambda rows: rows.filter(status="proposed").exclude(proposed_by_id=user.pk),
            ),
            Tab("approved", _l("Approved"), lambda rows: rows.filter(status="approved")),
            Tab("returned", _l("Sent back"), lambda rows: rows.filter(status="returned")),
        ]

    def facts(self, row: Decision) -> list[Fact]:
        """Return who proposed and decided, and the particulars of its kind."""
        fee = f"{row.amount} {row.currency}, {row.computed}" if row.amount is not None else ""
        return [
            (_("Proposed"), f"{row.proposed_by}, {when(row.proposed_at)}"),
            (_("Decided"), f"{row.decided_by}, {when(row.decided_at)}" if row.decided_by else ""),
            (_("Sent back because"), row.return_reason), (_("Part"), row.refused_part),
            (_("Data go on"), on_day(row.release_on)), (_("Fee"), fee), (_("Paid"), on_day(row.paid_on)),
            (_("Repeats"), row.repeats.reference if row.repeats else ""), (_("Evidence"), row.proof_name),
        ]  # fmt: skip

    def more(self, request: HttpRequest, row: Decision) -> dict[str, Any]:
        """Return the letter and the grounds."""
        return decision_context(request, row)

    @admin.display(description=_l("Decision"))
    def kind_(self, row: Decision) -> str:
        """Return what it decides."""
        return row.get_kind_display()

    @admin.display(description=_l("Grounds"))
    def codes_(self, row: Decision) -> SafeString:
        """Return the codes."""
        return format_html('<span class="mono">{}</span>', ", ".join(row.codes))

    @admin.display(description=_l("State"))
    def status_(self, row: Decision) -> SafeString:
        """Return the state as a badge."""
        return badge(
            row.get_status_display(), "", {"proposed": "approval", "returned": "warn"}.get(row.status, "done")
        )

    @admin.display(description=_l("Proposed"))
    def proposed_(self, row: Decision) -> str:
        """Return by whom and when."""
        return f"{row.proposed_by}, {when(row.proposed_at)}"
