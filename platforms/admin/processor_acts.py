"""What staff can do to a processor or a transfer. Each act asks once and calls one service."""

from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from platforms.admin import processor_forms as forms
from platforms.admin.systems import by
from platforms.models import Processor, Transfer
from platforms.services import processors


def _edit(request: HttpRequest, one: Processor, form: Any) -> str:
    processors.change_processor(processor=one, **form.cleaned_data, **by(request))
    return _("Saved. The profile will not overwrite it.")


def _contract(request: HttpRequest, one: Processor, form: Any) -> str:
    processors.record_contract(processor=one, **form.cleaned_data, **by(request))
    return _("The contract is recorded.")


def _transfer(request: HttpRequest, one: Processor, form: Any) -> str:
    processors.add_transfer(processor=one, **form.cleaned_data, **by(request))
    return _("The transfer is recorded.")


def _subprocessor(request: HttpRequest, one: Processor, form: Any) -> str:
    made = processors.add_subprocessor(processor=one, **form.cleaned_data, **by(request))
    return _said(made)


def _announce(request: HttpRequest, _one: Processor, form: Any) -> str:
    return _said(processors.announce_subprocessor(**form.cleaned_data, **by(request)))


def _said(sub: Any) -> str:
    if sub.objection_until_on is None:
        return _("%(name)s is listed.") % {"name": sub}
    day = date_format(sub.objection_until_on, "j F Y")
    return _("%(name)s is listed. We may object until %(day)s.") % {"name": sub, "day": day}


def _object(request: HttpRequest, _one: Processor, form: Any) -> str:
    processors.object_to_subprocessor(**form.cleaned_data, **by(request))
    return _("The objection is recorded. Write to the processor.")


def _end_sub(request: HttpRequest, _one: Processor, form: Any) -> str:
    processors.end_subprocessor(**form.cleaned_data, **by(request))
    return _("Recorded. It stays in the register.")


def _end(request: HttpRequest, one: Processor, form: Any) -> str:
    processors.end_processor(processor=one, **form.cleaned_data, **by(request))
    return _("Ended. Its confirmation about the data is still owed.")


def _confirm(request: HttpRequest, one: Processor, form: Any) -> str:
    processors.confirm_end(processor=one, **form.cleaned_data, **by(request))
    return _("Recorded.")


def _assess(request: HttpRequest, one: Transfer, form: Any) -> str:
    processors.record_assessment(transfer=one, **form.cleaned_data, **by(request))
    return _("The assessment is recorded.")


def _mechanism(request: HttpRequest, one: Transfer, form: Any) -> str:
    processors.change_transfer(transfer=one, **form.cleaned_data, **by(request))
    return _("Saved. Another mechanism needs an assessment of its own.")


def _end_transfer(request: HttpRequest, one: Transfer, form: Any) -> str:
    processors.end_transfer(transfer=one, **form.cleaned_data, **by(request))
    return _("Ended. It stays in the register.")


def _over(_request: HttpRequest, one: Any) -> str:
    return _("This has ended.") if one.ended_on else ""


def _no_subprocessor(request: HttpRequest, one: Processor) -> str:
    if one.ended_on or one.subprocessors.running().exists():
        return _over(request, one)
    return _("No sub-processor is listed.")


def _nothing_owed(_request: HttpRequest, one: Processor) -> str:
    if one.ended_on is None:
        return _("It still works for us.")
    return _("It has confirmed.") if one.end_confirmed_on else ""


CHANGE = "platforms.change_processor"
ACTS = (
    Act("contract", _l("Record the contract"), _contract, CHANGE, icon="check", form=forms.ContractForm,
        why_not=_over, question=_l("What does the contract say?"),
        explain=_l("Each clause that Art. 28(3) wants is ticked by somebody who read it.")),
    Act("edit", _l("Complete the facts"), _edit, CHANGE, icon="flag", form=forms.FactsForm, why_not=_over,
        explain=_l("What you write here stays when the profile changes.")),
    Act("transfer", _l("Record a transfer"), _transfer, "platforms.change_transfer", icon="send",
        form=forms.TransferForm, why_not=_over, question=_l("What lets the data go there?")),
    Act("subprocessor", _l("List a sub-processor"), _subprocessor, CHANGE, icon="plus",
        form=forms.SubprocessorForm, why_not=_over),
    Act("announce", _l("A sub-processor was announced"), _announce, CHANGE, icon="mail",
        form=forms.AnnouncedForm, why_not=_no_subprocessor,
        explain=_l("The days in which we may object run from the announcement (Art. 28(2)).")),
    Act("object", _l("Object to a sub-processor"), _object, CHANGE, icon="hand", form=forms.ObjectedForm,
        why_not=_no_subprocessor),
    Act("end-subprocessor", _l("A sub-processor stopped"), _end_sub, CHANGE, icon="minus",
        form=forms.SubprocessorEndedForm, why_not=_no_subprocessor),
    Act("end", _l("End this processor"), _end, CHANGE, icon="cross", form=forms.EndForm, danger=True,
        why_not=_over, question=_l("What happens to the data?"),
        explain=_l("At the end it deletes or returns everything, as we choose (GDPR Art. 28(3)(g)). Its"
                   " transfers and sub-processors end with it. All of it stays in the register.")),
    Act("confirm", _l("Record its confirmation"), _confirm, CHANGE, icon="check", form=forms.ConfirmForm,
        why_not=_nothing_owed, question=_l("Did it confirm what it did with the data?")),
)  # fmt: skip
TRANSFER_ACTS = (
    Act("assess", _l("Record an assessment"), _assess, "platforms.change_transfer", icon="eye",
        form=forms.AssessmentForm, why_not=_over, question=_l("When was the transfer assessed?"),
        explain=_l("Clauses alone do not suffice where the law of the country stands against them"
                   " (GDPR Art. 46(1)).")),
    Act("mechanism", _l("Change the mechanism"), _mechanism, "platforms.change_transfer", icon="refresh",
        form=forms.WayForm, why_not=_over),
    Act("end", _l("End this transfer"), _end_transfer, "platforms.change_transfer", icon="cross",
        form=forms.EndedForm, danger=True, why_not=_over),
)  # fmt: skip
