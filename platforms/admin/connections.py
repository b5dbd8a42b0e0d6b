"""Linked accounts at the desk: what they may do against what they need, and how they are. Never a token."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import AuditEvent, User
from accounts.services.audit import Actor
from accounts.templatetags.portal_ui import badge
from config import sentences
from platforms import registry
from platforms.admin.rows import platform_name
from platforms.enums import ConnectionStatus, ProbeResult
from platforms.models import Connection
from platforms.querysets import LIVING
from platforms.rules import grants, spoken
from platforms.services.oauth import OAuthRefused, holding, probing

SHOWN = 10


class ReleaseForm(ActForm):
    """Why a hold ends."""

    why = forms.CharField(label=_l("What did you find?"), max_length=500, widget=forms.Textarea({"rows": 3}))


def _probe(request: HttpRequest, row: Connection, _form: Any) -> str:
    assert isinstance(request.user, User)
    result = probing.probe(row, now=timezone.now(), actor=Actor.of(request.user))
    return str(ProbeResult(result).label)


def _release(request: HttpRequest, row: Connection, form: Any) -> str:
    assert isinstance(request.user, User)
    holding.release(
        connection=row, why=form.cleaned_data["why"], actor=Actor.of(request.user), now=timezone.now()
    )
    return _("The hold is over.")


def _not_living(_request: HttpRequest, row: Connection) -> str:
    return "" if row.status in LIVING else _("There is nothing left to look at.")


def _not_held(_request: HttpRequest, row: Connection) -> str:
    return "" if row.status == ConnectionStatus.HELD else _("This connection is not on hold.")


def search(rows: Any, text: str) -> Any:
    """Return the connections of an account's id at any platform, or with the product's own key."""
    keys = [entry.key for entry in registry.shipped_entries().values() if entry.oauth]
    return rows.known_by(text, keys)


@admin.register(Connection)
class ConnectionAdmin(ActsMixin, ReadOnlyAdmin):
    """All linked accounts, the newest first."""

    list_title = _l("Connections")
    list_display = ("account_", "person_", "features_", "status_", "probe_", "since_")
    list_display_links = ("account_",)
    list_select_related = ("subject",)
    ordering = ("-connected_at",)
    exact_search = staticmethod(search)
    search_hint = _l("Id of the account at the platform, or the product's own key")
    refusals: ClassVar[tuple[type[Exception], ...]] = (OAuthRefused,)
    acts: ClassVar[Sequence[Act]] = (
        Act("probe", _l("Look whether it is alive"), _probe, "platforms.change_connection", icon="refresh",
            question=_l("Look whether it is alive?"), why_not=_not_living,
            explain=_l("The portal asks the platform. If it knows the grant no more, the clock of the data"
                       " starts now.")),
        Act("release", _l("Release the hold"), _release, "platforms.release_hold", icon="play",
            form=ReleaseForm, question=_l("Release the hold?"), why_not=_not_held,
            explain=_l("The connection is used again. What you found is kept in the audit trail.")),
    )  # fmt: skip

    @classmethod
    def offer(cls, act: Act, *refusals: type[Exception]) -> None:
        """Add an act of an app above, with the refusals that it may show. Call it while admins load."""
        cls.acts, cls.refusals = (*cls.acts, act), (*cls.refusals, *refusals)

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        attention = Q(status__in=(ConnectionStatus.HELD, ConnectionStatus.EXPIRED)) | (
            Q(status=ConnectionStatus.ACTIVE) & ~Q(refresh_error="")
        )
        return [
            Tab("open", _l("Connected"), lambda rows: rows.open()),
            Tab("attention", _l("Need attention"), lambda rows: rows.filter(attention)),
            Tab("ended", _l("Disconnected"), lambda rows: rows.filter(status=ConnectionStatus.ENDED)),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one connection."""
        row = self.get_object(request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        if row is None:
            raise Http404
        entry = registry.current(row.platform)
        keys = [act.key for act in self.acts if self.may(request, act.key) and not act.why_not(request, row)]
        context = {
            **self.admin_site.each_context(request),
            "row": row, "title": platform_name(row.platform), "opts": self.opts, "entry": entry,
            "features": [spoken.feature_words(name) for name in row.features],
            "scopes": scope_rows(row, entry),
            "tokens": row.tokens.defer("value").order_by("kind", "-issued_at")[:SHOWN],
            "findings": finding_rows(row),
            "probes": AuditEvent.objects.about(row).filter(action="connection.probed").reverse()[:SHOWN],
            "urls": {key: self.act_url(row, key) for key in keys},
            "sees_person": request.user.has_perm("accounts.view_datasubject"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/platforms/connection/page.html", context)

    @admin.display(description=_l("Account"))
    def account_(self, row: Connection) -> SafeString:
        """Return platform and name."""
        return format_html(
            "<span>{}<small><bdi>{}</bdi></small></span>", platform_name(row.platform), row.handle or "–"
        )

    @admin.display(description=_l("Person"))
    def person_(self, row: Connection) -> str:
        """Return whose it is."""
        return str(row.subject)

    @admin.display(description=_l("Used for"))
    def features_(self, row: Connection) -> str:
        """Return the features."""
        return ", ".join(spoken.feature_words(name) for name in row.features if name != grants.CONNECT) or "–"

    @admin.display(description=_l("Status"))
    def status_(self, row: Connection) -> SafeString:
        """Return the status as a badge."""
        return badge(row.get_status_display(), "", row.status)

    @admin.display(description=_l("Last look"))
    def probe_(self, row: Connection) -> str:
        """Return what the last probe said, and when it was seen alive."""
        if not row.probe_result:
            return _("Not looked at yet")
        return f"{row.get_probe_result_display()}, {_day(row.verified_at)}"

    @admin.display(description=_l("Since"))
    def since_(self, row: Connection) -> str:
        """Return the day of the connection."""
        return _day(row.connected_at)


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "j M Y")


def scope_rows(row: Connection, entry: registry.Entry) -> list[dict[str, Any]]:
    """Return every permission with what it allows, who needs it, and whether it is right that it is there."""
    needed = set(grants.needed(entry, row.features))
    granted = list(row.scopes.order_by("ended_at", "scope"))
    there = {scope.scope for scope in granted if scope.ended_at is None}
    rows = [
        {"scope": scope.scope, "words": spoken.scope_words(scope.scope), "since": scope.granted_at,
         "ended": scope.ended_at, "state": _state(scope.scope in needed, scope.ended_at is None)}
        for scope in granted
    ]  # fmt: skip
    missing = [
        {"scope": name, "words": spoken.scope_words(name), "since": None, "ended": None, "state": "missing"}
        for name in sorted(needed - there)
    ]
    return rows + (missing if there else [])


def _state(needed: bool, there: bool) -> str:
    if not there:
        return "ended"
    return "needed" if needed else "surplus"


def finding_rows(row: Connection) -> list[dict[str, Any]]:
    """Return the open findings with their sentence in the reader's language."""
    found = row.findings.filter(ended_at=None)
    return [{"row": one, "detail": sentences.shown(one.detail.get("m", ""), one.detail)} for one in found]
