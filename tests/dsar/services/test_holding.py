"""Deciding about rows that others share: on the plan looked at, before approval, told in the letter."""

import pytest

from accounts.models import AuditEvent
from correspondence.models import Letter
from dsar.enums import CaseStatus, PlanStatus, Right
from dsar.models import Run
from dsar.rules.transitions import NotAllowed
from dsar.services import cases, holding, planning
from dsar.services.holding import Decision
from tests.dsar.shop import open_case, planned, work
from tests.factories import NOW
from tests.notices import tell_everybody

pytestmark = pytest.mark.django_db
CUT = Decision("shop.employees", "third", "detach", note="The support employee left")
WORDS = Decision("shop.messages", "values", "mask", note="The name says nothing to anybody")
KEEP = Decision("shop.employees", "third", "keep", "E17_LEGAL_CLAIMS")


@pytest.fixture
def case(shop, person):
    return open_case(person, Right.DELETION)


def decide(plan, actor, *decisions, **more):
    given = {"plan_hash": plan.hash} | more
    return holding.decide(plan=plan, decisions=decisions, actor=actor, now=NOW, **given)


def planned_again(case):
    work()
    case.refresh_from_db()
    return case.plans.first()


def carried_out(case, plan, proposer, approver):
    planning.propose(plan=plan, actor=proposer, now=NOW)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=approver, now=NOW)
    work()
    case.refresh_from_db()
    assert case.status == CaseStatus.READY, case.attention
    tell_everybody(case, proposer, NOW)
    cases.close(case=case, outcome=cases.allowed_outcomes(case)[0], actor=proposer, now=NOW)
    return Letter.objects.get(case_id=case.pk, template="deletion_closed").body


def test_the_plan_names_what_is_held(case, handler):
    plan = planned(case, handler)
    (system,) = plan.summary["systems"]
    assert {(one["collection"], one["kind"], one["rows"], one["action"]) for one in system["held"]} == {
        ("shop.employees", "third", 1, ""),
        ("shop.messages", "values", 1, ""),
    }


def test_a_decision_leads_to_a_new_plan_with_a_new_hash(case, handler):
    first = planned(case, handler)
    decide(first, handler, CUT)
    second = planned_again(case)
    first.refresh_from_db()
    assert first.status == PlanStatus.SUPERSEDED
    assert (second.status, second.number) == (PlanStatus.DRAFT, 2)
    assert second.hash != first.hash
    held = {one["collection"]: one["action"] for one in second.summary["systems"][0]["held"]}
    assert held == {"shop.employees": "detach", "shop.messages": ""}
    assert second.review_rows == 0


def test_the_engine_does_what_was_decided_and_the_letter_says_so(case, shop, handler, dpo):
    decide(planned(case, handler), handler, CUT, WORDS)
    letter = carried_out(case, planned_again(case), handler, dpo)
    assert shop.rows("SELECT rep_id FROM customers ORDER BY id") == [(None,), (1,)]
    assert shop.rows("SELECT name FROM employees") == [("Rita Rep",)]
    assert shop.rows("SELECT sender_name, body FROM messages") == [(None, None)]
    said = "1 entry in Shop stays: about other people, who have the same right to their privacy as you."
    assert f"{said} The link to you is removed." in letter
    assert "words about other people stay" not in letter


def test_without_a_decision_everything_held_stays(case, shop, handler, dpo):
    letter = carried_out(case, planned(case, handler), handler, dpo)
    assert shop.rows("SELECT rep_id FROM customers ORDER BY id") == [(1,), (1,)]
    assert shop.rows("SELECT sender_name FROM messages") == [("Carla Third",)]
    assert "words about other people stay" in letter


def test_the_reason_for_keeping_is_printed_and_the_release_date_of_kept_records(case, handler, dpo):
    decide(planned(case, handler), handler, KEEP)
    letter = carried_out(case, planned_again(case), handler, dpo)
    assert "1 entry in Shop stays: we need them for legal claims. (E17_LEGAL_CLAIMS)" in letter
    assert "(E17_LEGAL_OBLIGATION) Until 1 March 2032." in letter


def test_records_without_a_date_say_why_no_day_is_named(case, shop, handler, dpo):
    shop.run("UPDATE invoices SET invoice_date = '' WHERE id = 1")
    letter = carried_out(case, planned(case, handler), handler, dpo)
    assert "We cannot name the day: the record does not say when its period began." in letter


def test_records_that_differ_name_the_first_and_the_last_day(case, shop, handler, dpo):
    shop.run("INSERT INTO invoices VALUES (3, 1, '2021-06-30', 'Leonie', 1.0)")
    letter = carried_out(case, planned(case, handler), handler, dpo)
    assert "The first until 30 June 2028, the last until 1 March 2032." in letter


def test_a_decision_on_a_plan_that_was_made_again_is_refused(case, handler):
    first = planned(case, handler)
    second = planned(case, handler)
    with pytest.raises(NotAllowed, match="no longer open"):
        decide(first, handler, CUT)
    with pytest.raises(NotAllowed, match="not the plan you looked at"):
        decide(second, handler, CUT, plan_hash=first.hash)
    second.refresh_from_db()
    assert second.held == []


def test_nothing_is_decided_behind_an_approvers_back(case, handler):
    plan = planned(case, handler)
    planning.propose(plan=plan, actor=handler, now=NOW)
    with pytest.raises(NotAllowed):
        decide(plan, handler, CUT)
    assert Run.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (Decision("shop.posts", "shared", "mask", note="x"), "nothing of this kind"),
        (Decision("shop.employees", "third", "mask", note="x"), "cannot be done"),
        (Decision("shop.employees", "third", "keep"), "for which reason"),
        (Decision("shop.employees", "third", "keep", "BECAUSE"), "for which reason"),
        (Decision("shop.employees", "third", "detach", note=" "), "Say why"),
    ],
)
def test_what_cannot_be_decided_is_refused_whole(case, handler, decision, why):
    plan = planned(case, handler)
    with pytest.raises(NotAllowed, match=why):
        decide(plan, handler, WORDS, decision)
    plan.refresh_from_db()
    assert (plan.held, plan.status) == ([], PlanStatus.DRAFT)


def test_no_decision_at_all_is_no_decision(case, handler):
    with pytest.raises(NotAllowed, match="at least one"):
        decide(planned(case, handler), handler)


def test_a_copy_has_its_own_review(shop, person, handler):
    case = open_case(person)
    with pytest.raises(NotAllowed, match="plan of a deletion"):
        decide(planned(case, handler), handler, CUT)


def test_decisions_outlive_a_plan_that_has_to_be_made_again(case, handler):
    decide(planned(case, handler), handler, CUT)
    planned_again(case)
    third = planned(case, handler)
    assert third.number == 3
    held = {one["collection"]: one["action"] for one in third.summary["systems"][0]["held"]}
    assert held["shop.employees"] == "detach"


def test_the_trail_names_places_and_acts_and_no_person(case, handler):
    decide(planned(case, handler), handler, CUT)
    event = AuditEvent.objects.get(action="plan.held_decided")
    assert event.details["decisions"] == [
        {"collection": "shop.employees", "kind": "third", "action": "detach", "code": "", "rows": 1}
    ]


def test_samples_show_the_rows_and_the_look_is_recorded(case, handler):
    plan = planned(case, handler)
    (row,) = holding.samples(plan=plan, collection="shop.employees", kind="third", actor=handler)
    assert (row.record, row.refused, row.values["name"]) == ("1", False, "Rita Rep")
    assert AuditEvent.objects.get(action="plan.held_seen").details["collection"] == "shop.employees"


def test_samples_of_what_is_not_held_are_refused(case, handler):
    plan = planned(case, handler)
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        holding.samples(plan=plan, collection="shop.customers", kind="third", actor=handler)
    assert not AuditEvent.objects.filter(action="plan.held_seen").exists()


def test_samples_of_a_system_that_is_away_say_so(case, shop, handler):
    plan = planned(case, handler)
    shop.path.rename(shop.path.with_suffix(".gone"))
    with pytest.raises(NotAllowed):
        holding.samples(plan=plan, collection="shop.employees", kind="third", actor=handler)


NO_EMPTY_LINK = """
PRAGMA foreign_keys = off;
CREATE TABLE fresh (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, phone TEXT,
  rep_id INTEGER NOT NULL REFERENCES employees(id));
INSERT INTO fresh SELECT * FROM customers;
DROP TABLE customers;
ALTER TABLE fresh RENAME TO customers;
"""


def test_a_cut_that_is_impossible_names_the_held_line_and_what_to_do(case, shop, handler):
    shop.run(NO_EMPTY_LINK)
    decide(planned(case, handler), handler, CUT)
    plan = planned_again(case)
    (block,) = planning.blocks(plan)
    assert (block["code"], block["line"], block["kind"], block["rows"]) == (
        "DETACH", "shop.employees", "third", 1
    )  # fmt: skip
    assert block["reason"] == (
        "Held in shop.employees: 1 of 1 rows. The link cannot be cut: customers.rep_id may not be empty."
        " Decide again about the held rows: keep them."
    )
    assert "@" not in str(plan.summary)
    (row,) = holding.samples(plan=plan, collection="shop.employees", kind="third", actor=handler)
    assert (row.record, row.refused) == ("1", True)
    decide(plan, handler, KEEP)
    assert planning.blocks(planned_again(case)) == []
