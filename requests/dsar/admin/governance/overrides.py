"""Correcting a clock: two acts on the case, and the page on which a second person decides."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm, Tab
from accounts.models import User
from accounts.services.stepup import is_stepped_up, step_up_url
from accounts.templatetags.portal_ui import badge
from dsar.admin.governance.base import Fact, RegisterAdmin, on_day, to_case, when
from dsar.admin.governance.forms import ReasonForm, text
from dsar.admin.identity_acts import by
from dsar.enums import DecisionStatus
from dsar.models import Case, ClockEvent, ClockOverride
from dsar.services.clocks import overriding

DATES = {
    "due_on": _l("Answer due"), "statutory_due_on": _l("By law"), "promised_due_on": _l("By our promise"),
    "extend_by_on": _l("Last day to say that we need longer"),
    "confirm_by_on": _l("Receipt to be confirmed by"),
}  # fmt: skip


class ReceiptForm(ActForm):
    """When the request really reached us, and how we know."""

    received_at = forms.DateTimeField(
        label=_l("When it reached us"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_l("By the sender's channel: the postmark, the mail server, the form."),
    )  # fmt: skip
    reason = text(
        _l("Reason"), rows=3, most=1000, help_text=_l("What shows it. It stays with us, encrypted.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received_at", timezone.localtime(self.obj.received_at))


class PauseForm(ActForm):
    """Which wait does not count, and why."""

    event = forms.ModelChoiceField(
        ClockEvent.objects.none(), label=_l("Question"), widget=forms.RadioSelect, empty_label=None
    )
    reason = text(
        _l("Reason"), rows=3, most=1000, help_text=_l("Why the person should not have been kept waiting.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["event"]
        assert isinstance(field, forms.ModelChoiceField)
        ids = [one.pk for one in overriding.pauses_of(self.obj)]
        field.queryset = ClockEvent.objects.filter(pk__in=ids)
        field.label_from_instance = _question  # type: ignore[method-assign,assignment]


def _question(one: Any) -> str:
    return f"{one.get_kind_display()}, {on_day(one.on)}"


def _receipt(request: HttpRequest, case: Case, form: Any) -> str:
    overriding.propose_receipt(case=case, **form.cleaned_data, **by(request))
    return _("Proposed. A colleague sees how the dates change, and decides.")


def _pause(request: HttpRequest, case: Case, form: Any) -> str:
    overriding.propose_pause(case=case, **form.cleaned_data, **by(request))
    return _("Proposed. A colleague sees how the dates change, and decides.")


def why_not(case: Case) -> str:
    """Return why no correction can be proposed now, or the empty string."""
    if not case.is_open:
        return _("This case is closed: nothing moves its dates any more.")
    waits = any(one.status == DecisionStatus.PROPOSED for one in case.overrides.all())
    return _("Another correction of this clock waits already.") if waits else ""


def _no_pause(_request: HttpRequest, case: Case) -> str:
    return why_not(case) or ("" if overriding.pauses_of(case) else _("No question stops this clock."))


CASE_ACTS = (
    Act("correct-receipt", _l("Correct the receipt"), _receipt, "dsar.propose_clockoverride", icon="clock",
        form=ReceiptForm, why_not=lambda _request, case: why_not(case),
        question=_l("When did this request really reach us?"),
        explain=_l(
            "A second person sees the change of dates and decides. The person is told in plain words."
        )),
    Act("override-pause", _l("Let a pause not count"), _pause, "dsar.propose_clockoverride", icon="play",
        form=PauseForm, why_not=_no_pause, question=_l("Which pause does not count?"),
        explain=_l("The answer comes earlier, never later. A second person decides.")),
)  # fmt: skip


def _approve(request: HttpRequest, row: ClockOverride, _form: Any) -> str:
    overriding.approve(override=row, **by(request))
    return _("Approved. The answer is due on %(on)s.") % {"on": on_day(row.case.due_on)}


def _return(request: HttpRequest, row: ClockOverride, form: Any) -> str:
    overriding.send_back(override=row, reason=form.cleaned_data["reason"], **by(request))
    return _("Sent back. No date has changed.")


def _may(request: HttpRequest, row: ClockOverride) -> str:
    assert isinstance(request.user, User)
    return overriding.why_not_decide(row, request.user)


def change_of(row: ClockOverride) -> list[dict[str, Any]]:
    """Return each date before and after; while it waits, as it would be computed now."""
    open_ = row.status == DecisionStatus.PROPOSED and row.case.is_open
    now = timezone.now()
    before = overriding.dates_with(row.case, now=now) if open_ else row.before
    after = overriding.changed_by(row, now=now) if open_ else row.after
    return [
        {"label": label, "before": _day(before, name), "after": _day(after, name),
         "moves": before.get(name) != after.get(name)}
        for name, label in DATES.items()
        if name in before or name in after
    ]  # fmt: skip


def _day(dates: dict[str, str], name: str) -> str:
    return on_day(date.fromisoformat(dates[name])) if dates.get(name) else ""


def context(request: HttpRequest, row: ClockOverride) -> dict[str, Any]:
    """Return the change of dates, the reason, and who may decide."""
    return {
        "row": row, "case": row.case, "changes": change_of(row), "refused": _may(request, row),
        "button": _("Correct it"), "stepped_up": is_stepped_up(request),
        "step_up_url": step_up_url(request, back_to=request.get_full_path()),
    }  # fmt: skip


@admin.register(ClockOverride)
class ClockOverrideAdmin(RegisterAdmin):
    """Corrections of clocks, those that wait first."""

    list_display = ("kind_", "case_", "status_", "proposed_")
    list_display_links = ("kind_",)
    list_filter = ("kind",)
    list_select_related = ("case", "proposed_by", "decided_by")
    ordering = ("-proposed_at",)
    list_title = _l("Corrections of clocks")
    page = "admin/dsar/governance/override.html"
    acts = (
        Act("approve", _l("Decide"), _approve, "dsar.approve_clockoverride", icon="check", step_up=True,
            why_not=_may, template="admin/dsar/governance/override_decide.html", context=context,
            back=to_case, question=_l("Correct this clock?")),
        Act("return", _l("Send back with a question"), _return, "dsar.approve_clockoverride", icon="prev",
            form=ReasonForm, why_not=_may, question=_l("What should be different?"), back=to_case),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("waiting", _l("Waiting"), lambda rows: rows.filter(status="proposed")),
            Tab("approved", _l("Approved"), lambda rows: rows.filter(status="approved")),
            Tab("returned", _l("Sent back"), lambda rows: rows.filter(status="returned")),
        ]

    def facts(self, row: ClockOverride) -> list[Fact]:
        """Return what is corrected, who proposed and decided."""
        question = f"{row.event.get_kind_display()}, {on_day(row.event.on)}" if row.event else ""
        return [
            (_("Received, as corrected"), when(row.received_at)), (_("Received, before"),
                when(row.was_received_at)),
            (_("Pause that does not count"), question), (_("Reason"), row.reason),
            (_("Proposed"), f"{row.proposed_by}, {when(row.proposed_at)}"),
            (_("Decided"), f"{row.decided_by}, {when(row.decided_at)}" if row.decided_by else ""),
            (_("Sent back because"), row.return_reason),
        ]  # fmt: skip

    def more(self, request: HttpRequest, row: ClockOverride) -> dict[str, Any]:
        """Return the change of dates."""
        return {"changes": change_of(row)}

    @admin.display(description=_l("Correction"))
    def kind_(self, row: ClockOverride) -> str:
        """Return what is corrected."""
        return row.get_kind_display()

    @admin.display(description=_l("State"))
    def status_(self, row: ClockOverride) -> SafeString:
        """Return the state as a badge."""
        keys = {"proposed": "approval", "returned": "warn"}
        return badge(row.get_status_display(), "", keys.get(row.status, "done"))

    @admin.display(description=_l("Proposed"))
    def proposed_(self, row: ClockOverride) -> str:
        """Return by whom and when."""
        return f"{row.proposed_by}, {when(row.proposed_at)}"
