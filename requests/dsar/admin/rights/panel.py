"""The panel of a right on the page of a case: facts, decision, how far it is done, what is next."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from dsar.enums import Operation, Right, Verdict
from dsar.models import Case, ManualTask
from dsar.rules.rights import ORDERED
from dsar.services.closing import plan_of
from dsar.services.rights import categories, facts, rectification, restricting

Link = Callable[[str], str]


def panel(case: Case, user: User, link: Link) -> dict[str, Any]:
    """Return what the panel of a case's right shows; `shown` is false where the right has no facts.

    `link` gives the address of an act, or nothing for this role. Values are shown to who may see packages.
    """
    values = user.has_perm("dsar.view_redaction")
    found = {
        "corrections": _corrections(case, link, values),
        "restrictions": _restrictions(case, link),
        "stops": list(case.opt_outs.all()) and _stops(case),
        "balancings": _balancings(case, link),
        "transfers": _transfers(case, link, values),
        "kinds": _kinds(case),
    }
    acts = {key: link(key) for key in ("stop", "restrict", "correction")} if case.is_open else {}
    fact = case.open_fact() if case.is_open else ""
    return {
        **found,
        "shown": any(found.values()) or case.right in ORDERED or case.right == Right.RECTIFICATION,
        "title": _title(case),
        "empty": _empty(case),
        "add_url": acts.get("correction", "") if case.right == Right.RECTIFICATION else "",
        "record_url": acts.get(fact, "") if fact in ("stop", "restrict") else "",
    }


def _title(case: Case) -> str:
    words = {
        Right.RECTIFICATION: _("Corrections"),
        Right.RESTRICTION: _("What is left alone"),
        Right.OBJECTION: _("What the person objects to"),
        Right.PORTABILITY: _("Transfer to another service"),
        Right.KNOW_CATEGORIES: _("Kinds of data found"),
    }
    return words.get(Right(case.right), _("What is stopped"))


def _empty(case: Case) -> str:
    if not case.verified_at:
        return _("It takes effect when the person is known well enough.")
    if case.right == Right.RECTIFICATION:
        return _("Nothing is recorded yet. Write down what is wrong and what it should say.")
    return _("The person named nothing that the portal knows. Read the words and record what was meant.")


def _corrections(case: Case, link: Link, values: bool) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "what": one.what if values else _("hidden for your role"),
            "old": one.old_value if values else "",
            "new": one.new_value if values else "",
            "reason": one.reason if values else "",
            "place": _place(one),
            "proved": one.verdict == Verdict.ACCEPTED and rectification.is_proved(one),
            "proof_url": link("proof") if one.evidence_file else "",
            "decide_url": link("correct") if not one.verdict and case.status == "planned" else "",
        }
        for one in case.corrections.select_related("system", "decided_by")
    ]


def _place(one: Any) -> str:
    if one.system is None:
        return ""
    return f"{one.system}: {one.collection.rpartition('.')[2]}, {one.field}" if one.field else str(one.system)


def _restrictions(case: Case, link: Link) -> list[dict[str, Any]]:
    weighed = set(case.balancings.filter(outcome="").values_list("purpose", flat=True))
    return [
        {
            "row": one,
            "use": facts.words_of(one.purpose),
            "why_not": _("It ends with the decision on the objection.")
            if one.purpose in weighed
            else restricting.why_not_lift(one),
            "noticed": one.notice_letter is not None,
            "notice_url": link("notice")
            if one.state == "active" and not one.notice_letter and one.purpose not in weighed
            else "",
            "lift_url": link("lift") if one.state == "active" else "",
        }
        for one in case.restrictions.select_related("system", "decided_by")
    ]


def _stops(case: Case) -> list[dict[str, Any]]:
    return [{"row": one, "use": facts.words_of(one.purpose)} for one in case.opt_outs.all()]


def _balancings(case: Case, link: Link) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "use": facts.words_of(one.purpose),
            "prepare_url": link("prepare") if not one.outcome else "",
            "weigh_url": link("weigh") if not one.outcome and one.prepared_by_id else "",
        }
        for one in case.balancings.select_related("prepared_by", "decided_by")
    ]


def _transfers(case: Case, link: Link, values: bool) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "address": one.endpoint if values else one.host,
            "endpoint_url": link("endpoint") if one.status == "waiting" and not one.confirmed_by_id else "",
            "transfer_url": link("transfer") if one.status == "attention" else "",
        }
        for one in case.transfers.select_related("confirmed_by", "declined_by")
    ]


def _kinds(case: Case) -> list[dict[str, Any]]:
    plan = plan_of(case) if case.right == Right.KNOW_CATEGORIES else None
    return categories.told(case, plan) if plan else []


def corrections_of(task: ManualTask) -> list[Any]:
    """Return what somebody has to correct by hand in the system of a task: shown on its page alone."""
    step = task.step
    if step.operation not in (Operation.RECTIFY, Operation.REREAD):
        return []
    return rectification.accepted_in(step.case, step.system)
