"""What staff can do about a platform: each a page that says what happens, and a service."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from platforms.admin.registry import forms
from platforms.admin.systems import by
from platforms.models import RegistryEntry, RegistryOverride
from platforms.services import registry
from platforms.services.registry import RegistryRefused


class NotConfirmed(RegistryRefused):
    """What would change is shown; nothing is stored yet."""


def _review(request: HttpRequest, row: RegistryEntry, form: Any) -> str:
    registry.record_review(key=row.key, **form.cleaned_data, **by(request))
    return _("Recorded. The terms count as read from that day.")


def _override(request: HttpRequest, row: RegistryEntry, form: Any) -> str:
    data = form.cleaned_data
    registry.preview(key=row.key, path=data["path"], value=data["value"])
    if not data["confirmed"]:
        raise NotConfirmed(_("Nothing is stored yet. Look at what changes, confirm it below and save again."))
    registry.override(
        key=row.key, path=data["path"], value=data["value"], reason=data["reason"], **by(request)
    )
    return _("The stricter value binds from now on.")


def _shown(request: HttpRequest, row: RegistryEntry) -> dict[str, Any]:
    """Return what a stricter value would change, once it was asked for."""
    asked = request.POST
    if not asked.get("path") or not asked.get("value"):
        return {}
    try:
        found = registry.preview(key=row.key, path=asked["path"], value=asked["value"].strip())
    except (RegistryRefused, KeyError):
        return {}
    return {
        "preview": {
            "what": forms.path_in_words(found.path),
            "before": forms.value_in_words(found.before),
            "after": forms.value_in_words(found.after),
            "moved": found.moved,
        }
    }


def _end(request: HttpRequest, _row: RegistryEntry, form: Any) -> str:
    registry.end_override(**form.cleaned_data, **by(request))
    return _("Ended. The value of the file binds again, for clocks that start from now on.")


def _nothing_to_end(_request: HttpRequest, row: RegistryEntry) -> str:
    there = RegistryOverride.objects.filter(key=row.key, ended_at=None).exists()
    return "" if there else _("Nothing was made stricter here.")


def _accept(request: HttpRequest, row: RegistryEntry, form: Any) -> str:
    registry.accept_promise(key=row.key, **form.cleaned_data, **by(request))
    return _("Recorded. The stricter term binds all the same.")


def _nothing_looser(_request: HttpRequest, row: RegistryEntry) -> str:
    return (
        "" if forms.open_promises(row) else _("No promise here is looser than the term, or it is accepted.")
    )


ACTS = (
    Act("review", _l("Record that the terms were read"), _review, "platforms.review_terms", icon="check",
        form=forms.ReviewForm, question=_l("Were the terms read?"),
        explain=_l("Compare the present documents with this page first. Where the terms became stricter, "
                   "make the value stricter here.")),
    Act("stricter", _l("Make a value stricter"), _override, "platforms.override_registry", icon="lock",
        form=forms.OverrideForm, question=_l("Make a value stricter"), context=_shown,
        template="admin/platforms/registryentry/stricter.html",
        explain=_l("Only a stricter value is possible. Clocks that run may end earlier, none ends later. "
                   "You see what would change before anything is stored.")),
    Act("loosen", _l("End a stricter value"), _end, "platforms.end_override", icon="cross", danger=True,
        form=forms.EndForm, question=_l("End a stricter value?"), step_up=True, why_not=_nothing_to_end,
        explain=_l("The value of the file binds again. Clocks that run keep their earlier date.")),
    Act("accept", _l("Accept a looser promise"), _accept, "platforms.accept_promise", icon="hand",
        form=forms.AcceptForm, question=_l("Accept a promise that is looser than the term?"),
        why_not=_nothing_looser,
        explain=_l("The policy promises more time than the platform allows. The stricter term binds all the "
                   "same; this records that somebody knows and why the promise stays.")),
)  # fmt: skip
