"""Language and time zone: a switch on every page for people, and a page of one's own."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import PreferencesForm
from accounts.models import User
from accounts.services import preferences
from accounts.services.audit import Actor

YEAR = 365 * 24 * 3600


@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Take the language of a switch, keep it for this browser and this account, and go back."""
    language, target = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = reverse("home")
    answer = HttpResponseRedirect(target)
    if language in dict(preferences.languages()):
        if isinstance(request.user, User):
            preferences.set_language(user=request.user, language=language, actor=Actor.of(request.user))
        remember(answer, language)
    return answer


def remember(answer: HttpResponse, language: str) -> None:
    """Have the browser remember a language."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@login_required
def own_preferences(request: HttpRequest) -> HttpResponse:
    """Show and take language and time zone."""
    assert isinstance(request.user, User)
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "account/preferences.html", {"form": form}, status=status)
    user, actor, data = request.user, Actor.of(request.user), form.cleaned_data
    preferences.set_language(user=user, language=data["language"], actor=actor)
    if "time_zone" in data:
        preferences.set_zone(user=user, zone=data["time_zone"], actor=actor)
    with translation.override(data["language"]):
        messages.success(request, _("Kept."))
    answer = HttpResponseRedirect(reverse("preferences"))
    remember(answer, data["language"])
    return answer
