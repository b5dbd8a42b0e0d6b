"""What a person wants to use a linked account for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from platforms.rules import spoken


class ConnectForm(forms.Form):
    """The features to use, and where the platform wants it the express yes to linking (X, off-X matching)."""

    features = forms.MultipleChoiceField(
        label=_("What do you want to use it for?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    matching = forms.BooleanField(
        label=_("I agree that you link this account to me as your customer."),
        error_messages={"required": _("Without that the account cannot be connected.")},
    )

    def __init__(self, *args: Any, features: Sequence[str], matching: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["features"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(name, spoken.feature_words(name)) for name in features]
        if not matching:
            del self.fields["matching"]
