"""The pages of the correspondence, side by side: threads, triage, mailboxes, letters, their texts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Figure, ModelAdmin, figures_of

AREAS = (
    ("thread", _l("Threads"), ""),
    ("message", _l("Triage"), "triage"),
    ("mailbox", _l("Mailboxes"), "mailboxes"),
    ("letter", _l("Letters"), "letters"),
    ("lettertemplate", _l("Texts"), ""),
)


def areas_of(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    """Return the pages that this user may open, with what waits there."""
    shown = []
    for model, label, figure in AREAS:
        if not request.user.has_perm(f"correspondence.view_{model}"):
            continue
        url = reverse(f"admin:correspondence_{model}_changelist")
        shown.append({"label": label, "url": url, "on": model == here, "figure": _count(request, figure)})
    return shown


def _count(request: HttpRequest, figure: str) -> Figure:
    try:
        return figures_of(request)[figure]
    except KeyError:
        return Figure(0)


class AreasMixin(ModelAdmin):
    """A list of the correspondence, with the way to the others."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list under the row of pages; counted when the page is drawn."""
        here = str(self.opts.model_name)
        more = {"areas": lambda: areas_of(request, here), **(extra_context or {})}
        return super().changelist_view(request, more)
