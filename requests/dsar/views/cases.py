"""A person's own requests: the list, one with its timeline, its letters, taking one back."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dsar.forms.wording import right_words
from dsar.models import Case
from dsar.rules.transitions import NotAllowed
from dsar.services import cases
from dsar.views.cards import Card, card_of
from dsar.views.people import (
    PersonRequest,
    actor_of,
    acts_for,
    now_and_today,
    own_case,
    own_cases,
    person_required,
    private,
)
from dsar.views.story import on_paper, sent_letters, story_of

PER_PAGE = 20
MOST_FOR_OTHERS = 50


@person_required
@require_safe
def listing(request: PersonRequest) -> HttpResponseBase:
    """Show all requests, those in progress first."""
    now, today = now_and_today()
    shown = Paginator(own_cases(request).open_first(), PER_PAGE).get_page(request.GET.get("page"))
    cards = [card_of(case, now=now, today=today) for case in shown]
    waiting = any(card.can_download for card in cards)
    for_others = [
        {"row": one, "words": right_words(one.case.right)} for one in acts_for(request)[:MOST_FOR_OTHERS]
    ]
    page = {"nav": "requests", "cards": cards, "shown": shown, "waiting": waiting, "for_others": for_others}
    return private(render(request, "dashboard/requests.html", page))


@person_required
@require_safe
def status(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show one request: what goes on, when the answer comes and why then, what happened."""
    now, today = now_and_today()
    story = story_of(own_case(request, pk), now=now, today=today)
    return private(render(request, "dashboard/request_status.html", {"nav": "requests", **story}))


@person_required
@require_safe
def letter(request: PersonRequest, pk: uuid.UUID, letter: uuid.UUID) -> HttpResponseBase:
    """Show a letter of one's own case as it was sent."""
    case = own_case(request, pk)
    found = sent_letters(case).filter(pk=letter).first()
    if found is None:
        raise Http404("No such letter.")
    page = {"nav": "requests", "letter": found, "back": reverse("request_status", args=[case.pk]),
            "pdf": reverse("request_letter_pdf", args=[case.pk, found.pk])}  # fmt: skip
    return private(render(request, "dashboard/letter.html", page))


@person_required
@require_safe
def letter_pdf(request: PersonRequest, pk: uuid.UUID, letter: uuid.UUID) -> HttpResponseBase:
    """Hand out a letter of one's own case as PDF."""
    found = sent_letters(own_case(request, pk)).filter(pk=letter).first()
    if found is None:
        raise Http404("No such letter.")
    return private(on_paper(found))


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Ask once more, then take the request back."""
    case = own_case(request, pk)
    now, today = now_and_today()
    card = card_of(case, now=now, today=today)
    if request.method == "POST":
        return _withdraw(request, case, card)
    page = {"nav": "requests", "card": card, "case": case, "why_not": why_not_withdraw(case)}
    return private(render(request, "dashboard/withdraw.html", page))


def why_not_withdraw(case: Case) -> str:
    """Return why a case cannot be taken back any more, or the empty string."""
    return cases.why_not_withdraw(case)


def _withdraw(request: PersonRequest, case: Case, card: Card) -> HttpResponseBase:
    now, _today = now_and_today()
    try:
        cases.withdraw(case=case, actor=actor_of(request), now=now)
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You took the request back: %(title)s.") % {"title": card.title})
    return redirect("request_status", case.pk)
