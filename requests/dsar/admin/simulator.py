"""The deadline simulator: any clock, asked by a form, answered by the same rules as cases."""

import json
from datetime import date
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.profile import active_profile
from dsar.forms.clock import SimulatorForm
from dsar.rules.clocks import Calendars, Evaluation
from dsar.services.clocks import calendars, speaking
from dsar.services.reckoning import answering, asking
from dsar.services.reckoning.asking import BadQuestion, Question

WIDTH, LEFT, RIGHT, MIDDLE, EDGE = 480, 8, 8, 34, 40


def view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """Ask (no query), or answer the question in the address: it can be sent to a colleague."""
    if not request.user.has_perm("dsar.view_case"):
        raise PermissionDenied
    form = _form(request)
    found: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        found = _answered(form)
    status = 422 if form.is_bound and form.errors else 200
    context = {**site.each_context(request), "title": _("Deadline simulator"), "form": form, **found}
    return TemplateResponse(request, "admin/dsar/clock/simulator.html", context, status=status)


def _form(request: HttpRequest) -> SimulatorForm:
    profile = active_profile()
    start = {
        "received_on": timezone.localdate(), "reckoning_tz": profile.clocks.zone, "received_time": "12:00",
        "profile": profile.key, "regime": profile.regimes.unknown_country.value,
        "holiday_calendar": "NONE",
    }  # fmt: skip
    more = {"profile_key": profile.key, "profile_name": profile.identity.trade_name}
    return SimulatorForm(request.GET, **more) if request.GET else SimulatorForm(initial=start, **more)


def _answered(form: SimulatorForm) -> dict[str, Any]:
    asked = form.question()
    try:
        question = asking.read(asked, known=calendars.codes)
        made = answering.evaluated(question, _calendars(question))
    except BadQuestion as fault:
        form.add_error(
            fault.key if fault.key in form.fields else None,
            " ".join((fault.problem, fault.remedy)),
        )
        return {}
    return {
        "made": made,
        "headline": headline(made),
        "facts": facts(made),
        "why": speaking.said(made.steps),
        "drawing": drawing(made),
        "asked": json.dumps(asked, indent=2, ensure_ascii=False),
    }


def _calendars(question: Question) -> Calendars:
    inputs = question.inputs
    return calendars.current((inputs.calendar, inputs.region_calendar, "US-FED", "US-CA"))


def headline(made: Evaluation) -> date | None:
    """Return the date that the question was about."""
    return made.due_on or made.keep_through or made.not_before or made.effective_on


def facts(made: Evaluation) -> list[tuple[str, Any]]:
    """Return the dates that apply, each with its name."""
    named: list[tuple[str, Any]] = [
        (_("Day of receipt"), made.local_date),
        (_("The time begins"), made.start_on if made.start_on != made.local_date else None),
        (_("By law"), made.statutory_on),
        (_("By promise"), made.promised_on),
        (_("By the platform's terms"), made.platform_on),
        (_("Careful date, over all readings"), made.conservative_on),
        (_("Last day to say that we need longer"), made.last_day_to_extend),
        (_("Last day to refuse"), made.refusal_by_on),
        (_("Kept through"), made.keep_through),
        (_("Deleted from"), made.delete_from),
        (_("Not before"), made.not_before),
        (_("In force at the earliest"), made.effective_on),
    ]
    dates = [(name, date_format(on, "D j M Y")) for name, on in named if on]
    if made.due_at and made.obligation == "breach_72h":
        dates.append((_("Last moment"), made.due_at.strftime("%Y-%m-%d %H:%M %Z")))
    words = {True: _("yes"), False: _("no")}
    if made.extension_valid is not None:
        dates.append((_("Longer time holds"), words[made.extension_valid]))
    if made.pause_valid is not None:
        dates.append((_("The questions stop the time"), words[made.pause_valid]))
    return dates


def drawing(made: Evaluation) -> dict[str, Any]:
    """Return a small line with the dates on it: every figure an attribute, nothing styled."""
    points: list[tuple[date | None, str, str]] = [
        (made.local_date, _("Received"), "m-dot"),
        (made.start_on if made.start_on != made.local_date else None, _("Begins"), "m-dot"),
        (made.conservative_on if made.conservative_on != made.due_on else None, _("Careful"), "m-warn"),
        (made.promised_on if made.promised_on != made.due_on else None, _("Promise"), "m-info"),
        (made.statutory_on if made.statutory_on != made.due_on else None, _("Law"), "m-info"),
        (headline(made), _("Due") if made.due_on else _("Date"), "m-due"),
    ]
    known = sorted((on, label, kind) for on, label, kind in points if on)
    span = max((known[-1][0] - known[0][0]).days, 1)
    scale = (WIDTH - LEFT - RIGHT) / span
    dots = [
        _dot(round(LEFT + (on - known[0][0]).days * scale), on, label, kind, number)
        for number, (on, label, kind) in enumerate(known, 1)
    ]
    said = ", ".join(f"{one['label']} {date_format(one['on'], 'j M Y')}" for one in dots)
    return {"w": WIDTH, "y": MIDDLE, "left": LEFT, "right": WIDTH - RIGHT, "dots": dots, "said": said}


def _dot(x: int, on: date, label: str, kind: str, number: int) -> dict[str, Any]:
    """Return one date of the drawing; labels near an end stay inside, neighbours stand above and below."""
    anchor = "start" if x < EDGE else "end" if x > WIDTH - EDGE else "middle"
    return {"x": x, "on": on, "label": label, "kind": kind, "n": number, "anchor": anchor}
