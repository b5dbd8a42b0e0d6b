"""What staff type about decisions, relations and mandates. The services check the law."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from dsar.admin.lists import tidy_reference
from dsar.enums import ActsAs, DecisionKind, Finding, Judgement, Right
from dsar.models import Case
from dsar.rules import refusals
from dsar.services import decisions, recipient_contacts, representation

MAX_TEXT = 4_000


def text(
    label: Any, *, rows: int = 4, most: int = MAX_TEXT, required: bool = True, **more: Any
) -> forms.CharField:
    """Return a field of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=most, required=required, **more)


def day(label: Any, **more: Any) -> forms.DateField:
    """Return an optional field for a day."""
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), **more
    )


class FileField(forms.FileField):
    """A file that the services check and keep encrypted."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        super().__init__(help_text=_("PDF, picture or text, at most 10 MB. Stored encrypted."), **more)


def label_of(code: refusals.Code, regime: str) -> str:
    """Return a ground as a choice: its title and its source under this law."""
    source = code.source(regime)
    return f"{code.title} ({source})" if source else str(code.title)


class ProposeForm(ActForm):
    """A refusal as a whole. Grounds that do not serve the right under the law are not offered."""

    kind = DecisionKind.REFUSAL
    codes = forms.MultipleChoiceField(label=_("Grounds"), widget=forms.CheckboxSelectMultiple)
    reasons = text(
        _("Reasons"), rows=6,
        help_text=_("The person reads this in our letter, after the sentence of each ground."),
    )  # fmt: skip
    late_reason = text(
        _("Why it comes late"), rows=2, most=500, required=False,
        help_text=_("The last day for refusing has passed. The letter says why, and that we are sorry."),
    )  # fmt: skip
    file = FileField(label=_("Evidence"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = refusals.codes_of_kind(self.obj.regime, self.obj.right, self.kind)
        choices = self.fields["codes"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = [(code.key, label_of(code, self.obj.regime)) for code in offered]
        refuses = self.kind in (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL)
        from django.utils import timezone

        if not (refuses and decisions.is_late(self.obj, timezone.now())):
            del self.fields["late_reason"]
        if len(offered) == 1:
            self.initial.setdefault("codes", [offered[0].key])


class PartForm(ProposeForm):
    """A refusal of a part."""

    kind = DecisionKind.PART_REFUSAL
    refused_part = forms.CharField(
        label=_("Which part"), max_length=200, help_text=_("Without names or values: “the invoices of 2025”.")
    )
    release_on = day(_("When the data may go"), help_text=_("Where the ground ends on a known day."))
    field_order = ("codes", "refused_part", "reasons", "late_reason", "release_on", "file")


class FeeForm(ProposeForm):
    """A fee for a request that is manifestly unfounded or excessive."""

    kind = DecisionKind.FEE
    amount = forms.DecimalField(label=_("Amount"), max_digits=10, decimal_places=2, min_value=0)
    currency = forms.CharField(label=_("Currency"), max_length=3, min_length=3, help_text=_("EUR, GBP, USD."))
    computed = forms.CharField(
        label=_("How it is computed"), max_length=300,
        help_text=_("The costs of this request alone: “3 hours of search at 20 EUR”."),
    )  # fmt: skip
    field_order = ("codes", "amount", "currency", "computed", "reasons", "file")


def case_field(label: Any) -> forms.CharField:
    """Return a field for the reference of another case."""
    return forms.CharField(label=label, max_length=24, help_text=_("Its reference, complete: MX-2026-0391."))


class OtherCaseForm(ActForm):
    """Another case, by its complete reference."""

    other = case_field(_("Other case"))

    def clean_other(self) -> Case:
        """Return the case; only one that this user may see is found."""
        reference = tidy_reference(self.cleaned_data["other"])
        found = Case.objects.visible_to(self.user).filter(reference=reference).first()
        if found is None:
            raise forms.ValidationError(
                _("No case has this reference. A reference is found only when complete.")
            )
        return found


class RepeatsForm(ProposeForm, OtherCaseForm):
    """A request that repeats an earlier one which was answered."""

    kind = DecisionKind.DUPLICATE
    other = case_field(_("The earlier request"))
    field_order = ("other", "codes", "reasons", "file")


class RelateForm(OtherCaseForm):
    """Two cases that have to do with each other."""

    note = forms.CharField(label=_("Why"), max_length=300, required=False, help_text=_("No personal data."))


class SplitForm(ActForm):
    """What else the message asked for."""

    rights = forms.MultipleChoiceField(
        label=_("What else was asked for"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["rights"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = [(one.value, one.label) for one in Right if one != self.obj.right]


class ReasonForm(ActForm):
    """A reason in a few words."""

    reason = text(_("Reason"), rows=3, most=500)


class QuestionForm(ActForm):
    """A question to the person."""

    question = text(
        _("Question"), help_text=_("One question a line. The letter adds that everything may be asked for.")
    )


class AnswerForm(ActForm):
    """What the person answered to the open question."""

    text = text(_("Answer"))
    received_at = forms.DateTimeField(
        label=_("When it reached us"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("By the sender's channel, not when it was read. The clock goes on from that day."),
    )


class RepresentForm(ActForm):
    """Somebody who says to act for the person."""

    acts_as = forms.ChoiceField(label=_("They act as"), choices=ActsAs.choices)
    name = forms.CharField(label=_("Name"), max_length=200)
    organisation = forms.CharField(label=_("Company or firm"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    relation = text(_("What they say"), rows=2, most=1000, required=False)
    person_age = forms.IntegerField(
        label=_("Age of the child"),
        min_value=0,
        max_value=120,
        required=False,
        help_text=_("For parents and guardians."),
    )
    child_agrees = forms.BooleanField(label=_("The child agreed in writing"), required=False)
    jurisdiction = forms.CharField(
        label=_("Law of the estate"), max_length=200, required=False, help_text=_("For heirs and executors.")
    )
    gets_letters = forms.BooleanField(label=_("The mandate covers receiving our letters"), required=False)
    gets_package = forms.BooleanField(label=_("The mandate covers receiving the data"), required=False)
    valid_until = day(_("The mandate ends on"))
    file = FileField(label=_("Proof"))


class AcceptForm(ActForm):
    """What was checked about a mandate."""

    reason = text(_("What was checked"), rows=3, most=1000, help_text=_("It stays with us, encrypted."))
    child_is_safe = forms.BooleanField(
        label=_("Nothing speaks for a conflict with the child's interest"), required=False,
        help_text=_("Weigh disputes about custody, violence, and what the child told us. In doubt refuse."),
    )  # fmt: skip

    gets_letters = forms.BooleanField(label=_("The mandate covers receiving our letters"), required=False)
    gets_package = forms.BooleanField(label=_("The mandate covers receiving the data"), required=False)
    valid_until = day(_("The mandate ends on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in representation.COVERED:
            self.initial.setdefault(name, getattr(self.obj, name))
        if self.obj.acts_as not in (ActsAs.PARENT, ActsAs.GUARDIAN):
            del self.fields["child_is_safe"]


class ProofForm(ActForm):
    """A proof that came later."""

    file = FileField(label=_("Proof"), required=True)


class HowForm(ActForm):
    """How something was done."""

    how = forms.CharField(label=_("How"), max_length=300, help_text=_("No personal data."))


class TellForm(HowForm):
    """Recipients that were told the same way."""

    notices = forms.ModelMultipleChoiceField(None, label=_("Recipients"), widget=forms.CheckboxSelectMultiple)  # type: ignore[var-annotated]
    field_order = ("notices", "how")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["notices"]
        assert isinstance(choices, forms.ModelMultipleChoiceField)
        choices.queryset = self.obj.notices.filter(sent_at=None, not_told_reason="")
        self.initial.setdefault("notices", list(choices.queryset.values_list("pk", flat=True)))


class AddressForm(ActForm):
    """Where a letter to a recipient goes."""

    to = forms.EmailField(label=_("E-mail address"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = recipient_contacts.contact_of(self.obj.key)
        self.fields["to"].help_text = self._hint(found)
        if found:
            self.initial.setdefault("to", found.address)

    def _hint(self, found: recipient_contacts.Contact | None) -> str:
        """Return where the address comes from, or what to do where there is none."""
        if found is None:
            return recipient_contacts.what_to_do(self.obj)
        if found.used_at is None:
            return gettext("From the company profile. Change it if it is not that of their privacy team.")
        on = {"on": date_format(timezone.localtime(found.used_at), "j F Y")}
        return gettext("Used last for them, on %(on)s. Change it if they have another one by now.") % on


class DayForm(ActForm):
    """When kept data go."""

    release_on = forms.DateField(label=_("Deleted on"), widget=forms.DateInput(attrs={"type": "date"}))


class StepForm(ActForm):
    """A step of an inquiry."""

    what = forms.CharField(label=_("What was done"), max_length=200, help_text=_("No personal data."))
    note = text(_("What came out"), rows=4, required=False, help_text=_("Stays with us, encrypted."))


class ConcludeForm(ActForm):
    """The end of an inquiry."""

    finding = forms.ChoiceField(label=_("Finding"), choices=Finding.choices, widget=forms.RadioSelect)
    explanation = text(_("What we found"), rows=5, help_text=_("The person reads this in our letter."))
    changes = text(_("What we change"), rows=3, required=False,
        help_text=_("One thing a line. Needed where the complaint was right, also in part."),
    )  # fmt: skip


class JudgeForm(ActForm):
    """A report about a child's account."""

    judgement = forms.ChoiceField(label=_("Judgement"), choices=Judgement.choices, widget=forms.RadioSelect)
    account_key = forms.ChoiceField(
        label=_("The account is known by"),
        choices=[
            ("email", _("E-mail address")),
            ("user_id", _("User id")),
            ("phone_number", _("Phone number")),
        ],
    )
    account = forms.CharField(label=_("The account"), max_length=254, required=False)
    reason = text(
        _("Why"), rows=3, help_text=_("What in the account speaks for or against a child. Stays with us.")
    )
