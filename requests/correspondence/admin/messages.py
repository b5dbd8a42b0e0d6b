"""Triage: messages oldest first, one page a message, files only to be saved."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.http import content_disposition_header
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActsMixin, ReadOnlyAdmin, Tab
from accounts.models import User
from accounts.services import audit
from accounts.services.audit import Actor
from accounts.templatetags.portal_ui import badge
from config.sealed import PackageDamaged
from correspondence.admin import message_acts, words
from correspondence.admin.areas import AreasMixin
from correspondence.enums import Counterpart
from correspondence.models import Attachment, Message, RawMessage
from correspondence.querysets import sender_index
from correspondence.services import vault
from correspondence.services.triage import TriageFault

TITLE = 120
OLDEST, NEWEST = ("received_at",), ("-received_at",)
ONE_CLICK = (Counterpart.AUTHORITY, Counterpart.PROCESSOR, Counterpart.PLATFORM, Counterpart.LEGAL,
             Counterpart.AGENT, Counterpart.OTHER)  # fmt: skip


def search(rows: Any, text: str) -> Any:
    """Find messages by the complete address of their sender."""
    return rows.filter(sender_index=sender_index(text))


@admin.register(Message)
class MessageAdmin(AreasMixin, ActsMixin, ReadOnlyAdmin):
    """What arrived by mail."""

    acts = message_acts.ACTS
    refusals = (TriageFault,)
    list_display = ("subject_", "came_", "kind_", "proposal_", "quick_")
    list_display_links = ("subject_",)
    ordering = OLDEST
    list_title = _l("Correspondence")
    exact_search = staticmethod(search)
    search_hint = _l("E-mail address of the sender")
    search_explained = _l("An e-mail address is found only when it is complete.")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """Leave the buttons out for those who may not decide."""
        may = self.may(request, "dismiss")
        names = ("subject_", "came_", "kind_", "proposal_")
        return (*names, "quick_") if may else names

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views; what waits comes first."""
        return [
            Tab("triage", _l("Not classified, oldest first"), lambda rows: rows.triage(), OLDEST),
            Tab("all", _l("All"), lambda rows: rows, NEWEST),
            Tab("automatic", _l("Automatic"), lambda rows: rows.automatic(), NEWEST),
            Tab("spam", _l("Spam"), lambda rows: rows.spam(), NEWEST),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return messages without their text, which a list does not show."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("text")

    def get_urls(self) -> list[URLPattern]:
        """Add the message as it came, and its files."""
        raw, file = self.admin_site.admin_view(self.raw_view), self.admin_site.admin_view(self.file_view)
        return [
            path("<path:object_id>/raw/", raw, name="correspondence_message_raw"),
            path("<path:object_id>/files/<uuid:file>/", file, name="correspondence_message_file"),
            *super().get_urls(),
        ]

    def _seen(self, request: HttpRequest, object_id: str) -> Message:
        message = self.get_object(request, object_id)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        if not isinstance(message, Message):
            raise Http404
        return message

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a message and what can be made of it."""
        message = self._seen(request, object_id)
        may, this = message.in_triage and self.may(request, "dismiss"), page_context(message)
        context = {
            **self.admin_site.each_context(request), "title": message, "opts": self.opts,
            **this, "this": this,
            "may_undo": bool(message.settled) and self.may(request, "undo"),
            "acts": {act.key: self.act_url(message, act.key) for act in self.acts} if may else {},
            "undo_url": self.act_url(message, "undo"), "one_click": [(c.value, c.label) for c in ONE_CLICK],
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/message/page.html", context)

    def raw_view(self, request: HttpRequest, object_id: str) -> HttpResponse | StreamingHttpResponse:
        """Return the message as it came, for a mail program."""
        message = self._seen(request, object_id)
        return _download(request, message.raw, f"message-{message.pk}.eml", message)

    def file_view(
        self, request: HttpRequest, object_id: str, file: uuid.UUID
    ) -> HttpResponse | StreamingHttpResponse:
        """Return a file of a message, to be saved; never shown in the browser."""
        message = self._seen(request, object_id)
        found = message.attachments.filter(pk=file).first()
        if found is None:
            raise Http404
        return _download(request, found, found.name, message)

    @admin.display(description=_l("Message"))
    def subject_(self, message: Message) -> SafeString:
        """Return the subject and who wrote."""
        title = Truncator(str(message)).chars(TITLE)
        return format_html("<span><bdi>{}</bdi><small><bdi>{}</bdi></small></span>", title, who(message))

    @admin.display(description=_l("Received"))
    def came_(self, message: Message) -> SafeString:
        """Return when it reached us and how long ago."""
        at = timezone.localtime(message.received_at)
        days = (timezone.localdate() - at.date()).days
        ago = _("today") if days <= 0 else _("%(days)s days ago") % {"days": days}
        return format_html("<span>{}<small>{}</small></span>", date_format(at, "D j M, H:i"), ago)

    @admin.display(description=_l("Kind"))
    def kind_(self, message: Message) -> SafeString:
        """Return what it was recognised as."""
        label = message.get_settled_display() if message.settled else message.get_kind_display()
        return badge(label, "plain", message.settled or message.kind)

    @admin.display(description=_l("Seems to ask for"))
    def proposal_(self, message: Message) -> SafeString | str:
        """Return the rights that it seems to speak of."""
        names = ((name,) for name in words.rights_of(message.proposed_rights))
        return format_html_join(", ", "{}", names) or "–"

    @admin.display(description=_l("Decide"))
    def quick_(self, message: Message) -> SafeString | str:
        """Return two acts of one click each: the list's own form carries them."""
        if not message.in_triage:
            return "–"
        shown: Iterable[tuple[str, Any]] = ((self.act_url(message, a.key), a.label) for a in self.acts
                                            if a.key in ("dismiss", "spam"))  # fmt: skip
        return format_html_join(
            " ", '<button class="btn btn-quiet" type="submit" formaction="{}">{}</button>', shown
        )


def who(message: Message) -> str:
    """Return the sender's name and address as they claim it."""
    if message.sender_name:
        return f"{message.sender_name} <{message.sender}>"
    return str(message.sender) or _("no sender")


def page_context(message: Message) -> dict[str, Any]:
    """Return what a page shows of one message."""
    return {
        "message": message, "who": who(message), "flags": words.flags_of(message.flags),
        "rights": words.rights_of(message.proposed_rights),
        "clock": words.CLOCKS.get(message.received_by, ""),
        "checks": [(label, message.authentication[key]) for key, label in words.CHECKS
                   if key in message.authentication],
        "parts": folded(message), "files": list(message.attachments.all()),
        "thread_url": reverse("admin:correspondence_thread_change", args=[message.thread_id])
        if message.thread_id else "",
    }  # fmt: skip


def folded(message: Message) -> tuple[str, str]:
    """Return (what was written now, what is quoted)."""
    text, at = message.text, message.quote_at
    return (text, "") if at is None else (text[:at].rstrip(), text[at:])


def _download(
    request: HttpRequest, row: RawMessage | Attachment, name: str, message: Message
) -> HttpResponse | StreamingHttpResponse:
    """Return a kept file, to be saved; the audit trail says who took it."""
    assert isinstance(request.user, User)
    try:
        content = vault.read(row)
    except PackageDamaged:
        raise Http404("The file is gone.") from None
    with transaction.atomic():
        details = {"sha256": row.sha256}
        audit.record(actor=Actor.of(request.user), action="mail.file_taken", obj=message, details=details)
    headers = {"Content-Disposition": content_disposition_header(True, name), "Content-Length": str(row.size)}
    return StreamingHttpResponse(content, content_type="application/octet-stream", headers=headers)
