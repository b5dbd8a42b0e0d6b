"""What people fill in: a new request in steps, the public form, a code."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from config.profile import Profile
from dsar.enums import Right
from dsar.forms.asked import AskedForm
from dsar.forms.places import place_choices
from dsar.forms.wording import RIGHTS, right_words

WORDS_LIMIT = 4000
NAME_LIMIT = 200
_MISSING_RIGHT = {
    "required": _("Choose what you want us to do."),
    "invalid_choice": _("Choose one of these."),
}


def right_choices(offered: list[Right]) -> list[tuple[str, Any]]:
    """Return (value, words) for the rights offered, in the order of the page."""
    return [(right.value, RIGHTS[right].offer) for right in RIGHTS if right in offered]


def words_field(*, required: bool = False) -> forms.CharField:
    """Return the field for free words; `\\0` and other controls are refused by Django itself."""
    return forms.CharField(
        required=required,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write a sentence or two, so that we know what you mean."),
            "max_length": _(
                "This is too long: %(show_value)d characters, and we can take %(limit_value)d here."
                " Shorten it, or write to us by e-mail."
            ),
        },
    )


class RightForm(forms.Form):
    """Step 1: what the person wants."""

    right = forms.ChoiceField(error_messages=_MISSING_RIGHT)

    def __init__(self, *args: Any, offered: list[Right], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["right"].choices = right_choices(offered)  # type: ignore[attr-defined]


class DataForm(AskedForm):
    """Step 2: which data, and what helps to find them. Which questions there are depends on the right."""

    which = forms.ChoiceField(
        choices=[("all", _("Everything you have about me")), ("some", _("Only some of it"))],
        error_messages={"required": _("Choose everything or only some of it.")},
    )
    scope = forms.MultipleChoiceField(required=False)
    words = words_field()
    place = forms.ChoiceField(
        error_messages={"required": _("Choose where you live: it decides which law helps you.")}
    )

    def __init__(self, *args: Any, right: Right, profile: Profile, ask_place: bool, **kwargs: Any) -> None:
        super().__init__(*args, rights=[right], **kwargs)
        asked = right_words(right)
        self.fields["words"] = words_field(required=asked.needs_words)
        if asked.chooses_data:
            choices = [(category.key, category.label) for category in profile.categories]
            self.fields["scope"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["which"], self.fields["scope"]
        if ask_place:
            self.fields["place"].choices = [("", _("Choose a country")), *place_choices(profile)]  # type: ignore[attr-defined]
        else:
            del self.fields["place"]

    def clean(self) -> dict[str, Any]:
        """Refuse "only some" without a choice; forget choices made before "everything"."""
        cleaned = super().clean() or {}
        if cleaned.get("which") == "some" and not cleaned.get("scope"):
            self.add_error("scope", _("Tick at least one kind of data, or choose everything."))
        if cleaned.get("which") == "all":
            cleaned["scope"] = []
        return cleaned


class PublicRequestForm(AskedForm):
    """The form for people without an account. `website` is a trap for robots: people never see it."""

    right = forms.ChoiceField(error_messages=_MISSING_RIGHT)
    name = forms.CharField(
        required=False,
        max_length=NAME_LIMIT,
        error_messages={"max_length": _("Shorten your name to %(limit_value)d characters.")},
    )
    email = forms.EmailField(
        max_length=254,
        error_messages={
            "required": _("Write the e-mail address that you used with us."),
            "invalid": _("This is no complete e-mail address. It looks like name@example.org."),
        },
    )
    place = forms.ChoiceField(
        error_messages={"required": _("Choose where you live: it decides which law helps you.")}
    )
    words = words_field()
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, *args: Any, offered: list[Right], profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, rights=offered, **kwargs)
        self.fields["right"].choices = right_choices(offered)  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("Choose a country")), *place_choices(profile)]  # type: ignore[attr-defined]

    @property
    def caught(self) -> bool:
        """Whether the trap was filled in."""
        return bool(self.data.get("website"))


class CodeForm(forms.Form):
    """A code of six digits that was sent by e-mail; blanks inside do not matter."""

    code = forms.CharField(
        max_length=20,
        validators=[RegexValidator(r"^\d{6}$", _("The code has six digits."))],
        error_messages={"required": _("Write the code from our e-mail.")},
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data and {"code": "".join(str(data.get("code", "")).split())[:20]}, **kwargs)
