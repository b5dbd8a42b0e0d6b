"""What each right asks besides words: which use is to stop, what is to be corrected, where data are to go."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import Right
from dsar.forms.wording import Words
from dsar.rules.transitions import NotAllowed
from dsar.services.rights import facts, platforms

GROUNDS = (
    ("a", _l("Some of it is wrong, and you are checking that")),
    ("b", _l("You should not have it, but I do not want it deleted")),
    ("c", _l("I need it for a legal claim of mine")),
    ("d", _l("I have objected, and you are weighing that")),
)
PURPOSES = {
    Right.OBJECTION: (
        _l("What should we stop?"),
        _l("Advertising stops at once. We weigh the rest, and let it rest until then."),
    ),
    Right.WITHDRAWAL: (
        _l("What do you take back?"),
        _l("It stops at once. What was done before stays lawful."),
    ),
    Right.RESTRICTION: (_l("For what should we not use it?"), _l("Tick nothing if you mean every use.")),
}
TYPED = ("correct_what", "correct_old", "correct_new", "contested", "ground", "endpoint")
LISTS = (*(f"stop_{right}" for right in PURPOSES), "platforms")
_LONG = {"max_length": _l("Shorten this to %(limit_value)d characters.")}


@dataclass(frozen=True)
class Part:
    """The questions of one right: its key, and the fields in their order."""

    right: str
    title: Words
    fields: tuple[forms.BoundField, ...]

    @property
    def visible_fields(self) -> tuple[forms.BoundField, ...]:
        """Return the fields, under the name that forms have for them."""
        return self.fields

    @property
    def is_begun(self) -> bool:
        """Whether something was answered, or is wrong."""
        return any(field.errors or field.data for field in self.fields)


class AskedForm(forms.Form):
    """A form that also asks what its rights need. Nothing of a right that was not chosen is demanded.

    `demands`: whether the chosen right's own questions must be answered. Staff register what came as it came.
    """

    demands = True

    def __init__(self, *args: Any, rights: Sequence[Right], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_rights = [right for right in rights if right in _QUESTIONS]
        for right in self.asked_rights:
            for name, field in _QUESTIONS[right](right):
                self.fields[name] = field

    @property
    def parts(self) -> list[Part]:
        """Return the questions, right by right."""
        return [
            Part(right.value, _TITLES[right], tuple(self[name] for name, _field in _QUESTIONS[right](right)))
            for right in self.asked_rights
        ]

    def clean(self) -> dict[str, Any]:
        """Keep the answers of the chosen right alone, and demand what it cannot do without."""
        cleaned = super().clean() or {}
        right = cleaned.get("right") or (self.asked_rights[0] if len(self.asked_rights) == 1 else "")
        cleaned["purposes"] = list(cleaned.get(f"stop_{right}") or ())
        if right != Right.PLATFORM_DELETION:
            cleaned["platforms"] = []
        if right not in (Right.RECTIFICATION, ""):
            cleaned |= dict.fromkeys(("correct_what", "correct_old", "correct_new"), "")
        if self.demands:
            self._demand(right, cleaned)
        if right == Right.PORTABILITY and cleaned.get("endpoint"):
            self._check_endpoint(cleaned["endpoint"])
        return cleaned

    def _demand(self, right: str, cleaned: Mapping[str, Any]) -> None:
        if right == Right.RECTIFICATION:
            self._check_correction(cleaned)
        if right in (Right.OBJECTION, Right.WITHDRAWAL) and not (cleaned["purposes"] or cleaned.get("words")):
            self.add_error(f"stop_{right}", _("Tick what you mean, or write it below."))
        if right == Right.RESTRICTION and not cleaned.get("ground"):
            self.add_error("ground", _("Choose why we should leave it alone."))

    def _check_correction(self, cleaned: Mapping[str, Any]) -> None:
        if not cleaned.get("correct_what") and "correct_what" not in self.errors:
            self.add_error("correct_what", _("Write what is wrong, for example “my address”."))

    def _check_endpoint(self, url: str) -> None:
        try:
            facts.check_endpoint(url)
        except NotAllowed as refused:
            self.add_error("endpoint", str(refused))


def _purposes(right: Right) -> Iterator[tuple[str, forms.Field]]:
    label, hint = PURPOSES[right]
    choices = list(facts.purposes_for(right).items())
    yield (
        f"stop_{right.value}",
        forms.MultipleChoiceField(
            label=label, help_text=hint, choices=choices, required=False, widget=forms.CheckboxSelectMultiple
        ),
    )


def _restriction(right: Right) -> Iterator[tuple[str, forms.Field]]:
    yield (
        "ground",
        forms.ChoiceField(
            label=_l("Why should we leave it alone?"),
            choices=GROUNDS,
            required=False,
            widget=forms.RadioSelect,
        ),
    )
    yield from _purposes(right)


def _line(label: Any, hint: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=facts.MAX_VALUE, error_messages=_LONG, **more
    )


def _correction(right: Right) -> Iterator[tuple[str, forms.Field]]:
    del right
    yield "correct_what", _line(_l("What is wrong?"), _l("For example “my address” or “my date of birth”."))
    yield "correct_old", _line(_l("What do we have now?"), _l("As far as you know it."))
    yield "correct_new", _line(_l("What should it say?"), _l("Leave it empty if there should be nothing."))
    yield "contested", forms.BooleanField(label=_l("Do not use my data while you check this"), required=False)


def _endpoint(right: Right) -> Iterator[tuple[str, forms.Field]]:
    del right
    yield "endpoint", forms.CharField(
        label=_l("Should we send it to another service?"), required=False, max_length=facts.MAX_ENDPOINT,
        help_text=_l(
            "If that service takes files, write the address it gave you. It begins with https://. We check it"
            " first. You get the file in any case."
        ),
        widget=forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"}), error_messages=_LONG,
    )  # fmt: skip


def _platforms(right: Right) -> Iterator[tuple[str, forms.Field]]:
    del right
    yield (
        "platforms",
        forms.MultipleChoiceField(
            label=_l("Which platform?"),
            help_text=_l("Tick nothing if you mean all of them."),
            choices=list(platforms.offered().items()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
    )


_QUESTIONS = {
    Right.RECTIFICATION: _correction,
    Right.PORTABILITY: _endpoint,
    Right.OBJECTION: _purposes,
    Right.RESTRICTION: _restriction,
    Right.WITHDRAWAL: _purposes,
    Right.PLATFORM_DELETION: _platforms,
}
_TITLES: dict[Right, Words] = {
    Right.RECTIFICATION: _l("The correction"),
    Right.PORTABILITY: _l("Where your data should go"),
    Right.OBJECTION: _l("What to stop"),
    Right.RESTRICTION: _l("What to leave alone"),
    Right.WITHDRAWAL: _l("What you take back"),
    Right.PLATFORM_DELETION: _l("The platform whose data go"),
}


def summary_of(right: Right, answers: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what was answered about a right, as (question, answers), for checking before it is sent."""
    if right not in _QUESTIONS:
        return []
    found = []
    for name, field in _QUESTIONS[right](right):
        value = answers.get(name)
        if not value:
            continue
        words = dict(getattr(field, "choices", ()))
        values = value if isinstance(value, list) else [value]
        shown = [_("yes") if one is True else str(words.get(one, one)) for one in values]
        found.append((str(field.label), shown))
    return found
