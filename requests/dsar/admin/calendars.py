"""Holiday calendars in the staff desk: what counts where, which edition, and one-off days by hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from accounts.admin_base import Act, ActForm, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import User
from accounts.services.audit import Actor
from dsar.models import HolidayCalendar
from dsar.rules.transitions import NotAllowed
from dsar.services.clocks import editions


class OneOffForm(ActForm):
    """A day that was proclaimed."""

    on = forms.DateField(label=_l("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(
        label=_l("Name"), max_length=120, help_text=_l("It appears in letters: “State funeral”.")
    )


def _add(request: HttpRequest, calendar: HolidayCalendar, form: Any) -> str:
    assert isinstance(request.user, User)
    done = editions.add_one_off(
        code=calendar.code, on=form.cleaned_data["on"], name=form.cleaned_data["name"],
        actor=Actor.of(request.user), now=timezone.now(),
    )  # fmt: skip
    moved = [
        _("%(ref)s from %(was)s to %(on)s")
        % {"ref": one.reference, "was": date_format(one.was, "j M"), "on": date_format(one.on, "j M Y")}
        for one in done.moved[:20]
    ]
    if not moved:
        return _("The day is added. No open case moves.")
    said = ngettext("%(n)s open case moves: %(which)s.", "%(n)s open cases move: %(which)s.", len(done.moved))
    return said % {"n": len(done.moved), "which": "; ".join(moved)}


def _last_only(request: HttpRequest, calendar: HolidayCalendar) -> str:
    del request
    last = editions.last_edition(calendar.code)
    return "" if last and last.pk == calendar.pk else _("This is an old edition. Open the last one.")


@admin.register(HolidayCalendar)
class HolidayCalendarAdmin(ActsMixin, ReadOnlyAdmin):
    """The last edition of each calendar; older ones stay to be read."""

    list_display = ("code_", "through_", "days_", "source_", "loaded_")
    list_display_links = ("code_",)
    ordering = ("code", "number")
    list_title = _l("Holidays")
    refusals = (NotAllowed,)
    acts = (
        Act("add_day", _l("Add a one-off day"), _add, "dsar.load_calendar", icon="plus", form=OneOffForm,
            why_not=_last_only, question=_l("Which day is free, once?"),
            explain=_l("It makes a new edition of this calendar, and every open case is computed again.")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        return [
            Tab("current", _l("In use"), lambda rows: rows.current(), ("code", "number")),
            Tab(
                "ending", _l("Ends soon"), lambda rows: rows.ending(timezone.localdate()), ("code", "number")
            ),
            Tab("all", _l("All editions"), lambda rows: rows, ("code", "number")),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the editions with the number of their days."""
        rows: QuerySet[Any] = super().get_queryset(request)
        counted: QuerySet[Any] = rows.annotate(size=Count("days"))
        return counted

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show the days of an edition, a year at a time, and the other editions."""
        calendar = self.get_object(request, object_id)
        if not self.has_view_permission(request, calendar):
            raise PermissionDenied
        if not isinstance(calendar, HolidayCalendar):
            raise Http404
        years = sorted({on.year for on in calendar.days.values_list("on", flat=True)})
        wanted = request.GET.get("year", "")
        year = int(wanted) if wanted.isdecimal() and int(wanted) in years else timezone.localdate().year
        context = {
            **self.admin_site.each_context(request),
            "calendar": calendar, "opts": self.opts, "title": calendar.code, "years": years, "year": year,
            "days": calendar.days.filter(on__year=year),
            "editions": HolidayCalendar.objects.filter(code=calendar.code).select_related("loaded_by"),
            "add_url": self.act_url(calendar, "add_day")
            if self.may(request, "add_day") and not _last_only(request, calendar) else "",
            "old": bool(_last_only(request, calendar)),
            "ends_soon": HolidayCalendar.objects.ending(timezone.localdate()).filter(pk=calendar.pk).exists(),
        }  # fmt: skip
        return TemplateResponse(request, "admin/dsar/holidaycalendar/page.html", context)

    @admin.display(description=_l("Calendar"))
    def code_(self, calendar: HolidayCalendar) -> SafeString:
        """Return the code and its edition."""
        edition = _("edition %(n)s") % {"n": calendar.number}
        return format_html('<span class="mono">{}</span> <small>{}</small>', calendar.code, edition)

    @admin.display(description=_l("Covers until"))
    def through_(self, calendar: HolidayCalendar) -> str:
        """Return the last day that the data cover."""
        return date_format(calendar.through_on, "j M Y")

    @admin.display(description=_l("Days"))
    def days_(self, calendar: Any) -> int:
        """Return how many days it has."""
        return int(calendar.size)

    @admin.display(description=_l("Source"))
    def source_(self, calendar: HolidayCalendar) -> str:
        """Return where it comes from."""
        return calendar.source

    @admin.display(description=_l("Loaded"))
    def loaded_(self, calendar: HolidayCalendar) -> str:
        """Return when it was loaded."""
        return date_format(timezone.localtime(calendar.loaded_at), "j M Y")
