"""Deciding about rows of a deletion that belong to others too: collection by collection, on one plan."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm
from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from config.profile.speaking import told
from dsar.admin import case_acts, workspace
from dsar.models import Case, Plan
from dsar.rules import held
from dsar.rules.transitions import NotAllowed
from dsar.services import holding


def draft_of(case: Any) -> Plan | None:
    """Return the plan about which something can be decided, with its case."""
    plan = workspace.current_plan(case)
    if plan is not None:
        plan.case = case
    return plan


def lines_of(plan: Plan | None) -> list[dict[str, Any]]:
    """Return the held rows of a plan: a line for each system, collection and kind, with what was decided."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    refusals = _refusals(plan)
    for system in plan.summary.get("systems", ()) if plan else ():
        for one in system.get("held", ()):
            line = found.setdefault(
                (one["collection"], one["kind"]),
                {
                    "system": system["name"], "collection": one["collection"], "kind": one["kind"],
                    "kind_label": held.KINDS[one["kind"]], "rows": 0, "open": 0, "decided": [],
                    "refused": refusals.get((one["collection"], one["kind"]), []),
                },
            )  # fmt: skip
            line["rows"] += one["rows"]
            if one["action"]:
                line["decided"].append(
                    {"rows": one["rows"], "label": held.LABELS[one["kind"]][one["action"]]} | one
                )
            else:
                line["open"] += one["rows"]
    return list(found.values())


def _refusals(plan: Plan | None) -> dict[tuple[str, str], list[str]]:
    """Return why decisions about held rows cannot be carried out, by collection and kind."""
    found: dict[tuple[str, str], list[str]] = {}
    systems = plan.summary.get("systems", ()) if plan else ()
    for block in (block for system in systems for block in system.get("blocked", ())):
        if block.get("line"):
            reason = told(block["reason"], active_profile().key)
            found.setdefault((block["line"], block["kind"]), []).append(reason)
    return found


class HeldForm(ActForm):
    """What is to become of the held rows: an action a line, with its reason."""

    plan_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = draft_of(self.obj)
        self.initial["plan_hash"] = plan.hash if plan else ""
        self.lines = lines_of(plan)
        for number, line in enumerate(self.lines):
            self._add(number, line)

    def _add(self, number: int, line: dict[str, Any]) -> None:
        choices = [("", _l("Leave it undecided: they stay")), *held.LABELS[line["kind"]].items()]
        self.fields[f"action{number}"] = forms.ChoiceField(
            label=_l("What is to become of them"), choices=choices, required=False
        )
        codes = [("", _l("Choose a reason")), *((code, text) for code, text in held.CODES.items())]
        self.fields[f"code{number}"] = forms.ChoiceField(
            label=_l("Reason, printed in the letter (when kept)"), choices=codes, required=False
        )
        self.fields[f"note{number}"] = forms.CharField(
            label=_l("Why (for the evidence, without personal data)"), max_length=300, required=False
        )
        names = ("action", "code", "note")
        line["fields"] = [self[f"{name}{number}"] for name in names]

    def decisions(self) -> list[holding.Decision]:
        """Return what was chosen."""
        data = self.cleaned_data
        return [
            holding.Decision(line["collection"], line["kind"], action, data[f"code{n}"], data[f"note{n}"])
            for n, line in enumerate(self.lines)
            if (action := data[f"action{n}"])
        ]


def _decide(request: HttpRequest, case: Case, form: Any) -> str:
    plan = draft_of(case)
    if plan is None:
        raise NotAllowed(_("There is no plan yet. Make one first."))
    given = form.cleaned_data["plan_hash"]
    holding.decide(plan=plan, plan_hash=given, decisions=form.decisions(), **case_acts.by(request))
    return _("Decided. The plan is being made again with it.")


def _why_not(request: HttpRequest, case: Case) -> str:
    del request
    plan = draft_of(case)
    return holding.why_not(plan) or ("" if lines_of(plan) else _("No rows of this plan are held."))


def _context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the samples of one line, when somebody who may see them asks for them."""
    assert isinstance(request.user, User)
    may_see = request.user.has_perm("dsar.view_redaction")
    collection, _colon, kind = request.GET.get("sample", "").partition(":")
    shown: dict[str, Any] = {"may_see": may_see, "sampled": collection, "sampled_kind": kind}
    plan = draft_of(case)
    if not (may_see and collection and plan and request.method == "GET"):
        return shown
    try:
        actor = Actor.of(request.user)
        shown["samples"] = holding.samples(plan=plan, collection=collection, kind=kind, actor=actor)
    except NotAllowed as refused:
        shown["sample_error"] = str(refused)
    return shown


ACT = Act(
    "held", _l("Decide about held rows"), _decide, "dsar.plan_case", icon="people", form=HeldForm,
    why_not=_why_not, template="admin/dsar/case/held.html", context=_context,
    question=_l("What is to become of rows that belong to others too?"),
    explain=_l(
        "Without a decision they stay as they are. A decision makes the plan again: it has to be approved"
        " with what you decide here, and the letter tells the person."
    ),
)  # fmt: skip
