"""Sweeps in the staff desk: what is due, who approved it, how far it came, and the proofs."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActsMixin, ReadOnlyAdmin, Tab
from accounts.templatetags.portal_ui import told
from config.jobs import JobStatus
from retention.admin import sweep_acts, words
from retention.enums import BatchState, StepMode, SweepOrigin, SweepState
from retention.models import Sweep, SweepProblem, SweepStep
from retention.services import deciding
from retention.services.deciding import SweepRefused
from retention.services.planning import plan_sweep
from retention.services.proving import check
from retention.services.telling import words_of

BATCHES = 50
PAGE = "admin/retention/sweep/"


@admin.register(Sweep)
class SweepAdmin(ActsMixin, ReadOnlyAdmin):
    """All sweeps, the newest first."""

    list_title = _l("Sweeps")
    list_display = ("number_", "state_", "as_of_", "due_", "done_", "why_", "by_")
    list_display_links = ("number_",)
    list_filter = ("origin", "system")
    list_select_related = ("system", "decided_by", "planned_by")
    ordering = ("-number",)
    tie_breaker = "number"
    acts = sweep_acts.ACTS
    refusals = (SweepRefused,)

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("all", _l("All"), lambda rows: rows),
            Tab("waiting", _l("Wait for approval"), lambda rows: rows.waiting()),
            Tab("open", _l("Open"), lambda rows: rows.open()),
            Tab("ended", _l("Ended"), lambda rows: rows.ended()),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add planning, the live part, and the batches of a step."""
        wrap = self.admin_site.admin_view
        return [
            path("plan/", wrap(self.plan_view), name="retention_sweep_plan"),
            path("<path:object_id>/live/", wrap(self.live_view), name="retention_sweep_live"),
            path("<path:object_id>/steps/<int:position>/", wrap(self.step_view), name="retention_sweep_step"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        told_ = {
            "may_plan": request.user.has_perm("retention.plan_sweep"), "empty_icon": "retention",
            "empty_title": _("No sweep yet"),
            "empty_text": _("One is planned every night. Plan one now to see what is due."),
        }  # fmt: skip
        return super().changelist_view(request, {**told_, **(extra_context or {})})

    def plan_view(self, request: HttpRequest) -> HttpResponse:
        """Ask where to look (GET), or count what is due there and store the plan (POST)."""
        if not request.user.has_perm("retention.plan_sweep"):
            raise PermissionDenied
        form = sweep_acts.PlanForm(
            request.POST if request.method == "POST" else None, initial=request.GET.dict()
        )
        if request.method == "POST" and form.is_valid():
            made = plan_sweep(
                origin=SweepOrigin.STAFF, system=form.cleaned_data["system"], **words.by(request)
            )
            if made.rows_due:
                messages.success(request, _("Planned. Nothing was changed: this is what is due."))
            else:  # an open sweep would keep the next night's from being planned
                deciding.start(sweep=made, **words.by(request))
                messages.success(request, _("Nothing is due."))
            return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Plan a sweep"), "form": form, "opts": self.opts, "waiting": Sweep.objects.open()[:5],
        }  # fmt: skip
        return TemplateResponse(request, f"{PAGE}plan.html", context, status=422 if form.errors else 200)

    def _seen(self, request: HttpRequest, object_id: str) -> Sweep:
        """Return the sweep; 404 when there is none, 403 when this user may not see it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if not isinstance(found, Sweep):
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one sweep as a workspace: what it removes, what is wrong, how far it came."""
        sweep = self._seen(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **part_of(sweep),
            "title": str(sweep), "opts": self.opts, "state": words.sweep_state(sweep),
            "why": words.why_words(sweep.why), "acts": self._todo(request, sweep),
            "problems": problems_of(sweep), "waits": sweep.state == SweepState.WAITING,
            "audit_url": _trail(request, sweep),
        }  # fmt: skip
        return TemplateResponse(request, f"{PAGE}page.html", context)

    def _todo(self, request: HttpRequest, sweep: Sweep) -> list[dict[str, Any]]:
        """Return what this user may do; the first that can be done now is the main one."""
        found: list[dict[str, Any]] = []
        for act in self.acts:
            why_not = act.why_not(request, sweep)
            # An act of another state is left out; an approval that this person may not give says why.
            if self.may(request, act.key) and (
                not why_not or (act.key == "approve" and sweep.state == SweepState.WAITING)
            ):
                found.append(
                    {
                        "label": act.label,
                        "icon": act.icon,
                        "url": self.act_url(sweep, act.key),
                        "why_not": why_not,
                        "primary": not found and not why_not,
                    }
                )
        return found

    def live_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the table of the steps alone; without `data-live` when the work has come to rest."""
        sweep = self._seen(request, object_id)
        part = part_of(sweep)
        response = TemplateResponse(
            request, f"{PAGE}steps.html", {**part, "came_to_rest": not part["moving"]}
        )
        response["Cache-Control"] = "no-store"
        return response

    def step_view(self, request: HttpRequest, object_id: str, position: int) -> HttpResponse:
        """Show the windows of a step, the newest first, each with its root and the event that holds it."""
        sweep = self._seen(request, object_id)
        step = sweep.steps.select_related("system").filter(position=position).first()
        if step is None:
            raise Http404
        rows = step.batches.order_by("-number")
        before = request.GET.get("before", "")
        rows = rows.filter(number__lt=int(before)) if before.isdecimal() and len(before) < 10 else rows
        found = list(rows[: BATCHES + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": step.collection, "opts": self.opts, "sweep": sweep, "step": step,
            "schedule": words.schedule_label(step.schedule), "state": words.step_state(step),
            "batches": [_batch(one) for one in found[:BATCHES]], "back_url": self.page_url(sweep),
            "older": found[BATCHES - 1].number if len(found) > BATCHES else None,
            "may_audit": request.user.has_perm("accounts.view_auditevent"),
        }  # fmt: skip
        return TemplateResponse(request, f"{PAGE}step.html", context)

    @admin.display(description=_l("Sweep"))
    def number_(self, row: Sweep) -> SafeString:
        """Return its number, and where it looks."""
        where = told(row.system.name) if row.system else _("All systems")
        return format_html("<span>{}<small>{}</small></span>", row, where)

    @admin.display(description=_l("State"))
    def state_(self, row: Sweep) -> SafeString:
        """Return where it stands."""
        return words.sweep_state(row)

    @admin.display(description=_l("As of"))
    def as_of_(self, row: Sweep) -> str:
        """Return the day on which the periods were looked at."""
        return words.on_day(row.as_of_on)

    @admin.display(description=_l("Due"))
    def due_(self, row: Sweep) -> str:
        """Return how many rows were due."""
        return words.rows_of(row.rows_due)

    @admin.display(description=_l("Removed"))
    def done_(self, row: Sweep) -> str:
        """Return how many rows went."""
        return _("%(n)s removed") % {"n": f"{row.rows_done:,}"}

    @admin.display(description=_l("Needs approval for"))
    def why_(self, row: Sweep) -> str:
        """Return why it waits for somebody."""
        return ", ".join(str(words.WHY_SHORT[code]) for code in row.why if code in words.WHY_SHORT) or "–"

    @admin.display(description=_l("Approved by"))
    def by_(self, row: Sweep) -> str:
        """Return who approved it."""
        if row.decided_by:
            return str(row.decided_by)
        return _("not needed") if not row.why else "–"


def part_of(sweep: Sweep) -> dict[str, Any]:
    """Return what the live part shows: the steps by system, and whether something moves."""
    steps = list(sweep.steps.select_related("system").order_by("system__name", "position"))
    groups = [
        {"system": system, "rows": [_row(step) for step in found]}
        for system, found in groupby(steps, key=lambda step: step.system)
    ]
    done = sum(step.rows_done for step in steps)
    return {
        "sweep": sweep, "groups": groups, "done": done, "held": sum(step.rows_held for step in steps),
        "moving": sweep.state == SweepState.RUNNING and sweep.status != JobStatus.ATTENTION,
        "stuck": sweep.last_error if sweep.status == JobStatus.ATTENTION else "",
        "ran": sweep.state not in sweep_acts.OPEN,
    }  # fmt: skip


def _row(step: SweepStep) -> dict[str, Any]:
    return {
        "step": step, "schedule": words.schedule_label(step.schedule), "state": words.step_state(step),
        "persons": step.mode == StepMode.PERSONS, "bar": min(step.rows_done, step.rows_due),
        "percent": round(step.rows_due * 100 / step.rows_before) if step.rows_before else 0,
    }  # fmt: skip


def problems_of(sweep: Sweep) -> list[dict[str, Any]]:
    """Return what is wrong, each with its words and what to do next."""
    return [_problem(one) for one in sweep.problems.select_related("system").order_by("kind", "collection")]


def _problem(one: SweepProblem) -> dict[str, Any]:
    return {
        "row": one, "says": words_of(one), "next": words.NEXT[one.kind],
        "schedule": words.schedule_label(one.schedule) if one.schedule else "",
    }  # fmt: skip


def _batch(one: Any) -> dict[str, Any]:
    proved = one.state == BatchState.DONE
    return {"row": one, "holds": check(one) if proved else None}


def _trail(request: HttpRequest, sweep: Sweep) -> str:
    if not request.user.has_perm("accounts.view_auditevent"):
        return ""
    return f"{reverse('admin:accounts_auditevent_changelist')}?q={sweep.pk}"
