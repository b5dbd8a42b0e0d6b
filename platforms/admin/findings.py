"""Findings in the staff desk: what is not as it must be, what to do next, and the button that looks again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm, Tab
from accounts.templatetags.portal_ui import badge
from config.sentences import shown
from platforms import tasks
from platforms.admin.rows import Fact, RowAdmin, on_day, platform_name, when, worded
from platforms.admin.systems import by
from platforms.enums import FindingKind
from platforms.models import Finding
from platforms.rules.found import NEXT
from platforms.services import findings, naming


class AcceptForm(ActForm):
    """Until when, and why."""

    why = forms.CharField(
        label=_l("Why is it accepted?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    until_on = forms.DateField(
        label=_l("Until"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_l("After this day it counts again. 180 days at most."),
    )


def _accept(request: HttpRequest, finding: Finding, form: Any) -> str:
    findings.accept(finding=finding, **form.cleaned_data, **by(request))
    return _("Accepted, with your reason.")


def _open(_request: HttpRequest, finding: Finding) -> str:
    return _("This is over already.") if finding.ended_at else ""


def said(finding: Finding) -> str:
    """Return what is wrong, in the reader's language."""
    return shown(finding.detail.get("m", ""), finding.detail)


def concern(finding: Finding) -> SafeString:
    """Return what it is about in words, with the key below."""
    kind, element = finding.kind, finding.element
    return worded(naming.concern_of(kind, element), naming.key_of(kind, element)) if element else SafeString()


def state_of(finding: Finding) -> SafeString:
    """Return the state as a badge."""
    if finding.ended_at:
        return badge(_("Ended"), "", "done")
    until = finding.accepted_until_on
    if until and until >= timezone.localdate():
        return badge(_("Accepted until %(day)s") % {"day": on_day(until)}, "", "held")
    return badge(_("Open"), "", "attention")


def way_of(finding: Finding) -> tuple[str, str] | None:
    """Return label and address of the page where a finding is dealt with, where it names one."""
    if finding.kind != FindingKind.CONTENT_LATE:
        return None
    address = reverse("admin:platforms_callbackreceipt_change", args=[finding.element])
    return _("Open the callback"), address


@admin.register(Finding)
class FindingAdmin(RowAdmin):
    """All findings, the newest first."""

    list_title = _l("Findings")
    list_display = ("what_", "platform_", "state_", "found_")
    list_display_links = ("what_",)
    list_filter = ("kind",)
    ordering = ("-found_at",)
    refusals = (findings.FindingRefused,)
    acts = (
        Act("accept", _l("Accept for a time"), _accept, "platforms.accept_finding", icon="pause",
            form=AcceptForm, why_not=_open, question=_l("Accept this for a time?"),
            explain=_l("It leaves the work queue until that day. The platform's terms bind all the same.")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        today = timezone.localdate()
        return [
            Tab("open", _l("Open"), lambda rows: rows.waiting(today)),
            Tab("accepted", _l("Accepted"), lambda rows: rows.accepted(today)),
            Tab("ended", _l("Ended"), lambda rows: rows.exclude(ended_at=None)),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the button that looks again."""
        view = self.admin_site.admin_view(self.sweep_view)
        return [path("sweep/", view, name="platforms_finding_sweep"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list, with when the last sweep ran."""
        last = Finding.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
        told = {
            "may_sweep": request.user.has_perm("platforms.sweep_finding"), "empty_icon": "check",
            "empty_title": _("Nothing found"), "last_seen": when(last),
            "empty_text": _("The sweep looks every hour, and whenever you ask it to."),
        }  # fmt: skip
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def sweep_view(self, request: HttpRequest) -> HttpResponse:
        """Have the worker sweep now. POST alone."""
        if not request.user.has_perm("platforms.sweep_finding"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        findings.record_order(actor=by(request)["actor"])
        tasks.sweep_findings.delay()
        messages.success(request, _("The sweep is on its way. Reload this page in a moment."))
        return HttpResponseRedirect(reverse("admin:platforms_finding_changelist"))

    def more(self, request: HttpRequest, row: Finding) -> dict[str, Any]:
        """Return what is wrong, and what to do next."""
        return {"heading": row.get_kind_display(), "lead": said(row), "steps": NEXT[row.kind],
                "state": state_of(row), "way": way_of(row)}  # fmt: skip

    def facts(self, row: Finding) -> list[Fact]:
        """Return where it is, since when, and who accepted it."""
        return [
            (_("Platform"), platform_name(row.platform)), (_("Concerns"), concern(row)),
            (_("Connection"), str(row.connection) if row.connection else ""),
            (_("Found"), when(row.found_at)),
            (_("Last seen"), when(row.seen_at)), (_("Ended"), when(row.ended_at)),
            (_("Accepted by"), row.accepted_by), (_("Accepted until"), on_day(row.accepted_until_on)),
            (_("Reason"), row.accepted_why),
        ]  # fmt: skip

    @admin.display(description=_l("Finding"))
    def what_(self, row: Finding) -> SafeString:
        """Return the kind and what is wrong."""
        return format_html("<span>{}<small>{}</small></span>", row.get_kind_display(), said(row)[:160])

    @admin.display(description=_l("Platform"))
    def platform_(self, row: Finding) -> SafeString:
        """Return the platform and what it is about."""
        concerned = naming.concern_of(row.kind, row.element)
        return format_html(
            '<span>{}<small>{}</small><small class="mono">{}</small></span>', platform_name(row.platform),
            concerned[:90], naming.key_of(row.kind, row.element)[:60],
        )  # fmt: skip

    @admin.display(description=_l("State"))
    def state_(self, row: Finding) -> SafeString:
        """Return whether something must be done."""
        return state_of(row)

    @admin.display(description=_l("Found"))
    def found_(self, row: Finding) -> str:
        """Return since when it is known."""
        return when(row.found_at)
