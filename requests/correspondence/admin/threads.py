"""Threads by counterpart: the list with its dates, and everything said in one thread, in order."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActsMixin, ReadOnlyAdmin, Tab
from accounts.templatetags.portal_ui import badge, clock
from correspondence.admin import forms
from correspondence.admin.areas import AreasMixin
from correspondence.admin.message_acts import by
from correspondence.admin.messages import page_context
from correspondence.admin.states import state_of
from correspondence.enums import Counterpart, ThreadStatus
from correspondence.models import Letter, Message, Thread
from correspondence.services import threads
from correspondence.services.threads import ThreadFault

CHANGE, ADVISE = "correspondence.change_thread", "correspondence.add_privilegednote"
SHOWN = 100
NEWEST = ("-last_at",)


def search(rows: Any, text: str) -> Any:
    """Find threads by the complete reference of their case, or the other side's file number."""
    plain = " ".join(text.split())
    return rows.filter(reference="".join(text.split()).upper()) | rows.filter(their_number=plain)


def _actor(request: HttpRequest) -> dict[str, Any]:
    return {"actor": by(request)["actor"]}


def _reply(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.reply(thread=thread, **form.cleaned_data, **by(request))
    return _("The letter goes out now and is kept as sent.")


def _dates(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.set_dates(thread=thread, **form.cleaned_data, **_actor(request))
    return _("The dates are kept.")


def _retype(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.set_counterpart(thread=thread, **form.cleaned_data, **_actor(request))
    return _("The other side: %(who)s.") % {"who": thread.get_counterpart_display()}


def _status(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.set_status(thread=thread, **form.cleaned_data, **_actor(request))
    return str(thread.get_status_display())


def _assign(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.assign(thread=thread, **form.cleaned_data, **_actor(request))
    return _("The thread is assigned.")


def _advise(request: HttpRequest, thread: Thread, form: Any) -> str:
    threads.add_privileged_note(thread=thread, text=form.cleaned_data["text"], **by(request))
    return _("The note is kept apart.")


def _why_no_reply(_request: HttpRequest, thread: Thread) -> str:
    return "" if thread.address else _("We know no e-mail address of the other side.")


@admin.register(Thread)
class ThreadAdmin(AreasMixin, ActsMixin, ReadOnlyAdmin):
    """Everything said with one counterpart about one matter."""

    acts = (
        Act("reply", _l("Answer"), _reply, "correspondence.add_letter", _l("Write in this thread"),
            icon="send", form=forms.ReplyForm, why_not=_why_no_reply),
        Act("dates", _l("Dates"), _dates, CHANGE, _l("Until when?"), icon="clock", form=forms.DatesForm),
        Act("retype", _l("The other side"), _retype, CHANGE, _l("Who is at the other end?"), icon="people",
            form=forms.RetypeForm),
        Act("status", _l("Where it stands"), _status, CHANGE, _l("Who has to move next?"), icon="check",
            form=forms.StatusForm),
        Act("assign", _l("Assign"), _assign, CHANGE, _l("Who looks after this thread?"), icon="person",
            form=forms.AssignForm),
        Act("advice", _l("Keep the note"), _advise, ADVISE, _l("Add a privileged note"), icon="lock",
            form=forms.AdviceForm),
    )  # fmt: skip
    refusals = (ThreadFault,)
    list_display = ("title_", "counterpart_", "due_", "status_", "last_")
    list_display_links = ("title_",)
    ordering = NEWEST
    list_title = _l("Correspondence")
    exact_search = staticmethod(search)
    search_hint = _l("Reference or file number")
    search_explained = _l("A reference and a file number are found only when they are complete.")

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views; what waits for us comes first."""
        people, authority = [Counterpart.PERSON, Counterpart.AGENT], [Counterpart.AUTHORITY]
        others = [one for one in Counterpart if one not in (*people, *authority)]
        return [
            Tab("open", _l("To answer"), lambda rows: rows.to_answer(), ("last_at",)),
            Tab("authority", _l("Authorities"), lambda r: r.filter(counterpart__in=authority), NEWEST),
            Tab("people", _l("People and agents"), lambda r: r.filter(counterpart__in=people), NEWEST),
            Tab("others", _l("Others"), lambda rows: rows.filter(counterpart__in=others), NEWEST),
            Tab("waiting", _l("Waiting"), lambda r: r.filter(status=ThreadStatus.WAITING), NEWEST),
            Tab("done", _l("Done"), lambda rows: rows.filter(status=ThreadStatus.DONE), NEWEST),
        ]  # fmt: skip

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show everything said in a thread, oldest first."""
        thread = self.get_object(request, object_id)
        if not self.has_view_permission(request, thread):
            raise PermissionDenied
        if not isinstance(thread, Thread):
            raise Http404
        may = {act.key: self.act_url(thread, act.key) for act in self.acts if self.may(request, act.key)}
        reads = request.user.has_perm("correspondence.view_privilegednote")
        context = {
            **self.admin_site.each_context(request), "thread": thread, "title": thread, "opts": self.opts,
            "said": said_in(thread), "acts": may, "reads_notes": reads, **_state(thread),
            "notes": thread.privileged_notes.select_related("author") if reads else [],
            "case_url": _case_url(thread) if request.user.has_perm("dsar.view_case") else "",
        }  # fmt: skip
        return TemplateResponse(request, "admin/correspondence/thread/page.html", context)

    @admin.display(description=_l("Thread"))
    def title_(self, thread: Thread) -> SafeString:
        """Return the title, the other side's address and the case."""
        about = thread.reference or thread.their_number
        return format_html(
            "<span><bdi>{}</bdi><small><bdi>{}</bdi>{}</small></span>", thread, thread.address,
            f", {about}" if about else "",
        )  # fmt: skip

    @admin.display(description=_l("The other side"))
    def counterpart_(self, thread: Thread) -> str:
        """Return who is at the other end."""
        return str(thread.get_counterpart_display())

    @admin.display(description=_l("Due"))
    def due_(self, thread: Thread) -> SafeString | str:
        """Return our date or their deadline, whichever comes first."""
        due = due_of(thread)
        if due is None or thread.status == ThreadStatus.DONE:
            return "–"
        left = (due - timezone.localdate()).days
        rule = _("their deadline") if due == thread.deadline_on else _("our own date")
        return clock(left, date_format(due, "D j M"), rule)

    @admin.display(description=_l("Status"))
    def status_(self, thread: Thread) -> SafeString:
        """Return who has to move next."""
        return status_badge(thread)

    @admin.display(description=_l("Last word"))
    def last_(self, thread: Thread) -> str:
        """Return when something came or went last."""
        return date_format(timezone.localtime(thread.last_at), "j M Y, H:i")


_LOOKS = {ThreadStatus.OPEN: "new", ThreadStatus.WAITING: "waiting", ThreadStatus.DONE: "done"}


def _state(thread: Thread) -> dict[str, Any]:
    """Return where a thread stands, where it can go, and whether it is late."""
    due, is_open = due_of(thread), thread.status != ThreadStatus.DONE
    return {
        "state_word": _LOOKS[ThreadStatus(thread.status)],
        "moves": [choice for choice in ThreadStatus.choices if choice[0] != thread.status],
        "due": due,
        "late": bool(due and is_open and due < timezone.localdate()),
    }


def status_badge(thread: Thread) -> SafeString:
    """Return who has to move next as a badge."""
    return badge(thread.get_status_display(), "plain", _LOOKS[ThreadStatus(thread.status)])


def due_of(thread: Thread) -> Any:
    """Return the earlier of our date and their deadline, or None."""
    return min((day for day in (thread.due_on, thread.deadline_on) if day), default=None)


def said_in(thread: Thread) -> list[dict[str, Any]]:
    """Return messages and letters of a thread, oldest first, at most a hundred of each, the latest ones."""
    came = Message.objects.filter(thread=thread).prefetch_related("attachments").order_by("-received_at")
    went = Letter.objects.filter(thread=thread).select_related("written_by").order_by("-created_at")
    if thread.case_id and thread.counterpart == Counterpart.PERSON:
        about = Letter.objects.filter(case_id=thread.case_id, thread=None).select_related("written_by")
        went = (went | about).order_by("-created_at")
    rows = [{"at": one.received_at, **page_context(one)} for one in came[:SHOWN]]
    rows += [{"at": one.created_at, "letter": one, "state": state_of(one)} for one in went[:SHOWN]]
    return sorted(rows, key=lambda row: row["at"])


def _case_url(thread: Thread) -> str:
    try:
        return reverse("admin:dsar_case_change", args=[thread.case_id]) if thread.case_id else ""
    except NoReverseMatch:
        return ""
