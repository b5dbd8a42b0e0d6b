"""Incidents on the work queue: whose authority still waits, and how many hours are left."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dsar.admin import incident_words
from dsar.models import Incident
from dsar.services import incidents

SHOWN = 5


def shell_figures(request: HttpRequest) -> dict[str, Any]:
    """Return what the navigation counts."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff and user.has_perm("dsar.view_incident")):
        return {}
    return {"incidents": Incident.objects.authority_waits()}


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the incidents whose clocks run, the soonest first; nothing for those who see none."""
    if not request.user.has_perm("dsar.view_incident"):
        return {"running_incidents": []}
    now = timezone.now()
    shown = []
    for one in Incident.objects.authority_waits().prefetch_related("notices")[:SHOWN]:
        running = incident_words.clocks(incidents.open_deadlines(one), now)
        if running:
            url = reverse("admin:dsar_incident_change", args=[one.pk])
            shown.append({"incident": one, "clock": running[0], "url": url})
    return {"running_incidents": shown}
