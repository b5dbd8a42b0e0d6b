"""Processors and transfers: what is missing, what runs out, where the data are, by which mechanism."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.admin_base import ActsMixin, ListAdmin, Tab
from accounts.models import User
from accounts.templatetags.portal_ui import badge, told
from config.profile import active_profile
from config.sentences import shown, stored
from platforms.admin import flows, processor_acts, processor_forms
from platforms.admin.systems import by, state_of
from platforms.enums import Clause
from platforms.models import Processor, Transfer
from platforms.rules import processors as rules
from platforms.services import processors
from platforms.services.processors import reading


def lacks(one: Processor) -> list[dict[str, Any]]:
    """Return what runs out and what is missing, as it is shown; what runs out comes first."""
    facts, today = reading.facts_of(one), timezone.localdate()
    found = [("expired", lack) for lack in rules.expiring(facts, today=today)]
    found += [("attention", lack) for lack in rules.missing(facts)]
    return [{"kind": kind, "says": _says(lack), "source": lack.source} for kind, lack in found]


def _says(lack: rules.Lack) -> str:
    return shown(lack.says, stored(lack.says))


class RegisterAdmin(ActsMixin, ListAdmin):
    """What the pages of processors and of transfers share."""

    refusals = (processors.ProcessorRefused,)

    def seen(self, request: HttpRequest, object_id: str) -> Any:
        """Return the row that is asked for, or answer 403 or 404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def todo(self, request: HttpRequest, row: Any) -> Iterator[dict[str, Any]]:
        """Yield what this user may do; the first that can be done now is the main one."""
        primary = True
        for act in self.acts:
            why_not = act.why_not(request, row) if self.may(request, act.key) else "-"
            # What has ended offers only what can still be done.
            if self.may(request, act.key) and not (row.ended_on and why_not):
                yield {
                    "label": act.label, "icon": act.icon, "url": self.act_url(row, act.key),
                    "why_not": why_not, "primary": primary and not why_not, "key": act.key,
                }  # fmt: skip
                primary = primary and bool(why_not)

    def page(self, request: HttpRequest, row: Any, title: str, **more: Any) -> HttpResponse:
        """Show one row."""
        context = {
            **self.admin_site.each_context(request),
            "title": title, "opts": self.opts, "row": row, "acts": list(self.todo(request, row)), **more,
        }  # fmt: skip
        template = f"admin/platforms/{self.opts.model_name}/page.html"
        return TemplateResponse(request, template, context)


@admin.register(Processor)
class ProcessorAdmin(RegisterAdmin):
    """All processors by name, with what their record lacks."""

    list_title = _l("Processors")
    list_display = ("name_", "where_", "mechanism_", "contract_", "missing_")
    list_display_links = ("name_",)
    list_filter = ("service", "country")
    ordering = ("name", "key")
    tie_breaker = "key"
    add_label = _l("Add a processor")
    acts = processor_acts.ACTS

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        soon = timezone.localdate() + rules.WARN
        return [
            Tab("running", _l("Working for us"), lambda rows: rows.running()),
            Tab("unsigned", _l("Without a contract"), lambda rows: rows.running().unsigned()),
            Tab("expiring", _l("Running out"), lambda rows: rows.running().expiring(soon)),
            Tab("ended", _l("Ended"), lambda rows: rows.exclude(ended_on=None)),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the processors with everything that their rules look at."""
        rows: Any = super().get_queryset(request)
        return rows.whole()

    def get_urls(self) -> list[URLPattern]:
        """Add the picture of data flows and the update from the profile."""
        sync = path("sync/", self.admin_site.admin_view(self.sync_view), name="platforms_processor_sync")
        return [*flows.urls(self.admin_site), sync, *super().get_urls()]

    def sync_view(self, request: HttpRequest) -> HttpResponse:
        """Bring the register up to the profile (POST)."""
        if not request.user.has_perm("platforms.change_processor"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        made = processors.sync(profile=active_profile(), **by(request))
        processors.install_processor_systems(**by(request))
        words = ngettext(
            "%(n)s processor of the profile is in the register.",
            "%(n)s processors of the profile are in the register.",
            len(made),
        )
        messages.success(request, words % {"n": len(made)})
        return HttpResponseRedirect("../")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list."""
        more = {
            "empty_icon": "inventory", "may_sync": request.user.has_perm("platforms.change_processor"),
            "empty_title": _("No processor"), "empty_text": _("Take over those of the profile, or add one."),
        }  # fmt: skip
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one processor: what it lacks first, then contract, transfers, sub-processors, systems."""
        one: Processor = self.seen(request, object_id)
        profile = active_profile()
        labels = {one.key: one.label for one in profile.categories}
        uses = {one.key: one.label for one in profile.purposes}
        return self.page(
            request, one, one.name,
            lacks=lacks(one),
            purposes=[uses.get(key, key) for key in one.purposes],
            categories=[labels.get(key, key) for key in one.categories],
            clauses=[(clause.label, clause.value in one.clauses) for clause in Clause],
            transfers=[(each, self._of_transfer(each)) for each in one.transfers.all()],
            subprocessors=list(one.subprocessors.all()),
            systems=[(each, state_of(each)) for each in one.systems.all()],
            service=dict(processor_forms.SERVICES).get(one.service, one.service),
            today=timezone.localdate(),
        )  # fmt: skip

    def _of_transfer(self, one: Transfer) -> list[str]:
        return [] if one.ended_on else [_says(lack) for lack in rules.lacks_of(reading.transfer_facts(one))]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Add a processor that the profile does not name."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        form = processor_forms.NewForm(request.POST or None, obj=None, user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                made = processors.add_processor(**form.cleaned_data, **by(request))
            except processors.ProcessorRefused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("%(name)s is in the register.") % {"name": made})
                return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Add a processor"), "form": form, "opts": self.opts,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/platforms/processor/add.html", context, status=status)

    @admin.display(description=_l("Processor"))
    def name_(self, one: Processor) -> SafeString:
        """Return name and what it does."""
        return format_html(
            "<span>{}<small>{}</small></span>", one.legal_name or one.name, told(one.does)[:90]
        )

    @admin.display(description=_l("Where"))
    def where_(self, one: Processor) -> SafeString:
        """Return country and region."""
        region = one.region or _("region not known")
        return format_html("<span>{}<small>{}</small></span>", one.country, region)

    @admin.display(description=_l("Mechanism"))
    def mechanism_(self, one: Processor) -> SafeString | str:
        """Return by what its transfers are allowed."""
        found = reading.mechanisms(one.transfers.all())
        return ", ".join(found) if found else format_html('<span class="muted">{}</span>', _("none recorded"))

    @admin.display(description=_l("Contract"))
    def contract_(self, one: Processor) -> SafeString | str:
        """Return when it was signed or ends."""
        if one.contract_signed_on is None:
            return badge(_("Not signed"), "", "attention")
        if one.contract_ends_on is None:
            return _("since %(day)s") % {"day": date_format(one.contract_signed_on, "j M Y")}
        words = _("until %(day)s") % {"day": date_format(one.contract_ends_on, "j M Y")}
        due = one.contract_ends_on - timezone.localdate() <= timedelta(days=60)
        return badge(words, "", "expired") if due else words

    @admin.display(description=_l("Missing"))
    def missing_(self, one: Processor) -> SafeString:
        """Return how many facts are missing or run out."""
        n = len(lacks(one))
        if not n:
            return badge(_("Complete"), "", "done")
        return badge(ngettext("%(n)s fact", "%(n)s facts", n) % {"n": n}, "", "review")


@admin.register(Transfer)
class TransferAdmin(RegisterAdmin):
    """All transfers out of an area, those of the company itself too."""

    list_title = _l("Transfers")
    list_display = ("importer_", "areas_", "mechanism_", "assessed_", "missing_")
    list_display_links = ("importer_",)
    list_filter = ("mechanism",)
    list_select_related = ("processor",)
    ordering = ("key",)
    tie_breaker = "key"
    acts = processor_acts.TRANSFER_ACTS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: a transfer is recorded on the page of its processor."""
        return False

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("running", _l("Running"), lambda rows: rows.running()),
            Tab("unassessed", _l("Not assessed"), lambda rows: rows.running().filter(
                assessed_on=None, mechanism__in=rules.ASSESSED)),
            Tab("ended", _l("Ended"), lambda rows: rows.exclude(ended_on=None)),
        ]  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one transfer."""
        one: Transfer = self.seen(request, object_id)
        found = [] if one.ended_on else rules.lacks_of(reading.transfer_facts(one))
        said = [{"says": _says(lack), "source": lack.source, "kind": "attention"} for lack in found]
        return self.page(request, one, one.importer, lacks=said)

    @admin.display(description=_l("Importer"))
    def importer_(self, one: Transfer) -> SafeString:
        """Return who gets the data, where."""
        return format_html("<span>{}<small>{}</small></span>", one.importer, one.to_country)

    @admin.display(description=_l("Whose data"))
    def areas_(self, one: Transfer) -> str:
        """Return the areas."""
        return ", ".join(one.areas)

    @admin.display(description=_l("Mechanism"))
    def mechanism_(self, one: Transfer) -> str:
        """Return mechanism and module."""
        return ", ".join(reading.mechanisms([one])) or _("none recorded")

    @admin.display(description=_l("Assessed"))
    def assessed_(self, one: Transfer) -> str:
        """Return the day of the assessment."""
        if one.assessed_on:
            return date_format(one.assessed_on, "j M Y")
        return _("not yet") if one.mechanism in rules.ASSESSED else _("not needed")

    @admin.display(description=_l("Missing"))
    def missing_(self, one: Transfer) -> SafeString:
        """Return whether something is missing."""
        n = 0 if one.ended_on else len(rules.lacks_of(reading.transfer_facts(one)))
        if not n:
            return badge(_("Complete"), "", "done")
        return badge(ngettext("%(n)s fact", "%(n)s facts", n) % {"n": n}, "", "review")
