"""Incidents in the staff desk: the list, registering one, and its page with the clocks."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActsMixin, ListAdmin, Tab
from accounts.templatetags.portal_ui import badge, icon
from config.profile import active_profile
from dsar.admin import clock_panel, incident_acts, incident_forms, incident_words
from dsar.admin.case_acts import by
from dsar.models import Incident
from dsar.rules.transitions import NotAllowed
from dsar.services import incidents
from dsar.services.packaging import PackageDamaged

TONES = {"unlikely": "kept", "risk": "approval", "high": "attention"}


@admin.register(Incident)
class IncidentAdmin(ActsMixin, ListAdmin):
    """All incidents, the newest first; open ones with the hours that are left."""

    list_display = ("incident_", "clock_", "aware_", "owner_")
    list_display_links = ("incident_",)
    list_select_related = ("owner",)
    ordering = ("-aware_at", "-number")
    tie_breaker = "number"
    list_title = _l("Incidents")
    add_label = _l("Register an incident")
    refusals = (NotAllowed,)
    acts = incident_acts.ACTS

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("open", _l("Open"), lambda rows: rows.filter(closed_at=None)),
            Tab("closed", _l("Closed"), lambda rows: rows.exclude(closed_at=None)),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        return super().changelist_view(request, {"empty_icon": "check", **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        """Add the files of an incident."""
        view = self.admin_site.admin_view(self.file_view)
        own = path("<path:object_id>/files/<uuid:file>/", view, name="dsar_incident_file")
        return [own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Register an incident."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = incident_forms.IncidentForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                made = incidents.open_incident(**form.cleaned_data, **by(request))
            except NotAllowed as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("%(ref)s is registered.") % {"ref": made.reference})
                return HttpResponseRedirect(self.page_url(made))
        context = {**self.admin_site.each_context(request), "title": _("Register an incident"), "form": form,
                   "company_zone": active_profile().clocks.zone}  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/dsar/incident/register.html", context, status=status)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show an incident: its clocks, what is known, what was decided, who was told."""
        incident = self._seen(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **_page(incident),
            "title": incident.reference, "opts": self.opts, "acts": list(self._acts(request, incident)),
        }  # fmt: skip
        return TemplateResponse(request, "admin/dsar/incident/page.html", context)

    def _seen(self, request: HttpRequest, object_id: str) -> Incident:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if not isinstance(found, Incident):
            raise Http404
        return found

    def _acts(self, request: HttpRequest, incident: Incident) -> Any:
        """Yield what this user may do; the first one that can be done now is the primary one."""
        primary = True
        for act in self.acts:
            if not self.may(request, act.key):
                continue
            why_not = act.why_not(request, incident)
            first = primary and not why_not and act.key == _next(incident)
            primary = primary and not first
            yield {
                "label": act.label, "icon": act.icon, "url": self.act_url(incident, act.key),
                "why_not": why_not, "primary": first,
            }  # fmt: skip

    def file_view(
        self, request: HttpRequest, object_id: str, file: Any
    ) -> HttpResponse | StreamingHttpResponse:
        """Send a file of an incident as a download; opening it is recorded."""
        found = self._seen(request, object_id).files.filter(pk=file).select_related("incident").first()
        if found is None:
            raise Http404
        try:
            content = incidents.content(file=found, **by(request))
        except PackageDamaged as fault:
            messages.error(request, str(fault))
            return HttpResponseRedirect(self.page_url(found.incident))
        answer = StreamingHttpResponse(content, content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="evidence-{found.pk}.{_kind(found.name)}"'
        answer["Cache-Control"] = "no-store"
        return answer

    @admin.display(description=_l("Incident"))
    def incident_(self, incident: Incident) -> SafeString:
        """Return the reference and what happened."""
        return format_html(
            '<span>{}<small class="mono">{}</small></span>', incident.title, incident.reference
        )

    @admin.display(description=_l("Authority"))
    def clock_(self, incident: Incident) -> SafeString | str:
        """Return the soonest clock that runs, or that none does."""
        if not incident.is_open:
            return badge(_("Closed"), "", "closed")
        running = incident_words.clocks(incidents.open_deadlines(incident), timezone.now())
        if not running:
            return badge(_("Settled"), "", "done")
        one = running[0]
        return format_html(
            '<span class="clock" data-tone="{}">{}<b>{}</b><small>{}, {}</small></span>',
            one.tone, icon("clock"), one.left, one.at, one.source,
        )  # fmt: skip

    @admin.display(description=_l("Aware"))
    def aware_(self, incident: Incident) -> str:
        """Return when we became aware."""
        return incident_words.local(incident.aware_at)

    @admin.display(description=_l("Owner"))
    def owner_(self, incident: Incident) -> str:
        """Return who works on it."""
        return str(incident.owner or _("Nobody yet"))


def _kind(name: str) -> str:
    kind = name.rpartition(".")[2].lower()
    return kind if kind.isalnum() and len(kind) < 6 else "bin"


def _next(incident: Incident) -> str:
    """Return the act that an incident needs now."""
    if not incident.assessments.exists():
        return "assess"
    if incident.decisions.filter(decided_at=None).exists():
        return "decide"
    if not incident.decisions.filter(question="authority", approved=True).exists():
        return "propose"
    return "close" if not incidents.closing_gaps(incident) else "notify"


def _page(incident: Incident) -> dict[str, Any]:
    """Return everything that the page of an incident shows."""
    now, last = timezone.now(), incident.assessments.select_related("by").first()
    return {
        "incident": incident,
        "clocks": incident_words.clocks(incidents.open_deadlines(incident), now),
        "steps": clock_panel.dated(incidents.authority_clock().why(incident.aware_at)),
        "account": incident.accounts.select_related("by").first(),
        "earlier": incident.accounts.count() - 1,
        "assessment": last,
        "risk_kind": TONES.get(last.risk, "") if last else "",
        "decisions": incident.decisions.select_related("proposed_by", "decided_by"),
        "notices": incident.notices.select_related("recorded_by"),
        "files": incident.files.select_related("added_by"),
        "gaps": incidents.closing_gaps(incident) if incident.is_open else [],
        "now": now,
        "company_zone": active_profile().clocks.zone,
        "events": [
            {
                "icon": "check",
                "what": e.shown(),
                "note": e.note,
                "when": incident_words.local(e.at),
                "who": e.actor,
            }
            for e in incident.events.select_related("actor")
        ],
    }
