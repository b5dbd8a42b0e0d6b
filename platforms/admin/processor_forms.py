"""What staff type about processors and transfers. Rules of the law are checked by the services."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ActForm
from config.profile import active_profile
from config.profile.areas import COUNTRIES
from platforms.enums import Clause, DataAtEnd, Mechanism, Subprocessing
from platforms.models import SubProcessor

SERVICES = (
    ("hosting", _("Hosting")), ("payments", _("Payments")), ("ai", _("AI")), ("email", _("E-mail")),
    ("analytics", _("Analytics")), ("support", _("Support")), ("error_tracking", _("Error tracking")),
    ("logging", _("Logging")),
)  # fmt: skip
AREAS = (
    ("EEA", _("People in the EEA")),
    ("GB", _("People in the United Kingdom")),
    ("CH", _("People in Switzerland")),
)
MODULES = (
    ("", _("none")), ("1", _("1: controller to controller")), ("2", _("2: controller to processor")),
    ("3", _("3: processor to processor")), ("4", _("4: processor to controller")),
)  # fmt: skip


def _day(label: Any, *, required: bool = True, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, required=required, **kwargs)


def _country(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, min_length=2, max_length=2, help_text=_("Two letters, for example DE.")
    )


class CountryMixin(forms.Form):
    """Reads a country in any case."""

    def clean_country(self) -> str:
        """Return the code in capitals."""
        code = str(self.cleaned_data["country"]).upper()
        if code not in COUNTRIES:
            raise forms.ValidationError(_("Write the country as two letters, for example DE."))
        return code


class FactsForm(CountryMixin, ActForm):
    """The facts of a processor."""

    name = forms.CharField(label=_("Name"), max_length=120)
    legal_name = forms.CharField(
        label=_("Legal name"), max_length=200, required=False,
        help_text=_("As people are told it when they ask who got their data (GDPR Art. 15(1)(c))."),
    )  # fmt: skip
    service = forms.ChoiceField(label=_("Service"), choices=SERVICES)
    does = forms.CharField(label=_("What it does for us"), max_length=300, required=False)
    country = _country(_("Country"))
    region = forms.CharField(
        label=_("Region where it keeps the data"), max_length=60, required=False,
        help_text=_("For example us-central1, Iowa."),
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        label=_("Purposes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    categories = forms.MultipleChoiceField(
        label=_("Kinds of data that it gets"), required=False, widget=forms.CheckboxSelectMultiple
    )
    subprocessing = forms.ChoiceField(
        label=_("How it may take in sub-processors (Art. 28(2))"), required=False,
        choices=[("", _("not known yet")), *Subprocessing.choices],
    )  # fmt: skip
    objection_days = forms.IntegerField(
        label=_("Days in which we may object"), required=False, min_value=0, max_value=365
    )
    security_contact = forms.CharField(
        label=_("Whom we reach when data are breached"), max_length=200, required=False
    )
    deletion_channel = forms.CharField(
        label=_("How deletion is ordered"), max_length=300, required=False,
        help_text=_("An address, a page, or the interface that the portal uses."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = active_profile()
        for name, rows in (("purposes", profile.purposes), ("categories", profile.categories)):
            choices = self.fields[name]
            assert isinstance(choices, forms.MultipleChoiceField)
            choices.choices = [(one.key, one.label) for one in rows]
        for name in self.fields:
            if self.obj is not None:
                self.initial.setdefault(name, getattr(self.obj, name, None))


class NewForm(FactsForm):
    """A processor that the profile does not name."""

    key = forms.SlugField(
        label=_("Key"), max_length=60, help_text=_("Short name, for example zendesk. It stays.")
    )
    field_order = ("name", "key", "legal_name", "service", "does", "country")


class ContractForm(ActForm):
    """The contract as read."""

    signed_on = _day(_("Signed on"))
    ends_on = _day(_("Ends on"), required=False)
    url = forms.URLField(label=_("Where it is"), required=False, max_length=300, assume_scheme="https")
    clauses = forms.MultipleChoiceField(
        label=_("What it says (GDPR Art. 28(3))"), choices=Clause.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Tick only what you read in it."),
    )  # fmt: skip
    evidence_expires_on = _day(
        _("Evidence of its security runs out on"), required=False,
        help_text=_("The last day of its audit report or certificate."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {"signed_on": "contract_signed_on", "ends_on": "contract_ends_on", "url": "contract_url"}
        for name in self.fields:
            self.initial.setdefault(name, getattr(self.obj, names.get(name, name)))


class WayForm(ActForm):
    """Mechanism and module of a transfer."""

    mechanism = forms.ChoiceField(label=_("Mechanism"), choices=Mechanism.choices)
    module = forms.ChoiceField(
        label=_("Module"), choices=MODULES, required=False,
        help_text=_("Of the standard contractual clauses alone."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("mechanism", "module"):
            if hasattr(self.obj, name):
                self.initial.setdefault(name, getattr(self.obj, name))


class TransferForm(WayForm):
    """A new transfer to a processor."""

    areas = forms.MultipleChoiceField(
        label=_("Whose data"), choices=AREAS, widget=forms.CheckboxSelectMultiple
    )
    importer = forms.CharField(label=_("Who receives them"), max_length=120)
    to_country = _country(_("Country that they go to"))
    source = forms.CharField(label=_("Where this stands"), max_length=300, required=False,
                             help_text=_("Contract, annex, certificate."))  # fmt: skip
    field_order = ("areas", "importer", "to_country", "mechanism", "module", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("importer", self.obj.legal_name or self.obj.name)
        self.initial.setdefault("to_country", self.obj.country)

    def clean_to_country(self) -> str:
        """Return the code in capitals."""
        return str(self.cleaned_data["to_country"]).upper()


class AssessmentForm(ActForm):
    """The day of an assessment."""

    assessed_on = _day(_("Assessed on"))


class EndedForm(ActForm):
    """The day on which something ended."""

    ended_on = _day(_("Ended on"))


class SubprocessorForm(CountryMixin, ActForm):
    """A new sub-processor."""

    name = forms.CharField(label=_("Name"), max_length=200)
    does = forms.CharField(label=_("What it does"), max_length=300)
    country = _country(_("Country"))
    announced_on = _day(
        _("Announced to us on"), required=False, help_text=_("The days to object run from here.")
    )


class OneSubprocessorForm(ActForm):
    """Which sub-processor an act is about."""

    subprocessor = forms.ModelChoiceField(
        SubProcessor.objects.none(), label=_("Sub-processor"), empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = self.fields["subprocessor"]
        assert isinstance(choices, forms.ModelChoiceField)
        choices.queryset = self.obj.subprocessors.running()


class AnnouncedForm(OneSubprocessorForm):
    """When it was announced."""

    announced_on = _day(_("Announced to us on"))


class ObjectedForm(OneSubprocessorForm):
    """When we objected."""

    objected_on = _day(_("We objected on"))


class SubprocessorEndedForm(OneSubprocessorForm):
    """When it stopped."""

    ended_on = _day(_("Ended on"))


class EndForm(ActForm):
    """The end of a processor."""

    ended_on = _day(_("It works for us until"))
    end_data = forms.ChoiceField(
        label=_("What becomes of our data (Art. 28(3)(g))"), choices=DataAtEnd.choices
    )
    channel = forms.CharField(
        label=_("How this was ordered"), max_length=300, help_text=_("For example: ticket, letter of 3 May.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("channel", self.obj.deletion_channel)


class ConfirmForm(ActForm):
    """The word of a processor that ended."""

    confirmed_on = _day(_("It confirmed on"))
