"""Letters in the staff desk: read as sent, never changed; one that failed can be sent again."""

import base64
from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import Identity
from accounts.templatetags.portal_ui import badge
from config.jobs import JobStatus
from correspondence.admin.acts import ACTS, copy_of
from correspondence.admin.areas import AreasMixin
from correspondence.admin.states import state_of
from correspondence.enums import Dispatch, Stage
from correspondence.models import Letter
from correspondence.rules import clauses
from correspondence.services import drafts, printing
from correspondence.services.letters import LetterFault

WAITING = (JobStatus.READY, JobStatus.RUNNING, JobStatus.WAITING)
OPEN = Q(stage=Stage.FINAL, sent_at=None)


def search(rows: Any, text: str) -> Any:
    """Find letters by the complete reference of their case or the complete e-mail address of the person."""
    if "@" in text:
        people = Identity.objects.matching(key="email", value=text).values("subject_id")
        return rows.filter(subject_person_id__in=people)
    return rows.filter(reference="".join(text.split()).upper())


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
    acts = ACTS
    refusals = (LetterFault,)

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        newest, mail = ("-created_at",), OPEN & Q(dispatch=Dispatch.EMAIL)
        return [
            Tab("all", _l("All"), lambda rows: rows, newest),
            Tab("drafts", _l("Drafts"), lambda rows: rows.filter(stage=Stage.DRAFT), newest),
            Tab("approval", _l("For approval"), lambda rows: rows.filter(stage=Stage.APPROVAL), newest),
            Tab("post", _l("To be posted"), lambda rows: rows.filter(OPEN, dispatch=Dispatch.POST), newest),
            Tab("waiting", _l("Queued"), lambda rows: rows.filter(mail, status__in=WAITING), newest),
            Tab("failed", _l("Not sent"), lambda rows: rows.filter(status=JobStatus.ATTENTION), newest),
            Tab("sent", _l("Sent"), lambda rows: rows.exclude(sent_at=None), newest),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the letters without the bytes that left, which a list does not show."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("raw")

    def get_urls(self) -> list[URLPattern]:
        """Add the download of the message as it left."""
        raw, pdf = (self.admin_site.admin_view(view) for view in (self.raw_view, self.pdf_view))
        return [
            path("<path:object_id>/raw/", raw, name="correspondence_letter_raw"),
            path("<path:object_id>/letter.pdf", pdf, name="correspondence_letter_pdf"),
            *super().get_urls(),
        ]

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
        context = {
            **self.admin_site.each_context(request),
            "letter": letter, "title": letter.title, "opts": self.opts, "state": state_of(letter),
            "case_url": _case_url(letter) if request.user.has_perm("dsar.view_case") else "",
            "doable": [(act, self.act_url(letter, act.key)) for act in self._doable(request, letter)],
            "lacking": drafts.lacking(letter) if letter.stage in (Stage.DRAFT, Stage.APPROVAL) else [],
            "clauses": clauses.required(letter.template, letter.regime), "copy": copy_of(letter),
            "own_decision": letter.stage == Stage.APPROVAL and self._wrote(request, letter),
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/letter/page.html", context)

    def _wrote(self, request: HttpRequest, letter: Letter) -> bool:
        return request.user.pk in (letter.submitted_by_id, letter.written_by_id)

    def _doable(self, request: HttpRequest, letter: Letter) -> list[Act]:
        """Return the acts that are possible now, the one to do next first."""
        possible = [
            act for act in self.acts
            if self.may(request, act.key) and (not act.why_not(request, letter) or act.key == "submit")
        ]  # fmt: skip
        return [act for act in possible if act.key != "submit" or letter.stage == Stage.DRAFT]

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return a letter on paper: as it was printed, or as it would be."""
        return pdf_response(self._seen(request, object_id))

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


def pdf_response(letter: Letter) -> HttpResponse:
    """Return the PDF of a letter as a download, or in words why there is none."""
    try:
        made = printing.pdf_of(letter, now=timezone.now())
    except LetterFault as fault:
        return HttpResponse(str(fault), status=409, content_type="text/plain; charset=utf-8")
    name = f"letter-{letter.reference or letter.pk}.pdf"
    return HttpResponse(
        made, content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store, private",
        },
    )  # fmt: skip
