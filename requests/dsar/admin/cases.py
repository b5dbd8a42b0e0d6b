"""Cases in the staff desk: the list, and the page of one case."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ListAdmin, Tab
from accounts.models import User
from accounts.templatetags.portal_ui import avatar, badge, clock
from dsar.admin import lists, words
from dsar.admin.pages import CasePages
from dsar.models import Case


@admin.register(Case)
class CaseAdmin(CasePages, ListAdmin):
    """All cases, soonest answer first. Names are decrypted for the rows of one page alone."""

    list_title = _l("Cases")
    list_display = ("case", "right_", "regime_", "status_", "due_", "assignee_")
    list_display_links = ("case",)
    list_filter = (
        "status",
        "right",
        "regime",
        lists.DueFilter,
        lists.AssigneeFilter,
        lists.WaitingFilter,
        lists.TroubleFilter,
    )
    list_select_related = ("subject", "assignee")
    exact_search = staticmethod(lists.search)
    search_hint = _("Reference or e-mail address")
    search_explained = _("A reference and an e-mail address are found only when they are complete.")
    tie_breaker = "number"
    add_label = _("Register a request")
    sortable_by = ("due_",)

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        assert isinstance(request.user, User)
        return lists.tabs(request.user, timezone.localdate())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the cases, for a list without what it does not show."""
        rows: QuerySet[Any] = super().get_queryset(request)
        of_one = request.resolver_match and "object_id" in request.resolver_match.kwargs
        return rows if of_one else rows.defer("words", "scope")

    @admin.display(description=_("Case"))
    def case(self, case: Case) -> SafeString:
        """Return the person and the reference."""
        name = words.person(case)
        return format_html(
            '<span class="who">{}<span><bdi>{}</bdi><small class="mono">{}</small></span></span>',
            avatar(name),
            name,
            case.reference,
        )

    @admin.display(description=_("Right"))
    def right_(self, case: Case) -> SafeString:
        """Return the right as a badge."""
        return badge(case.get_right_display(), "line")

    @admin.display(description=_("Regime"))
    def regime_(self, case: Case) -> str:
        """Return the law."""
        return str(case.get_regime_display())

    @admin.display(description=_("Status"))
    def status_(self, case: Case) -> SafeString:
        """Return the status as a badge."""
        return badge(case.get_status_display(), "", case.status)

    @admin.display(description=_("Answer due"), ordering="due_on")
    def due_(self, case: Case) -> SafeString | str:
        """Return days left, date and rule; of a closed case when it was closed."""
        if not case.is_open:
            return words.closed(case)
        due = words.due_of(case, timezone.localdate())
        return clock(due.left, due.short, due.rule)

    @admin.display(description=_("Assigned to"))
    def assignee_(self, case: Case) -> SafeString:
        """Return who handles the case."""
        if case.assignee is None:
            return format_html('<span class="muted">{}</span>', _("Nobody yet"))
        return format_html('<span class="who">{}<span>{}</span></span>', avatar(case.assignee), case.assignee)
