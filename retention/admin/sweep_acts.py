"""What staff can do with a sweep: plan, approve, pause, go on, stop. Each page says first what happens."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.admin_base import Act, ActForm
from accounts.models import User
from accounts.services.stepup import is_stepped_up, step_up_url
from platforms.models import System
from retention.admin.words import by, rows_of, schedule_label, why_words
from retention.enums import StepAction, SweepState
from retention.models import Sweep, SweepStep
from retention.services import deciding

OPEN = (SweepState.WAITING, SweepState.PLANNED)


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), **more)


class ApproveForm(ActForm):
    """The plan that was seen, and why it is right."""

    plan_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = _text(_l("Why is this right?"), help_text=_l("Kept with the sweep. Without personal data."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["plan_sha256"] = self.obj.plan_sha256


class StopForm(ActForm):
    """Why it ends here."""

    reason = _text(_l("Why is it stopped?"))


class PlanForm(forms.Form):
    """Where is looked."""

    system = forms.ModelChoiceField(
        System.objects.none(), label=_l("System"), required=False, empty_label=_l("All systems in use")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["system"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = System.objects.filter(enabled=True).order_by("name")


def _approve(request: HttpRequest, sweep: Sweep, form: Any) -> str:
    deciding.approve(sweep=sweep, **form.cleaned_data, **by(request))
    return _("Approved. It is being carried out now.")


def _start(request: HttpRequest, sweep: Sweep, _form: Any) -> str:
    deciding.start(sweep=sweep, **by(request))
    return _("Started. It is being carried out now.")


def _pause(request: HttpRequest, sweep: Sweep, _form: Any) -> str:
    deciding.pause(sweep=sweep, **by(request))
    return _("It rests after the window that it is at.")


def _resume(request: HttpRequest, sweep: Sweep, _form: Any) -> str:
    deciding.resume(sweep=sweep, **by(request))
    return _("It goes on where it stopped.")


def _stop(request: HttpRequest, sweep: Sweep, form: Any) -> str:
    deciding.stop(sweep=sweep, reason=form.cleaned_data["reason"], **by(request))
    return _("Stopped. What is gone stays gone and proved.")


def effects(steps: list[SweepStep]) -> list[dict[str, Any]]:
    """Return what a plan will do, a line for each step."""
    return [
        {
            "n": f"{step.rows_due:,}", "masks": step.action == StepAction.MASK, "step": step,
            "schedule": schedule_label(step.schedule),
            "percent": round(step.rows_due * 100 / step.rows_before) if step.rows_before else 0,
        }
        for step in steps
    ]  # fmt: skip


def _systems(steps: list[SweepStep]) -> str:
    n = len({step.system_id for step in steps})
    return ngettext("%(n)s system", "%(n)s systems", n) % {"n": n}


def approve_context(request: HttpRequest, sweep: Sweep) -> dict[str, Any]:
    """Return the exact effect of an approval, what the portal checked, and why there may be no button."""
    assert isinstance(request.user, User)
    steps = list(sweep.steps.select_related("system"))
    said = {"rows": rows_of(sweep.rows_due), "systems": _systems(steps)}
    deletes = any(step.action == StepAction.DELETE for step in steps)
    button = (
        _("Remove %(rows)s from %(systems)s") if deletes else _("Empty fields in %(rows)s of %(systems)s")
    )
    return {
        "effects": effects(steps), "button": button % said, "why": why_words(sweep.why),
        "waits": sweep.state in OPEN, "stepped_up": is_stepped_up(request), "deletes": deletes,
        "held": sum(step.rows_held for step in steps),
        "step_up_url": step_up_url(request, back_to=request.get_full_path()),
        "changed": request.POST.get("plan_sha256", sweep.plan_sha256) != sweep.plan_sha256,
        "refused": why_not_approve(request, sweep),
    }  # fmt: skip


def why_not_approve(request: HttpRequest, sweep: Sweep) -> str:
    """Return why this user cannot approve it now, or nothing."""
    assert isinstance(request.user, User)
    if sweep.state not in OPEN:
        return _("This sweep waits for nobody any more.")
    if not sweep.why:
        return _("It is small enough to be started without approval.")
    if sweep.planned_by_id == request.user.pk:
        return _("You planned this sweep. Somebody else has to approve it.")
    return "" if sweep.rows_due else _("Nothing is due.")


def why_not_start(_request: HttpRequest, sweep: Sweep) -> str:
    """Return why it cannot be started without a second person, or nothing."""
    if sweep.state not in OPEN:
        return _("This sweep waits for nobody any more.")
    return _("Somebody has to approve this sweep.") if sweep.why else ""


def start_context(request: HttpRequest, sweep: Sweep) -> dict[str, Any]:
    """Return the exact effect of starting a sweep that needs no second person."""
    return {**approve_context(request, sweep), "refused": why_not_start(request, sweep)}


def _runs(_request: HttpRequest, sweep: Sweep) -> str:
    return "" if sweep.state == SweepState.RUNNING else _("This sweep does not run.")


def _rests(_request: HttpRequest, sweep: Sweep) -> str:
    return "" if sweep.state == SweepState.PAUSED else _("This sweep is not paused.")


def _ended(_request: HttpRequest, sweep: Sweep) -> str:
    ended = sweep.state in (SweepState.DONE, SweepState.STOPPED)
    return _("This sweep has ended already.") if ended else ""


def amount_context(_request: HttpRequest, sweep: Sweep) -> dict[str, Any]:
    """Return how far a sweep has come, for the pages that let it rest, go on or end."""
    done = sum(sweep.steps.values_list("rows_done", flat=True))
    return {
        "figures": [
            (_("Removed so far"), f"{done:,}"),
            (_("Still to be removed"), f"{max(sweep.rows_due - done, 0):,}"),
        ],
    }


ACT_PAGE = "admin/retention/sweep/act.html"
ACTS = (
    Act("approve", _l("Approve"), _approve, "retention.approve_sweep", icon="check", form=ApproveForm,
        danger=True, step_up=True, why_not=why_not_approve, template="admin/retention/sweep/approve.html",
        context=approve_context),
    Act("start", _l("Start"), _start, "retention.plan_sweep", icon="play", danger=True, step_up=True,
        why_not=why_not_start, template="admin/retention/sweep/approve.html", context=start_context),
    Act("pause", _l("Pause"), _pause, "retention.stop_sweep", icon="pause", why_not=_runs,
        question=_l("Let this sweep rest?"), template=ACT_PAGE, context=amount_context,
        explain=_l("It finishes the window that it is at, then nothing more is removed until somebody lets it"
                   " go on.")),
    Act("resume", _l("Go on"), _resume, "retention.stop_sweep", icon="play", why_not=_rests, danger=True,
        question=_l("Let this sweep go on?"), template=ACT_PAGE, context=amount_context,
        explain=_l("It removes the rest of what was approved, window by window. This cannot be undone.")),
    Act("stop", _l("Stop for good"), _stop, "retention.stop_sweep", icon="cross", form=StopForm, danger=True,
        why_not=_ended, question=_l("Stop this sweep for good?"), template=ACT_PAGE, context=amount_context,
        explain=_l("What is gone stays gone and proved. What is not gone yet stays until another sweep.")),
)  # fmt: skip
