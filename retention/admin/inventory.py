"""The record of processing in the staff desk: as of any day, each activity, what is open, and its exports."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_POST

from accounts.admin_base import ReadOnlyAdmin
from accounts.models import User
from accounts.services.audit import Actor
from accounts.services.stepup import step_up_required
from config.sentences import shown, stored
from retention.models import InventoryVersion
from retention.rules.inventory import Gap, gaps, lacks_of
from retention.services import exports, versions
from retention.services.exports import Record, activities

NAME = "retention_inventoryversion"
EXPORT = "retention.export_inventory"
ROLES = ("controller", "processor")


@admin.register(InventoryVersion)
class InventoryVersionAdmin(ReadOnlyAdmin):
    """The record as of a day, in place of a list of versions."""

    list_title = _l("Record of processing")

    def get_urls(self) -> list[URLPattern]:
        """Add the page of an activity and the exports."""
        of = self.admin_site.admin_view
        return [
            path("activity/<slug:key>/", of(self.activity_view), name=f"{NAME}_activity"),
            path(
                "export/<slug:key>/<slug:form>/",
                of(step_up_required(self.export_view)),
                name=f"{NAME}_export",
            ),
            *super().get_urls(),
        ]

    def _record(self, request: HttpRequest, given: Mapping[str, Any]) -> tuple[Record, str]:
        """Return the record of the day asked for and nothing, or today's and why that day is refused."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now = timezone.now()
        try:
            day = versions.day_of(given.get("as_of", ""), now=now)
            return Record(versions.read(day, now=now), day), ""
        except versions.NoInventory as refused:
            day = versions.today(now)
            return Record(versions.read(day, now=now), day), str(refused)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the activities as of a day, with what is open and what can be taken."""
        record, refused = self._record(request, request.GET)
        open_ = gaps(record.document)
        context = {
            **self.admin_site.each_context(request),
            "title": self.list_title, "opts": self.opts, "record": record, "refused": refused,
            "asked": "" if refused else request.GET.get("as_of", ""),
            "groups": [group for role in ROLES if (group := _group(record, role, open_))],
            "counts": _counts(record, open_),
            "gaps": [_said(gap.says) for gap in open_ if gap.kind != "support"],
            "reports": _reports() if request.user.has_perm(EXPORT) else (),
        }  # fmt: skip
        page = "admin/retention/inventory.html"
        return TemplateResponse(request, page, context, status=422 if refused else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the record: a version has no page of its own."""
        return HttpResponseRedirect(reverse(f"admin:{NAME}_changelist"))

    def activity_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Show one activity: its entry, what it lacks, and the fields that it uses."""
        record, _refused = self._record(request, request.GET)
        one = next((each for each in record.document["activities"] if each["key"] == key), None)
        if one is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": record.say(one["label"]), "opts": self.opts, "record": record,
            "asked": request.GET.get("as_of", ""), "does": record.say(one["does"]),
            "facts": _facts(record, one), "lacks": [_said(says) for says in lacks_of(one)],
            "marks": activities.marks(one), "places": _places(record, key),
        }  # fmt: skip
        return TemplateResponse(request, "admin/retention/activity.html", context)

    def export_view(self, request: HttpRequest, key: str, form: str) -> HttpResponse:
        """Send a report as a file. POST alone: the export is recorded."""
        if not (self.has_view_permission(request) and request.user.has_perm(EXPORT)):
            raise PermissionDenied
        return _export(request, key=key, form=form)


@require_POST
def _export(request: HttpRequest, *, key: str, form: str) -> HttpResponse:
    if form not in exports.forms_of(key):
        raise Http404
    assert isinstance(request.user, User)
    now, asked = timezone.now(), request.POST.get("as_of", "")
    try:
        day = versions.day_of(asked, now=now)
        made = exports.export(key=key, form=form, day=day, actor=Actor.of(request.user), now=now)
    except versions.NoInventory as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(f"{reverse(f'admin:{NAME}_changelist')}?{urlencode({'as_of': asked})}")
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return HttpResponse(made.data, content_type=made.content_type, headers=headers)


def _said(says: Any) -> str:
    return shown(says, stored(says))


def _group(record: Record, role: str, open_: Sequence[Gap]) -> dict[str, Any] | None:
    """Return the activities of a role as rows of a table."""
    lacking = Counter(gap.where for gap in open_ if gap.kind == "support")
    rows = [
        {
            "key": one["key"], "label": record.say(one["label"]), "does": record.say(one["does"]),
            "basis": activities.basis(one),
            "data": ", ".join(record.labels("categories", one["categories"])),
            "processors": activities.processors(record, one),
            "kept": "; ".join(activities.periods(record, one)),
            "marks": activities.marks(one), "lacks": lacking[one["key"]],
        }
        for one in record.activities(role)
    ]  # fmt: skip
    title = _("As controller") if role == "controller" else _("On behalf of others")
    return {"key": role, "title": title, "rows": rows} if rows else None


def _counts(record: Record, open_: Sequence[Gap]) -> list[dict[str, Any]]:
    """Return the tiles above the record."""
    document = record.document
    unsupported = len({gap.where for gap in open_ if gap.kind == "support"})
    rest = sum(1 for gap in open_ if gap.kind != "support")
    return [
        {"n": len(document["activities"]), "label": _("Activities"), "note": _("each with its basis")},
        {"n": len(document["elements"]), "label": _("Fields"), "note": _("in all systems")},
        {"n": unsupported, "label": _("Lack something"), "note": _("activities"),
         "tone": "warn" if unsupported else ""},
        {"n": rest, "label": _("Gaps"), "note": _("category, schedule or activity"),
         "tone": "danger" if rest else ""},
    ]  # fmt: skip


def _reports() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return each report with its forms and their addresses."""
    return [
        (str(title), [(form.upper(), _address(key, form)) for form in exports.forms_of(key)])
        for key, title in exports.TITLES.items()
    ]


def _address(key: str, form: str) -> str:
    return reverse(f"admin:{NAME}_export", args=[key, form])


def _facts(record: Record, one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the entry of the record as label and value; the name and the sentence stand above."""
    made = exports.REPORTS[one["role"]](record)
    own = [each["key"] for each in record.activities(one["role"])].index(one["key"])
    told = {_("Activity"), _("What is done"), _("Marks")}
    pairs = zip(made.head, made.rows[own], strict=True)
    return [(label, value) for label, value in pairs if label not in told and value]


def _places(record: Record, key: str) -> list[dict[str, Any]]:
    """Return the collections that hold data of an activity, with how many fields and who is in them."""
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in record.document["elements"]:
        if key in one["activities"]:
            found.setdefault((one["system"], one["collection"]), []).append(one)
    return [
        {
            "system": record.say(record.one("systems", system).get("name", system)), "collection": collection,
            "fields": len(rows), "schedules": ", ".join(record.labels("schedules", _once(rows, "schedule"))),
            "third": any(one["third_persons"] for one in rows),
            "sensitive": sum(1 for one in rows if one["sensitive"] or one["special"]),
        }
        for (system, collection), rows in found.items()
    ]  # fmt: skip


def _once(rows: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(one[name] for one in rows if one[name]))
