"""Asking for somebody else, without an account: agents, parents, guardians, heirs, lawyers."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from config.profile import active_profile
from dsar.enums import Right
from dsar.forms.people import ForSomebodyForm
from dsar.forms.places import split_place
from dsar.rules.transitions import NotAllowed
from dsar.services import intake, representation
from dsar.views.people import address_of, now_and_today, private
from dsar.views.public import rights_for_anybody


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
    answers = dict(form.cleaned_data)
    country, region = split_place(answers.pop("place"))
    now, _today = now_and_today()
    try:
        representation.open_for_somebody(
            **{**answers, "right": Right(answers["right"])}, country=country, region=region,
            language=get_language() or "en", now=now, address=address_of(request),
        )  # fmt: skip
    except intake.TooManyAttempts as refusal:
        form.add_error(None, str(refusal))
        return False
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponseBase:
    """Say what comes next; the same to everybody."""
    return private(render(request, "public/for_somebody_sent.html"))
