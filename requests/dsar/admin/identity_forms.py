"""What staff type about who asks. The services refuse what the law does not allow."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from config.profile import active_profile
from dsar.enums import Method, Right
from dsar.models import IdentityCheck
from dsar.rules import mandates
from dsar.rules.transitions import NotAllowed
from dsar.rules.verification import METHODS
from dsar.services import identity
from dsar.services.identity import asking

REASON = 500


class VerifyForm(ActForm):
    """How staff confirmed the identity. Levels above the ceiling are not offered."""

    level = forms.TypedChoiceField(label=_("Level"), coerce=int)
    method = forms.CharField(
        label=_("How it was confirmed, and why that is enough"), max_length=REASON,
        help_text=_("Without personal data: “invoice number and date compared”."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["level"]
        assert isinstance(choices, forms.TypedChoiceField)
        ceiling = min(ceiling_of(self.obj), max(METHODS) - 1)
        choices.choices = [(n, f"{n}: {text}") for n, text in METHODS.items() if n <= ceiling]
        self.initial.setdefault("level", min(enough_of(self.obj), ceiling))


def ceiling_of(case: Any) -> int:
    """Return the level beyond which nothing may be asked for the right of this case."""
    try:
        return identity.need_of(case).ceiling
    except NotAllowed:
        return 0


def enough_of(case: Any) -> int:
    """Return the level that is enough for the right of this case."""
    try:
        return identity.need_of(case).enough
    except NotAllowed:
        return 0


class AskForm(ActForm):
    """What is asked by letter, and why more than usual."""

    method = forms.ChoiceField(
        label=_("Way"), choices=[(m.value, m.label) for m in (Method.EMAIL, *asking.BY_LETTER)]
    )
    doubt = forms.CharField(
        label=_("Why you doubt who asks"), required=False, max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you ask for more than is enough. The person reads it in the letter."),
    )  # fmt: skip
    avoid = forms.MultipleChoiceField(
        label=_("What the person contests"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("These kinds of data are never asked for."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj.right != Right.RECTIFICATION:
            del self.fields["avoid"]
            return
        contested = self.fields["avoid"]
        assert isinstance(contested, forms.MultipleChoiceField)
        contested.choices = [(one.key, one.label) for one in active_profile().categories]

    def categories(self) -> list[str]:
        """Return the data categories of what the person contests."""
        chosen = set(self.cleaned_data.get("avoid", ()))
        found = [one for one in active_profile().categories if one.key in chosen]
        return [category for one in found for category in one.data_categories]


class CheckForm(ActForm):
    """One attempt of this case."""

    proof = forms.ModelChoiceField(IdentityCheck.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["proof"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.obj.identity_checks.all()


class DecideProofForm(CheckForm):
    """Whether a proof that was handed in shows who asks."""

    passed = forms.TypedChoiceField(
        label=_("What you saw"), coerce=lambda value: value == "yes", widget=forms.RadioSelect,
        choices=[("yes", _("It shows who asks")), ("no", _("It does not"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What you compared"), max_length=REASON, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence, without personal data."),
    )  # fmt: skip
    child_is_safe = forms.BooleanField(
        label=_("Nothing speaks for a conflict with the child's interest"), required=False,
        help_text=_("Weigh disputes about custody, violence, and what the child told us. In doubt refuse."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.obj.representatives.filter(status="claimed", acts_as__in=mandates.FOR_CHILDREN).exists():
            del self.fields["child_is_safe"]
