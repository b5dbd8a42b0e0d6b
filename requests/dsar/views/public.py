"""Asking without an account: form and proof of the mailbox. No answer tells whether we know somebody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.profile import Profile, active_profile
from dsar.enums import Right
from dsar.forms.people import PublicRequestForm
from dsar.forms.places import split_place
from dsar.forms.wording import RIGHTS
from dsar.rules.transitions import NotAllowed
from dsar.services import intake, links
from dsar.views.people import address_of, now_and_today, private

SENT_TO = "asked_from"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponseBase:
    """Show the form and take it. A robot that fills the trap gets the same answer as everybody."""
    profile = active_profile()
    offered = rights_for_anybody(profile)
    initial = {"right": request.GET.get("right", "")}
    form = PublicRequestForm(
        request.POST if request.method == "POST" else None, offered=offered, profile=profile, initial=initial
    )
    if request.method == "POST" and form.is_valid() and _taken(request, form):
        request.session[SENT_TO] = form.cleaned_data["email"]
        return redirect("public_sent")
    choices = [(right, RIGHTS[right]) for right in RIGHTS if right in offered]
    return render(request, "public/request.html", {"form": form, "choices": choices})


def _taken(request: HttpRequest, form: PublicRequestForm) -> bool:
    """Open the case; what forbids it is told at the form, and nothing typed is lost."""
    if form.caught:
        return True
    try:
        _open(request, form)
    except intake.TooManyAttempts as refusal:
        form.add_error(None, str(refusal))
        return False
    except NotAllowed as refusal:
        form.add_error("right", str(refusal))
        return False
    return True


def _open(request: HttpRequest, form: PublicRequestForm) -> None:
    answers = form.cleaned_data
    country, region = split_place(answers["place"])
    now, _today = now_and_today()
    intake.open_public_request(
        email=answers["email"],
        name=answers["name"],
        right=Right(answers["right"]),
        words=answers["words"],
        country=country,
        region=region,
        language=get_language() or "en",
        now=now,
        address=address_of(request),
        asked=intake.Asked.from_form(answers),
    )


def rights_for_anybody(profile: Profile) -> list[Right]:
    """Return every right that the profile offers somewhere: the same page asks where the person lives."""
    offered = {key for offer in profile.rights.offered for key in offer.rights}
    return [right for right in RIGHTS if right.value in offered]


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponseBase:
    """Say the same to everybody: look into your mailbox."""
    profile = active_profile()
    page = {"email": request.session.get(SENT_TO, ""), "hours": profile.cases.verification_link_hours}
    return private(render(request, "public/sent.html", page))


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponseBase:
    """Show a button; only pressing it uses the link, so that mail scanners that open links burn nothing."""
    if request.method != "POST":
        return private(render(request, "public/confirm.html", {"token": token}))
    now, _today = now_and_today()
    try:
        case = intake.confirm_email(token=token, now=now)
    except intake.ProofInvalid as refusal:
        return private(render(request, "public/confirm_refused.html", _page_of(refusal, token), status=410))
    return redirect(links.path_for(case))


def _page_of(refusal: intake.ProofInvalid, token: str) -> dict[str, object]:
    return {"reason": refusal.reason, "sentence": str(refusal), "token": token}


@require_POST
def again(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a fresh link to the address that the old link went to. Says the same whatever the old link was."""
    now, _today = now_and_today()
    try:
        intake.resend_proof(token=token, now=now, address=address_of(request))
    except intake.TooManyAttempts as refusal:
        messages.error(request, str(refusal))
    return redirect("public_sent")
