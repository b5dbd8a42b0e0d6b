"""The page at which anybody who has a confirmation code sees how far a deletion is. It names nobody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.sentences import shown
from dsar.services import deletion_states
from platforms import registry
from platforms.enums import DeletionStage

BADGES = {
    DeletionStage.RECEIVED: "new",
    DeletionStage.PROCESSING: "running",
    DeletionStage.DONE: "done",
    DeletionStage.PART_REFUSED: "partly",
}


@never_cache
@require_safe
def deletion_by_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show the state of a deletion; 404 for a code that was not given out. Nobody signs in, it stays up."""
    row = deletion_states.by_code(code.lower())
    if row is None:
        return render(request, "public/deletion_code_unknown.html", status=404)
    state = deletion_states.state_of(row)
    names = dict.fromkeys(row.case.platform_deletions.values_list("platform", flat=True))
    page = {
        "state": state, "code": code.lower(), "kind": BADGES[state.stage], "sentence": _sentence(state.stage),
        "platforms": ", ".join(registry.current(key).name for key in names),
        "received_at": row.case.received_at,
        "reasons": [shown(said.get("m", ""), said) for said in state.reasons],
    }  # fmt: skip
    return render(request, "public/deletion_code.html", page)


def _sentence(stage: DeletionStage) -> str:
    return {
        DeletionStage.RECEIVED: _("The request has arrived."),
        DeletionStage.PROCESSING: _("We are deleting what we hold. Nothing else is needed from you."),
        DeletionStage.DONE: _("The deletion is done."),
        DeletionStage.PART_REFUSED: _("Not everything could be deleted. The reason is below."),
    }[stage]
