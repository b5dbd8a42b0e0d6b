"""Registering a request that did not come through the portal: the form of staff."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.profile import active_profile
from dsar.admin.forms import MAX_TEXT
from dsar.enums import Channel, Right
from dsar.forms.asked import AskedForm, Part
from dsar.services.intake import Asked


class RegisterForm(AskedForm):
    """A request that reached the company by post, telephone or e-mail, with what its right asks.

    What the person left open stays open: the clock runs all the same.
    """

    demands = False

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The person confirms it by a link."),
    )
    right = forms.ChoiceField(label=_("What is asked for"), choices=Right.choices)
    channel = forms.ChoiceField(
        label=_("How it reached us"),
        choices=[(c.value, c.label) for c in (Channel.EMAIL, Channel.POST, Channel.PHONE)],
    )
    received_at = forms.DateTimeField(
        label=_("When it reached us"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("The clock runs from then."),
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        min_length=2,
        required=False,
        help_text=_("Two letters: DE, GB, US."),
    )
    region = forms.CharField(
        label=_("State or region"), max_length=10, required=False, help_text=_("For the USA: CA.")
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    words = forms.CharField(
        label=_("What the person wrote or said"), widget=forms.Textarea(attrs={"rows": 6}),
        max_length=MAX_TEXT, required=False,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, rights=list(Right), **kwargs)
        languages = active_profile().languages
        choices = self.fields["language"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(code, code) for code in languages.offered]
        self.initial.setdefault("received_at", timezone.localtime().replace(second=0, microsecond=0))
        self.initial.setdefault("language", languages.default)

    def clean_received_at(self) -> datetime:
        """Refuse a time that has not come."""
        at: datetime = self.cleaned_data["received_at"]
        if at > timezone.now():
            raise forms.ValidationError(_("This time has not come yet."))
        return at

    def clean_country(self) -> str:
        """Return the code in upper case."""
        return str(self.cleaned_data["country"]).upper()

    @property
    def plain(self) -> Part:
        """Return the fields that every right has, in their order."""
        return Part("", "", tuple(self[name] for name in self.base_fields))

    def answers(self) -> dict[str, Any]:
        """Return what `intake.register_by_staff` takes."""
        cleaned = {name: self.cleaned_data[name] for name in self.base_fields}
        return cleaned | {"asked": Asked.from_form(self.cleaned_data)}
