"""Step-up: a fresh proof of identity (at most 15 minutes old) before anything that cannot be taken back."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext

from config.profile import active_profile

View = Callable[..., HttpResponseBase]
STRONG = frozenset({"mfa"})
PLAIN = frozenset({"mfa", "password"})


def minutes() -> int:
    """Return how long a proof counts; the profile may only shorten the 15 minutes."""
    return min(active_profile().cases.step_up_minutes, 15)


def is_stepped_up(request: HttpRequest) -> bool:
    """Whether the person proved lately who they are; with a second factor only that one counts."""
    user = request.user
    if not user.is_authenticated:
        return False
    proofs = STRONG if is_mfa_enabled(user) else PLAIN
    oldest = time.time() - minutes() * 60
    records = get_authentication_records(request, user)
    return any(record["method"] in proofs and record["at"] > oldest for record in records)


def step_up_url(request: HttpRequest, *, back_to: str) -> str:
    """Return the page that asks for the proof and then goes to the local path `back_to`."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    return f"{methods[0]['url']}?{urlencode({'next': back_to})}"


def _form_page(request: HttpRequest) -> str:
    """Return where the form of a refused POST stands: the page it came from, or its own address."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def step_up_required(view: View) -> Callable[..., Any]:
    """Let a view run only when stepped up; for functions and for methods of admin classes.

    Put it on the page of the form as well as on its POST: the proof is asked for before anything is typed.
    A POST whose proof ran out does nothing, says so, and leads back to the form.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        request = next(arg for arg in args[:2] if isinstance(arg, HttpRequest))
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if is_stepped_up(request):
            return view(*args, **kwargs)
        if request.method in {"GET", "HEAD"}:
            return HttpResponseRedirect(step_up_url(request, back_to=request.get_full_path()))
        lapsed = ngettext(
            "Nothing was done: your last proof is over %(n)s minute old. Confirm, then send it again.",
            "Nothing was done: your last proof is over %(n)s minutes old. Confirm, then send it again.",
            minutes(),
        )
        messages.warning(request, lapsed % {"n": minutes()})
        return HttpResponseRedirect(step_up_url(request, back_to=_form_page(request)))

    return guarded
