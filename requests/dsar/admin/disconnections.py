"""Ends of linked accounts in the staff desk: how far each is, and what waits for a person."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm, Tab
from accounts.templatetags.portal_ui import badge, clock
from config.jobs import JobStatus
from config.sentences import shown
from dsar.admin.case_acts import by
from dsar.admin.governance.base import Fact, RegisterAdmin, give_file, has_file, when
from dsar.enums import Channel
from dsar.rules.transitions import NotAllowed
from dsar.services import disconnecting
from dsar.services.deletion_states import stages_of
from platforms import registry
from platforms.admin.connections import ConnectionAdmin
from platforms.enums import ConnectionStatus, RevocationOutcome, Trigger
from platforms.models import Connection, Disconnection
from platforms.services import naming, revoking, terms

MANUAL = RevocationOutcome.MANUAL_REQUIRED
_BADGES = {
    RevocationOutcome.REVOKED: "done",
    RevocationOutcome.ALREADY_GONE: "done",
    RevocationOutcome.MANUAL_REQUIRED: "approval",
    RevocationOutcome.FAILED_RETRYING: "waiting",
}


class ByHandForm(ActForm):
    """What somebody saw or did at the platform."""

    how = forms.CharField(
        label=_l("What did you do or see there?"), min_length=10, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("For example: the person showed the settings page on which we are not listed any more."),
    )  # fmt: skip
    file = forms.FileField(
        label=_l("Proof"), required=False,
        help_text=_l("A picture or document, at most 10 MB. Stored encrypted."),
    )  # fmt: skip


class DisconnectForm(ActForm):
    """How somebody asked for it, and when: the clock runs from then."""

    channel = forms.ChoiceField(
        label=_l("How it reached us"),
        choices=[(one.value, one.label) for one in (Channel.PHONE, Channel.POST, Channel.EMAIL)],
    )
    received_at = forms.DateTimeField(
        label=_l("When it reached us"), help_text=_l("The clock runs from then."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    words = forms.CharField(
        label=_l("Who asked, and how do we know that it is the person?"), min_length=10, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_at", timezone.localtime().replace(second=0, microsecond=0))


def _disconnect(request: HttpRequest, row: Connection, form: Any) -> HttpResponse:
    data = form.cleaned_data
    started = disconnecting.disconnect(
        connection=row, trigger=Trigger.USER_DISCONNECT, channel=data["channel"],
        received_at=data["received_at"], words=data["words"], **by(request),
    )  # fmt: skip
    messages.success(request, _("Disconnecting. The case is %(ref)s.") % {"ref": started.case.reference})
    job = row.disconnections.order_by("-made_at").first()
    assert job is not None
    return redirect("admin:platforms_disconnection_change", job.pk)


def _not_linked(_request: HttpRequest, row: Connection) -> str:
    going = row.status in (ConnectionStatus.REVOKING, ConnectionStatus.ENDED)
    return _("This account is being disconnected, or was.") if going else ""


def _what_happens(_request: HttpRequest, row: Connection) -> dict[str, Any]:
    """Say until when the data go, why then, and what else the platform ends with it."""
    due, why = terms.due_at(platform=row.platform, trigger=Trigger.USER_DISCONNECT, clock_from=timezone.now())
    facts = [_("The data must be gone by %(moment)s.") % {"moment": when(due)}]
    facts += [shown(one.get("m", ""), one) for one in why]
    if others := [naming.name_of(one.platform) for one in revoking.same_grant(row)]:
        facts.append(_("This ends %(names)s too.") % {"names": ", ".join(others)})
    return {"facts": facts}


ConnectionAdmin.offer(
    Act("disconnect", _l("Disconnect"), _disconnect, "platforms.disconnect_connection", icon="unlink",
        form=DisconnectForm, danger=True, why_not=_not_linked, question=_l("Disconnect this account?"),
        context=_what_happens, template="admin/platforms/connection/disconnect.html",
        explain=_l("Reading and publishing stop now, our access is revoked at the platform, the tokens are"
                   " destroyed, and a case deletes the data with a second person's approval.")),
    NotAllowed,
)  # fmt: skip


def _attest(request: HttpRequest, job: Disconnection, form: Any) -> str:
    data = form.cleaned_data
    disconnecting.attest_by_hand(job=job, how=data["how"], file=data.get("file"), **by(request))
    return _("Recorded. The revocation counts as done by hand.")


def _not_by_hand(_request: HttpRequest, job: Disconnection) -> str:
    if job.by_hand_at:
        return _("This was attested already.")
    waits = job.outcome in (MANUAL, RevocationOutcome.FAILED_RETRYING)
    return "" if waits else _("Nothing waits for a person here.")


def _again(request: HttpRequest, job: Disconnection, _form: Any) -> str:
    disconnecting.try_again(job=job, **by(request))
    return _("The platform is asked again now.")


def _not_again(_request: HttpRequest, job: Disconnection) -> str:
    failing = job.outcome == RevocationOutcome.FAILED_RETRYING or job.status == JobStatus.ATTENTION
    return "" if failing and not job.completed_at else _("Nothing failed that could be tried again.")


@admin.register(Disconnection)
class DisconnectionAdmin(RegisterAdmin):
    """Ends of linked accounts, the ones due first."""

    list_display = ("account_", "trigger_", "outcome_", "stage_", "due_")
    list_display_links = ("account_",)
    list_select_related = ("connection",)
    ordering = ("due_at", "pk")
    list_title = _l("Disconnections")
    page = "admin/platforms/disconnection/page.html"
    acts = (
        Act("attest", _l("Attest that it was revoked by hand"), _attest, "platforms.disconnect_connection",
            icon="hand", form=ByHandForm, why_not=_not_by_hand,
            question=_l("How do we know that our access at the platform is gone?")),
        Act("again", _l("Try again"), _again, "platforms.disconnect_connection", icon="refresh",
            why_not=_not_again, question=_l("Ask the platform once more?")),
        Act("proof", _l("Save the proof"), give_file, "platforms.disconnect_connection", icon="download",
            why_not=has_file),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        by_hand = Q(outcome=MANUAL, by_hand_at=None) | Q(status=JobStatus.ATTENTION, completed_at=None)
        late = Q(completed_at=None, due_at__lt=timezone.now())
        return [
            Tab("open", _l("Going on"), lambda rows: rows.filter(completed_at=None)),
            Tab("hand", _l("Waits for a person"), lambda rows: rows.filter(by_hand)),
            Tab("late", _l("Deletion late"), lambda rows: rows.filter(late)),
            Tab("done", _l("Ended"), lambda rows: rows.exclude(completed_at=None), ("-due_at", "-pk")),
        ]

    def facts(self, row: Disconnection) -> list[Fact]:
        """Return what happened to our access and when, and until when the data go."""
        return [
            (_("Platform"), registry.current(row.connection.platform).name),
            (_("Why"), row.get_trigger_display()), (_("We learned of it"), when(row.clock_from)),
            (_("Data gone by"), when(row.due_at)),
            (_("Because"), " ".join(shown(one.get("m", ""), one) for one in row.due_why)),
            (_("Our access"), row.get_outcome_display() or _("not answered yet")),
            (_("Answered"), when(row.outcome_at)), (_("Status code"), row.status_code),
            (_("Answer"), row.answer), (_("Calls"), row.tries or ""),
            (_("Tokens destroyed"), when(row.destroyed_at)),
            (_("Probe"), row.get_probe_result_display()), (_("Probed"), when(row.probed_at)),
            (_("Tried again until"), when(row.retry_until) if _not_again_is_empty(row) else ""),
            (_("Attested by"), row.by_hand_by), (_("Attested"), when(row.by_hand_at)),
            (_("In these words"), row.by_hand_how), (_("Ended"), when(row.completed_at)),
        ]  # fmt: skip

    def more(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return the stages, the alarm and the cases."""
        deletions = row.deletions.select_related("case")
        seen = request.user.has_perm("dsar.view_case")
        return {
            "stages": stages_of(row), "alarm": shown(row.alarm.get("m", ""), row.alarm) if row.alarm else "",
            "cases": {
                one.case.reference: reverse("admin:dsar_case_change", args=[one.case_id])
                for one in deletions if seen
            },
        }  # fmt: skip

    @admin.display(description=_l("Account"))
    def account_(self, row: Disconnection) -> SafeString:
        """Return the platform and our key of the account; no name and no handle."""
        name = registry.current(row.connection.platform).name
        return format_html("<span>{}<small class='mono'>{}</small></span>", name, str(row.connection_id)[:8])

    @admin.display(description=_l("Why"))
    def trigger_(self, row: Disconnection) -> str:
        """Return what started it."""
        return str(row.get_trigger_display())

    @admin.display(description=_l("Our access"))
    def outcome_(self, row: Disconnection) -> SafeString:
        """Return what became of our access."""
        if row.by_hand_at:
            return badge(_("Revoked by hand"), "", "done")
        if not row.outcome:
            return badge(_("Being asked"), "", "running")
        return badge(row.get_outcome_display(), "", _BADGES[RevocationOutcome(row.outcome)])

    @admin.display(description=_l("Stage"))
    def stage_(self, row: Disconnection) -> str:
        """Return how far it is."""
        return str(row.get_stage_display())

    @admin.display(description=_l("Data gone by"))
    def due_(self, row: Disconnection) -> Any:
        """Return the date until which the data must be gone."""
        if row.completed_at:
            return when(row.completed_at)
        day = timezone.localtime(row.due_at).date()
        left = (day - timezone.localdate()).days
        return clock(left, when(row.due_at), str(row.get_trigger_display()))


def _not_again_is_empty(row: Disconnection) -> bool:
    return row.outcome == RevocationOutcome.FAILED_RETRYING and row.completed_at is None
