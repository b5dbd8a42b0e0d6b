"""What every page for people shares: who asks, whose case it is, what day it is in the company's zone."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import User
from accounts.services.audit import Actor
from accounts.views.visitors import address_of as address_of
from config.profile import Profile, active_profile
from dsar.models import Case, Representative
from dsar.querysets import CaseQuerySet

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def person_required(view: View) -> View:
    """Let people in who are signed in; send staff to their desk, where the second factor is demanded."""

    @wraps(view)
    def inner(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_staff:
            return redirect("admin:index")
        return view(request, *args, **kwargs)

    return login_required(inner)


def actor_of(request: PersonRequest) -> Actor:
    """Return the signed-in person as an actor."""
    return Actor.of(request.user)


def now_and_today(profile: Profile | None = None) -> tuple[datetime, date]:
    """Return this moment, and the date it is in the zone in which the company reckons."""
    now = timezone.now()
    zone = ZoneInfo((profile or active_profile()).clocks.zone)
    return now, timezone.localdate(now, zone)


def own_cases(request: PersonRequest) -> CaseQuerySet:
    """Return the cases of the signed-in person, the newest first."""
    cases: CaseQuerySet = Case.objects.filter(subject__user=request.user)
    return cases.select_related("subject").order_by("-received_at", "-number")


def own_case(request: PersonRequest, pk: uuid.UUID) -> Case:
    """Return a case of the signed-in person; Http404 for anybody else's, as for one that does not exist."""
    found = own_cases(request).filter(pk=pk).first()
    if found is None:
        raise Http404("No such request of this person.")
    return found


def acts_for(request: PersonRequest) -> QuerySet[Representative]:
    """Return for whom the signed-in person asked in their name, the newest first."""
    made = Representative.objects.filter(account=request.user)
    return made.select_related("case__subject").order_by("-registered_at", "pk")


def private(response: HttpResponse) -> HttpResponse:
    """Forbid keeping a page that shows personal data or holds a secret link.

    Its address stays with us through the site's referrer policy `same-origin`. With `no-referrer` browsers
    would send `Origin: null` with our own forms.
    """
    response["Cache-Control"] = "no-store"
    return response
