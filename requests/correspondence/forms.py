"""Forms of the letter pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from correspondence.enums import Dispatch
from correspondence.models import Letter
from correspondence.rules import clauses
from correspondence.services.drafts import FIXED

BODY_LENGTH = 100_000


def _area(label: Any, rows: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea({"rows": rows}),
        max_length=more.pop("max_length", BODY_LENGTH),
        **more,
    )


class EditForm(ActForm):
    """The text of a draft, where it goes, and the passages that the law demands of it."""

    dispatch = forms.ChoiceField(
        label=_("How it is sent"), choices=Dispatch.choices, widget=forms.RadioSelect
    )
    to = _area(
        _("To"), 3, required=False, max_length=500,
        help_text=_("One e-mail address, or the lines of a postal address."),
    )  # fmt: skip
    title = forms.CharField(label=_("Subject"), max_length=200)
    body = _area(
        _("Letter"), 22, help_text=_("Plain text. A line in capitals is a heading, “- ” begins a point.")
    )

    def __init__(self, *args: Any, obj: Letter, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, user=user, **kwargs)
        for name in ("dispatch", "to", "title", "body"):
            self.initial.setdefault(name, getattr(obj, name))
        for clause in self._asked():
            name = f"fact_{clause.key}"
            self.fields[name] = _area(
                _("The letter has to say: %(what)s") % {"what": clause.says}, 2, required=False,
                help_text=_("The words that stand in the letter, one passage a line."),
            )  # fmt: skip
            self.initial.setdefault(name, "\n".join((obj.clause_facts or {}).get(clause.key, ())))

    def _asked(self) -> list[clauses.Clause]:
        demanded = clauses.required(self.obj.template, self.obj.regime)
        return [one for one in demanded if one.keys and one.key not in FIXED]

    def facts(self) -> dict[str, list[str]]:
        """Return the passages by clause."""
        data = self.cleaned_data
        return {
            one.key: [line.strip() for line in data[f"fact_{one.key}"].splitlines() if line.strip()]
            for one in self._asked()
        }


class BackForm(ActForm):
    """Why something is sent back to its writer."""

    why = _area(_("What is to be changed"), 4, max_length=2000)


class PostedForm(ActForm):
    """When a printed letter was posted, and how we know."""

    posted_on = forms.DateField(label=_("Posted on"), widget=forms.DateInput({"type": "date"}))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=300,
        help_text=_("The number of a registered item, or who brought it to which post office."),
    )  # fmt: skip


class TextForm(forms.Form):
    """A new version of the text of a letter."""

    text = _area(
        _("Text"), 24,
        help_text=_("The first line is the subject. {{ name }} stands for a value; if and for work."),
    )  # fmt: skip
    why = forms.CharField(label=_("What is different, and why"), max_length=300)
