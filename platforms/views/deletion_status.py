"""The page at which a person sees how far a deletion is that they asked a platform for. It names nobody."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.sentences import shown
from platforms.enums import DeletionStage
from platforms.services import naming, states

BADGES = {
    DeletionStage.RECEIVED: "new",
    DeletionStage.PROCESSING: "running",
    DeletionStage.DONE: "done",
    DeletionStage.PART_REFUSED: "held",
}


@never_cache
@require_safe
def deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    """Show the state of a deletion by its confirmation code; 404 with a plain page for a code not given out.

    Nobody signs in, nothing but the code is asked, and the page stays after the end.
    """
    found = states.of_code(code.lower())
    if found is None:
        return render(request, "public/deletion_unknown.html", status=404)
    state = found.state
    context = {
        "state": state, "code": code.lower(), "kind": BADGES[state.stage], "sentence": _sentence(state.stage),
        "platform": naming.name_of(found.platform), "events": _events(found.received_at, state),
        "reasons": [shown(said.get("m", ""), said) for said in state.reasons],
    }  # fmt: skip
    return render(request, "public/deletion_status.html", context)


def _sentence(stage: DeletionStage) -> str:
    return {
        DeletionStage.RECEIVED: _("Your request has arrived. Nothing else is needed from you."),
        DeletionStage.PROCESSING: _("We are deleting what we hold. Nothing else is needed from you."),
        DeletionStage.DONE: _("Your request is done."),
        DeletionStage.PART_REFUSED: _("We deleted what we may delete. Some of it has to stay for now."),
    }[stage]


def _events(received_at: datetime, state: states.State) -> list[dict[str, Any]]:
    """Return what happened, oldest first, and the day by which the rest must have."""
    events = [{"icon": "mail", "what": _("Your request arrived"), "when": received_at}]
    if state.stage == DeletionStage.PROCESSING:
        events.append({"icon": "refresh", "what": _("The deletion began"), "when": state.since})
    if state.stage in (DeletionStage.DONE, DeletionStage.PART_REFUSED):
        icon, tone = ("check", "ok") if state.stage == DeletionStage.DONE else ("lock", "warn")
        return [*events, {"icon": icon, "what": state.stage.label, "when": state.since, "tone": tone}]
    if state.due_at:
        events.append({"icon": "clock", "what": _("All of it is gone"), "by": state.due_at, "future": True})
    return events
