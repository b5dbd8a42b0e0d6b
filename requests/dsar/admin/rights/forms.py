"""What staff type for the rights that act on data. The law is checked by the services, not here."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from dsar.enums import Ground, RestrictionState, Weighing
from dsar.models import Case
from dsar.services import objections
from dsar.services.rights import facts, rectification


def _text(label: Any, *, rows: int = 4, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=4_000, required=required, **more)


class _RowForm(ActForm):
    """An act on one row of a case: the only one is chosen already."""

    row_name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields[self.row_name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = self.rows(self.obj)
        field.label_from_instance = self.words  # type: ignore[assignment,method-assign]
        only = list(field.queryset[:2])
        if len(only) == 1:
            self.initial.setdefault(self.row_name, only[0].pk)

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return the rows that may be chosen."""
        raise NotImplementedError

    @staticmethod
    def words(row: Any) -> str:
        """Return how a row is called in the list."""
        return facts.words_of(row.purpose)


def _row(label: Any) -> "forms.ModelChoiceField[Any]":
    return forms.ModelChoiceField(Case.objects.none(), label=label, empty_label=_("Choose"))


class StopForm(ActForm):
    """Which uses a person meant who named none."""

    purposes = forms.MultipleChoiceField(
        label=_("What is to stop"), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what is to stop.")},
    )  # fmt: skip
    reason = _text(
        _("The person's reasons"), required=False, help_text=_("As the person gave them. May be empty.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = self.fields["purposes"]
        assert isinstance(purposes, forms.MultipleChoiceField)
        purposes.choices = list(objections.purposes_for(self.obj).items())
        if self.obj.right != "objection":
            del self.fields["reason"]


class RestrictForm(ActForm):
    """What a person asks to leave alone, and why."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Ground.choices, widget=forms.RadioSelect)
    purposes = forms.MultipleChoiceField(
        label=_("For which uses"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick nothing for every use."),
    )  # fmt: skip
    reason = _text(_("In the person's words"), required=False)
    review_on = forms.DateField(
        label=_("Look at it again on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: when the answer is due."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        purposes = self.fields["purposes"]
        assert isinstance(purposes, forms.MultipleChoiceField)
        purposes.choices = list(facts.purposes_for(self.obj.right).items())


class PrepareForm(_RowForm):
    """Both sides of an objection."""

    row_name = "balancing"
    balancing = _row(_("Use"))
    their_grounds = _text(
        _("The person's grounds"), required=False, help_text=_("Empty: as they stand already.")
    )
    our_grounds = _text(
        _("Our grounds"), rows=6,
        help_text=_("Which interest of ours could outweigh the person's, and what would be lost without it?"),
    )  # fmt: skip

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return what is still being weighed."""
        return case.balancings.filter(outcome="")


class WeighForm(_RowForm):
    """The decision on an objection."""

    row_name = "balancing"
    balancing = _row(_("Use"))
    outcome = forms.ChoiceField(
        label=_("Decision"), choices=[one for one in Weighing.choices if one[0]], widget=forms.RadioSelect
    )
    reason = _text(
        _("Reason"), required=False,
        help_text=_("Needed when the use goes on. It stands in the letter to the person."),
    )  # fmt: skip

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return what is still being weighed."""
        return case.balancings.filter(outcome="")


class LiftForm(_RowForm):
    """A restriction to lift."""

    row_name = "restriction"
    restriction = _row(_("Restriction"))

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return what is in force."""
        return case.restrictions.filter(state=RestrictionState.ACTIVE)

    @staticmethod
    def words(row: Any) -> str:
        """Return the use and the ground."""
        return f"{facts.words_of(row.purpose)}: {row.get_ground_display()}"


class NoticeForm(LiftForm):
    """The letter before a restriction is lifted."""

    why = _text(_("Why may the data be used again?"), help_text=_("It stands in the letter."))
    lifts_on = forms.DateField(
        label=_("The restriction ends on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave the person time to answer. Nothing is lifted before this day."),
    )


class CorrectionForm(ActForm):
    """One more datum to correct."""

    what = forms.CharField(label=_("What is wrong"), max_length=facts.MAX_VALUE)
    old = forms.CharField(label=_("What we hold"), max_length=facts.MAX_VALUE, required=False)
    new = forms.CharField(label=_("What it should say"), max_length=facts.MAX_VALUE, required=False)
    contested = forms.BooleanField(label=_("The person wants the data to rest until then"), required=False)
    file = forms.FileField(
        label=_("Evidence"), required=False,
        help_text=_("Only what is needed to see what is right. Never a copy of an identity document."),
    )  # fmt: skip


class CorrectForm(_RowForm):
    """The decision on one correction."""

    row_name = "correction"
    correction = _row(_("Correction"))
    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("accept", _("Correct it")), ("refuse", _("Leave it as it is"))],
    )  # fmt: skip
    place = forms.ChoiceField(
        label=_("Where it stands"), required=False, help_text=_("What the plan found about this person.")
    )
    new_value = forms.CharField(
        label=_("What it is to say"), max_length=facts.MAX_VALUE, required=False,
        help_text=_("Empty: nothing. Exactly this is written."),
    )  # fmt: skip
    reason = _text(_("Why it stays"), required=False, help_text=_("It stands in the letter."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.fields["place"]
        assert isinstance(place, forms.ChoiceField)
        found = [(one.key, words) for one, words in rectification.places(self.obj)]
        place.choices = [("", _("Choose")), *found]
        chosen = self.rows(self.obj).filter(pk=self.initial.get("correction")).first()
        if chosen:
            self.initial.setdefault("new_value", chosen.new_value)

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return what is to be decided."""
        return case.corrections.filter(verdict="")

    @staticmethod
    def words(row: Any) -> str:
        """Return the datum in the person's words."""
        return str(row.what)[:80]

    def clean(self) -> dict[str, Any]:
        """Demand what the decision needs."""
        data = super().clean() or {}
        if data.get("verdict") == "accept" and not data.get("place"):
            self.add_error("place", _("Choose where the value stands."))
        if data.get("verdict") == "refuse" and not data.get("reason"):
            self.add_error("reason", _("Say why it stays as it is."))
        return data


class ProofForm(_RowForm):
    """The evidence of one correction."""

    row_name = "correction"
    correction = _row(_("Correction"))

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return the corrections with evidence."""
        return case.corrections.exclude(evidence_file="")

    @staticmethod
    def words(row: Any) -> str:
        """Return the datum and the name of the file."""
        return f"{str(row.what)[:60]}: {row.evidence_name}"


class EndpointForm(_RowForm):
    """Whether an address may get the package."""

    row_name = "transfer"
    transfer = _row(_("Address"))
    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[("yes", _("It belongs to the service that the person means: send it there")),
                 ("no", _("Do not send it"))],
    )  # fmt: skip
    reason = _text(
        _("Why not"), required=False, help_text=_("It stands in the letter. The person can take the copy.")
    )

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return the addresses that wait for a decision."""
        return case.transfers.filter(status="waiting", confirmed_by=None)

    @staticmethod
    def words(row: Any) -> str:
        """Return the whole address: it is what is decided on."""
        return str(row.endpoint)

    def clean(self) -> dict[str, Any]:
        """Demand a reason for not sending."""
        data = super().clean() or {}
        if data.get("verdict") == "no" and not data.get("reason"):
            self.add_error("reason", _("Say why it is not sent."))
        return data


class TransferForm(EndpointForm):
    """What becomes of a transfer that failed."""

    verdict = forms.ChoiceField(
        label=_("What now"), widget=forms.RadioSelect,
        choices=[("yes", _("Try it again")), ("no", _("Give it up"))],
    )  # fmt: skip

    @staticmethod
    def rows(case: Case) -> QuerySet[Any]:
        """Return the transfers that failed."""
        return case.transfers.filter(status="attention")
