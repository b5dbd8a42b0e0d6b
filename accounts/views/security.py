"""The person's own page about sign-in: password, second step, open browsers, what happened lately."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.models import OpenSession, User
from accounts.services import factors, gate, sessions, signin
from accounts.services.audit import Actor

LINES = 12


@require_GET
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show everything about signing in on one page."""
    user = _me(request)
    stored = Authenticator.objects.filter(user=user).order_by("created_at")
    context = {
        "app": next((factor for factor in stored if factor.type == Authenticator.Type.TOTP), None),
        "keys": [factor for factor in stored if factor.type == Authenticator.Type.WEBAUTHN],
        "codes": factors.codes_left(user),
        "has_factor": factors.has_primary(user),
        "browsers": OpenSession.objects.alive().filter(user=user).order_by("-started_at"),
        "this_session": request.session.session_key,
        "lines": signin.lines(user, most=LINES),
    }
    return render(request, "mfa/index.html", context)


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out one other browser (`one`) or all others."""
    user = _me(request)
    one = request.POST.get("one", "")
    ended = sessions.end_sessions(
        user=user,
        actor=Actor.of(user),
        keep=request.session.session_key or "",
        only=int(one) if one.isdigit() else None,
    )
    said = ngettext("%(n)s browser was signed out.", "%(n)s browsers were signed out.", ended) % {"n": ended}
    messages.success(request, said if ended else _("No other browser was signed in."))
    return HttpResponseRedirect(reverse("mfa_index"))


@require_POST
@login_required
def codes_kept(request: HttpRequest) -> HttpResponse:
    """Take the word that the recovery codes were put away, and go on to where the person wanted to go."""
    if request.POST.get("kept") != "on":
        messages.error(request, _("Put the codes in a safe place first, then tick the box."))
        return HttpResponseRedirect(reverse("mfa_view_recovery_codes"))
    request.session.pop(gate.CODES_UNKEPT, None)
    signin.noted(user=_me(request), action="factor.codes_kept")
    wanted = request.session.pop(gate.AFTER_ENROLMENT, "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        wanted = reverse("admin:index") if _me(request).is_staff else reverse("mfa_index")
    return HttpResponseRedirect(wanted)


def _me(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
