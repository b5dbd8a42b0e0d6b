"""What staff type on the pages of a case. Rules of the law are checked by the services, not here."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.models import User
from accounts.services import preferences
from config.jobs import JobStatus
from dsar.enums import Operation, Outcome
from dsar.models import Plan, Step
from dsar.services import cases

MAX_TEXT = 20_000
PROOF_BYTES = 10 * 1024 * 1024
PRINTED = _(
    "This sentence is printed in the letter to the person, word for word, and stands in the evidence."
    " Write it to them: what we could not do, and why. The case can then be answered only in part."
)


def _text(
    label: Any, *, rows: int = 5, required: bool = True, most: int = MAX_TEXT, **kwargs: Any
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=most, required=required, **kwargs)


class NoteForm(ActForm):
    """An internal note."""

    text = _text(_("Note"), help_text=_("For colleagues only. Never part of a letter or a package."))


class LetterForm(ActForm):
    """A letter to the person."""

    title = forms.CharField(label=_("Subject"), max_length=200)
    body = _text(_("Letter"), rows=12, help_text=_("Plain text. It is sent as it stands and kept as sent."))


class AssignForm(ActForm):
    """Who handles the case."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label=_("Handler"), required=False, empty_label=_("Nobody yet")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["assignee"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = handlers()
        self.initial.setdefault("assignee", self.obj.assignee_id or self.user.pk)


class LanguageForm(ActForm):
    """The language of the letters to the person."""

    language = forms.ChoiceField(
        label=_("Language"), help_text=_("Letters that were written already stay as they are.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["language"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = preferences.languages()
        self.initial.setdefault("language", self.obj.language)


def handlers() -> QuerySet[User]:
    """Return the staff who may handle cases, by name."""
    may = Q(groups__permissions__codename="change_case") | Q(is_superuser=True)
    return User.objects.filter(may, is_staff=True, is_active=True).distinct().order_by("name", "email")


class PlanForm(ActForm):
    """The fingerprint of the plan that was read: another plan is not decided by mistake."""

    plan_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = waiting_plan(self.obj)
        self.initial["plan_hash"] = plan.hash if plan else ""


class BlockForm(ActForm):
    """Going on without a place that is blocked."""

    system = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    collection = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    field = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    reason = _text(
        _("Why does the case go on without it?"), rows=3, most=300,
        help_text=PRINTED,
    )  # fmt: skip


class DecideForm(PlanForm):
    """The approval of a plan."""

    read = forms.BooleanField(
        label=_("I have read the plan. It fits what was asked for."),
        error_messages={"required": _("Read the plan first, then tick this.")},
    )


class ReturnForm(PlanForm):
    """Sending a plan back to who proposed it."""

    reason = _text(_("What should be different?"), rows=4, most=500)


def waiting_plan(case: Any) -> Plan | None:
    """Return the plan that waits for a decision."""
    found: Plan | None = case.plans.filter(status="proposed").select_related("approval__proposed_by").first()
    return found


class StepForm(ActForm):
    """One failed step of the case."""

    statuses: ClassVar[Sequence[str]] = (JobStatus.ATTENTION,)
    operations: ClassVar[Sequence[str]] = tuple(Operation)
    step = forms.ModelChoiceField(Step.objects.none(), label=_("System"), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["step"]
        assert isinstance(choices, forms.ModelChoiceField)
        found = self.obj.steps.filter(status__in=self.statuses, operation__in=self.operations)
        choices.queryset = found.select_related("system")
        choices.label_from_instance = _step_label  # type: ignore[method-assign]


def _step_label(obj: Any) -> str:
    return f"{obj.system.name}: {obj.get_operation_display()}"


class ProofForm(StepForm):
    """One proof of the case that can be repeated."""

    statuses = (JobStatus.DONE, JobStatus.ATTENTION)
    operations = (Operation.PROBE,)


class SkipForm(StepForm):
    """Leaving a failed step out, for a reason that the answer and the evidence will show."""

    reason = _text(
        _("Why is this system left out?"), rows=3, most=300,
        help_text=PRINTED,
    )  # fmt: skip


class CloseForm(ActForm):
    """How the case ends."""

    outcome = forms.ChoiceField(label=_("Outcome"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["outcome"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(one, Outcome(one).label) for one in cases.allowed_outcomes(self.obj)]


class AttestForm(ActForm):
    """What a person did by hand."""

    text = _text(
        _("What did you do?"),
        rows=5,
        help_text=_(
            "Where you looked, what you found, what you did. It stays in the file of the case: the letter to"
            " the person gives the number of records, not these words."
        ),
    )
    rows = forms.IntegerField(
        label=_("Number of records"), min_value=0, max_value=10_000_000, required=False, initial=0
    )
    nothing_found = forms.BooleanField(label=_("I looked and found nothing"), required=False)
    file = forms.FileField(
        label=_("Proof"),
        required=False,
        help_text=_("A picture or document, at most 10 MB. Stored encrypted."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse answers that contradict each other."""
        data = super().clean() or {}
        if data.get("nothing_found") and data.get("rows"):
            self.add_error("rows", _("You found nothing, so the number must be 0."))
        if data.get("rows") is None:
            data["rows"] = 0
        return data

    def clean_file(self) -> Any:
        """Refuse a file that is too large."""
        file = self.cleaned_data.get("file")
        if file and file.size > PROOF_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB. Make it smaller or split it."))
        return file


class RedactionForm(ActForm):
    """A decision about values of other people in a package: one place, or all that are undecided."""

    redaction = forms.UUIDField(required=False, widget=forms.HiddenInput)
    collection = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    field = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    release = forms.TypedChoiceField(
        choices=[("no", _("Leave out")), ("yes", _("Disclose"))], coerce=lambda value: value == "yes"
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """Demand a reason for disclosing; leaving out is the rule and needs none."""
        data = super().clean() or {}
        if data.get("release") and not data.get("reason"):
            self.add_error("reason", _("Say why this value about another person may be disclosed."))
        return data
