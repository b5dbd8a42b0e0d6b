"""The letters with which the rights that act on data end. Values never stand in them: mail is open."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from correspondence.enums import Template
from correspondence.models import Letter
from dsar.enums import Operation, Outcome, Right, Verdict
from dsar.models import Case, Correction, Package, Plan
from dsar.rules.rights import STOPS
from dsar.services import letters
from dsar.services.rights import categories, facts, objecting, orders, recipients, rectification, transfer

_DONE = {
    Right.WITHDRAWAL: Template.WITHDRAWAL_DONE,
    Right.OPT_OUT: Template.OPT_OUT_DONE,
    Right.LIMIT: Template.LIMIT_DONE,
}


def answer_letter(*, case: Case, plan: Plan | None, outcome: str, now: datetime) -> Letter | None:
    """Write the letter with which a case ends; None when we know no address."""
    if case.right == Right.RECTIFICATION:
        return _rectification(case, outcome, now)
    if case.right == Right.KNOW_CATEGORIES:
        return _categories(case, plan, outcome, now)
    if orders.left_out(case):
        return _partly(case, now)
    if case.right in STOPS:
        return _stop(case, now)
    return _objection(case, now) if case.right == Right.OBJECTION else _restriction(case, now)


def _stopped(case: Case) -> list[str]:
    return [facts.words_of(one.purpose) for one in case.opt_outs.in_force()]


def _resting(case: Case) -> list[str]:
    found = case.restrictions.active()
    return [f"{facts.words_of(one.purpose)} ({one.get_ground_display()})" for one in found]


def _partly(case: Case, now: datetime) -> Letter | None:
    """Tell what is in force, and where it could not be done."""
    reasons = [{"text": line, "article": ""} for line in orders.left_out(case)]
    done = [*_stopped(case), *_resting(case)]
    return letters.write(case=case, template=Template.PART_REFUSAL, now=now, done=done, reasons=reasons)


def _stop(case: Case, now: datetime) -> Letter | None:
    first = case.opt_outs.in_force().order_by("effective_at").first()
    return letters.write(
        case=case, template=_DONE[Right(case.right)], now=now, purposes=_stopped(case),
        since=first.effective_at if first else now, told=orders.told(case, Operation.SUPPRESS),
    )  # fmt: skip


def _objection(case: Case, now: datetime) -> Letter | None:
    """Tell what stopped; a refusal stands in a letter of its own, which left before the use went on."""
    refused = case.balancings.filter(outcome__in=objecting.REFUSING)
    stopped = _stopped(case)
    if refused.exists() and not stopped:
        on = max(one.decided_at for one in refused if one.decided_at)
        return letters.write(case=case, template=Template.ANSWERED, now=now, answered_on=on)
    told = list(dict.fromkeys(orders.told(case, Operation.SUPPRESS, Operation.RESTRICT)))
    return letters.write(case=case, template=Template.OBJECTION_UPHELD, now=now, stopped=stopped, told=told)


def _restriction(case: Case, now: datetime) -> Letter | None:
    first = case.restrictions.active().order_by("starts_at").first()
    return letters.write(
        case=case, template=Template.RESTRICTION_PLACED, now=now, what=_resting(case),
        since=first.starts_at if first else now, told=orders.told(case, Operation.RESTRICT),
    )  # fmt: skip


def _rectification(case: Case, outcome: str, now: datetime) -> Letter | None:
    found = list(case.corrections.select_related("system"))
    refused = [one for one in found if one.verdict == Verdict.REFUSED]
    reasons = [{"text": f"{one.what}: {one.reason}", "article": ""} for one in refused]
    accepted = [one for one in found if one.verdict == Verdict.ACCEPTED]
    done = [_corrected(one) for one in accepted if rectification.is_proved(one)]
    reasons += [_unproved(one) for one in accepted if not rectification.is_proved(one)]
    if outcome == Outcome.REFUSED:
        template = Template.RECTIFICATION_REFUSED
        return letters.write(case=case, template=template, now=now, reasons=reasons)
    if reasons:
        return letters.write(case=case, template=Template.PART_REFUSAL, now=now, done=done, reasons=reasons)
    told = recipients.concerned(case)
    return letters.write(case=case, template=Template.RECTIFICATION_DONE, now=now, changes=done, told=told)


def _corrected(one: Correction) -> str:
    return _("%(what)s: corrected in %(system)s, and read again there") % {
        "what": one.what, "system": one.system,
    }  # fmt: skip


def _unproved(one: Correction) -> dict[str, str]:
    words = _("%(what)s: asked for in %(system)s; we could not see that it was done")
    return {"text": words % {"what": one.what, "system": one.system}, "article": ""}


def _categories(case: Case, plan: Plan | None, outcome: str, now: datetime) -> Letter | None:
    searched = letters.searched_for(case)
    if plan is None or outcome == Outcome.NOTHING_FOUND:
        says = _("We looked and found nothing about you.")
        names = [part["name"] for part in plan.summary["systems"]] if plan else []
        systems = [{"name": name, "says": says} for name in names]
        return letters.write(
            case=case, template=Template.NOTHING_FOUND, now=now, systems=systems, searched_for=searched
        )
    return letters.write(
        case=case, template=Template.KNOW_CATEGORIES_ANSWER, now=now,
        categories=categories.told(case, plan), covers="",
    )  # fmt: skip


def portability_letter(
    *, case: Case, missing: Sequence[str], package: Package | None, now: datetime
) -> Letter | None:
    """Write the letter with which portability ends: what was handed to whom, and what is not in the file."""
    sent = case.transfers.filter(status="done").order_by("delivered_at").last()
    return letters.write(
        case=case, template=Template.PORTABILITY_ANSWER, now=now, sent_to=sent.host if sent else "",
        sent_on=(sent.delivered_at if sent else case.delivered_at) or now,
        rows=f"{sum(package.contents.values()):,}" if package else "0",
        missing=[*missing, *transfer.not_sent(case)],
    )  # fmt: skip
