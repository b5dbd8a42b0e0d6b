"""Which moves a case may make, and what its next one is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from dsar.enums import CaseStatus as S
from dsar.enums import Outcome, Right

PLANNED_RIGHTS = frozenset(
    {
        Right.ACCESS,
        Right.DELETION,
        Right.PLATFORM_DELETION,
        Right.PORTABILITY,
        Right.RECTIFICATION,
        Right.KNOW_CATEGORIES,
    }
)
"""Rights that begin with looking for the person's data. What the others need is told by their facts."""

TRANSITIONS: Mapping[S, frozenset[S]] = {
    S.NEW: frozenset({S.VERIFYING, S.VERIFIED, S.CLOSED}),
    S.VERIFYING: frozenset({S.VERIFIED, S.CLOSED}),
    S.VERIFIED: frozenset({S.PLANNING, S.RUNNING, S.READY, S.CLOSED}),
    S.PLANNING: frozenset({S.PLANNED, S.ATTENTION, S.CLOSED}),
    S.PLANNED: frozenset({S.PLANNING, S.APPROVAL, S.RUNNING, S.CLOSED}),
    S.APPROVAL: frozenset({S.VERIFIED, S.RUNNING, S.CLOSED}),
    S.RUNNING: frozenset({S.WAITING, S.ATTENTION, S.REVIEW, S.READY, S.PLANNING, S.CLOSED}),
    S.WAITING: frozenset({S.RUNNING, S.ATTENTION, S.REVIEW, S.READY, S.CLOSED}),
    S.ATTENTION: frozenset({S.RUNNING, S.PLANNING, S.WAITING, S.REVIEW, S.READY, S.CLOSED}),
    S.REVIEW: frozenset({S.RUNNING, S.ATTENTION, S.DELIVERED, S.CLOSED}),
    S.READY: frozenset({S.RUNNING, S.ATTENTION, S.CLOSED}),
    S.DELIVERED: frozenset({S.ATTENTION, S.READY, S.CLOSED}),
    S.CLOSED: frozenset(),
}


class NotAllowed(Exception):
    """The state of the case, or the person, forbids it. The message is a sentence that may be shown."""


@dataclass(frozen=True, slots=True)
class Action:
    """What to do next.

    `url_name` is that of a staff page; `why_not` says why this user cannot do it, or is empty.
    """

    key: str
    label: str
    url_name: str
    why_not: str = ""


class CaseLike(Protocol):
    """What the rules need to know of a case."""

    status: str
    right: str

    def proposer_id(self) -> object:
        """Return who proposed the plan that waits for a decision, or None."""
        ...

    def reviewer_id(self) -> object:
        """Return who finished the review of the package that waits for release, or None."""
        ...

    def concern(self) -> str:
        """Return what comes before the usual next step: a key of _BEFORE, or the empty string."""
        ...

    def open_fact(self) -> str:
        """Return the key of FACTS for what the right still needs decided, or the empty string."""
        ...


class UserLike(Protocol):
    """What the rules need to know of a user."""

    pk: Any

    def has_perm(self, permission: str) -> bool:
        """Whether the user holds a permission."""
        ...


def check_move(status: str, target: str) -> None:
    """Raise NotAllowed unless a case may go from `status` to `target`."""
    if S(target) not in TRANSITIONS[S(status)]:
        was, to = S(status).label, S(target).label
        raise NotAllowed(_("A case that is “%(was)s” cannot become “%(to)s”.") % {"was": was, "to": to})


def check_status(status: str, allowed: frozenset[str] | set[str], doing: str) -> None:
    """Raise NotAllowed naming what was to be done (`doing`: "Making a plan") unless the status fits."""
    if status not in allowed:
        words = _(" or ").join(f"“{S(one).label}”" for one in sorted(allowed))
        raise NotAllowed(
            _("%(doing)s needs a case that is %(allowed)s. This one is “%(status)s”.")
            % {"doing": doing, "allowed": words, "status": S(status).label}
        )


def may_reopen(status: str, outcome: str) -> str:
    """Return why a case cannot be opened again, or the empty string: only what ended unverified can."""
    if status != S.CLOSED:
        return _("This request is open.")
    if outcome != Outcome.UNVERIFIED:
        return _("This request was answered. A new one is needed.")
    return ""


def may_withdraw(right: str, status: str, *, erasing: bool, in_force: bool = False) -> str:
    """Return why a person cannot withdraw any more, or the empty string."""
    if status == S.CLOSED:
        return _("This request is closed.")
    if right in (Right.DELETION, Right.PLATFORM_DELETION) and erasing:
        return _("The deletion has begun. What is gone cannot be brought back.")
    if in_force:
        return _("What you asked for is in force already. Write to us if you want it undone.")
    return ""


_NEXT: Mapping[S, tuple[str, str | Promise, str]] = {
    S.NEW: ("verify", _l("Confirm the identity"), "dsar.verify_case"),
    S.VERIFYING: ("verify", _l("Confirm the identity"), "dsar.verify_case"),
    S.VERIFIED: ("plan", _l("Make the plan"), "dsar.plan_case"),
    S.PLANNING: ("wait", _l("The plan is being made"), ""),
    S.PLANNED: ("propose", _l("Send the plan for approval"), "dsar.plan_case"),
    S.APPROVAL: ("decide", _l("Decide on the plan"), "dsar.approve_case"),
    S.RUNNING: ("wait", _l("The plan is being carried out"), ""),
    S.WAITING: ("attest", _l("Finish the manual tasks"), "dsar.attest_manualtask"),
    S.ATTENTION: ("mend", _l("See what went wrong"), "dsar.plan_case"),
    S.REVIEW: ("review", _l("Review the package"), "dsar.review_package"),
    S.READY: ("close", _l("Close the case"), "dsar.close_case"),
    S.DELIVERED: ("close", _l("Close the case"), "dsar.close_case"),
}
FACTS: Mapping[str, tuple[str, str | Promise, str]] = {
    "stop": ("stop", _l("Record what is to stop"), "dsar.change_case"),
    "restrict": ("restrict", _l("Record what is to be left alone"), "dsar.change_case"),
    "prepare": ("prepare", _l("Write down our grounds"), "dsar.change_case"),
    "weigh": ("weigh", _l("Weigh the objection"), "dsar.approve_case"),
    "lift": ("lift", _l("Take the use up again"), "dsar.approve_case"),
    "correction": ("correction", _l("Record what is to be corrected"), "dsar.change_case"),
    "correct": ("correct", _l("Decide on the corrections"), "dsar.change_case"),
    "endpoint": ("endpoint", _l("Check where the data are to go"), "dsar.release_package"),
    "transfer": ("transfer", _l("See to the transfer"), "dsar.release_package"),
    "wait": ("wait", _l("The systems are answering"), ""),
    "conclude": ("conclude", _l("Answer the complaint"), "dsar.conclude_inquiry"),
    "letter": ("letter", _l("Write what was done"), "correspondence.add_letter"),
}
"""What a right needs decided, by the key of its act: (key, label, permission)."""
_BY_HAND = ("close", _l("Answer by letter and close"), "dsar.close_case")
_BEFORE: Mapping[str, tuple[str, str | Promise, str]] = {
    "ruling": ("ruling", _l("Decide on the proposal"), "dsar.approve_decision"),
    "mandate": ("mandate", _l("Check the mandate"), "dsar.decide_representative"),
    "tell": ("tell", _l("Tell the recipients"), "dsar.tell_recipient"),
}
_ALONE: Mapping[str, str | Promise] = {
    Right.RECTIFICATION: _l("Carry out the corrections"),
    Right.KNOW_CATEGORIES: _l("Count what is held"),
}
"""Plans that one person is enough for, with the words of the button that carries them out."""
_OF_RIGHT: Mapping[str, tuple[str, str | Promise, str]] = {
    Right.COMPLAINT: ("inquire", _l("Look into the complaint"), "dsar.conclude_inquiry"),
    Right.CHILD_REPORT: ("judge", _l("Judge the report"), "dsar.judge_childreport"),
}


def next_action(case: CaseLike, user: UserLike) -> Action:
    """Return the one thing that the case needs now, and whether this user may do it.

    Keys: verify, plan, wait, propose, decide, attest, mend, review, release, close, ruling, mandate, tell,
    inquire, judge, those of FACTS, none. The URL name of a
    key is `admin:dsar_case_<key>`; `wait` and `none` have none.
    """
    status = S(case.status)
    if status == S.CLOSED:
        return Action("none", _("Nothing is left to do"), "")
    key, label, permission = _step(case, status)
    if key == "wait":
        return Action(key, str(label), "")
    return Action(key, str(label), f"admin:dsar_case_{key}", _why_not(case, user, key, permission))


def _step(case: CaseLike, status: S) -> tuple[str, str | Promise, str]:
    if before := _BEFORE.get(case.concern()):
        return before
    if fact := case.open_fact():
        return FACTS[fact]
    if status == S.VERIFIED and case.right in _OF_RIGHT:
        return _OF_RIGHT[case.right]
    if status == S.PLANNED and case.right in _ALONE:
        return "propose", _ALONE[case.right], "dsar.plan_case"
    if status == S.VERIFIED and case.right not in PLANNED_RIGHTS:
        return _BY_HAND
    if status == S.REVIEW and case.reviewer_id():
        return "release", _("Release the package"), "dsar.release_package"
    return _NEXT[status]


def _why_not(case: CaseLike, user: UserLike, key: str, permission: str) -> str:
    if not user.has_perm(permission):
        return _("Your role does not include this step.")
    if key == "decide" and case.proposer_id() == user.pk:
        return _("You proposed this plan: somebody else has to decide.")
    return ""


def outcomes(case_right: str, *, found: int, left: int) -> tuple[Outcome, ...]:
    """Return how finished work may be called, best first.

    `found`: rows found; `left`: steps skipped, fields failed or manual answers missing. A case never claims
    more than was done.
    """
    if left:
        return (Outcome.PARTLY,)
    if found == 0 and case_right in PLANNED_RIGHTS:
        return (Outcome.NOTHING_FOUND,)
    return (Outcome.FULFILLED, Outcome.PARTLY)
