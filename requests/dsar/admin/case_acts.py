"""What staff can do to a case. Each act asks once, calls one service, and shows its refusal as it stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.admin_base import Act
from accounts.models import User
from accounts.services.audit import Actor
from accounts.services.stepup import is_stepped_up, step_up_url
from dsar.admin import clock_panel, forms, identity_acts, workspace
from dsar.admin.drafting import DRAFT
from dsar.admin.governance import overrides
from dsar.admin.governance.acts import CASE_ACTS
from dsar.admin.plan_table import Table
from dsar.enums import PackageStatus
from dsar.models import Case, Package
from dsar.rules.rights import ERASING
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, delivery, evidence, fulfilment, planning, rulings


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def _plan(request: HttpRequest, case: Case, _form: Any) -> str:
    planning.request_plan(case=case, **by(request))
    return _("The plan is being made. Nothing is changed by that.")


def _propose(request: HttpRequest, case: Case, _form: Any) -> str:
    plan = workspace.current_plan(case)
    if plan is None:
        raise NotAllowed(_("There is no plan yet. Make one first."))
    if planning.propose(plan=plan, **by(request)) is None:
        return _("It is being carried out now.")
    return _("Sent. A colleague who did not make the plan decides.")


def propose_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what the button does where one person is enough: the work begins, nobody else is asked."""
    del request
    if planning.needs_four_eyes(case.right):
        return {}
    return {
        "title": _("Carry this plan out?"),
        "explain": _("It begins at once. For this right nobody else has to approve."),
        "button": _("Carry it out"),
    }


def _block(request: HttpRequest, case: Case, form: Any) -> str:
    plan = workspace.current_plan(case)
    if plan is None:
        raise NotAllowed(_("There is no plan yet. Make one first."))
    planning.decide_block(plan=plan, **form.cleaned_data, **by(request))
    return _("Decided. It is left out, with your reason.")


def _decide(request: HttpRequest, case: Case, form: Any) -> str:
    _decided(request, case, form.cleaned_data["plan_hash"], approve=True, reason="")
    return _("Approved. It is being carried out now.")


def _return(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    _decided(request, case, data["plan_hash"], approve=False, reason=data["reason"])
    return _("Sent back with your question. Nothing was changed.")


def _decided(request: HttpRequest, case: Case, plan_hash: str, *, approve: bool, reason: str) -> None:
    plan = forms.waiting_plan(case)
    if plan is None:
        raise NotAllowed(_("No plan waits for a decision: it was decided or made again in the meantime."))
    planning.decide(plan=plan, plan_hash=plan_hash, approve=approve, reason=reason, **by(request))


def _assign(request: HttpRequest, case: Case, form: Any) -> str:
    assignee = form.cleaned_data["assignee"]
    cases.assign(case=case, assignee=assignee, **by(request))
    return (
        _("%(who)s handles the case now.") % {"who": assignee}
        if assignee
        else _("Nobody handles the case now.")
    )


def _language(request: HttpRequest, case: Case, form: Any) -> str:
    cases.change_language(case=case, language=form.cleaned_data["language"], **by(request))
    return _("The next letters to the person are in this language.")


def _note(request: HttpRequest, case: Case, form: Any) -> str:
    cases.add_note(case=case, text=form.cleaned_data["text"], **by(request))
    return _("The note is kept.")


def _letter(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    cases.write_letter(case=case, title=data["title"], body=data["body"], **by(request))
    return _("The letter goes out now and is kept as sent.")


def _withdraw(request: HttpRequest, case: Case, _form: Any) -> str:
    cases.withdraw(case=case, **by(request))
    return _("The request is withdrawn.")


def _close(request: HttpRequest, case: Case, form: Any) -> str:
    cases.close(case=case, outcome=form.cleaned_data["outcome"], **by(request))
    return _("The case is closed.")


def _retry(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    step = form.cleaned_data["step"]
    fulfilment.retry_step(step=step, **by(request))
    return _("%(system)s is tried again.") % {"system": step.system}


def _skip(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    fulfilment.skip_step(step=data["step"], reason=data["reason"], **by(request))
    return _("%(system)s is left out, with your reason.") % {"system": data["step"].system}


def _reprobe(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    step = form.cleaned_data["step"]
    fulfilment.reprobe(case_step=step, **by(request))
    return _("The portal looks into %(system)s again.") % {"system": step.system}


def _evidence(request: HttpRequest, case: Case, _form: Any) -> HttpResponse:
    made = evidence.build_bundle(case=case, **by(request))
    content = made.read_bytes() if isinstance(made, Path) else made
    name = f"evidence-{case.reference}.zip"
    return HttpResponse(
        content,
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _with_package(do: Callable[..., Any], said: Any, *wanted: str) -> Callable[[HttpRequest, Case, Any], str]:
    """Return an act on the newest package of a case in one of these states."""

    def run(request: HttpRequest, case: Case, _form: Any) -> str:
        found: Package | None = case.packages.filter(status__in=wanted).first()
        if found is None:
            raise NotAllowed(_("There is no package for that."))
        do(package=found, **by(request))
        return str(said)

    return run


def _plan_effects(table: Table) -> list[dict[str, Any]]:
    """Return what approving will do, a line an effect: how much, what, where."""
    total = table.total
    collects = table.plan.case.right not in ERASING
    lines = [
        ("found" if collects else "", total["found"], "eye", "info", _("rows are read for the answer")),
        ("delete", total["delete"], "trash", "danger", _("rows are deleted")),
        ("mask", total["mask"], "mask", "info", _("rows lose the person but stay")),
        ("keep", total["keep"], "lock", "warn", _("rows stay")),
    ]
    return [
        {"n": f"{n:,}", "icon": icon, "tone": tone, "what": what, "note": _where(table, name)}
        for name, n, icon, tone, what in lines
        if name and n
    ]


def _where(table: Table, name: str) -> str:
    if name == "keep":
        reasons = [remark.text for row in table.rows for remark in row.remarks if remark.icon == "lock"]
        if reasons:
            return " ".join(reasons[:4])
    return ", ".join(f"{row.name} {row.counts[name]:,}" for row in table.systems_with(name))


def decide_button(table: Table) -> str:
    """Return the words of the button: the act and its amount."""
    if table.plan.case.right not in ERASING:
        return _rows_in(table, "found", _("Collect %(rows)s in %(systems)s"))
    if not table.total["delete"]:
        return _rows_in(table, "mask", _("Mask %(rows)s in %(systems)s"))
    return _rows_in(table, "delete", _("Delete %(rows)s in %(systems)s"))


def _rows_in(table: Table, name: str, words: str) -> str:
    n, systems = table.total[name], len(table.systems_with(name))
    rows = ngettext("%(n)s row", "%(n)s rows", n) % {"n": f"{n:,}"}
    return words % {
        "rows": rows,
        "systems": ngettext("%(n)s system", "%(n)s systems", systems) % {"n": systems},
    }


def decide_context(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the exact effect of an approval, what the portal checked, and why there may be no button."""
    assert isinstance(request.user, User)
    plan = forms.waiting_plan(case)
    table = workspace.current_table(case) if plan else None
    if plan is None or table is None:
        return {"refused": _("No plan waits for a decision.")}
    approval = plan.approval
    own = approval.proposed_by_id == request.user.pk
    deletes = case.right in ERASING
    return {
        "title": _("Decide on %(ref)s") % {"ref": case.reference},
        "who": str(case.subject), "table": table, "approval": approval, "deletes": deletes,
        "effects": _plan_effects(table), "button": decide_button(table), "danger": deletes,
        "stepped_up": is_stepped_up(request),
        "step_up_url": step_up_url(request, back_to=request.get_full_path()),
        "changed": bool(request.POST.get("plan_hash")) and request.POST["plan_hash"] != plan.hash,
        "refused": _("You proposed this plan. Somebody else who may approve has to decide.") if own else "",
    }  # fmt: skip


def _review_page(case: Case) -> str:
    return reverse("admin:dsar_case_review", args=[case.pk])


def _wait(request: HttpRequest, case: Case) -> str:
    del request
    return "" if case.is_open else _("This case is closed.")


def _unfinished(request: HttpRequest, case: Case) -> str:
    if _wait(request, case) or cases.allowed_outcomes(case):
        return _wait(request, case) or (rulings.owed(case) if case.verified_at else "")
    return _("The work is not finished, so that no outcome would be true yet.")


def _failed(request: HttpRequest, case: Case) -> str:
    del request
    return "" if case.steps.filter(status="attention").exists() else _("No step of this case failed.")


def _unproved(request: HttpRequest, case: Case) -> str:
    del request
    return fulfilment.why_not_reprobe(case)


def _has(*wanted: str) -> Callable[[HttpRequest, Case], str]:
    def why_not(request: HttpRequest, case: Case) -> str:
        del request
        there = any(one.status in wanted for one in case.packages.all())
        return "" if there else _("There is no package for that.")

    return why_not


ACTS = (
    *identity_acts.ACTS,
    Act("plan", _l("Make the plan"), _plan, "dsar.plan_case", icon="eye", why_not=_wait,
        question=_l("Make the plan of this case?"),
        explain=_l("The portal looks into every system for this person and counts. It changes nothing.")),
    Act("block", _l("Go on without it"), _block, "dsar.plan_case", icon="minus",
        form=forms.BlockForm, danger=True,
        question=_l("Go on without this place?"), template="admin/dsar/case/block.html"),
    Act("propose", _l("Send the plan for approval"), _propose, "dsar.plan_case", icon="send", why_not=_wait,
        context=propose_context, question=_l("Send this plan for approval?"),
        explain=_l("A colleague who may approve decides on exactly this plan.")),
    Act("decide", _l("Decide on the plan"), _decide, "dsar.approve_case", icon="check", form=forms.DecideForm,
        danger=True, step_up=True, template="admin/dsar/case/decide.html", context=decide_context),
    Act("return", _l("Send the plan back"), _return, "dsar.approve_case", icon="prev", form=forms.ReturnForm,
        question=_l("Send this plan back?"),
        explain=_l("Who proposed it reads your question and makes it again.")),
    Act("retry", _l("Try the step again"), _retry, "dsar.change_step", icon="refresh", form=forms.StepForm,
        why_not=_failed),
    Act("skip", _l("Leave the system out"), _skip, "dsar.change_step", icon="minus", form=forms.SkipForm,
        danger=True, why_not=_failed, question=_l("Leave this system out?")),
    Act("reprobe", _l("Look again"), _reprobe, "dsar.change_step", icon="eye", form=forms.ProofForm,
        why_not=_unproved, question=_l("Look again whether anything is left?"),
        explain=_l("The portal looks for this person in the system once more. It changes nothing there.")),
    Act("assign", _l("Assign"), _assign, "dsar.assign_case", icon="person", form=forms.AssignForm,
        why_not=_wait, question=_l("Who handles this case?")),
    Act("language", _l("Change the language"), _language, "dsar.change_case", icon="person",
        form=forms.LanguageForm, why_not=_wait,
        question=_l("In which language do we write to the person?")),
    Act("note", _l("Add a note"), _note, "dsar.add_note", icon="flag", form=forms.NoteForm),
    Act("letter", _l("Write a letter"), _letter, "correspondence.add_letter", icon="send",
        form=forms.LetterForm, template="admin/dsar/case/letter.html",
        context=lambda _request, _case: {"button": _("Send the letter")}),
    DRAFT,
    Act("close", _l("Close the case"), _close, "dsar.close_case", icon="check", form=forms.CloseForm,
        why_not=_unfinished, question=_l("Close this case?"),
        explain=_l("The closing letter goes out. An outcome that claims more than was done is refused.")),
    Act("withdraw", _l("Record a withdrawal"), _withdraw, "dsar.close_case", icon="minus", danger=True,
        why_not=_wait, question=_l("Did the person withdraw this request?"),
        explain=_l("The case is closed as withdrawn and the person gets a letter about it.")),
    Act("complete", _l("Finish the review"), _with_package(
        delivery.complete_review, _l("The review is finished. It can be released."), PackageStatus.REVIEW),
        "dsar.review_package", icon="check", why_not=_has(PackageStatus.REVIEW), back=_review_page,
        question=_l("Finish the review?"),
        explain=_l("Values about other people that nobody decided on stay out of the package.")),
    Act("release", _l("Release the package"), _with_package(
        delivery.release, _l("Released. The person has a letter with the link."), PackageStatus.REVIEW),
        "dsar.release_package", icon="send", step_up=True, why_not=_has(PackageStatus.REVIEW),
        question=_l("Release the package to the person?"),
        explain=_l("The person gets a link that works for a limited time, after signing in again.")),
    Act("revoke", _l("Revoke the package"), _with_package(
        delivery.revoke, _l("Revoked. The link opens nothing any more."),
        PackageStatus.RELEASED, PackageStatus.EXPIRED),
        "dsar.release_package", icon="lock", danger=True,
        why_not=_has(PackageStatus.RELEASED, PackageStatus.EXPIRED),
        question=_l("Revoke the package?"), explain=_l("Nobody can download it from now on.")),
    Act("renew", _l("Renew the link"), _with_package(
        delivery.renew, _l("The link works again."), PackageStatus.RELEASED, PackageStatus.EXPIRED),
        "dsar.release_package", icon="refresh", why_not=_has(PackageStatus.RELEASED, PackageStatus.EXPIRED),
        question=_l("Renew the link of the package?")),
    clock_panel.EXTEND,
    clock_panel.CONFIRM,
    Act("evidence", _l("Download the evidence"), _evidence, "dsar.export_evidence", icon="download",
        step_up=True, question=_l("Download the evidence of this case?"),
        explain=_l("A ZIP that anybody can check without this portal. The download is recorded.")),
    *overrides.CASE_ACTS,
    *CASE_ACTS,
)  # fmt: skip
MORE = (
    "assign",
    "language",
    "draft",
    "verify",
    "reopen",
    "plan",
    "extend",
    "acknowledge",
    "correct-receipt",
    "override-pause",
    "close",
    "withdraw",
    "renew",
    "revoke",
    "evidence",
)
