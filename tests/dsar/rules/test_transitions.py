"""The transition table: complete, without dead ends, and honest about what may be claimed."""

from dataclasses import dataclass

import pytest

from dsar.enums import CaseStatus, Outcome, Right
from dsar.rules.transitions import (
    TRANSITIONS,
    Action,
    NotAllowed,
    check_move,
    check_status,
    may_withdraw,
    next_action,
    outcomes,
)


@dataclass
class Someone:
    permissions: frozenset = frozenset()
    pk: int = 1

    def has_perm(self, permission):
        return permission in self.permissions


@dataclass
class Something:
    status: str
    right: str = Right.ACCESS
    proposer: object = None
    reviewer: object = None
    before: str = ""

    def proposer_id(self):
        return self.proposer

    def open_fact(self):
        return ""

    def reviewer_id(self):
        return self.reviewer

    def concern(self):
        return self.before


ALL = Someone(
    frozenset(
        f"dsar.{one}"
        for one in (
            "verify_case", "plan_case", "approve_case", "attest_manualtask", "review_package",
            "release_package", "close_case",
        )
    )
)  # fmt: skip


def test_every_status_is_in_the_table():
    assert set(TRANSITIONS) == set(CaseStatus)


def test_from_every_status_a_case_can_be_closed_in_the_end():
    def reaches_the_end(status, seen):
        return CaseStatus.CLOSED in TRANSITIONS[status] or any(
            reaches_the_end(one, seen | {one}) for one in TRANSITIONS[status] - seen
        )

    assert all(reaches_the_end(one, {one}) for one in CaseStatus if one != CaseStatus.CLOSED)


def test_nothing_follows_the_end():
    assert TRANSITIONS[CaseStatus.CLOSED] == frozenset()


def test_every_status_but_the_first_is_reached():
    reached = {one for targets in TRANSITIONS.values() for one in targets}
    assert reached == set(CaseStatus) - {CaseStatus.NEW}


@pytest.mark.parametrize("status", ["new", "verifying"])
def test_work_never_begins_before_the_person_is_known(status):
    for target in ("planning", "approval", "running", "review", "delivered"):
        with pytest.raises(NotAllowed, match="cannot become"):
            check_move(status, target)


def test_a_wrong_status_is_named_with_the_right_ones():
    with pytest.raises(NotAllowed, match="needs a case that is “Planned”"):
        check_status("new", {"planned"}, "Proposing")
    check_status("planned", {"planned"}, "Proposing")


@pytest.mark.parametrize(
    ("right", "status", "erasing", "may"),
    [
        ("access", "running", False, True),
        ("deletion", "approval", False, True),
        ("deletion", "attention", True, False),
        ("access", "closed", False, False),
    ],
)
def test_who_asked_takes_back_until_deletion_has_begun(right, status, erasing, may):
    assert (may_withdraw(right, status, erasing=erasing) == "") is may


@pytest.mark.parametrize("status", [one for one in CaseStatus if one != CaseStatus.CLOSED])
def test_every_open_case_has_a_next_action(status):
    action = next_action(Something(status), ALL)
    assert action.label
    assert (action.url_name == "") == (action.key == "wait")
    assert action.why_not == ""


@pytest.mark.parametrize(
    ("case", "key"),
    [
        (Something("new"), "verify"),
        (Something("verified"), "plan"),
        (Something("verified", Right.OBJECTION), "close"),
        (Something("planned"), "propose"),
        (Something("approval"), "decide"),
        (Something("review"), "review"),
        (Something("review", reviewer=7), "release"),
        (Something("ready"), "close"),
    ],
)
def test_the_next_action_fits_the_case(case, key):
    assert next_action(case, ALL).key == key


def test_a_closed_case_needs_nothing():
    assert next_action(Something("closed"), ALL) == Action("none", "Nothing is left to do", "")


def test_a_missing_permission_and_the_own_proposal_are_explained():
    assert "role" in next_action(Something("planned"), Someone()).why_not
    assert "somebody else" in next_action(Something("approval", proposer=1), ALL).why_not


@pytest.mark.parametrize(
    ("right", "found", "left", "allowed"),
    [
        ("deletion", 5, 0, (Outcome.FULFILLED, Outcome.PARTLY)),
        ("deletion", 5, 1, (Outcome.PARTLY,)),
        ("deletion", 0, 1, (Outcome.PARTLY,)),
        ("access", 0, 0, (Outcome.NOTHING_FOUND,)),
        ("objection", 0, 0, (Outcome.FULFILLED, Outcome.PARTLY)),
    ],
)
def test_no_outcome_claims_more_than_was_done(right, found, left, allowed):
    assert outcomes(right, found=found, left=left) == allowed


@pytest.mark.parametrize("key", ["ruling", "mandate", "tell"])
def test_what_waits_for_somebody_comes_before_the_usual_step(key):
    case = Something(CaseStatus.VERIFIED, before=key)
    assert next_action(case, Someone()).url_name == f"admin:dsar_case_{key}"
    assert next_action(case, Someone()).why_not


@pytest.mark.parametrize(("right", "key"), [(Right.COMPLAINT, "inquire"), (Right.CHILD_REPORT, "judge")])
def test_a_complaint_and_a_report_have_a_step_of_their_own(right, key):
    assert next_action(Something(CaseStatus.VERIFIED, right), Someone()).key == key
