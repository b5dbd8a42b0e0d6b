"""Beginning a letter about a case that somebody writes, checks and perhaps has approved."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act, ActForm
from accounts.models import User
from accounts.services.audit import Actor
from config.profile import active_profile
from correspondence.enums import Dispatch, Template
from correspondence.services.words import language_for
from dsar.models import Case
from dsar.services import drafting, subjects

LANGUAGES = {"en": _l("English"), "de": _l("German")}


class DraftForm(ActForm):
    """Which letter, in which language, by which way, and the reasons that it has to give."""

    template = forms.ChoiceField(label=_l("Letter"))
    language = forms.ChoiceField(
        label=_l("Language"), help_text=_l("That of the person, where we write in it."),
        widget=forms.RadioSelect,
    )  # fmt: skip
    dispatch = forms.ChoiceField(
        label=_l("How it is sent"), choices=Dispatch.choices, widget=forms.RadioSelect,
        initial=Dispatch.EMAIL,
    )  # fmt: skip
    to = forms.CharField(
        label=_l("To"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_l("One e-mail address, or the lines of a postal address."),
    )  # fmt: skip
    reasons = forms.CharField(
        label=_l("Reasons"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3}),
        help_text=_l("One a line, in the language of the letter. Only for letters that give reasons."),
    )  # fmt: skip
    on = forms.DateField(
        label=_l("Date"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_l("The new or last day, for letters that name one."),
    )  # fmt: skip

    def __init__(self, *args: Any, obj: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, user=user, **kwargs)
        template, language = self.fields["template"], self.fields["language"]
        assert isinstance(template, forms.ChoiceField)
        assert isinstance(language, forms.ChoiceField)
        template.choices = [(one, Template(one).label) for one in drafting.BY_HAND]
        offered = active_profile().languages.offered
        language.choices = [(code, LANGUAGES.get(code, code)) for code in offered]
        self.initial.setdefault("language", language_for(obj.language))
        self.initial.setdefault("to", subjects.mailbox_of(obj.subject))

    def clean_on(self) -> date | None:
        """Refuse a day that is over."""
        on: date | None = self.cleaned_data["on"]
        if on and on < timezone.localdate():
            raise forms.ValidationError(_("This day is over. Give one to come."))
        return on


def _draft(request: HttpRequest, case: Case, form: Any) -> HttpResponseRedirect:
    assert isinstance(request.user, User)
    data = form.cleaned_data
    letter = drafting.begin(
        case=case, template=data["template"], language=data["language"], dispatch=data["dispatch"],
        to=data["to"], reasons=[one.strip() for one in data["reasons"].splitlines() if one.strip()],
        on=data["on"], actor=Actor.of(request.user), now=timezone.now(),
    )  # fmt: skip
    return HttpResponseRedirect(reverse("admin:correspondence_letter_edit", args=[letter.pk]))


DRAFT = Act(
    "draft", _l("Draft a letter"), _draft, "correspondence.add_letter", icon="mail", form=DraftForm,
    question=_l("Which letter do you draft?"),
    explain=_l("You edit it next, see what it lacks, and nothing is sent before you say so."),
)  # fmt: skip
