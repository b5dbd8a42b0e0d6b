"""What was decided about a case, and what follows for its end: read by closing, written by decisions.

Also the words of the mandatory letters of decisions, so that the page of a decision shows what will be sent.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.profile import active_profile
from correspondence.enums import Template
from correspondence.services.letters import render
from dsar.enums import DecisionKind, DecisionStatus, LinkKind, Outcome, Right
from dsar.models import Case, Decision
from dsar.rules import refusals
from dsar.services import letters

TEMPLATES: Mapping[str, Template] = {
    DecisionKind.REFUSAL: Template.REFUSAL,
    DecisionKind.PART_REFUSAL: Template.PART_REFUSAL,
    DecisionKind.FEE: Template.FEE_REQUEST,
    DecisionKind.DUPLICATE: Template.REFUSAL,
}
_ENDS = {DecisionKind.REFUSAL: Outcome.REFUSED, DecisionKind.DUPLICATE: Outcome.DUPLICATE}


def approved(case: Case, *kinds: str) -> Decision | None:
    """Return the newest approved decision of these kinds about a case, or None."""
    found: Decision | None = case.decisions.filter(status=DecisionStatus.APPROVED, kind__in=kinds).first()
    return found


def waiting(case: Case) -> Decision | None:
    """Return the decision that waits for a second person, or None."""
    found: Decision | None = case.decisions.filter(status=DecisionStatus.PROPOSED).first()
    return found


def ending(case: Case) -> tuple[Outcome, ...]:
    """Return the outcomes that a decision or a merge makes true of a case; empty when none does."""
    if case.links.filter(kind=LinkKind.MERGED).exists():
        return (Outcome.DUPLICATE,)
    decision = approved(case, *_ENDS)
    return (_ENDS[DecisionKind(decision.kind)],) if decision else ()


def narrowed(case: Case, allowed: tuple[Outcome, ...], *, left: bool) -> tuple[Outcome, ...]:
    """Return what is left of the outcomes of finished work after what was decided.

    Partly fulfilled needs something left out or an approved refusal in part; after one, nothing else is true.
    `left`: the work itself left something out.
    """
    if approved(case, DecisionKind.PART_REFUSAL):
        return (Outcome.PARTLY,) if allowed else ()
    return allowed if left else tuple(one for one in allowed if one != Outcome.PARTLY)


def owed(case: Case) -> str:
    """Return what must be done before a case may end with its work done, or the empty string."""
    if waiting(case):
        return _("A decision about this case waits for a second person. Decide on it first.")
    untold = case.notices.filter(sent_at=None, not_told_reason="").count()
    if untold:
        return ngettext(
            "%(n)s recipient is not told yet. Tell them, or say why not.",
            "%(n)s recipients are not told yet. Tell each, or say why not.",
            untold,
        ) % {"n": untold}
    return ""


def today(now: datetime) -> date:
    """Return the date of a moment in the zone in which the company reckons."""
    return now.astimezone(ZoneInfo(active_profile().clocks.zone)).date()


def refuse_by(case: Case) -> date | None:
    """Return the last day on which this request may be refused in time; an extension does not move it."""
    return refusals.refuse_by(case.regime, today(case.received_at), case.extend_by_on)


def grounds(decision: Decision) -> list[dict[str, str]]:
    """Return the grounds of a decision as letters name them: [{text, article}], our own words last."""
    codes = [refusals.CODES[key] for key in decision.codes if key in refusals.CODES]
    regime = decision.case.regime
    found = [{"text": str(code.says), "article": code.source(regime)} for code in codes]
    found.append({"text": decision.reasons, "article": ""})
    if decision.repeats:
        found.append(
            {"text": _("The earlier request: %(ref)s.") % {"ref": decision.repeats.reference}, "article": ""}
        )
    if decision.late_reason:
        late = _("This answer comes late: %(why)s We are sorry.") % {"why": decision.late_reason}
        found.append({"text": late, "article": ""})
    return found


def context_of(decision: Decision) -> dict[str, Any]:
    """Return what the letter of a decision says besides the facts of the case."""
    if decision.kind == DecisionKind.FEE:
        why = " ".join([one["text"] for one in grounds(decision)])
        return {
            "reason": why,
            "amount": f"{decision.amount} {decision.currency}",
            "pay_how": _("This is how we computed it: %(how)s.") % {"how": decision.computed.rstrip(".")},
        }
    return {"reasons": grounds(decision), "done": _done(decision)}


def _done(decision: Decision) -> list[str]:
    if decision.refused_part:
        return [_("Everything except this: %(part)s.") % {"part": decision.refused_part.rstrip(".")}]
    return [_("Everything that is not named below.")]


def preview(decision: Decision) -> tuple[str, str]:
    """Return title and text of the letter as it would leave now."""
    facts = letters.facts(decision.case) | context_of(decision)
    title, body, _version = render(TEMPLATES[decision.kind], facts)
    return title, body


def is_answered_by_hand(case: Case) -> bool:
    """Whether the right has an end of its own (complaint, report), with its own letter."""
    return case.right in (Right.COMPLAINT, Right.CHILD_REPORT)
