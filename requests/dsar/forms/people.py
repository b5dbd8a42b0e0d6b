"""What people fill in: a new request in steps, the public form, a code."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from config.profile import Profile
from dsar.enums import ActsAs, Right
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


class AnswerForm(forms.Form):
    """The answer to a question of ours."""

    text = words_field(required=True)


class ForSomebodyForm(forms.Form):
    """The form for those who ask for somebody else. The trap for robots is no field: people never see it."""

    acts_as = forms.ChoiceField(
        label=_("What are you to this person?"), choices=ActsAs.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one: it decides what we have to see.")},
    )  # fmt: skip
    name = forms.CharField(label=_("Your name"), max_length=NAME_LIMIT)
    organisation = forms.CharField(label=_("Your company or firm"), max_length=NAME_LIMIT, required=False)
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254, help_text=_("We answer to it."))
    person_name = forms.CharField(label=_("Name of the person you act for"), max_length=NAME_LIMIT)
    person_email = forms.EmailField(
        label=_("E-mail address that this person uses with us"), max_length=254, required=False,
        help_text=_("It helps us find them. We may ask them there whether you act for them."),
    )  # fmt: skip
    person_age = forms.IntegerField(
        label=_("Age of the child"), min_value=0, max_value=17, required=False,
        help_text=_("Only for parents and guardians."),
    )  # fmt: skip
    jurisdiction = forms.CharField(
        label=_("Country whose law governs the estate"), max_length=200, required=False,
        help_text=_("Only for heirs and executors."),
    )  # fmt: skip
    place = forms.ChoiceField(
        label=_("Where does this person live?"), help_text=_("It decides which law helps.")
    )
    right = forms.ChoiceField(label=_("What do you want us to do?"), error_messages=_MISSING_RIGHT)
    words = words_field()
    gets_letters = forms.BooleanField(label=_("The mandate says that I get your letters"), required=False)
    gets_package = forms.BooleanField(label=_("The mandate says that I get the data"), required=False)
    file = forms.FileField(
        label=_("What shows that you may act"), required=False,
        help_text=_(
            "The signed authority, or what shows that you are parent, guardian or heir. It may follow later."
            " PDF or picture, at most 10 MB. No identity document."
        ),
    )  # fmt: skip

    def __init__(self, *args: Any, offered: list[Right], profile: Profile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"right", "rights"} & set(self.fields):
            first = [("", _("Choose"))] if name == "right" else []
            self.fields[name].choices = [*first, *right_choices(offered)]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", _("Choose a country")), *place_choices(profile)]  # type: ignore[attr-defined]
        self.fields["words"].label = _("Anything else?")

    @property
    def caught(self) -> bool:
        """Whether the trap was filled in."""
        return bool(self.data.get("website"))

    def clean(self) -> dict[str, Any]:
        """Ask for the age of a child, and for the law of an estate."""
        cleaned = super().clean() or {}
        if cleaned.get("acts_as") in (ActsAs.PARENT, ActsAs.GUARDIAN) and cleaned.get("person_age") is None:
            self.add_error("person_age", _("Write how old the child is: from some age on it asks itself."))
        if cleaned.get("acts_as") == ActsAs.ESTATE and not cleaned.get("jurisdiction"):
            self.add_error("jurisdiction", _("Name the country: rights of the dead differ."))
        return cleaned


class OwnForSomebodyForm(ForSomebodyForm):
    """The same for somebody who is signed in: name and address are known, several rights may be chosen."""

    name = email = right = None  # type: ignore[assignment]
    rights = forms.MultipleChoiceField(
        label=_("What do you want us to do?"), widget=forms.CheckboxSelectMultiple,
        error_messages=_MISSING_RIGHT,
        help_text=_("Each becomes a request of its own. The mandate has to cover each."),
    )  # fmt: skip
    field_order = (
        "acts_as", "organisation", "person_name", "person_email", "person_age", "jurisdiction", "place",
        "rights", "words", "file", "gets_letters", "gets_package",
    )  # fmt: skip


class MandateForm(forms.Form):
    """The proof of a mandate that follows later."""

    file = forms.FileField(
        label=_("What shows that you may act"),
        help_text=_("PDF or picture, at most 10 MB. No identity document."),
    )
