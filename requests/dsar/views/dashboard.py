"""The first page of a person: requests in progress, then what we hold, counted system by system."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import DataSubject
from config.profile import Category, active_profile
from dsar.services import holdings, subjects
from dsar.views.cards import card_of
from dsar.views.people import PersonRequest, now_and_today, own_cases, person_required, private
from platforms.models import System

SHOWN, MOST = 3, 50
EVERYTHING = "all"
# What answers later, or is looked through by a person, cannot be counted while somebody waits.
NOT_COUNTED = {"manual", "http"}


@dataclass(frozen=True)
class Held:
    """What one category holds in one system."""

    label: str
    rows: int
    category: Category | None


@dataclass
class Place:
    """A system as the person sees it. `state` is wait, some, none, error or hand (nobody can count there)."""

    system: System
    state: str
    held: list[Held] = field(default_factory=list)
    counted_at: datetime | None = None


@person_required
@require_safe
def home(request: PersonRequest) -> HttpResponseBase:
    """Show the overview; `?count=KEY` (or `all`) counts without script."""
    profile = active_profile()
    now, today = now_and_today(profile)
    subject = subjects.subject_for(request.user)
    wanted = request.GET.get("count", "")
    open_cases = own_cases(request).open().order_by("due_on", "number")[:MOST]
    cards = [card_of(case, now=now, today=today) for case in open_cases]
    cards.sort(key=lambda card: not card.can_download)
    places = [
        place_of(system, subject, now=now) if wanted in (system.key, EVERYTHING) else uncounted(system)
        for system in System.objects.filter(enabled=True)
    ]
    page = {
        "nav": "home",
        "cards": cards[:SHOWN],
        "waiting": any(card.can_download for card in cards),
        "total": own_cases(request).count(),
        "places": places,
        "stays": [schedule.reason for schedule in profile.schedules if schedule.action == "keep"],
        "counted": bool(wanted),
        "now": now,
    }
    return private(render(request, "dashboard/home.html", page))


@person_required
@require_safe
def held(request: PersonRequest, key: str) -> HttpResponseBase:
    """Return the counts of one system as a piece of the page; opened by hand, go to the page itself."""
    system = System.objects.filter(enabled=True, key=key).first()
    if system is None:
        raise Http404("No such system.")
    if request.headers.get("X-Requested-With") != "fetch":
        return redirect(f"{reverse('home')}?count={system.key}#held-{system.key}")
    now, _today = now_and_today()
    place = place_of(system, subjects.subject_for(request.user), now=now)
    return private(render(request, "dashboard/_held.html", {"place": place}))


def uncounted(system: System) -> Place:
    """Return a system that was not counted yet, or cannot be."""
    return Place(system, "hand" if system.connector in NOT_COUNTED else "wait")


def place_of(system: System, subject: DataSubject, *, now: datetime) -> Place:
    """Count what one system holds about a person. A system that does not answer says so; the others stay."""
    if system.connector in NOT_COUNTED:
        return uncounted(system)
    found = holdings.holdings_of(subject=subject, system=system, now=now)
    if any(entry.error for entry in found):
        return Place(system, "error", counted_at=now)
    categories = {category.key: category for category in active_profile().categories}
    held_here = [
        Held(entry.label, entry.rows, categories.get(entry.category_key)) for entry in found if entry.rows
    ]
    return Place(system, "some" if held_here else "none", held_here, now)
