"""What platforms sent: every callback with its verdict, what it led to, and those that need somebody."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm, ActsMixin, ReadOnlyAdmin, Tab, figure_sources
from accounts.templatetags.portal_ui import badge
from config.jobs import JobStatus
from config.sentences import shown
from platforms.admin.systems import by
from platforms.callbacks.endpoints import ENDPOINTS
from platforms.enums import ReadingReason, Verdict
from platforms.models import CallbackReceipt, ContentDeletion
from platforms.services import content, naming, working

KINDS = {
    Verdict.ACCEPTED: "done",
    Verdict.REPEATED: "superseded",
    Verdict.REJECTED: "refused",
    Verdict.UNAVAILABLE: "unknown",
}


class BodyForm(ActForm):
    """Why somebody reads what a platform sent."""

    reason = forms.ChoiceField(label=_l("Why do you read it?"), choices=ReadingReason.choices)


class ByHandForm(ActForm):
    """How somebody deleted the copies."""

    how = forms.CharField(
        label=_l("What was deleted, where and how?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_l("Name no person. It is kept as proof."),
    )


class EndpointFilter(admin.SimpleListFilter):
    """The endpoints that there are, whether or not anything came in."""

    title = _l("Endpoint")
    parameter_name = "endpoint"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Return the platforms with what they tell us."""
        return [
            (one.name, f"{naming.registered(one.platform)}: {naming.endpoint_of(one.name)}")
            for one in ENDPOINTS
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Return the callbacks of the chosen one."""
        return queryset.filter(endpoint=self.value()) if self.value() else queryset


def _again(request: HttpRequest, receipt: CallbackReceipt, _form: Any) -> str:
    working.work_again(receipt=receipt, **by(request))
    return _("It is tried again now.")


def _body(request: HttpRequest, receipt: CallbackReceipt, form: Any) -> HttpResponse:
    reason = ReadingReason(form.cleaned_data["reason"])
    body = working.read_body(receipt=receipt, reason=reason, actor=by(request)["actor"])
    return HttpResponse(
        body, content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="callback-{receipt.pk}.txt"',
            "Cache-Control": "no-store, private",
        },
    )  # fmt: skip


def _copies(request: HttpRequest, receipt: CallbackReceipt, _form: Any) -> str:
    content.try_again(receipt=receipt, **by(request))
    return _("It is tried again now.")


def _by_hand(request: HttpRequest, receipt: CallbackReceipt, form: Any) -> str:
    content.attest(receipt=receipt, how=form.cleaned_data["how"], **by(request))
    return _("Recorded, with your name.")


def _copies_wait(_request: HttpRequest, receipt: CallbackReceipt) -> str:
    waiting = ContentDeletion.objects.waiting().filter(receipt=receipt).exists()
    return "" if waiting else _("No copies of this callback wait for anybody.")


def copies_of(receipt: CallbackReceipt) -> list[dict[str, Any]]:
    """Return what became of the copies of the content that a callback names, system by system."""
    rows = receipt.content_deletions.select_related("system", "by_hand_by").order_by("system__position", "pk")
    return [{"row": row, "error": shown(row.last_error)} for row in rows]


def _waits(_request: HttpRequest, receipt: CallbackReceipt) -> str:
    return "" if receipt.status == JobStatus.ATTENTION else _("This callback does not wait for anybody.")


def _kept(_request: HttpRequest, receipt: Any) -> str:
    return "" if receipt.has_body else _("The body of this callback is not kept.")


def state_of(receipt: CallbackReceipt) -> tuple[str, str]:
    """Return the stored word and its label for where a callback is."""
    verdict = Verdict(receipt.verdict)
    if verdict != Verdict.ACCEPTED:
        return KINDS[verdict], str(verdict.label)
    if receipt.status == JobStatus.DONE:
        return "done", _("Done")
    return receipt.status, str(JobStatus(receipt.status).label)


def shell_figures(request: HttpRequest) -> dict[str, Any]:
    """Return what the sidebar counts: callbacks whose work failed."""
    if not request.user.has_perm("platforms.view_callbackreceipt"):
        return {}
    return {"callbacks": CallbackReceipt.objects.waiting()}


figure_sources.append(shell_figures)


@admin.register(CallbackReceipt)
class ReceiptAdmin(ActsMixin, ReadOnlyAdmin):
    """Every callback, newest first."""

    list_title = _l("Callbacks of platforms")
    list_display = ("endpoint_", "arrived_", "state_", "answered_", "effect_")
    list_display_links = ("endpoint_",)
    list_filter = (EndpointFilter, "verdict", "status")
    ordering = ("-received_at",)
    refusals = (working.WorkRefused, content.NotWaiting)
    acts = (
        Act("again", _l("Work again"), _again, "platforms.work_callback", icon="refresh", why_not=_waits,
            question=_l("Try the work of this callback again?"),
            explain=_l("The portal reads the kept message again and does what it leads to.")),
        Act("copies", _l("Delete the copies again"), _copies, "platforms.work_callback", icon="refresh",
            why_not=_copies_wait, question=_l("Try to delete the copies again?"),
            explain=_l("The portal looks for the deleted content in every system that waits.")),
        Act("by-hand", _l("Deleted by hand"), _by_hand, "platforms.work_callback", icon="check",
            form=ByHandForm, why_not=_copies_wait, question=_l("Were the copies deleted by hand?"),
            explain=_l("Your word counts for every system of this callback that waits.")),
        Act("body", _l("Read what was sent"), _body, "platforms.read_callback_body", icon="eye",
            form=BodyForm, step_up=True, why_not=_kept, question=_l("Read what the platform sent?"),
            explain=_l("It names a person by an id. Who reads it, and why, stands in the audit trail.")),
    )  # fmt: skip

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        on = ("-received_at",)
        return [
            Tab("all", _l("All"), lambda rows: rows, on),
            Tab("attention", _l("Needs attention"), lambda rows: rows.waiting(), on),
            Tab("refused", _l("Refused"), lambda rows: rows.filter(verdict=Verdict.REJECTED), on),
            Tab("unchecked", _l("Not checked"), lambda rows: rows.filter(verdict=Verdict.UNAVAILABLE), on),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Return the callbacks without what was sent, which no list and no page shows."""
        rows = super().get_queryset(request).defer("body")
        return rows.annotate(has_body=ExpressionWrapper(~Q(body=""), output_field=BooleanField()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one callback; what was sent is an act of its own."""
        receipt = self.get_object(request, object_id)
        if not self.has_view_permission(request, receipt):
            raise PermissionDenied
        if receipt is None:
            raise Http404
        doable = [
            act for act in self.acts if self.may(request, act.key) and not act.why_not(request, receipt)
        ]
        context = {
            **self.admin_site.each_context(request),
            "receipt": receipt, "title": naming.endpoint_of(receipt.endpoint),
            "platform": naming.registered(receipt.platform), "opts": self.opts, "state": state_of(receipt),
            "acts": [(act, self.act_url(receipt, act.key)) for act in doable],
            "effects": [shown(said.get("m", ""), said) for said in receipt.effects],
            "copies": copies_of(receipt), "copies_wait": receipt.content_deletions.waiting().exists(),
            "first": self._first(receipt), "number": (receipt.secret_number or 0) + 1,
        }  # fmt: skip
        return TemplateResponse(request, "admin/platforms/callbackreceipt/page.html", context)

    def _first(self, receipt: CallbackReceipt) -> CallbackReceipt | None:
        """Return the callback that this one repeats."""
        if receipt.verdict != Verdict.REPEATED:
            return None
        same = CallbackReceipt.objects.accepted().filter(
            endpoint=receipt.endpoint, idempotency_index=receipt.idempotency_index
        )
        return same.defer("body").first()

    @admin.display(description=_l("Endpoint"))
    def endpoint_(self, receipt: CallbackReceipt) -> SafeString:
        """Return the platform and what it told us, with the name of the endpoint."""
        return format_html(
            '<span>{}<small>{}</small><small class="mono">{}</small></span>',
            naming.registered(receipt.platform), naming.endpoint_of(receipt.endpoint), receipt.endpoint,
        )  # fmt: skip

    @admin.display(description=_l("Received"))
    def arrived_(self, receipt: CallbackReceipt) -> str:
        """Return when it came."""
        return date_format(timezone.localtime(receipt.received_at), "j M Y, H:i:s")

    @admin.display(description=_l("State"))
    def state_(self, receipt: CallbackReceipt) -> SafeString:
        """Return the state as a badge."""
        kind, label = state_of(receipt)
        return badge(label, "", kind)

    @admin.display(description=_l("Answer"))
    def answered_(self, receipt: CallbackReceipt) -> SafeString:
        """Return the status code, and the code of a refusal."""
        return format_html("<span>{}<small>{}</small></span>", receipt.answered, receipt.reason)

    @admin.display(description=_l("What it led to"))
    def effect_(self, receipt: CallbackReceipt) -> str:
        """Return the first thing that it led to."""
        return shown(receipt.effects[0].get("m", ""), receipt.effects[0]) if receipt.effects else "–"
