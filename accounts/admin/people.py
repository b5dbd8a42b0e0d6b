"""People whose data the company holds: found by what identifies them exactly, never listed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ReadOnlyAdmin
from accounts.models import DataSubject, User
from accounts.services import people
from accounts.services.audit import Actor


@admin.register(DataSubject)
class PeopleAdmin(ReadOnlyAdmin):
    """A search with an answer, not a list: only exact values find somebody, and each look is recorded."""

    list_title = _l("People")
    list_display = ("name_", "country", "since_")
    list_display_links = ("name_",)
    ordering = ("created_at",)
    search_hint = _l("E-mail address, phone number, user id or reference, complete")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Say that there is a search."""
        return ("pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the people with exactly this identity or reference; nobody without one."""
        text = search_term.strip()
        if not text or not request.user.has_perm("accounts.find_person"):
            return queryset.none(), False
        assert isinstance(request.user, User)
        return people.find(text=text, actor=Actor.of(request.user)), False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the search."""
        words = {
            "empty_icon": "search",
            "empty_title": _("Search for a person"),
            "empty_text": _("Type what identifies them, complete. There is no list of all people."),
            "search_explained": _(
                "Only complete values are found: an address, a number, a user id, a reference."
            ),
        }
        return super().changelist_view(request, {**words, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one person, and write down who looked."""
        subject = self.get_object(request, object_id)
        if not self.has_view_permission(request, subject):
            raise PermissionDenied
        if subject is None:
            raise Http404
        assert isinstance(request.user, User)
        people.looked_at(subject=subject, actor=Actor.of(request.user))
        context = {
            **self.admin_site.each_context(request),
            "person": subject,
            "title": str(subject),
            "opts": self.opts,
            "identities": subject.identities.order_by("key", "created_at"),
        }
        return TemplateResponse(request, "admin/accounts/datasubject/page.html", context)

    @admin.display(description=_l("Person"))
    def name_(self, subject: DataSubject) -> SafeString:
        """Return name and reference."""
        return format_html("<span><bdi>{}</bdi><small>{}</small></span>", str(subject), subject.pk)

    @admin.display(description=_l("Known since"))
    def since_(self, subject: DataSubject) -> str:
        """Return the day the portal first knew this person."""
        return f"{subject.created_at:%Y-%m-%d}"
