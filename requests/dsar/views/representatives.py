"""Asking for somebody else: agents, parents, guardians, heirs, lawyers; signed in or not."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from config.profile import active_profile
from dsar.enums import MandateStatus
from dsar.forms.people import ForSomebodyForm, MandateForm, OwnForSomebodyForm
from dsar.forms.places import split_place
from dsar.forms.wording import right_words
from dsar.models import Representative
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.services import limits, representation, representing
from dsar.services.representing import Claim, Person
from dsar.views.people import (
    PersonRequest,
    actor_of,
    acts_for,
    address_of,
    now_and_today,
    person_required,
    private,
)
from dsar.views.public import rights_for_anybody

SAID = ("acts_as", "organisation", "person_age", "jurisdiction", "gets_letters", "gets_package")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Show the form and take it. A robot that fills the trap gets the same answer as everybody."""
    profile = active_profile()
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ForSomebodyForm(*posted, offered=rights_for_anybody(profile), profile=profile)
    if request.method == "POST" and form.is_valid() and _taken(request, form):
        return redirect("public_for_somebody_sent")
    status = 422 if form.is_bound else 200
    return private(render(request, "public/for_somebody.html", {"form": form}, status=status))


def _taken(request: HttpRequest, form: ForSomebodyForm) -> bool:
    """Open the case; what forbids it is told at the form, and nothing typed is lost."""
    if form.caught:
        return True
    data = form.cleaned_data
    return _opened(request, form, rights=[data["right"]], who=(data["name"], data["email"]))


def _opened(
    request: HttpRequest, form: ForSomebodyForm, *, rights: list[str], who: tuple[str, str],
    account: User | None = None,
) -> bool:  # fmt: skip
    """Open the cases; what forbids it is told at the form, and nothing is lost. `who`: name, address."""
    data, (now, _today) = form.cleaned_data, now_and_today()
    country, region = split_place(data["place"])
    said = {name: data[name] for name in SAID}
    try:
        representing.open_for_somebody(
            claim=Claim(name=who[0], email=who[1], account=account, **said),
            person=Person(data["person_name"], data["person_email"], country, region),
            rights=rights, words=data["words"], file=data["file"], language=get_language() or "en", now=now,
            address=address_of(request),
        )  # fmt: skip
    except (limits.TooManyAttempts, NotAllowed) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponseBase:
    """Say what comes next; the same to everybody."""
    return private(render(request, "public/for_somebody_sent.html"))


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_signed_in(request: PersonRequest) -> HttpResponseBase:
    """Take the same from somebody who is signed in; it stays visible on their pages."""
    profile = active_profile()
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OwnForSomebodyForm(*posted, offered=rights_for_anybody(profile), profile=profile)
    if request.method == "POST" and form.is_valid() and _own_taken(request, form):
        messages.success(request, _("Sent. We check that you may act, then we begin."))
        return redirect("requests")
    page = {"nav": "requests", "form": form}
    return private(render(request, "dashboard/for_somebody.html", page, status=422 if form.is_bound else 200))


def _own_taken(request: PersonRequest, form: OwnForSomebodyForm) -> bool:
    user = request.user
    who = (user.name or user.email, user.email)
    return _opened(request, form, rights=form.cleaned_data["rights"], account=user, who=who)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def mandate(request: PersonRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Show what one asked for somebody else and where the mandate stands; take the proof that was missing."""
    found = acts_for(request).filter(pk=pk).first()
    if found is None:
        raise Http404("Nobody acts for anybody here.")
    form = MandateForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and _has_proof(request, found, form):
        messages.success(request, _("We have your proof and check it."))
        return redirect("request_mandate", found.pk)
    page = {
        "nav": "requests", "row": found, "case": found.case, "form": form,
        "words": right_words(found.case.right),
        "wanted": mandates.proof_wanted(found.acts_as, found.case.regime),
        "missing": found.status == MandateStatus.CLAIMED and not found.proof_sha256,
    }  # fmt: skip
    return private(render(request, "dashboard/mandate.html", page, status=422 if form.is_bound else 200))


def _has_proof(request: PersonRequest, found: Representative, form: MandateForm) -> bool:
    """Whether the proof is here, now or since before; what was not taken is told at the form."""
    if found.proof_sha256:
        return True
    if not form.is_valid():
        return False
    now, _today = now_and_today()
    try:
        representation.add_proof(
            representative=found, file=form.cleaned_data["file"], actor=actor_of(request), now=now
        )
    except NotAllowed as refusal:
        form.add_error("file", str(refusal))
        return False
    return True
