"""What staff can do under the rights that act on data. Each act calls one service."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from dsar.admin.case_acts import by
from dsar.admin.rights import forms
from dsar.enums import CaseStatus, RestrictionState, Right
from dsar.models import Case
from dsar.rules.rights import STOPS
from dsar.services import objections
from dsar.services.rights import Wanted, facts, objecting, rectification, restricting, stops, transfer
from dsar.services.rights.rectification import Place


def _stop(request: HttpRequest, case: Case, form: Any) -> str:
    purposes = tuple(form.cleaned_data["purposes"])
    if case.right == Right.OBJECTION:
        reason = form.cleaned_data.get("reason", "")
        objections.record(case=case, purposes=purposes, reason=reason, **by(request))
        return _("Recorded. Marketing stops at once; the rest rests while it is weighed.")
    stops.record(case=case, purposes=purposes, **by(request))
    return _("In force from now. The systems are told.")


def _restrict(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    restricting.record(
        case=case, ground=data["ground"], purposes=tuple(data["purposes"]), reason=data["reason"],
        review_on=data["review_on"], **by(request),
    )  # fmt: skip
    return _("In force from now. The systems are told.")


def _prepare(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    objecting.prepare(
        balancing=data["balancing"], our_grounds=data["our_grounds"], their_grounds=data["their_grounds"],
        **by(request),
    )  # fmt: skip
    return _("Written down. Somebody else decides.")


def _weigh(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    objecting.decide(
        balancing=data["balancing"], outcome=data["outcome"], reason=data["reason"], **by(request)
    )
    return _("Decided. If the use goes on, lift the restriction when the letter has left.")


def _weighed(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return what is still being weighed, with the words for each use."""
    del request
    return {"weighed": [(facts.words_of(one.purpose), one) for one in case.balancings.filter(outcome="")]}


def _notice(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    restricting.give_notice(
        restriction=data["restriction"], why=data["why"], lifts_on=data["lifts_on"], **by(request)
    )
    return _("The notice goes out now. When it has left, the restriction can be lifted.")


def _lift(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    restricting.lift(restriction=form.cleaned_data["restriction"], **by(request))
    return _("Lifted. The systems are told.")


def _keep(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    restricting.keep(**form.cleaned_data, **by(request))
    return _("It stays in force until then.")


def _correction(request: HttpRequest, case: Case, form: Any) -> str:
    data = form.cleaned_data
    wanted = Wanted(data["what"], data["new"], data["old"], data["contested"])
    rectification.add(case=case, wanted=wanted, file=data["file"], **by(request))
    return _("The correction is recorded.")


def _correct(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    if data["verdict"] == "refuse":
        rectification.refuse(correction=data["correction"], reason=data["reason"], **by(request))
        return _("Decided: it stays as it is.")
    place = Place.parse(data["place"])
    rectification.accept(
        correction=data["correction"], place=place, new_value=data["new_value"], **by(request)
    )
    return _("Decided. It is written when you carry the corrections out.")


def _proof(request: HttpRequest, case: Case, form: Any) -> HttpResponse:
    """Hand out the evidence of a correction, never inline; the look at it is recorded."""
    del case
    found = form.cleaned_data["correction"]
    content = rectification.open_evidence(correction=found, **by(request))
    return HttpResponse(
        content, content_type="application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(True, found.evidence_name) or ""},
    )  # fmt: skip


def _endpoint(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    if data["verdict"] == "no":
        transfer.decline(transfer=data["transfer"], reason=data["reason"], **by(request))
        return _("It is not sent. The letter says why.")
    transfer.confirm(transfer=data["transfer"], **by(request))
    return _("Confirmed. The file leaves when the package is released.")


def _transfer(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    data = form.cleaned_data
    if data["verdict"] == "no":
        transfer.decline(transfer=data["transfer"], reason=data["reason"], **by(request))
        return _("Given up. The letter says why.")
    transfer.retry(transfer=data["transfer"], **by(request))
    return _("It is tried again.")


def _of(*rights: str) -> Callable[[HttpRequest, Case], str]:
    """Return a check that an act fits the right of the case and that its person is known."""

    def why_not(request: HttpRequest, case: Case) -> str:
        del request
        if case.right not in rights:
            return _("This case is about another right.")
        # Marketing stops without proof of who asks.
        early = case.right == Right.OBJECTION and case.status in objections.UNKNOWN
        if case.status != CaseStatus.VERIFIED and not early:
            return _("This is recorded once, when the person is known and before the systems are told.")
        return ""

    return why_not


def _has_rows(form: type[forms._RowForm], empty: Any) -> Callable[[HttpRequest, Case], str]:
    """Return a check that the form of an act has something to choose."""

    def why_not(request: HttpRequest, case: Case) -> str:
        del request
        return "" if form.rows(case).exists() else str(empty)

    return why_not


def _why_not_lift(request: HttpRequest, case: Case) -> str:
    del request
    active = list(case.restrictions.filter(state=RestrictionState.ACTIVE))
    reasons = [restricting.why_not_lift(one) for one in active]
    if not active:
        return _("No restriction of this case is in force.")
    return "" if "" in reasons else reasons[0]


def _why_not_add(request: HttpRequest, case: Case) -> str:
    del request
    if case.right != Right.RECTIFICATION:
        return _("This case is about another right.")
    allowed = (*rectification.DECIDING, CaseStatus.NEW, CaseStatus.VERIFYING, CaseStatus.PLANNING)
    return "" if case.status in allowed else _("Corrections are recorded before they are carried out.")


WORDS = "admin/dsar/case/words.html"
_NOTHING = _l("There is nothing of this kind to decide.")
ACTS = (
    Act("stop", _l("Record what is to stop"), _stop, "dsar.change_case", icon="minus", form=forms.StopForm,
        template=WORDS, why_not=_of(Right.OBJECTION, *STOPS), question=_l("What is to stop?"),
        explain=_l("It counts from this moment. The systems are told afterwards.")),
    Act("restrict", _l("Record what is to be left alone"), _restrict, "dsar.change_case", icon="pause",
        form=forms.RestrictForm, template=WORDS, why_not=_of(Right.RESTRICTION),
        question=_l("What is to be left alone?"),
        explain=_l("The data stay, and nobody uses them. It counts from this moment (GDPR art. 18).")),
    Act("prepare", _l("Write down our grounds"), _prepare, "dsar.change_case", icon="flag",
        form=forms.PrepareForm, template=WORDS, why_not=_has_rows(forms.PrepareForm, _NOTHING),
        question=_l("What speaks for the use, and what against it?"),
        explain=_l("Somebody else decides. Meanwhile the use rests (GDPR art. 18(1)(d), 21(1)).")),
    Act("weigh", _l("Weigh the objection"), _weigh, "dsar.approve_case", icon="hand", form=forms.WeighForm,
        step_up=True, why_not=_has_rows(forms.WeighForm, _NOTHING), context=_weighed,
        template="admin/dsar/case/weigh.html",
        question=_l("Does the use stop?"),
        explain=_l("It stops, unless our grounds are compelling and outweigh the person's.")),
    Act("notice", _l("Write the notice before lifting"), _notice, "dsar.approve_case", icon="send",
        form=forms.NoticeForm, why_not=_has_rows(forms.NoticeForm, _l("No restriction is in force.")),
        question=_l("Tell the person before the data are used again?"),
        explain=_l("The law wants the person told before a restriction ends (GDPR art. 18(3)).")),
    Act("keep", _l("Leave the restriction in force"), _keep, "dsar.approve_case", icon="pause",
        form=forms.KeepForm, why_not=_has_rows(forms.KeepForm, _l("No restriction is in force.")),
        question=_l("Does the restriction stay?"),
        explain=_l("It was looked at again. Choose the day of the next look.")),
    Act("lift", _l("Lift the restriction"), _lift, "dsar.approve_case", icon="play", form=forms.LiftForm,
        danger=True, step_up=True, why_not=_why_not_lift, question=_l("May the data be used again?"),
        explain=_l("The notice has left. The systems are told that they may use the data.")),
    Act("correction", _l("Record a correction"), _correction, "dsar.change_case", icon="plus",
        form=forms.CorrectionForm, template=WORDS, why_not=_why_not_add,
        question=_l("What is to be corrected?")),
    Act("correct", _l("Decide on a correction"), _correct, "dsar.change_case", icon="check",
        form=forms.CorrectForm, why_not=_has_rows(forms.CorrectForm, _NOTHING),
        template="admin/dsar/case/correct.html", question=_l("Is it wrong?")),
    Act("proof", _l("Get the evidence"), _proof, "dsar.view_redaction", icon="download",
        form=forms.ProofForm, why_not=_has_rows(forms.ProofForm, _l("No correction has evidence.")),
        question=_l("Get the evidence of a correction?"), explain=_l("The look at it is recorded.")),
    Act("endpoint", _l("Check where the data are to go"), _endpoint, "dsar.release_package", icon="send",
        form=forms.EndpointForm, step_up=True, why_not=_has_rows(forms.EndpointForm, _NOTHING),
        question=_l("Does this address belong to the service that the person means?"),
        explain=_l("The whole package goes there. Look at the service's own pages first.")),
    Act("transfer", _l("See to the transfer"), _transfer, "dsar.release_package", icon="refresh",
        form=forms.TransferForm, why_not=_has_rows(forms.TransferForm, _l("No transfer failed.")),
        question=_l("Try the transfer again?"),
        explain=_l("The person can take the copy in any case.")),
)  # fmt: skip
