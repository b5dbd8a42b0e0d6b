"""What a case tells its owner besides its course: an open question, why something was declined, who acts."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.services.audit import ANONYMOUS, Actor
from config.profile import active_profile
from dsar.enums import DecisionKind
from dsar.forms.people import AnswerForm
from dsar.models import Case, Clarification, Decision
from dsar.rules import refusals
from dsar.rules.transitions import NotAllowed
from dsar.services import addresses, clarifying, links, rulings
from dsar.views.people import PersonRequest, actor_of, now_and_today, own_case, person_required

_DECLINING = (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL, DecisionKind.DUPLICATE)


def of(case: Case, *, by_link: bool) -> dict[str, Any]:
    """Return what the page of a case shows; `by_link`: no name and no words of anybody."""
    asked = case.clarifications.filter(answered_at=None).first()
    somebody = addresses.acting(case)
    return {
        "question": _question(asked, case, by_link=by_link) if asked and case.is_open else None,
        "declined": _declined(case),
        "fee": rulings.approved(case, DecisionKind.FEE) if case.is_open else None,
        "acts": {
            "as": somebody.get_acts_as_display(),
            "name": "" if by_link else somebody.name,
            "row": somebody,
        }
        if somebody
        else None,
    }


def _question(asked: Clarification, case: Case, *, by_link: bool) -> dict[str, Any]:
    way = [case.pk, links.key_of(case.pk)] if by_link else [case.pk]
    name = "public_answer" if by_link else "request_answer"
    return {
        "text": "" if by_link else asked.question,
        "asked_at": asked.asked_at,
        "url": reverse(name, args=way),
        "pauses": clarifying.pauses(case),
    }


def _declined(case: Case) -> dict[str, Any] | None:
    """Return why something was declined, in the sentences of the grounds, and what can be done about it."""
    decision: Decision | None = rulings.approved(case, *_DECLINING)
    if decision is None:
        return None
    profile = active_profile()
    return {
        "whole": decision.kind != DecisionKind.PART_REFUSAL,
        "why": [refusals.CODES[key].says for key in decision.codes if key in refusals.CODES],
        "remedies": [profile.letters.complaint_route, profile.letters.court_remedy],
    }


def _answer(request: HttpRequest, case: Case, actor: Actor) -> None:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["text"][0]))
        return
    now, _today = now_and_today()
    try:
        clarifying.answer(case=case, text=form.cleaned_data["text"], actor=actor, received_at=now, now=now)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Thank you. We have your answer, and the time counts again."))


@person_required
@require_POST
def answer(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Take the answer of somebody who is signed in to our open question."""
    case = own_case(request, pk)
    _answer(request, case, actor_of(request))
    return redirect("request_status", case.pk)


def answer_by_link(request: HttpRequest, case: Case, key: str) -> HttpResponseBase:
    """Take the answer of somebody without an account to our open question."""
    _answer(request, case, ANONYMOUS)
    return redirect("public_status", case.pk, key)
