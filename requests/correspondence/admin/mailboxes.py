"""Mailboxes of the profile: whether mail comes in, since when not, and why."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db.models import Count, Max, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ReadOnlyAdmin
from accounts.models import User
from accounts.services.audit import Actor
from config.jobs import JobStatus
from config.profile import active_profile
from correspondence.admin.areas import areas_of
from correspondence.models import Mailbox, MailFetch, Message, RawMessage
from correspondence.services import fetch_requests, mailboxes
from correspondence.services.fetch_requests import FetchRefused

LATELY = timedelta(hours=1)


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    """One page for all mailboxes; there are few, and the profile names them."""

    list_title = _l("Correspondence")

    def get_urls(self) -> list[URLPattern]:
        """Add the address that has one mailbox fetched."""
        view = self.admin_site.admin_view(self.fetch_view)
        own = path("<slug:key>/fetch/", view, name="correspondence_mailbox_fetch")
        return [own, *super().get_urls()]

    def fetch_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Have a mailbox fetched (POST)."""
        user = request.user
        if not (isinstance(user, User) and user.has_perm("correspondence.fetch_mailbox")):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            fetch_requests.ask(key=key, actor=Actor.of(user), now=timezone.now())
        except FetchRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("It is fetched now. Load the page again in a moment."))
        return HttpResponseRedirect(reverse("admin:correspondence_mailbox_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show every mailbox of the profile with its health."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request), "title": self.list_title, "opts": self.opts,
            "areas": areas_of(request, "mailbox"), "boxes": health(),
            "may_fetch": request.user.has_perm("correspondence.fetch_mailbox"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/mailbox/page.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """There is no page of one mailbox."""
        raise Http404


def health() -> list[dict[str, Any]]:
    """Return every mailbox of the profile: how it is reached, how far it is, what it holds."""
    rows = Mailbox.objects.in_bulk(mailboxes.known_keys())
    unread, failed = Q(status__in=[JobStatus.READY, JobStatus.RUNNING]), Q(status=JobStatus.ATTENTION)
    stored = _by_mailbox(RawMessage.objects.all(), last=Max("fetched_at"), unread=unread, failed=failed)
    waiting = _by_mailbox(Message.objects.triage())
    asked = {one.mailbox: one for one in _asked()}
    found = []
    for box in active_profile().mailboxes:
        row, way = rows.get(box.key), _way(box.key)
        counts = stored.get(box.key, {}) | {"triage": waiting.get(box.key, {}).get("total", 0)}
        entry: dict[str, Any] = {
            "box": box,
            "row": row,
            "way": way,
            "state": _state(row, way),
            "counts": counts,
        }
        entry |= {"asked": asked.get(box.key), "fetched": _is_fetched(box.key)}
        found.append(entry | {"last": counts.get("last")})
    return found


def _by_mailbox(rows: Any, **sums: Any) -> dict[str, dict[str, Any]]:
    counts = {n: Count("pk", filter=which) if isinstance(which, Q) else which for n, which in sums.items()}
    return {row["mailbox"]: row for row in rows.values("mailbox").annotate(total=Count("pk"), **counts)}


def _way(key: str) -> str:
    """Return how mail comes from a mailbox; nothing when it does not."""
    try:
        imap, posted = mailboxes.account_of(key), mailboxes.secret_of(key)
    except ImproperlyConfigured as fault:
        return str(fault)
    return ", ".join([*([_("IMAP")] if imap else []), *([_("Posted")] if posted else [])])


def _asked() -> Iterable[MailFetch]:
    """Return the looks that somebody waits for, and those of the last hour that failed; newest last."""
    lately = Q(status=JobStatus.ATTENTION, asked_at__gte=timezone.now() - LATELY)
    rows = MailFetch.objects.filter(Q(status__in=fetch_requests.UNDER_WAY) | lately)
    return rows.select_related("asked_by").order_by("asked_at")


def _is_fetched(key: str) -> bool:
    """Whether the mailbox has an IMAP address that can be used."""
    try:
        return mailboxes.account_of(key) is not None
    except ImproperlyConfigured:
        return False


def _state(row: Mailbox | None, way: str) -> tuple[str, str]:
    """Return the stored word and its label for the health of a mailbox."""
    if not way:
        return "unknown", _("Not connected")
    if row is None or row.polled_at is None:
        return ("failed", _("Failing")) if row and row.failures else ("unknown", _("Not fetched yet"))
    return ("failed", _("Failing")) if row.failures else ("connected", _("Working"))
