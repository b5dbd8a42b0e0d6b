"""What the navigation and the work queue count of sweeps and holds. The app of cases asks for it."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from retention.enums import HoldState
from retention.models import Hold, Sweep


def shell_figures(request: HttpRequest) -> dict[str, Any]:
    """Return the counts that this user may see."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        return {}
    asked: dict[str, Any] = {}
    if user.has_perm("retention.view_sweep"):
        asked["sweeps"] = Sweep.objects.waiting()
    if user.has_perm("retention.view_hold"):
        asked["holds_due"] = Hold.objects.review_due(timezone.localdate())
    if user.has_perm("retention.release_hold"):
        asked["releases"] = Hold.objects.filter(state=HoldState.RELEASE_ASKED).exclude(release_asked_by=user)
    return asked


def attention_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (figure, sign, label, note, address) of what waits here."""
    sweeps = reverse("admin:retention_sweep_changelist")
    holds = reverse("admin:retention_hold_changelist")
    yield "sweeps", "retention", _("Sweeps for approval"), _("nothing goes before"), f"{sweeps}?view=waiting"
    yield "holds_due", "lock", _("Holds to review"), _("still needed?"), f"{holds}?view=review"
    yield "releases", "hand", _("Holds to release"), _("you decide"), f"{holds}?view=asked"
