"""What staff type about an incident. Rules of the law are checked by the services, not here."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.models import User
from config.profile import active_profile
from dsar.enums import IncidentKind, IncidentQuestion, IncidentRisk, Likelihood, NoticeTo, Severity
from dsar.models import IncidentDecision
from platforms.rules.incidents import terms

MAX_TEXT = 20_000


def _text(label: Any, *, rows: int = 4, required: bool = True, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=MAX_TEXT, required=required, **kwargs)


class MomentField(forms.DateTimeField):
    """A moment in the company's zone, with one native control."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)

    def to_python(self, value: Any) -> Any:
        """Read the time as one of the company's zone."""
        with timezone.override(ZoneInfo(active_profile().clocks.zone)):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Show the time in the company's zone."""
        with timezone.override(ZoneInfo(active_profile().clocks.zone)):
            return super().prepare_value(value)


class IncidentForm(forms.Form):
    """Registering an incident."""

    title = forms.CharField(
        label=_("What happened, in a few words"), max_length=120, help_text=_("Without personal data.")
    )
    kind = forms.ChoiceField(label=_("What was harmed"), choices=IncidentKind.choices)
    aware_at = MomentField(
        label=_("When did we become aware?"),
        help_text=_("The 72 hours run from here: when somebody of ours was reasonably certain."),
    )
    occurred_at = MomentField(label=_("When did it happen?"), required=False)
    detected_at = MomentField(label=_("When was it first noticed?"), required=False)
    processor = forms.CharField(
        label=_("At which processor?"), max_length=120, required=False,
        help_text=_("Only if it happened at somebody who works for us."),
    )  # fmt: skip
    processor_aware_at = MomentField(
        label=_("When did the processor know?"), required=False,
        help_text=_("It is kept and does not start the 72 hours."),
    )  # fmt: skip
    platforms = forms.MultipleChoiceField(
        label=_("Data of these platforms is concerned"), required=False, widget=forms.CheckboxSelectMultiple
    )
    facts = _text(_("The facts as known now"))
    effects = _text(_("Effects on people"), required=False, rows=3)
    remedy = _text(_("What was done about it"), required=False, rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["platforms"]
        assert isinstance(choices, forms.MultipleChoiceField)
        used = {platform.family for platform in active_profile().platforms}
        choices.choices = [(key, term.label) for key, term in terms().items() if key in used]


class DescribeForm(ActForm):
    """Facts, effects and remedy."""

    facts = _text(_("The facts"), rows=6)
    effects = _text(_("Effects on people"), required=False)
    remedy = _text(_("What was done about it"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = self.obj.accounts.first()
        for name in ("facts", "effects", "remedy"):
            self.initial.setdefault(name, getattr(last, name, ""))


class AwarenessForm(ActForm):
    """An earlier time of awareness."""

    aware_at = MomentField(label=_("We were aware at"))
    reason = forms.CharField(label=_("How do you know?"), max_length=300)


class AssessForm(ActForm):
    """The judgement of the risk."""

    categories = forms.MultipleChoiceField(
        label=_("Kinds of data"), widget=forms.CheckboxSelectMultiple, required=False
    )
    people = forms.IntegerField(label=_("About how many people"), min_value=0, required=False)
    records = forms.IntegerField(label=_("About how many records"), min_value=0, required=False)
    likelihood = forms.TypedChoiceField(
        label=_("How likely is harm?"), choices=Likelihood.choices, coerce=int
    )
    severity = forms.TypedChoiceField(label=_("How bad would it be?"), choices=Severity.choices, coerce=int)
    risk = forms.ChoiceField(
        label=_("Risk"), required=False, help_text=_("It can be called higher than it follows, never lower."),
        choices=[("", _("As it follows from both")), *IncidentRisk.choices],
    )  # fmt: skip
    reasons = _text(_("Reasons"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["categories"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = [(one.key, one.label) for one in active_profile().categories]


class ProposeForm(ActForm):
    """A proposal for the second person."""

    question = forms.ChoiceField(label=_("About what?"), choices=IncidentQuestion.choices)
    tell = forms.TypedChoiceField(
        label=_("What do you propose?"), coerce=lambda value: value == "yes",
        choices=[("yes", _("Tell them")), ("no", _("Do not tell them"))],
    )  # fmt: skip
    reasons = _text(_("Reasons"))


class DecideForm(ActForm):
    """The answer of the second person."""

    decision = forms.ModelChoiceField(IncidentDecision.objects.none(), label=_("Proposal"), empty_label=None)
    approve = forms.TypedChoiceField(
        label=_("Your decision"), coerce=lambda value: value == "yes",
        choices=[("yes", _("I agree")), ("no", _("I do not agree"))],
    )  # fmt: skip
    answer = _text(_("Your reasons"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["decision"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = self.obj.decisions.filter(decided_at=None)


class NotifyForm(ActForm):
    """A notice that went out."""

    to = forms.ChoiceField(label=_("Who was told?"), choices=NoticeTo.choices)
    recipient = forms.CharField(
        label=_("Name"), max_length=160, help_text=_("The authority, the platform, or which people.")
    )
    sent_at = MomentField(label=_("When did it go out?"))
    number = forms.CharField(label=_("Their number"), max_length=80, required=False)
    people = forms.IntegerField(label=_("How many people were told"), min_value=0, required=False)
    summary = _text(_("What they were told"))
    late_reasons = _text(_("Reasons for the delay"), required=False, rows=3,
                         help_text=_("Needed when 72 hours had passed (Art. 33(1))."))  # fmt: skip


class FileForm(ActForm):
    """A file as evidence."""

    what = forms.CharField(label=_("What it shows"), max_length=120)
    file = forms.FileField(label=_("File"))


class OwnerForm(ActForm):
    """Who works on it."""

    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["owner"]
        assert isinstance(choices, forms.ModelChoiceField)
        may = User.objects.filter(groups__permissions__codename="change_incident", is_active=True)
        choices.queryset = may.distinct().order_by("name", "email")
        self.initial.setdefault("owner", self.obj.owner_id)
