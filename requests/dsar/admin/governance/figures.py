"""What the navigation and the work queue count of decisions, mandates, recipients and kept data."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from dsar.models import ClockOverride, Decision, KeptItem, RecipientNotice, Representative
from platforms.models import Disconnection

APPROVALS = 5

ENDS = "platforms_disconnection"


def shell_figures(request: HttpRequest) -> dict[str, Any]:
    """Return the counts that this user may see."""
    user = request.user
    if not (isinstance(user, User) and user.is_staff):
        return {}
    asked: dict[str, Any] = {}
    if user.has_perm("dsar.view_decision"):
        asked["rulings"] = for_me(user) if user.has_perm("dsar.approve_decision") else Decision.objects.none()
    if user.has_perm("dsar.approve_clockoverride"):
        asked["overrides"] = ClockOverride.objects.filter(status="proposed").exclude(proposed_by=user)
    if user.has_perm("dsar.view_representative"):
        asked["mandates"] = Representative.objects.filter(status="claimed")
    if user.has_perm("dsar.view_recipientnotice"):
        asked["notices"] = RecipientNotice.objects.filter(sent_at=None, not_told_reason="")
    if user.has_perm("dsar.view_keptitem"):
        asked["kept"] = KeptItem.objects.filter(released_at=None, release_on__lte=timezone.localdate())
    if user.has_perm("platforms.view_disconnection"):
        open_ones = Disconnection.objects.filter(completed_at=None)
        asked["ends_by_hand"] = Disconnection.objects.filter(outcome="manual_required", by_hand_at=None)
        asked["ends_late"] = open_ones.filter(due_at__lt=timezone.now())
    return asked


def for_me(user: User) -> Any:
    """Return the decisions that somebody else proposed."""
    return Decision.objects.filter(status="proposed").exclude(proposed_by=user)


def attention_rows() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (figure, sign, label, note, address) of what waits here."""
    rows = (
        (
            "mandates",
            "people",
            _("Mandates to check"),
            _("somebody acts for a person"),
            "representative",
            "claimed",
        ),
        (
            "notices",
            "send",
            _("Recipients not told"),
            _("before the case can close"),
            "recipientnotice",
            "open",
        ),
        ("overrides", "clock", _("Clocks to correct"), _("you decide"), "clockoverride", "waiting"),
        ("kept", "trash", _("Kept data due"), _("their date has come"), "keptitem", "due"),
        ("ends_by_hand", "unlink", _("Revocations wait for a person"), _("at the platform"), ENDS, "hand"),
        ("ends_late", "clock", _("Platform data late"), _("had to be deleted by now"), ENDS, "late"),
    )
    for name, sign, label, note, model, view in rows:
        page = model if "_" in model else f"dsar_{model}"
        yield name, sign, label, note, f"{reverse(f'admin:{page}_changelist')}?view={view}"


def approvals(user: User) -> list[dict[str, Any]]:
    """Return the decisions that wait for this person, oldest first, as the work queue lists approvals."""
    if not user.has_perm("dsar.approve_decision"):
        return []
    rows = for_me(user).select_related("case__subject", "proposed_by").order_by("proposed_at")[:APPROVALS]
    return [
        {
            "case": one.case, "by": one.proposed_by, "at": one.proposed_at, "what": one.get_kind_display(),
            "url": reverse("admin:dsar_decision_approve", args=[one.pk]),
        }
        for one in rows
    ]  # fmt: skip
