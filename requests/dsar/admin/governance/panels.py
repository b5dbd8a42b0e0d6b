"""What the page of a case shows of decisions, mandates, relations, recipients, complaints and reports."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.admin_base import Act
from dsar.admin.governance import acts
from dsar.enums import DecisionStatus, MandateStatus, Right
from dsar.models import Case, Clarification
from dsar.services import rulings

Url = Callable[[Case, str], str]


def context(request: HttpRequest, case: Case, act_url: Url) -> dict[str, Any]:
    """Return the panels; a thing that this user may not see is left out. Each register is read once."""
    sees = request.user.has_perm
    rulings_ = list(case.decisions.select_related("proposed_by", "decided_by", "repeats"))
    questions, notices = list(case.clarifications.all()), list(case.notices.all())
    people = list(case.representatives.all())
    waits = any(one.status == DecisionStatus.PROPOSED for one in rulings_)

    def entry(act: Act, why_not: str) -> dict[str, Any]:
        return {"label": act.label, "url": act_url(case, act.key), "why_not": why_not, "icon": act.icon}

    def offered(group: Iterable[Act]) -> list[dict[str, Any]]:
        return [entry(act, act.why_not(request, case)) for act in group if sees(act.permission)]

    deciding = [
        entry(act, _why_not(request, case, act, waits=waits, asked=questions))
        for act in acts.DECIDING
        if sees(act.permission)
    ]
    represented = any(one.status in (MandateStatus.CLAIMED, MandateStatus.ACCEPTED) for one in people)
    untold = any(one.is_open for one in notices)
    may_add = case.is_open and not represented and sees(acts.REPRESENT.permission)
    return {
        "rulings": rulings_,
        "deciding": deciding,
        "relating": [one for one in offered(acts.RELATING) if not one["why_not"]],
        "can_decide": any(not one["why_not"] for one in deciding),
        "questions": questions,
        "refuse_by": rulings.refuse_by(case) if case.is_open else None,
        "links": _links(case),
        "representatives": people if sees("dsar.view_representative") else [],
        "represent": [entry(acts.REPRESENT, "")] if may_add else [],
        "notices": notices,
        "tell": [entry(acts.TELL, "")] if untold and sees(acts.TELL.permission) else [],
        "name_recipients": entry(acts.NAME_RECIPIENTS, "")
        if notices and sees(acts.TELL.permission)
        else None,
        "kept_items": list(case.kept_items.select_related("system")),
        "inquiry": _inquiry(case, offered),
        "report": _report(case, offered),
    }


def _why_not(request: HttpRequest, case: Case, act: Act, *, waits: bool, asked: list[Clarification]) -> str:
    """Return why an act cannot be done, from what the page has read already."""
    kind = getattr(act.form, "kind", "")
    if kind:
        return acts.why_not_propose(case, kind, waits=waits)
    if act.key == "answered" and not asked:
        return _("No question is open.")
    return act.why_not(request, case)


def _links(case: Case) -> list[dict[str, Any]]:
    """Return the cases that belong to this one, in both directions, each in words."""
    there = [
        {"words": link.get_kind_display(), "case": link.other, "note": link.note, "here": True}
        for link in case.links.select_related("other")
    ]
    here = [
        {"words": link.get_kind_display(), "case": link.case, "note": link.note, "here": False}
        for link in case.linked_by.select_related("case")
    ]
    return [*there, *here]


def _inquiry(case: Case, offered: Callable[[Iterable[Act]], list[dict[str, Any]]]) -> dict[str, Any] | None:
    if case.right != Right.COMPLAINT:
        return None
    found = getattr(case, "inquiry", None)
    steps = list(found.steps.select_related("by")) if found else []
    todo = [one for one in offered(acts.INQUIRING[:3]) if not one["why_not"]]
    return {"row": found, "steps": steps, "acts": todo}


def _report(case: Case, offered: Callable[[Iterable[Act]], list[dict[str, Any]]]) -> dict[str, Any] | None:
    if case.right != Right.CHILD_REPORT:
        return None
    todo = [one for one in offered(acts.INQUIRING[3:]) if not one["why_not"]]
    return {"row": getattr(case, "child_report", None), "acts": todo}
