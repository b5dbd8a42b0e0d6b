"""What staff type about holds. The rules stand in the service; here only what was typed is read."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from accounts.models import Identity, User
from platforms.models import System
from retention.enums import HoldKind, HoldScope
from retention.services import cases, explaining

REVIEW_DAYS = 180


def day_field(label: Any, **more: Any) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


def text_field(label: Any, **more: Any) -> forms.CharField:
    """Return a field for some lines."""
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **more)


def owners() -> Any:
    """Return who can own a hold: staff."""
    return User.objects.filter(is_staff=True, is_active=True).order_by("name")


class PlaceForm(forms.Form):
    """What every hold needs. `scope` is chosen before."""

    kind = forms.ChoiceField(label=_("Kind of hold"), choices=HoldKind.choices)
    reason = text_field(_("Reason"), help_text=_("What is needed for what. Stored encrypted."))
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), empty_label=None)
    review_on = day_field(
        _("To be reviewed on"),
        help_text=_("Then the owner says whether it is still needed. 12 months at most."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        choices = self.fields["owner"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = owners()
        self.initial.setdefault("owner", user.pk)
        self.initial.setdefault("review_on", timezone.localdate() + timedelta(days=REVIEW_DAYS))

    def place(self) -> dict[str, Any]:
        """Return what the service takes."""
        names = ("kind", "reason", "owner", "review_on")
        return {name: self.cleaned_data[name] for name in names}


class PersonForm(PlaceForm):
    """One person, by an address that we know."""

    email = forms.EmailField(label=_("E-mail address of the person"), max_length=254)
    field_order = ("email", "kind", "reason")

    def clean_email(self) -> Any:
        """Return the person of the address."""
        typed = self.cleaned_data["email"]
        found = Identity.objects.matching(key="email", value=typed).select_related("subject").first()
        if found is None:
            raise forms.ValidationError(_t("We know nobody with this address."))
        return found.subject

    def place(self) -> dict[str, Any]:
        """Return what the service takes."""
        return super().place() | {"subject": self.cleaned_data["email"]}


class CaseForm(PlaceForm):
    """The person of one case."""

    reference = forms.CharField(label=_("Reference of the case"), max_length=40)
    field_order = ("reference", "kind", "reason")

    def clean_reference(self) -> cases.OfCase:
        """Return the case."""
        found = cases.find(self.cleaned_data["reference"], self.user)
        if found is None:
            raise forms.ValidationError(_t("There is no case with this reference."))
        return found

    def place(self) -> dict[str, Any]:
        """Return what the service takes."""
        case = self.cleaned_data["reference"]
        named = {"subject": case.subject, "case_id": case.pk, "case_reference": case.reference}
        return super().place() | named


class SystemForm(PlaceForm):
    """Everything in one system."""

    system = forms.ModelChoiceField(System.objects.none(), label=_("System"), empty_label=None)
    field_order = ("system", "kind", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["system"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = System.objects.filter(enabled=True).order_by("name")

    def place(self) -> dict[str, Any]:
        """Return what the service takes."""
        return super().place() | {"system": self.cleaned_data["system"]}


class RowsForm(PlaceForm):
    """Some rows of a collection: those with one of some values in a column."""

    where = forms.ChoiceField(label=_("Collection"))
    column = forms.CharField(
        label=_("Column"), max_length=120, help_text=_("As the dataset names it, for example team_id.")
    )
    values = text_field(_("Values"), help_text=_("One a line. Rows with one of them in the column are kept."))
    field_order = ("where", "column", "values", "kind", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {place_key(one): one for one in explaining.places()}
        choices = self.fields["where"]
        assert isinstance(choices, forms.ChoiceField)
        choices.choices = place_choices()

    def clean(self) -> dict[str, Any]:
        """Check that the column is one of the collection: a slip here would keep nothing."""
        data = super().clean() or {}
        place = self.places.get(data.get("where", ""))
        if place and data.get("column"):
            names = [one.column for one in place.collection.fields]
            if data["column"] not in names:
                said = {"names": ", ".join(names[:40])}
                self.add_error("column", _t("This collection has no such column. It has: %(names)s.") % said)
        return data

    def place(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        place = self.places[data["where"]]
        values = [line.strip() for line in data["values"].splitlines() if line.strip()]
        conditions = {data["column"]: list(dict.fromkeys(values))}
        return super().place() | {"system": place.system, "collection": place.key, "conditions": conditions}


def place_key(place: Any) -> str:
    """Return how a form names a collection of a system."""
    return f"{place.system.key}/{place.key}"


def place_choices() -> list[tuple[str | Promise, Any]]:
    """Return the collections by system, for a list to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in explaining.places():
        groups.setdefault(str(one.system), []).append((place_key(one), one.key))
    return [(name, sorted(found, key=lambda pair: pair[1])) for name, found in groups.items()]


FORMS: dict[str, type[PlaceForm]] = {
    HoldScope.PERSON: PersonForm,
    HoldScope.CASE: CaseForm,
    HoldScope.SYSTEM: SystemForm,
    HoldScope.ROWS: RowsForm,
}


class ReviewForm(ActForm):
    """Until when it is still needed."""

    review_on = day_field(_("To be reviewed again on"), help_text=_("12 months from today at most."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("review_on", timezone.localdate() + timedelta(days=REVIEW_DAYS))


class AskForm(ActForm):
    """Why it is not needed any more."""

    reason = text_field(_("Why is it not needed any more?"))
