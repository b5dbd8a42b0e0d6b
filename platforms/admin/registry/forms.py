"""What staff type about a platform. Whether it is stricter is checked by the services."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import ActForm
from config.profile import written_profile
from config.sentences import shown, stored
from platforms import registry
from platforms.models import RegistryEntry, RegistryOverride
from platforms.registry.paths import paths
from platforms.rules import wording
from platforms.services import naming
from platforms.services.registry import looser_promises

REASON = {"rows": 3}


def value_in_words(text: str | None) -> str:
    """Return a value of the registry in the reader's language."""
    return shown("", stored(wording.value(text)))


def path_in_words(path: str) -> str:
    """Return a path of the registry in the reader's language."""
    head, _dot, rest = path.partition(".")
    if head == "deletion":
        return _("Deadline: %(what)s") % {"what": naming.trigger_of(rest)}
    if head == "data_elements":
        element, _dot, name = rest.partition(".")
        pattern = _("We keep: %(what)s") if name == "ship" else _("Platform's limit: %(what)s")
        return pattern % {"what": naming.element_of(element)}
    return _("Look at the grant every") if head == "liveness" else _("Read the terms again every")


class ReviewForm(ActForm):
    """That the terms were read."""

    reviewed_on = forms.DateField(
        label=_l("Read on"), widget=forms.DateInput(attrs={"type": "date"}), initial=date.today
    )
    note = forms.CharField(
        label=_l("What was read, and what changed"),
        max_length=4000,
        widget=forms.Textarea(attrs=REASON),
        help_text=_l("Name the documents. If nothing changed, say so."),
    )


class OverrideForm(ActForm):
    """A stricter value."""

    path = forms.ChoiceField(label=_l("What"))
    value = forms.CharField(
        label=_l("New value"),
        max_length=40,
        help_text=_l("A period such as P7D, P12M or PT24H. For deadlines also asap."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(label=_l("Reason"), max_length=2000, widget=forms.Textarea(attrs=REASON))
    confirmed = forms.BooleanField(
        label=_l("I have seen what changes"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry = registry.current(self.obj.key)
        field = self.fields["path"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (path, f"{path_in_words(path)} ({value_in_words(value)})") for path, value in paths(entry)
        ]


class EndForm(ActForm):
    """The end of a stricter value."""

    override = forms.ChoiceField(label=_l("Stricter value"))
    reason = forms.CharField(label=_l("Reason"), max_length=2000, widget=forms.Textarea(attrs=REASON))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {
            str(row.pk): row for row in RegistryOverride.objects.filter(key=self.obj.key, ended_at=None)
        }
        field = self.fields["override"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (pk, f"{path_in_words(row.path)}: {value_in_words(row.value)}") for pk, row in self.rows.items()
        ]

    def clean_override(self) -> RegistryOverride:
        """Return the row that was chosen."""
        return self.rows[self.cleaned_data["override"]]


class AcceptForm(ActForm):
    """A promise that stays looser than the term."""

    trigger = forms.ChoiceField(label=_l("Promise"))
    reason = forms.CharField(label=_l("Reason"), max_length=2000, widget=forms.Textarea(attrs=REASON))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["trigger"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.trigger, in_words(one)) for one in open_promises(self.obj)]


def open_promises(row: RegistryEntry) -> list[Any]:
    """Return the looser promises of an entry that nobody accepted."""
    return [one for one in looser_promises(written_profile()) if one.key == row.key]


def in_words(one: Any) -> str:
    """Return a looser promise in the reader's language."""
    return _("%(trigger)s: we promise %(promise)s, the term is %(term)s") % {
        "trigger": naming.trigger_of(one.trigger),
        "promise": value_in_words(one.promise),
        "term": value_in_words(one.term),
    }
