"""The gate in the staff desk: every answer as it was given, and the legal reviews that it follows."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, Tab
from accounts.templatetags.portal_ui import badge
from config.profile import active_profile
from config.sentences import shown
from platforms.admin.rows import Fact, RowAdmin, element_words, on_day, platform_name, when, worded
from platforms.admin.systems import by
from platforms.enums import GateOutcome, GatePurpose, ReviewOutcome
from platforms.models import GateDecision, LegalReview
from platforms.services import naming, reviews

TONES = {
    GateOutcome.ALLOWED: "approved", GateOutcome.REFUSED: "refused", GateOutcome.NEEDS_REVIEW: "approval",
}  # fmt: skip


@admin.register(GateDecision)
class GateDecisionAdmin(RowAdmin):
    """All answers, the newest first."""

    list_title = _l("Gate")
    list_display = ("what_", "purpose_", "outcome_", "asked_")
    list_display_links = ("what_",)
    list_filter = ("purpose",)
    ordering = ("-asked_at",)
    tie_breaker = "id"

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""

        def of(outcome: GateOutcome) -> Any:
            return lambda rows: rows.filter(outcome=outcome)

        return [
            Tab("all", _l("All"), lambda rows: rows),
            Tab("review", _l("Needs a review"), of(GateOutcome.NEEDS_REVIEW)),
            Tab("refused", _l("Refused"), of(GateOutcome.REFUSED)),
            Tab("allowed", _l("Allowed"), of(GateOutcome.ALLOWED)),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the list; without an answer it says what the gate is for."""
        told = {
            "empty_icon": "lock", "empty_title": _("Nobody asked yet"),
            "empty_text": _("The product asks here before it sends platform data to anybody."),
        }  # fmt: skip
        return super().changelist_view(request, {**told, **(extra_context or {})})

    def more(self, request: HttpRequest, row: GateDecision) -> dict[str, Any]:
        """Return the answer in a sentence, and the way to a review where one is missing."""
        return {"heading": _answer(row), "lead": shown(row.reason.get("m", ""), row.reason),
                "state": badge(row.get_outcome_display(), "", TONES[GateOutcome(row.outcome)]),
                "way": _way_to_review(request, row)}  # fmt: skip

    def facts(self, row: GateDecision) -> list[Fact]:
        """Return the question, the rule and the version of the registry."""
        return [
            (_("Platform"), platform_name(row.platform)), (_("Data element"), element_words(row.element)),
            (_("Purpose"), row.get_purpose_display()),
            (_("Processor"), worded(platform_name(row.processor), row.processor) if row.processor else ""),
            (_("Connection"), str(row.connection) if row.connection else ""), (_("Asked by"), row.asked_by),
            (_("Asked"), when(row.asked_at)), (_("Rule"), row.rule),
            (_("Must be taken out first"), ", ".join(_word(one) for one in row.strip)),
            (_("Version of the registry"), row.registry_sha256[:12]),
        ]  # fmt: skip

    @admin.display(description=_l("Data"))
    def what_(self, row: GateDecision) -> SafeString:
        """Return platform and element."""
        return format_html(
            '<span>{}<small>{}</small><small class="mono">{}</small></span>', platform_name(row.platform),
            naming.element_of(row.element), row.element[:60],
        )  # fmt: skip

    @admin.display(description=_l("Purpose"))
    def purpose_(self, row: GateDecision) -> SafeString:
        """Return the purpose and who would get the data."""
        return format_html(
            "<span>{}<small>{}</small></span>", row.get_purpose_display() or _("unknown"),
            platform_name(row.processor),
        )  # fmt: skip

    @admin.display(description=_l("Answer"))
    def outcome_(self, row: GateDecision) -> SafeString:
        """Return the answer as a badge."""
        return badge(row.get_outcome_display(), "", TONES[GateOutcome(row.outcome)])

    @admin.display(description=_l("Asked"))
    def asked_(self, row: GateDecision) -> str:
        """Return when it was asked."""
        return when(row.asked_at)


def _way_to_review(request: HttpRequest, row: GateDecision) -> tuple[str, str] | None:
    if row.outcome != GateOutcome.NEEDS_REVIEW or not request.user.has_perm("platforms.add_legalreview"):
        return None
    query = urlencode({"platform": row.platform, "element": row.element, "purpose": row.purpose})
    return _("Record a review"), f"{reverse('admin:platforms_legalreview_add')}?{query}"


def _answer(row: GateDecision) -> str:
    words = {"what": row.get_purpose_display() or _("unknown"), "name": platform_name(row.platform)}
    return _("%(name)s: %(what)s") % words


def _word(one: str) -> str:
    words = {
        "handles": _("names of accounts"),
        "third_party_names": _("names of other people"),
        "third_party_ids": _("ids of other people"),
        "third_party_pictures": _("pictures of other people"),
    }
    return words.get(one, one)


class ReviewForm(forms.Form):
    """A decision of a lawyer about one purpose at one platform."""

    platform = forms.ChoiceField(label=_l("Platform"))
    element = forms.SlugField(
        label=_l("Data element"), required=False, max_length=120,
        help_text=_l("As the registry calls it, for example comments. Empty: all of them."),
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_l("Purpose"), choices=GatePurpose.choices)
    outcome = forms.ChoiceField(
        label=_l("Outcome"), choices=ReviewOutcome.choices, widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(
        label=_l("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_l("Which terms were read, and why they allow or forbid it."),
    )  # fmt: skip
    until_on = forms.DateField(
        label=_l("Holds until"), widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_l("A year at most. After this day the gate waits for a new review."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.label) for one in active_profile().platforms if one.enabled]
        field = self.fields["platform"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _withdraw(request: HttpRequest, row: LegalReview, _form: Any) -> str:
    reviews.withdraw_review(review=row, **by(request))
    return _("Withdrawn. The gate follows the registry again.")


def _holds(_request: HttpRequest, row: LegalReview) -> str:
    return _("This review is over already.") if row.ended_at else ""


@admin.register(LegalReview)
class LegalReviewAdmin(RowAdmin):
    """All legal reviews, the newest first."""

    list_title = _l("Legal reviews")
    add_label = _l("Record a review")
    list_display = ("what_", "outcome_", "until_", "by_")
    list_display_links = ("what_",)
    list_select_related = ("made_by",)
    ordering = ("-made_at",)
    tie_breaker = "id"
    refusals = (reviews.ReviewRefused,)
    acts = (
        Act("withdraw", _l("Withdraw"), _withdraw, "platforms.add_legalreview", icon="cross", danger=True,
            why_not=_holds, question=_l("Withdraw this review?"),
            explain=_l("From now on the gate answers as if it had never been recorded. The record stays.")),
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether this user may record reviews."""
        return bool(request.user.has_perm("platforms.add_legalreview"))

    def get_tabs(self, request: HttpRequest) -> Sequence[Tab]:
        """Return the saved views."""
        today = timezone.localdate()
        return [
            Tab("current", _l("In force"), lambda rows: rows.current(today)),
            Tab("all", _l("All"), lambda rows: rows),
        ]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Record a review; what was typed stays when it is refused."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ReviewForm(request.POST or None, initial=request.GET.dict())
        made = self._made(request, form) if request.method == "POST" and form.is_valid() else None
        if made:
            messages.success(request, _("The review is recorded. The gate follows it from now on."))
            return HttpResponseRedirect(self.page_url(made))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record a legal review"), "form": form, "opts": self.opts,
        }  # fmt: skip
        status = 422 if form.errors else 200
        return TemplateResponse(request, "admin/platforms/legalreview/add.html", context, status=status)

    def _made(self, request: HttpRequest, form: ReviewForm) -> LegalReview | None:
        try:
            return reviews.record_review(**form.cleaned_data, **by(request))
        except reviews.ReviewRefused as refused:
            form.add_error(None, str(refused))
            return None

    def more(self, request: HttpRequest, row: LegalReview) -> dict[str, Any]:
        """Return the decision in a line."""
        return {
            "heading": f"{platform_name(row.platform)}: {row.get_purpose_display()}",
            "state": _state(row),
        }

    def facts(self, row: LegalReview) -> list[Fact]:
        """Return what was decided, why, by whom and until when."""
        return [
            (_("Platform"), platform_name(row.platform)),
            (_("Data element"), element_words(row.element) or _("all of them")),
            (_("Purpose"), row.get_purpose_display()), (_("Outcome"), row.get_outcome_display()),
            (_("Reason"), row.reason), (_("Holds until"), on_day(row.until_on)),
            (_("Recorded by"), row.made_by), (_("Recorded"), when(row.made_at)),
            (_("Ended"), when(row.ended_at)),
        ]  # fmt: skip

    @admin.display(description=_l("Use of data"))
    def what_(self, row: LegalReview) -> SafeString:
        """Return platform, purpose and element."""
        element = naming.element_of(row.element) if row.element else _("all of them")
        words = (platform_name(row.platform), row.get_purpose_display(), element)
        return format_html("<span>{}<small>{}, {}</small></span>", *words)

    @admin.display(description=_l("Outcome"))
    def outcome_(self, row: LegalReview) -> SafeString:
        """Return the outcome as a badge."""
        return _state(row)

    @admin.display(description=_l("Holds until"))
    def until_(self, row: LegalReview) -> str:
        """Return its last day."""
        return on_day(row.until_on)

    @admin.display(description=_l("Recorded by"))
    def by_(self, row: LegalReview) -> str:
        """Return who recorded it."""
        return str(row.made_by)


def _state(row: LegalReview) -> SafeString:
    if row.ended_at or row.until_on < timezone.localdate():
        return badge(_("Over"), "", "closed")
    return badge(row.get_outcome_display(), "", TONES[GateOutcome(row.outcome)])
