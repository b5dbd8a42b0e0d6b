"""What staff type about systems. Whether it can work is checked by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.models import User
from platforms.connectors import known_kinds
from platforms.enums import SystemRole

MAX_DATASET = 2 * 1024 * 1024
WORDS = {
    "sql": _("Database (SQL)"),
    "http": _("Interface (HTTP)"),
    "manual": _("By hand"),
    "stripe": "Stripe",
    "anthropic": "Anthropic",
    "google_analytics": "Google Analytics",
    "email_suppression": _("E-mail provider"),
}


class SystemForm(ActForm):
    """The facts of a system, without its secret."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("As people read it on their dashboard, for example “Payments”."),
    )
    role = forms.ChoiceField(label=_("In whose hands"), choices=SystemRole.choices)
    purpose = forms.CharField(
        label=_("What it holds"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence."),
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label=_("Owner"), required=False, empty_label=_("Nobody yet"),
        help_text=_("Gets the tasks that a person must do by hand."),
    )  # fmt: skip
    options = forms.JSONField(
        label=_("Settings"), initial=dict, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_('JSON, no secrets. HTTP: {"url": "https://…"}. By hand: {"instructions": "…"}.'),
    )  # fmt: skip
    position = forms.IntegerField(
        label=_("Place in plans"),
        min_value=0,
        max_value=30_000,
        required=False,
        help_text=_("Low numbers first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["owner"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = User.objects.filter(is_staff=True, is_active=True).order_by("name", "email")

    def clean_options(self) -> dict[str, Any]:
        """Return the settings; an empty field is no settings."""
        options = self.cleaned_data.get("options") or {}
        if not isinstance(options, dict):
            raise forms.ValidationError(_('Settings are written as {"name": "value"}.'))
        return options

    def clean_position(self) -> int:
        """Return the place; an empty field is the first."""
        return int(self.cleaned_data.get("position") or 0)


class ChangeForm(SystemForm):
    """The facts of a system that is there."""

    enabled = forms.BooleanField(
        label=_("In use"),
        required=False,
        help_text=_("A system that is not in use is left out of new plans."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("name", "role", "purpose", "owner", "options", "position", "enabled")
        self.initial.update({name: getattr(self.obj, name) for name in names})


class NewForm(SystemForm):
    """A new system, with its way in."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=60,
        help_text=_("Short name in lists and files, for example stripe. It stays."),
    )
    connector = forms.ChoiceField(label=_("Way in"))
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=4000,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_(
            "Database URL, or the key shared with an HTTP system. Stored encrypted, never shown again."
        ),
    )
    field_order = ("name", "key", "connector", "secret", "role", "purpose", "owner", "options", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["connector"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = [(kind, WORDS.get(kind, kind)) for kind in known_kinds()]


class SecretForm(ActForm):
    """A new secret. The old one is never shown."""

    secret = forms.CharField(
        label=_("New secret"),
        max_length=4000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Database URL, or the key shared with the system. Stored encrypted, never shown again."),
    )


class ImportForm(ActForm):
    """A dataset file, or its text."""

    file = forms.FileField(
        label=_("Dataset file"), required=False, help_text=_("YAML in the fideslang format.")
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=MAX_DATASET,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Read the file into `source`; refuse nothing, both, too much and what is no text."""
        data = super().clean() or {}
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError(_("Choose a file or paste its text: one of the two."))
        if file and file.size > MAX_DATASET:
            raise forms.ValidationError(_("This file is larger than 2 MB. A dataset is a few hundred lines."))
        data["source"], data["origin"] = (_read(file), file.name) if file else (text, "dataset")
        return data


def _read(file: Any) -> str:
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise forms.ValidationError(
            _("This file is not UTF-8 text. Save it as UTF-8 and try again.")
        ) from None
