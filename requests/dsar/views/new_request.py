"""A new request in three steps. Each step is its own URL; what was typed is kept between them."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import DataSubject
from accounts.services import stepup
from config.profile import Profile, active_profile
from dsar.enums import CaseStatus, Channel, Right
from dsar.forms.asked import LISTS, TYPED, summary_of
from dsar.forms.people import DataForm, RightForm
from dsar.forms.places import place_name, split_place
from dsar.forms.wording import RIGHTS, STEP_UP_RIGHTS, right_words
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import clocks, intake, subjects
from dsar.views import drafts
from dsar.views.people import (
    PersonRequest,
    View,
    actor_of,
    now_and_today,
    own_cases,
    person_required,
    private,
)

STEPS = 3


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_right(request: PersonRequest) -> HttpResponseBase:
    """Step 1: what do you want us to do?"""
    profile = active_profile()
    offered = offered_rights(profile, subjects.subject_for(request.user))
    draft = drafts.load(request)
    initial = {"right": draft.get("right") or request.GET.get("right", "")}
    form = RightForm(request.POST if request.method == "POST" else None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        drafts.keep(request, right=form.cleaned_data["right"])
        return redirect("request_data")
    choices = [(right, RIGHTS[right]) for right in RIGHTS if right in offered]
    return _step(request, 1, form=form, choices=choices)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_data(request: PersonRequest) -> HttpResponseBase:
    """Step 2: which data do you mean, and what helps us find them?"""
    draft = drafts.load(request)
    if not draft.get("right"):
        return redirect("request_new")
    right, profile = Right(draft["right"]), active_profile()
    subject = subjects.subject_for(request.user)
    shape: dict[str, Any] = {"right": right, "profile": profile, "ask_place": not subject.country}
    if request.method == "POST" and "back" in request.POST:
        drafts.keep(request, **_as_typed(request))
        return redirect("request_new")
    form = DataForm(
        request.POST if request.method == "POST" else None, initial={"which": "all"} | draft, **shape
    )
    if request.method == "POST" and form.is_valid():
        drafts.keep(request, checked=right.value, **form.cleaned_data)
        return redirect("request_send")
    page = {"form": form, "right": right, "words": right_words(right), "stays": _stays(profile, right)}
    return _step(request, 2, asks_password=_asks_password(request, right), **page)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: PersonRequest) -> HttpResponseBase:
    """Step 3: check and send. What reveals, changes or destroys data needs the password again."""
    draft = drafts.load(request)
    if not draft.get("right") or draft.get("checked") != draft["right"]:
        return redirect("request_new")
    if draft["right"] in STEP_UP_RIGHTS:
        return _send_confirmed(request, draft)
    return _send(request, draft)


def _send(request: PersonRequest, draft: dict[str, Any]) -> HttpResponse:
    """Show the summary, or open the case."""
    if request.method == "POST":
        return _sent(request, draft)
    right = Right(draft["right"])
    subject = subjects.subject_for(request.user)
    country, region = _place(subject, draft)
    profile = active_profile()
    now, _today = now_and_today(profile)
    labels = {category.key: category.label for category in profile.categories}
    page = {
        "right": right,
        "words": right_words(right),
        "draft": draft,
        "scope": [labels[key] for key in draft.get("scope", []) if key in labels],
        "place": place_name(country, region),
        "answer": clocks.answer_date(right=right, country=country, region=region, received_at=now, now=now),
        "same": _same_open(request, right),
        "asked": summary_of(right, draft),
    }
    return _step(request, 3, **page)


_send_confirmed: View = stepup.step_up_required(_send)


def _sent(request: PersonRequest, draft: dict[str, Any]) -> HttpResponse:
    """Open the case once, however often the button was pressed; when the rules forbid it, say why."""
    if not drafts.claim(request):
        return redirect("requests")
    try:
        case = _open(request, draft)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
        drafts.keep(request, checked="")
        return redirect("request_new")
    drafts.drop(request)
    return redirect("request_status", case.pk)


@transaction.atomic
def _open(request: PersonRequest, draft: dict[str, Any]) -> Case:
    now, _today = now_and_today()
    subject = subjects.subject_for(request.user)
    if not subject.country and draft.get("place"):
        country, region = split_place(draft["place"])
        subjects.set_place(subject=subject, country=country, region=region, actor=actor_of(request))
    return intake.open_case(
        subject=subject,
        right=Right(draft["right"]),
        channel=Channel.DASHBOARD,
        received_at=now,
        actor=actor_of(request),
        now=now,
        words=draft.get("words", ""),
        scope=tuple(draft.get("scope", ())),
        language=get_language() or "en",
        asked=intake.Asked.from_form(draft),
    )


def offered_rights(profile: Profile, subject: DataSubject) -> list[Right]:
    """Return the rights that the profile offers where the person lives and that the portal has a form for."""
    regime = profile.regime_for(subject.country or None, subject.region or None)
    return [Right(key) for key in profile.rights_for(regime) if key in Right.values]


def _place(subject: DataSubject, draft: dict[str, Any]) -> tuple[str, str]:
    return (subject.country, subject.region) if subject.country else split_place(draft.get("place", ""))


def _as_typed(request: PersonRequest) -> dict[str, Any]:
    """Return the answers of step 2 without checking them, so that going back loses nothing."""
    names = ("which", "words", "place", *TYPED)
    fields = {name: request.POST[name] for name in names if name in request.POST}
    lists = {name: request.POST.getlist(name) for name in ("scope", *LISTS) if name in request.POST}
    return {"scope": []} | fields | lists | {"checked": ""}


def _stays(profile: Profile, right: Right) -> list[str]:
    """Return why some data stay although the person asks for deletion: from the schedules, never typed."""
    if right != Right.DELETION:
        return []
    return [schedule.reason for schedule in profile.schedules if schedule.action == "keep"]


def _asks_password(request: PersonRequest, right: Right) -> bool:
    return right in STEP_UP_RIGHTS and not stepup.is_stepped_up(request)


def _same_open(request: PersonRequest, right: Right) -> Case | None:
    """Return an open request for the same thing: sending a second one is allowed, but seldom meant."""
    closed = [CaseStatus.CLOSED, CaseStatus.DELIVERED]
    return own_cases(request).filter(right=right).exclude(status__in=closed).first()


def _step(request: PersonRequest, number: int, **page: Any) -> HttpResponse:
    page |= {"nav": "requests", "step": number, "steps": [_("What"), _("Which data"), _("Check and send")]}
    return private(render(request, f"dashboard/request_new_{number}.html", page))
