"""The registers of recipients that must be told, and of data that stay until a date."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, Tab
from accounts.templatetags.portal_ui import badge, told
from dsar.admin.governance import forms
from dsar.admin.governance.acts import by
from dsar.admin.governance.base import Fact, RegisterAdmin, on_day, to_case, when
from dsar.models import KeptItem, RecipientNotice
from dsar.rules import refusals
from dsar.services import kept, recipients


def _told(request: HttpRequest, row: RecipientNotice, form: Any) -> str:
    recipients.told(notice=row, how=form.cleaned_data["how"], **by(request))
    return _("Recorded.")


def _write(request: HttpRequest, row: RecipientNotice, form: Any) -> str:
    recipients.write_to(notice=row, to=form.cleaned_data["to"], **by(request))
    return _("The letter goes out now.")


def _leave_out(request: HttpRequest, row: RecipientNotice, form: Any) -> str:
    recipients.leave_out(notice=row, reason=form.cleaned_data["reason"], **by(request))
    return _("Recorded with your reason.")


def _answer(request: HttpRequest, row: RecipientNotice, form: Any) -> str:
    recipients.answered(notice=row, answer=form.cleaned_data["reason"], **by(request))
    return _("The answer is kept.")


def _untold(_request: HttpRequest, row: RecipientNotice) -> str:
    return "" if row.is_open else _("This recipient is settled already.")


def _sent(_request: HttpRequest, row: RecipientNotice) -> str:
    return "" if row.sent_at else _("This recipient was not told yet.")


@admin.register(RecipientNotice)
class RecipientNoticeAdmin(RegisterAdmin):
    """Who must be told what became of data, those not told first."""

    list_display = ("recipient_", "case_", "state_", "made_")
    list_display_links = ("recipient_",)
    list_filter = ("what", "means")
    ordering = ("made_at",)
    list_title = _l("Recipients")
    acts = (
        Act("write", _l("Write to them"), _write, "dsar.tell_recipient", icon="send", form=forms.AddressForm,
            why_not=_untold, question=_l("Where does the letter go?"), back=to_case),
        Act("told", _l("They are told"), _told, "dsar.tell_recipient", icon="check", form=forms.HowForm,
            why_not=_untold, question=_l("How were they told?"), back=to_case),
        Act("leave-out", _l("Do not tell them"), _leave_out, "dsar.tell_recipient", icon="minus",
            form=forms.ReasonForm, why_not=_untold, question=_l("Why are they not told?"), back=to_case,
            explain=_l("Only where it is impossible or a disproportionate effort (GDPR Art. 19).")),
        Act("answer", _l("Record their answer"), _answer, "dsar.tell_recipient", icon="mail",
            form=forms.ReasonForm, why_not=_sent, question=_l("What did they answer?"), back=to_case),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        told = Q(sent_at=None, not_told_reason="")
        newest = ("-made_at",)
        return [
            Tab("open", _l("Not told"), lambda rows: rows.filter(told)),
            Tab(
                "unanswered",
                _l("No answer yet"),
                lambda rows: rows.filter(sent_at__isnull=False, answered_at=None),
                newest,
            ),
            Tab("all", _l("All"), lambda rows: rows, newest),
        ]

    def facts(self, row: RecipientNotice) -> list[Fact]:
        """Return what they were told, how, and what they answered."""
        return [
            (_("What happened to the data"), row.get_what_display()), (_("How"), row.get_means_display()),
            (_("In which way"), row.how), (_("Sent to"), row.to), (_("Told"), when(row.sent_at)),
            (_("Not told because"), row.not_told_reason), (_("Answered"), when(row.answered_at)),
            (_("Answer"), row.answer),
        ]  # fmt: skip

    @admin.display(description=_l("Recipient"))
    def recipient_(self, row: RecipientNotice) -> SafeString:
        """Return the recipient and what happened to the data."""
        return format_html("<span>{}<small>{}</small></span>", told(row.recipient), row.get_what_display())

    @admin.display(description=_l("State"))
    def state_(self, row: RecipientNotice) -> SafeString:
        """Return whether it is told."""
        if row.not_told_reason:
            return badge(_("Not told, with a reason"), "", "cancelled")
        if row.answered_at:
            return badge(_("Answered"), "", "done")
        return badge(_("Told"), "", "sent") if row.sent_at else badge(_("Not told"), "", "approval")

    @admin.display(description=_l("Since"))
    def made_(self, row: RecipientNotice) -> str:
        """Return since when it waits."""
        return when(row.made_at)


def _release(request: HttpRequest, row: KeptItem, form: Any) -> str:
    kept.release(item=row, how=form.cleaned_data["how"], **by(request))
    return _("Recorded, and the case is told.")


def _set_date(request: HttpRequest, row: KeptItem, form: Any) -> str:
    kept.set_date(item=row, release_on=form.cleaned_data["release_on"], **by(request))
    return _("The date is set.")


def _still_kept(_request: HttpRequest, row: KeptItem) -> str:
    return _("This is recorded as deleted already.") if row.released_at else ""


@admin.register(KeptItem)
class KeptItemAdmin(RegisterAdmin):
    """Data that stay under a ground, those due first."""

    list_display = ("what_", "case_", "code_", "due_")
    list_display_links = ("what_",)
    ordering = ("made_at",)
    list_title = _l("Kept data")
    acts = (
        Act("release", _l("They are deleted"), _release, "dsar.release_kept", icon="trash",
            form=forms.HowForm,
            why_not=_still_kept, question=_l("How were the data deleted?")),
        Act("date", _l("Set the date"), _set_date, "dsar.release_kept", icon="clock", form=forms.DayForm,
            why_not=_still_kept, question=_l("When do the data go?")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        today = timezone.localdate()
        kept_ = Q(released_at=None)
        return [
            Tab("due", _l("Due"), lambda rows: rows.filter(kept_, release_on__lte=today)),
            Tab("kept", _l("Still kept"), lambda rows: rows.filter(kept_)),
            Tab("gone", _l("Deleted"), lambda rows: rows.exclude(kept_)),
        ]

    def facts(self, row: KeptItem) -> list[Fact]:
        """Return what stays, where, why and until when."""
        title = refusals.CODES[row.code].title if row.code in refusals.CODES else row.code
        return [
            (_("What"), row.what), (_("Where"), row.system), (_("Rows"), row.rows), (_("Ground"), title),
            (_("Goes on"), on_day(row.release_on) or _("no date known")), (_("Deleted"),
                when(row.released_at)),
            (_("How"), row.how),
        ]  # fmt: skip

    @admin.display(description=_l("What"))
    def what_(self, row: KeptItem) -> str:
        """Return what stays."""
        return row.what

    @admin.display(description=_l("Ground"))
    def code_(self, row: KeptItem) -> SafeString:
        """Return the code."""
        return format_html('<span class="mono">{}</span>', row.code)

    @admin.display(description=_l("Goes on"))
    def due_(self, row: KeptItem) -> SafeString:
        """Return the date, or that it is over."""
        if row.released_at:
            return badge(_("Deleted"), "", "done")
        if row.is_due(timezone.localdate()):
            return format_html("{} {}", badge(_("Due"), "", "overdue"), on_day(row.release_on))
        return format_html("{}", on_day(row.release_on) or _("no date known"))
