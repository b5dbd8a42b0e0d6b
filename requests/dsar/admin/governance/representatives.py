"""The register of those who act for others."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, Tab
from accounts.templatetags.portal_ui import badge
from dsar.admin.governance import forms
from dsar.admin.governance.acts import by
from dsar.admin.governance.base import Fact, RegisterAdmin, give_file, has_file, on_day, when
from dsar.models import Representative
from dsar.rules import mandates
from dsar.services import representation


def _accept(request: HttpRequest, row: Representative, form: Any) -> str:
    representation.accept(representative=row, **form.cleaned_data, **by(request))
    return _("Accepted.")


def _refuse(request: HttpRequest, row: Representative, form: Any) -> str:
    representation.refuse(representative=row, reason=form.cleaned_data["reason"], **by(request))
    return _("Refused. A letter says which proof we need.")


def _end(request: HttpRequest, row: Representative, form: Any) -> str:
    representation.end(representative=row, reason=form.cleaned_data["reason"], **by(request))
    return _("The mandate has ended. Letters go to the person.")


def _proof(request: HttpRequest, row: Representative, form: Any) -> str:
    representation.add_proof(representative=row, file=form.cleaned_data["file"], **by(request))
    return _("The proof is kept.")


def _acceptable(_request: HttpRequest, row: Representative) -> str:
    return _claimed(_request, row) or representation.why_not_accept(row, timezone.now())


def _claimed(_request: HttpRequest, row: Representative) -> str:
    return "" if row.status == "claimed" else _("This claim is decided already.")


def _accepted(_request: HttpRequest, row: Representative) -> str:
    return "" if row.status == "accepted" else _("Only an accepted mandate can end.")


@admin.register(Representative)
class RepresentativeAdmin(RegisterAdmin):
    """Agents, parents, guardians, heirs and lawyers, those to be checked first."""

    list_display = ("who_", "case_", "status_", "registered_")
    list_display_links = ("who_",)
    list_filter = ("acts_as",)
    ordering = ("-registered_at",)
    list_title = _l("Representatives")
    acts = (
        Act("accept", _l("Accept the mandate"), _accept, "dsar.decide_representative", icon="check",
            form=forms.AcceptForm, why_not=_acceptable, question=_l("May they act for the person?")),
        Act("refuse", _l("Refuse the mandate"), _refuse, "dsar.decide_representative", icon="minus",
            danger=True,
            form=forms.ReasonForm, why_not=_claimed, question=_l("Refuse this mandate?"),
            explain=_l("They learn which proof we need, never the reason that you write here.")),
        Act("add-proof", _l("Add the proof"), _proof, "dsar.register_representative", icon="lock",
            form=forms.ProofForm, why_not=_claimed, question=_l("Add the proof of the mandate")),
        Act("end", _l("End the mandate"), _end, "dsar.decide_representative", icon="minus",
            form=forms.ReasonForm, why_not=_accepted, question=_l("Why does the mandate end?")),
        Act("proof", _l("Download the proof"), give_file, "dsar.decide_representative", icon="download",
            why_not=has_file, question=_l("Download the proof of this mandate?")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("claimed", _l("To be checked"), lambda rows: rows.filter(status="claimed")),
            Tab("accepted", _l("Accepted"), lambda rows: rows.filter(status="accepted")),
            Tab("ended", _l("Refused or ended"), lambda rows: rows.filter(status__in=["refused", "expired"])),
        ]

    def facts(self, row: Representative) -> list[Fact]:
        """Return who they are, what they show and what they may get."""
        yes = {True: _("yes"), False: _("no, they go to the person")}
        return [
            (_("Name"), row.name), (_("Company or firm"), row.organisation), (_("E-mail address"), row.email),
            (_("What they say"), row.relation), (_("Age of the child"), row.person_age),
            (_("Law of the estate"), row.jurisdiction),
            (_("Proof we need"), mandates.proof_wanted(row.acts_as, row.case.regime)),
            (_("Proof"), row.proof_name or _("not here yet")), (_("Mandate ends on"),
                on_day(row.valid_until)),
            (_("Gets our letters"), yes[row.gets_letters]), (_("Gets the data"), yes[row.gets_package]),
            (_("Person asked to confirm"), when(row.confirm_asked_at)),
            (_("Confirmed by the person"), _("yes") if representation.is_confirmed(row) else ""),
            (_("Decided"), f"{row.decided_by}, {when(row.decided_at)}" if row.decided_by else ""),
            (_("Reason"), row.reason),
        ]  # fmt: skip

    @admin.display(description=_l("Who"))
    def who_(self, row: Representative) -> SafeString:
        """Return the name and what they are."""
        return format_html("<span>{}<small>{}</small></span>", row.name, row.get_acts_as_display())

    @admin.display(description=_l("State"))
    def status_(self, row: Representative) -> SafeString:
        """Return the state as a badge."""
        keys = {"claimed": "approval", "accepted": "verified", "refused": "refused"}
        return badge(row.get_status_display(), "", keys.get(row.status, "cancelled"))

    @admin.display(description=_l("Registered"))
    def registered_(self, row: Representative) -> str:
        """Return when it was registered."""
        return when(row.registered_at)
