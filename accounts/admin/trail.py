"""The audit trail: read, searched exactly, proved event by event, exported. Never written from here."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import KeysetChangeList, ReadOnlyAdmin
from accounts.models import AuditEvent, Seal, User
from accounts.services import sealing
from accounts.services.audit import Actor
from accounts.services.stepup import step_up_required
from accounts.templatetags.portal_ui import badge


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return events of exactly this action, object, request or colleague (e-mail address)."""
    if "@" in text:
        return rows.filter(actor__in=User.objects.filter(email__iexact=text).values("pk"))
    known = [model._meta.label_lower for model in admin.site._registry]
    if "." in text:
        return rows.filter(action=text)
    return rows.filter(Q(object_type__in=known, object_id=text))


class TrailList(KeysetChangeList):
    """The list knows where the seals end."""

    @cached_property
    def last_seal(self) -> Seal | None:
        """Return the last seal; one statement a page."""
        return Seal.objects.latest_seal()

    def get_results(self, request: HttpRequest) -> None:
        """Mark each row of the page as sealed or waiting."""
        super().get_results(request)
        for event in self.result_list:
            event.is_sealed = sealing.covers(self.last_seal, event)


@admin.register(AuditEvent)
class TrailAdmin(ReadOnlyAdmin):
    """Everything that happened, newest first."""

    list_title = _l("Audit trail")
    list_display = ("at_", "actor_", "action_", "object_", "sealed_")
    list_display_links = ("at_",)
    list_select_related = ("actor",)
    ordering = ("-id",)
    tie_breaker = "id"
    exact_search = search
    search_hint = _l("Action (case.opened), id of an object, or e-mail address of a colleague")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetChangeList]:
        """Return the list that knows the seals."""
        return TrailList

    def get_urls(self) -> list[URLPattern]:
        """Add the proof of one event and the export of all."""
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(step_up_required(self.export_view)), name="accounts_auditevent_export"),
            path("<int:pk>/proof/", wrap(self.proof_view), name="accounts_auditevent_proof"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        words = {"search_explained": _("Only complete values are found."), "empty_icon": "audit"}
        return super().changelist_view(request, {**words, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one event and the seal over it."""
        event = self.get_object(request, object_id)
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        if event is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "event": event,
            "title": event.action,
            "opts": self.opts,
            "details": json.dumps(event.details, indent=2, ensure_ascii=False) if event.details else "",
            "seal": sealing.seal_over(event),
            "may_export": request.user.has_perm("accounts.export_audit"),
        }
        return TemplateResponse(request, "admin/accounts/auditevent/page.html", context)

    def proof_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the document that proves one event (JSON); 409 while it waits to be sealed."""
        if not request.user.has_perm("accounts.export_audit"):
            raise PermissionDenied
        event = AuditEvent.objects.filter(pk=pk).first()
        if event is None:
            raise Http404
        proof = sealing.inclusion(event)
        if proof is None:
            return HttpResponseRedirect(reverse("admin:accounts_auditevent_change", args=[pk]))
        answer = JsonResponse(proof, json_dumps_params={"indent": 2, "ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="event-{pk}-proof.json"'
        return answer

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Send the whole trail with its seals, one JSON document a line; the export itself is recorded."""
        if not request.user.has_perm("accounts.export_audit"):
            raise PermissionDenied
        assert isinstance(request.user, User)
        sealing.exported(actor=Actor.of(request.user))
        answer = StreamingHttpResponse(sealing.export_lines(), content_type="application/x-ndjson")
        answer["Content-Disposition"] = 'attachment; filename="audit-trail.jsonl"'
        return answer

    @admin.display(description=_l("When (UTC)"))
    def at_(self, event: AuditEvent) -> str:
        """Return the time to the second."""
        return f"{event.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description=_l("Who"))
    def actor_(self, event: AuditEvent) -> str:
        """Return who did it; an account that is gone keeps its number."""
        if event.actor_id is None:
            return str(event.get_actor_kind_display())
        return str(event.actor) if event.actor else _("Account %(n)s, gone") % {"n": event.actor_id}

    @admin.display(description=_l("What"))
    def action_(self, event: AuditEvent) -> SafeString:
        """Return the action and the names of changed fields."""
        return format_html(
            '<span><span class="mono">{}</span><small>{}</small></span>',
            event.action,
            ", ".join(event.fields),
        )

    @admin.display(description=_l("On"))
    def object_(self, event: AuditEvent) -> SafeString:
        """Return kind and id of the object."""
        return format_html("<span>{}<small>{}</small></span>", event.object_type, event.object_id)

    @admin.display(description=_l("Seal"))
    def sealed_(self, event: Any) -> SafeString:
        """Return whether a seal covers the event."""
        return (
            badge(_("Sealed"), "plain", "kept") if event.is_sealed else badge(_("Waits"), "plain", "waiting")
        )
