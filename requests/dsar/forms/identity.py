"""What people type to show who they are. What may be asked is decided by services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MAX_ANSWER = 200


class AnswersForm(forms.Form):
    """One field a question; for a sworn answer also the declaration."""

    def __init__(self, *args: Any, questions: list[str], sworn: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(questions):
            self.fields[f"answer_{number}"] = forms.CharField(
                label=question,
                max_length=MAX_ANSWER,
                error_messages={"required": _("Write what you gave us.")},
                widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
            )
        self.count = len(questions)
        if sworn:
            self.fields |= declaration_fields()

    @property
    def answers(self) -> list[str]:
        """Return what was answered, in the order of the questions."""
        return [self.cleaned_data[f"answer_{number}"] for number in range(self.count)]


def declaration_fields() -> dict[str, forms.Field]:
    """Return the fields of a signature: a name and a tick."""
    return {
        "agreed": forms.BooleanField(
            label=_("I declare this"), error_messages={"required": _("Tick the box to sign.")}
        ),
        "name": forms.CharField(
            label=_("Your full name, as your signature"),
            max_length=MAX_ANSWER,
            error_messages={"required": _("Type your name to sign.")},
            widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
        ),
    }


class DeclarationForm(forms.Form):
    """A declaration signed by typing one's name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= declaration_fields()


class ProofFileForm(forms.Form):
    """A picture or PDF as proof."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("A PDF, PNG or JPEG of at most 10 MB."),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )
