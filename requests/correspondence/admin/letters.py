"""Letters in the staff desk: read as sent, never changed; one that failed can be sent again."""

import base64
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import Identity, User
from accounts.services.audit import Actor
from accounts.templatetags.portal_ui import badge
from config.jobs import JobStatus
from correspondence.admin.areas import AreasMixin
from correspondence.models import Letter
from correspondence.services import letters

WAITING = (JobStatus.READY, JobStatus.RUNNING, JobStatus.WAITING)


def search(rows: Any, text: str) -> Any:
    """Find letters by the complete reference of their case or the complete e-mail address of the person."""
    if "@" in text:
        people = Identity.objects.matching(key="email", value=text).values("subject_id")
        return rows.filter(subject_person_id__in=people)
    return rows.filter(reference="".join(text.split()).upper())


def state_of(letter: Letter) -> tuple[str, str]:
    """Return the stored word and its label for where a letter is."""
    if letter.bounced_at:
        return "failed", _("Came back")
    if letter.sent_at:
        return "sent", _("Sent")
    if letter.status == JobStatus.ATTENTION:
        return "failed", _("Not sent")
    if letter.status == JobStatus.CANCELLED:
        return "cancelled", _("Cancelled")
    return "waiting", _("Waiting to be sent")


def _resend(request: HttpRequest, letter: Letter, _form: Any) -> str:
    assert isinstance(request.user, User)
    letters.resend(letter=letter, actor=Actor.of(request.user), now=timezone.now())
    return _("The letter is tried again now.")


def _why_not(request: HttpRequest, letter: Letter) -> str:
    del request
    return (
        ""
        if letter.status == JobStatus.ATTENTION
        else _("Only a letter that could not be sent is sent again.")
    )


@admin.register(Letter)
class LetterAdmin(AreasMixin, ActsMixin, ReadOnlyAdmin):
    """All letters, newest first."""

    list_display = ("title_", "reference_", "template_", "state_", "created_")
    list_display_links = ("title_",)
    list_filter = ("template", "language")
    ordering = ("-created_at",)
    list_title = _l("Correspondence")
    exact_search = staticmethod(search)
    search_hint = _l("Reference or e-mail address")
    search_explained = _l("A reference and an e-mail address are found only when they are complete.")
    acts = (
        Act("resend", _l("Send it again"), _resend, "correspondence.change_letter", icon="send",
            why_not=_why_not, question=_l("Send this letter again?")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        newest = ("-created_at",)
        return [
            Tab("all", _l("All"), lambda rows: rows, newest),
            Tab("failed", _l("Not sent"), lambda rows: rows.filter(status=JobStatus.ATTENTION), newest),
            Tab("waiting", _l("Waiting"), lambda rows: rows.filter(status__in=WAITING), newest),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the letters without the bytes that left, which a list does not show."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("raw")

    def get_urls(self) -> list[URLPattern]:
        """Add the download of the message as it left."""
        raw = self.admin_site.admin_view(self.raw_view)
        return [path("<path:object_id>/raw/", raw, name="correspondence_letter_raw"), *super().get_urls()]

    def _seen(self, request: HttpRequest, object_id: str) -> Letter:
        letter = self.get_object(request, object_id)
        if not self.has_view_permission(request, letter):
            raise PermissionDenied
        if not isinstance(letter, Letter):
            raise Http404
        return letter

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a letter as it was sent."""
        letter = self._seen(request, object_id)
        resend = self.may(request, "resend") and letter.status == JobStatus.ATTENTION
        context = {
            **self.admin_site.each_context(request),
            "letter": letter, "title": letter.title, "opts": self.opts, "state": state_of(letter),
            "case_url": _case_url(letter) if request.user.has_perm("dsar.view_case") else "",
            "resend_url": self.act_url(letter, "resend") if resend else "",
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/letter/page.html", context)

    def raw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the message as it left, for a mail program."""
        letter = self._seen(request, object_id)
        if not letter.raw:
            raise Http404
        name = f"letter-{letter.reference or letter.pk}.eml"
        return HttpResponse(
            base64.b64decode(letter.raw),
            content_type="message/rfc822",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @admin.display(description=_l("Letter"))
    def title_(self, letter: Letter) -> SafeString:
        """Return the title and who gets it."""
        return format_html("<span>{}<small>{}</small></span>", letter.title, letter.to)

    @admin.display(description=_l("Case"))
    def reference_(self, letter: Letter) -> SafeString:
        """Return the reference of the case."""
        return format_html('<span class="mono">{}</span>', letter.reference or "–")

    @admin.display(description=_l("Kind"))
    def template_(self, letter: Letter) -> str:
        """Return which letter it is."""
        return str(letter.get_template_display())

    @admin.display(description=_l("State"))
    def state_(self, letter: Letter) -> SafeString:
        """Return the state as a badge."""
        kind, label = state_of(letter)
        return badge(label, "", kind)

    @admin.display(description=_l("Written"))
    def created_(self, letter: Letter) -> str:
        """Return when it was written."""
        return date_format(timezone.localtime(letter.created_at), "j M Y, H:i")


def _case_url(letter: Letter) -> str:
    try:
        return reverse("admin:dsar_case_change", args=[letter.case_id]) if letter.case_id else ""
    except NoReverseMatch:
        return ""
