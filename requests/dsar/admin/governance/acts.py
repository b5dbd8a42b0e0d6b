"""What staff can do to a case besides the work on its data. Each act calls one service."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.admin_base import Act
from accounts.models import User
from accounts.services.audit import Actor
from dsar.admin.governance import forms
from dsar.admin.governance.categories import CATEGORIES
from dsar.enums import CaseStatus, DecisionKind, Right
from dsar.models import Case
from dsar.rules import refusals
from dsar.services import (
    child_reports,
    clarifying,
    complaints,
    decisions,
    recipients,
    relations,
    representation,
    rulings,
)


def by(request: HttpRequest) -> dict[str, Any]:
    """Return who acts and when, as services take it."""
    assert isinstance(request.user, User)
    return {"actor": Actor.of(request.user), "now": timezone.now()}


def _propose(request: HttpRequest, case: Case, form: Any) -> str:
    data = dict(form.cleaned_data)
    if "other" in data:
        data["repeats"] = data.pop("other")
    decisions.propose(case=case, kind=form.kind, **data, **by(request))
    return _("Proposed. A colleague decides; until then the person is told nothing.")


def _clarify(request: HttpRequest, case: Case, form: Any) -> str:
    clarifying.ask(case=case, question=form.cleaned_data["question"], **by(request))
    return _("The question goes out now.")


def _answered(request: HttpRequest, case: Case, form: Any) -> str:
    clarifying.answer(case=case, **form.cleaned_data, **by(request))
    return _("The answer is kept, and the clock goes on.")


def _split(request: HttpRequest, case: Case, form: Any) -> str:
    made = relations.split(case=case, rights=form.cleaned_data["rights"], **by(request))
    return _("Opened with the same receipt: %(refs)s.") % {"refs": ", ".join(one.reference for one in made)}


def _merge(request: HttpRequest, case: Case, form: Any) -> str:
    first = relations.merge(case=case, other=form.cleaned_data["other"], **by(request))
    return _("Merged. %(ref)s was received first and goes on.") % {"ref": first.reference}


def _relate(request: HttpRequest, case: Case, form: Any) -> str:
    relations.relate(case=case, **form.cleaned_data, **by(request))
    return _("The cases are related.")


def _refile(request: HttpRequest, case: Case, form: Any) -> str:
    made = relations.refile(case=case, reason=form.cleaned_data["reason"], **by(request))
    return _("Taken up again as %(ref)s, with the first receipt.") % {"ref": made.reference}


def _represent(request: HttpRequest, case: Case, form: Any) -> str:
    representation.register(case=case, **form.cleaned_data, **by(request))
    return _("Registered. Nothing is believed before the proof is checked.")


def _tell(request: HttpRequest, case: Case, form: Any) -> str:
    del case
    for notice in form.cleaned_data["notices"]:
        recipients.told(notice=notice, how=form.cleaned_data["how"], **by(request))
    return _("Recorded.")


def _name(request: HttpRequest, case: Case, _form: Any) -> str:
    recipients.tell_person(case=case, **by(request))
    return _("The letter goes out now.")


def _inquire(request: HttpRequest, case: Case, form: Any) -> str:
    complaints.add_step(case=case, **form.cleaned_data, **by(request))
    return _("Recorded.")


def _about(request: HttpRequest, case: Case, form: Any) -> str:
    complaints.complain_of(case=case, other=form.cleaned_data["other"], **by(request))
    return _("The complaint names that case now.")


def _conclude(request: HttpRequest, case: Case, form: Any) -> str:
    complaints.conclude(case=case, **form.cleaned_data, **by(request))
    return _("The complaint is answered.")


def _judge(request: HttpRequest, case: Case, form: Any) -> str:
    report = child_reports.judge(case=case, **form.cleaned_data, **by(request))
    if report.deletion:
        return _("The deletion is proposed as %(ref)s.") % {"ref": report.deletion.reference}
    return _("The report is answered.")


def _closed(case: Case) -> str:
    return "" if case.is_open else _("This case is closed.")


def why_not_propose(case: Case, kind: str, *, waits: bool) -> str:
    """Return why no decision of a kind can be proposed; `waits`: another one does already."""
    if not case.is_open or waits:
        return _closed(case) or _("Another decision about this case waits already.")
    if not refusals.codes_of_kind(case.regime, case.right, kind):
        return _("The law that applies gives no ground for that against this right.")
    return ""


def _undecided(kind: str) -> Callable[[HttpRequest, Case], str]:
    """Return what speaks against proposing a decision of a kind."""

    def why_not(request: HttpRequest, case: Case) -> str:
        del request
        return why_not_propose(case, kind, waits=rulings.waiting(case) is not None)

    return why_not


def _of_right(right: str) -> Callable[[HttpRequest, Case], str]:
    def why_not(request: HttpRequest, case: Case) -> str:
        del request
        return _closed(case) or ("" if case.right == right else _("This case is about something else."))

    return why_not


def _open(request: HttpRequest, case: Case) -> str:
    del request
    return _closed(case)


def _ended(request: HttpRequest, case: Case) -> str:
    del request
    if case.status != CaseStatus.CLOSED:
        return _("This case is open. Go on with it.")
    return "" if case.outcome in relations.FAILURES else _("This request was carried out or taken back.")


def _no_question(request: HttpRequest, case: Case) -> str:
    del request
    return "" if case.clarifications.filter(answered_at=None).exists() else _("No question is open.")


def _all_told(request: HttpRequest, case: Case) -> str:
    del request
    untold = case.notices.filter(sent_at=None, not_told_reason="").exists()
    return "" if untold else _("Nobody is left to be told.")


def _represented(request: HttpRequest, case: Case) -> str:
    del request
    live = case.representatives.filter(status__in=["claimed", "accepted"]).exists()
    return _closed(case) or (_("Somebody acts for this person already.") if live else "")


def propose_context(form: type[forms.ProposeForm]) -> Callable[[HttpRequest, Case], dict[str, Any]]:
    """Return the grounds on offer and the last day for a refusal."""

    def context(request: HttpRequest, case: Case) -> dict[str, Any]:
        del request
        refuses = form.kind in (DecisionKind.REFUSAL, DecisionKind.PART_REFUSAL)
        return {
            "grounds": refusals.codes_of_kind(case.regime, case.right, form.kind),
            "refuse_by": rulings.refuse_by(case) if refuses else None,
            "late": refuses and decisions.is_late(case, timezone.now()),
        }

    return context


def _decision(
    key: str, label: Any, form: type[forms.ProposeForm], question: Any, explain: Any, icon: str = "minus"
) -> Act:
    return Act(
        key, label, _propose, "dsar.propose_decision", icon=icon, form=form, why_not=_undecided(form.kind),
        question=question, explain=explain, template="admin/dsar/governance/propose.html",
        context=propose_context(form),
    )  # fmt: skip


DECIDING = (
    _decision("refuse", _l("Propose a refusal"), forms.ProposeForm, _l("Refuse this request?"),
              _l("A colleague decides. Only then the letter goes out and the case closes.")),
    _decision("refuse-part", _l("Propose a refusal in part"), forms.PartForm,
        _l("Refuse a part of this request?"),
              _l("The rest is carried out. The letter names the part and why.")),
    _decision("fee", _l("Propose a fee"), forms.FeeForm, _l("Ask for a fee?"),
              _l("Only for what is manifestly unfounded or excessive. The fee is told before it is charged."),
              "flag"),
    _decision("repeats", _l("Propose: repeats an earlier request"), forms.RepeatsForm,
              _l("Does this only repeat an answered request?"),
              _l("Two open requests are merged instead."), "prev"),
    CATEGORIES,
    Act("clarify", _l("Ask what the person means"), _clarify, "dsar.change_case", icon="question",
        form=forms.QuestionForm, why_not=lambda _request, case: clarifying.why_not(case),
        question=_l("Ask what the person means?"), template="admin/dsar/governance/clarify.html",
        context=lambda _request, case: {"pauses": clarifying.pauses(case)}),
    Act("answered", _l("Record the answer"), _answered, "dsar.change_case", icon="mail",
        form=forms.AnswerForm,
        why_not=_no_question, question=_l("What did the person answer?")),
)  # fmt: skip
RELATING = (
    Act("split", _l("Split off another right"), _split, "dsar.relate_case", icon="unlink",
        form=forms.SplitForm,
        why_not=_open, question=_l("What else was asked for?"),
        explain=_l("A case is opened for each, with the receipt of this message. Nobody proves twice.")),
    Act("merge", _l("Merge with another case"), _merge, "dsar.relate_case", icon="link",
        form=forms.OtherCaseForm, why_not=_open, question=_l("Is this the same request?"),
        explain=_l("The case received first goes on. The other one closes as a duplicate, with a letter.")),
    Act("relate", _l("Relate to another case"), _relate, "dsar.relate_case", icon="link",
        form=forms.RelateForm,
        question=_l("Which case has to do with this one?")),
    Act("refile", _l("Take up again"), _refile, "dsar.relate_case", icon="refresh", form=forms.ReasonForm,
        why_not=_ended, question=_l("Take this request up again?"),
        explain=_l("A new case with the first receipt: our failure does not cost the person any time.")),
)  # fmt: skip
REPRESENT = Act(
    "represent", _l("Somebody acts for the person"), _represent, "dsar.register_representative",
    icon="people",
    form=forms.RepresentForm, why_not=_represented, question=_l("Who acts for the person?"),
)  # fmt: skip
TELL = Act(
    "tell", _l("Recipients are told"), _tell, "dsar.tell_recipient", icon="send", form=forms.TellForm,
    why_not=_all_told, question=_l("Which recipients were told?"),
    explain=_l(
        "Whoever got the data must hear what became of them."
        " To write a letter, or to say why not, open the page of each."
    ),
)  # fmt: skip
NAME_RECIPIENTS = Act(
    "name-recipients", _l("Name the recipients to the person"), _name, "dsar.tell_recipient", icon="mail",
    why_not=lambda _request, case: "" if case.notices.exists() else _("There is no recipient to name."),
    question=_l("Send the list of recipients to the person?"),
    explain=_l("For people who ask who got their data (GDPR Art. 19). The letter names each."),
)  # fmt: skip
WORDS = "admin/dsar/case/words.html"
INQUIRING = (
    Act("inquire", _l("Record a step"), _inquire, "dsar.conclude_inquiry", icon="eye", form=forms.StepForm,
        template=WORDS, why_not=_of_right(Right.COMPLAINT), question=_l("What was done to find out?")),
    Act("about", _l("Name the case complained of"), _about, "dsar.conclude_inquiry", icon="link",
        form=forms.OtherCaseForm, why_not=_of_right(Right.COMPLAINT),
        question=_l("Which case is this about?")),
    Act("conclude", _l("Answer the complaint"), _conclude, "dsar.conclude_inquiry", icon="check",
        form=forms.ConcludeForm, template=WORDS, why_not=_of_right(Right.COMPLAINT),
        question=_l("What came out of it?"),
        explain=_l(
            "The letter with finding, what changes and the way to the authority goes out."
            " The case closes."
        )),
    Act("judge", _l("Judge the report"), _judge, "dsar.judge_childreport", icon="person",
        form=forms.JudgeForm, template=WORDS,
        why_not=_of_right(Right.CHILD_REPORT), question=_l("Is the account a child's?"),
        explain=_l(
            "A child's account leads to a deletion whose plan a second person approves."
            " The reporter learns nothing about the account."
        )),
)  # fmt: skip
CASE_ACTS = (*DECIDING, *RELATING, REPRESENT, TELL, NAME_RECIPIENTS, *INQUIRING)


def first_of(case: Case, what: str) -> str:
    """Return the page of the decision or the mandate that waits, else that of the case."""
    if what == "ruling" and (decision := rulings.waiting(case)):
        return reverse("admin:dsar_decision_approve", args=[decision.pk])
    claim = case.representatives.filter(status="claimed").first() if what == "mandate" else None
    if claim:
        return reverse("admin:dsar_representative_change", args=[claim.pk])
    return reverse("admin:dsar_case_change", args=[case.pk])
