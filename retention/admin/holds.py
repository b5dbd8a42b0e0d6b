"""Holds in the staff desk: what is kept back and why, until when, and its release by two people."""

import json
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import AuditEvent, User
from accounts.services.stepup import is_stepped_up, step_up_url
from accounts.templatetags.portal_ui import badge, told
from config.sentences import recognised
from platforms.connectors import ConnectorError
from retention.admin import hold_forms, words
from retention.enums import HoldScope, HoldState
from retention.models import Hold
from retention.services import holding
from retention.services.holding import HoldRefused

HISTORY = {
    "hold.placed": _l("Placed"), "hold.reviewed": _l("Still needed"),
    "hold.release_asked": _l("Release asked for"), "hold.released": _l("Released"),
    "hold.kept": _l("Release refused"),
}  # fmt: skip
SCOPES = (
    (HoldScope.PERSON, "person", _l("Everything about one person, in every system. Erasures wait too.")),
    (HoldScope.CASE, "cases", _l("The same for the person of a case, with the case as the reason.")),
    (HoldScope.SYSTEM, "inventory", _l("Nothing in this system is removed by a sweep.")),
    (HoldScope.ROWS, "keep", _l("Rows of one collection that have a value in a column.")),
)


def _review(request: HttpRequest, hold: Hold, form: Any) -> str:
    holding.review(hold=hold, review_on=form.cleaned_data["review_on"], **words.by(request))
    return _("Recorded. The hold stays.")


def _ask(request: HttpRequest, hold: Hold, form: Any) -> str:
    holding.ask_release(hold=hold, reason=form.cleaned_data["reason"], **words.by(request))
    return _("Asked for. A colleague decides.")


def _release(request: HttpRequest, hold: Hold, _form: Any) -> str:
    holding.release(hold=hold, **words.by(request))
    return _("Released. The next sweep treats its rows like all others.")


def _keep(request: HttpRequest, hold: Hold, _form: Any) -> str:
    holding.keep(hold=hold, **words.by(request))
    return _("The release is refused. The hold stays.")


def _released(_request: HttpRequest, hold: Hold) -> str:
    return _("This hold was released already.") if hold.state == HoldState.RELEASED else ""


def _not_active(request: HttpRequest, hold: Hold) -> str:
    if hold.state == HoldState.PLACING:
        return _("It is not in effect yet.")
    asked = hold.state == HoldState.RELEASE_ASKED
    return _("The release was asked for already.") if asked else _released(request, hold)


def _not_asked(request: HttpRequest, hold: Hold) -> str:
    if hold.state == HoldState.RELEASE_ASKED:
        return ""
    return _released(request, hold) or _("Nobody asked for the release of this hold.")


def _not_by_me(request: HttpRequest, hold: Hold) -> str:
    if hold.state == HoldState.RELEASE_ASKED and hold.release_asked_by_id == request.user.pk:
        return _("You asked for the release. Somebody else has to grant it.")
    return _not_asked(request, hold)


def _details(_request: HttpRequest, hold: Hold) -> dict[str, Any]:
    return {"covers": covers(hold), "hold": hold, "stepped_up": True}


def _release_details(request: HttpRequest, hold: Hold) -> dict[str, Any]:
    back = step_up_url(request, back_to=request.get_full_path())
    return _details(request, hold) | {"stepped_up": is_stepped_up(request), "step_up_url": back}


ACT_PAGE = "admin/retention/hold/act.html"
ACTS = (
    Act("review", _l("Still needed"), _review, "retention.place_hold", icon="check", why_not=_released,
        form=hold_forms.ReviewForm, template=ACT_PAGE, context=_details,
        question=_l("Is this hold still needed?"),
        explain=_l("It keeps data that would have to go. Say when you will look at it again; if it is not"
                   " needed any more, ask for its release.")),
    Act("ask", _l("Ask for release"), _ask, "retention.ask_release_hold", icon="send", why_not=_not_active,
        form=hold_forms.AskForm, template=ACT_PAGE, context=_details,
        question=_l("Ask that this hold be released?"),
        explain=_l("A second person decides. Until then the hold stays as it is.")),
    Act("release", _l("Release"), _release, "retention.release_hold", icon="check", why_not=_not_by_me,
        danger=True, step_up=True, template=ACT_PAGE, context=_release_details,
        question=_l("Release this hold?"),
        explain=_l("What it kept back may go with the next sweep, and by erasures that waited for it.")),
    Act("keep", _l("Refuse the release"), _keep, "retention.release_hold", icon="lock", why_not=_not_asked,
        template=ACT_PAGE, context=_details, question=_l("Refuse the release?"),
        explain=_l("The hold stays in effect, as if nobody had asked.")),
)  # fmt: skip


class ReviewDue(admin.SimpleListFilter):
    """Whether the day of review has come."""

    title = _l("review")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice."""
        return [("yes", _l("Due"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the holds whose owner has to answer."""
        today = timezone.localdate()
        return queryset.binding().filter(review_on__lte=today) if self.value() == "yes" else queryset


@admin.register(Hold)
class HoldAdmin(ActsMixin, ReadOnlyAdmin):
    """All holds, the newest first."""

    list_title = _l("Data holds")
    list_display = ("number_", "state_", "covers_", "owner_", "review_")
    list_display_links = ("number_",)
    list_filter = ("kind", "scope", ReviewDue)
    list_select_related = ("subject", "system", "owner")
    ordering = ("-number",)
    tie_breaker = "number"
    acts = ACTS
    refusals = (HoldRefused,)

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        today = timezone.localdate()
        return [
            Tab("binding", _l("In effect"), lambda rows: rows.binding()),
            Tab("asked", _l("Release asked for"), lambda rows: rows.filter(state=HoldState.RELEASE_ASKED)),
            Tab("review", _l("Review due"), lambda rows: rows.review_due(today), ("review_on", "number")),
            Tab("released", _l("Released"), lambda rows: rows.filter(state=HoldState.RELEASED)),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the page that places a hold."""
        view = self.admin_site.admin_view(self.place_view)
        return [path("place/", view, name="retention_hold_place"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        more = {
            "may_place": request.user.has_perm("retention.place_hold"), "empty_icon": "lock",
            "empty_title": _("No hold here"), "empty_text": _("Nothing is kept back beyond its period."),
        }  # fmt: skip
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def place_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what is to be kept, then for the rest (GET), or place the hold (POST)."""
        if not request.user.has_perm("retention.place_hold"):
            raise PermissionDenied
        assert isinstance(request.user, User)
        scope = request.GET.get("scope", "")
        kind = hold_forms.FORMS.get(scope)
        if kind is None:
            return self._choose(request)
        form = kind(request.POST or None, user=request.user, initial=request.GET.dict())
        if request.method == "POST" and form.is_valid():
            made = self._placed(request, scope, form)
            if made is not None:
                return HttpResponseRedirect(self.page_url(made))
        icon, note = next((icon, note) for key, icon, note in SCOPES if key == scope)
        context = {
            **self.admin_site.each_context(request),
            "title": HoldScope(scope).label, "form": form, "opts": self.opts, "icon": icon, "note": note,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/retention/hold/place.html", context, status=status)

    def _choose(self, request: HttpRequest) -> HttpResponse:
        scopes = [(key, HoldScope(key).label, icon, note) for key, icon, note in SCOPES]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Place a hold"), "opts": self.opts, "scopes": scopes,
        }  # fmt: skip
        return TemplateResponse(request, "admin/retention/hold/choose.html", context)

    def _placed(self, request: HttpRequest, scope: str, form: hold_forms.PlaceForm) -> Hold | None:
        """Place it, or put on the form why it cannot be placed: nothing that was typed is lost."""
        try:
            made = holding.place_hold(scope=scope, **form.place(), **words.by(request))
        except HoldRefused as refused:
            form.add_error(None, str(refused))
        except ConnectorError as fault:
            why = recognised(str(fault))
            form.add_error(None, _("Nothing was placed: a system could not be read. %(why)s") % {"why": why})
        else:
            if made.state == HoldState.PLACING:
                messages.warning(
                    request,
                    _("Placed. A window is being removed at this moment: it takes effect when that is done."),
                )
            else:
                messages.success(request, _("Placed, and in effect."))
            return made
        return None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one hold: what it covers, why, whose it is, and what happened to it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        hold = self.get_object(request, unquote(object_id))
        if not isinstance(hold, Hold):
            raise Http404
        rows = list(hold.rows.select_related("system").order_by("system__name", "collection"))
        context = {
            **self.admin_site.each_context(request),
            "title": str(hold), "opts": self.opts, "hold": hold, "covers": covers(hold), "rows": rows,
            "total": sum(one.count for one in rows), "state": words.hold_state(hold),
            "placing": hold.state == HoldState.PLACING, "acts": list(self._todo(request, hold)),
            "due": hold.state != HoldState.RELEASED and hold.review_on <= timezone.localdate(),
            "history": _history(hold), "conditions": conditions_of(hold),
            "person_url": _person(request, hold),
        }  # fmt: skip
        return TemplateResponse(request, "admin/retention/hold/page.html", context)

    def _todo(self, request: HttpRequest, hold: Hold) -> Any:
        """Yield what this user may do now; a release that somebody else must grant says so."""
        first = {"release": 0, "ask": 1, "review": 2, "keep": 3}
        primary = True
        mine: list[Act] = [act for act in self.acts if self.may(request, act.key)]
        for act in sorted(mine, key=lambda one: first[one.key]):
            why_not = act.why_not(request, hold)
            if why_not and not (act.key == "release" and hold.state == HoldState.RELEASE_ASKED):
                continue
            yield {
                "label": act.label, "icon": act.icon, "url": self.act_url(hold, act.key), "why_not": why_not,
                "primary": primary and not why_not,
            }  # fmt: skip
            primary = primary and bool(why_not)

    @admin.display(description=_l("Hold"))
    def number_(self, row: Hold) -> SafeString:
        """Return number and ground."""
        return format_html("<span>{}<small>{}</small></span>", row, row.get_kind_display())

    @admin.display(description=_l("State"))
    def state_(self, row: Hold) -> SafeString:
        """Return where it stands."""
        return words.hold_state(row)

    @admin.display(description=_l("Covers"))
    def covers_(self, row: Hold) -> SafeString:
        """Return what it keeps."""
        return format_html("<span>{}<small>{}</small></span>", covers(row), row.get_scope_display())

    @admin.display(description=_l("Owner"))
    def owner_(self, row: Hold) -> str:
        """Return whose it is."""
        return str(row.owner)

    @admin.display(description=_l("Review"))
    def review_(self, row: Hold) -> SafeString | str:
        """Return until when its owner has to answer."""
        day = words.on_day(row.review_on)
        late = row.state != HoldState.RELEASED and row.review_on <= timezone.localdate()
        return badge(_("due since %(day)s") % {"day": day}, "", "expired") if late else day


def covers(hold: Hold) -> str:
    """Return in a few words what a hold covers."""
    if hold.scope == HoldScope.CASE:
        return f"{hold.case_reference}: {hold.subject}"
    if hold.scope == HoldScope.PERSON:
        return str(hold.subject)
    system = told(hold.system.name) if hold.system else ""
    return f"{system}: {hold.collection}" if hold.collection else system


def conditions_of(hold: Hold) -> list[tuple[str, str]]:
    """Return (column, values) of a hold on some rows."""
    if not hold.conditions:
        return []
    return [(name, ", ".join(map(str, values))) for name, values in json.loads(hold.conditions).items()]


def _history(hold: Hold) -> list[dict[str, Any]]:
    events = AuditEvent.objects.about(hold).select_related("actor")
    return [{"what": HISTORY.get(one.action, one.action), "who": one.actor, "at": one.at} for one in events]


def _person(request: HttpRequest, hold: Hold) -> str:
    if hold.subject_id is None or not request.user.has_perm("accounts.view_datasubject"):
        return ""
    return reverse("admin:accounts_datasubject_change", args=[hold.subject_id])
