# ruff: noqa: E501 - tables and datasets read better on one line
"""What somebody decides about rows that belong to others too: keep, cut the link, or mask; on every database."""

from datetime import UTC, datetime

import pytest

from dsar.engine import PlanDocument, chosen_for, erase, held_keys, probe, waiting
from dsar.engine.document import Blocked
from retention.rules import ScheduleRule
from tests.dsar.engine.databases import ask
from tests.dsar.engine.test_engine_shop import SCHEMA, YAML

ANN = "ann@example.com"
MESSAGES = """
CREATE TABLE message (id INTEGER PRIMARY KEY, sender VARCHAR(100), recipient VARCHAR(100), body VARCHAR(200));
INSERT INTO message VALUES (1, 'ann@example.com', 'bob@example.com', 'hello'), (2, 'bob@example.com', 'eve@x.test', 'psst');
"""
MESSAGE_YAML = """
      - name: message
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: sender, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: recipient, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: body, data_categories: [user.content]}
"""


@pytest.fixture
def shop(database):
    database.run(SCHEMA + MESSAGES)
    return database


def decided(shop, decisions, **more):
    """Plan, decide, plan again; return (what was decided on, what came of it)."""
    plain = {name: value for name, value in more.items() if name != "apply"}
    before = ask(shop, YAML + MESSAGE_YAML, "deletion", email=ANN, **plain).plan
    choices = chosen_for(before, [{"code": "", "reason": ""} | one for one in decisions])
    return before, ask(shop, YAML + MESSAGE_YAML, "deletion", email=ANN, choices=choices, **more)


def carried_out(shop, decisions, **more):
    _, ran = decided(shop, decisions, apply=True, **more)
    assert not ran.plan.blocked
    assert ran.proof.clean, ran.proof
    return ran


def on(collection, kind, action, **more):
    return {"collection": f"shop.{collection}", "kind": kind, "action": action} | more


def found(plan, collection, kind):
    return {
        one.action: one.rows
        for one in waiting(plan, "source")
        if (one.collection, one.kind) == (f"shop.{collection}", kind)
    }


def test_held_rows_are_named_by_collection_and_kind(shop):
    plan = ask(shop, YAML + MESSAGE_YAML, "deletion", email=ANN).plan
    assert found(plan, "address", "shared") == {"": 1}
    assert found(plan, "employee", "third") == {"": 1}
    assert found(plan, "message", "shared") == {"": 1}
    assert held_keys(plan.collections["shop.address"], "shared") == [(1,)]


def test_a_shared_row_may_be_masked_by_decision_and_never_goes(shop):
    ran = carried_out(shop, [on("address", "shared", "mask")], mask="delete")
    assert shop.rows("SELECT id, street FROM address ORDER BY id")[0] == (1, None)
    assert found(ran.plan, "address", "shared") == {"mask": 1}
    assert ran.plan.collections["shop.address"].exceptions == []


def test_a_shared_row_that_is_pointed_at_stays_whole_and_loses_the_link(shop):
    ran = carried_out(shop, [on("address", "shared", "detach")])
    assert shop.rows("SELECT street FROM address WHERE id = 1") == [("Alpha 1",)]
    assert shop.rows("SELECT address_id FROM customer ORDER BY id") == [(None,), (1,), (2,)]
    assert shop.rows("SELECT address_id FROM orders WHERE id IN ('o-1', 'o-3') ORDER BY id") == [
        (None,),
        (1,),
    ]
    assert shop.rows("SELECT name FROM customer WHERE id = 2") == [("Bob",)]
    assert found(ran.plan, "address", "shared") == {"detach": 1}
    assert ran.plan.collections["shop.customer"].fields["address_id"].action == "null"


def test_a_shared_row_that_names_the_person_loses_that_name_only(shop):
    ran = carried_out(shop, [on("message", "shared", "detach")])
    ((sender, recipient, body),) = shop.rows("SELECT sender, recipient, body FROM message WHERE id = 1")
    assert sender != ANN
    assert (recipient, body) == ("bob@example.com", "hello")
    assert shop.rows("SELECT sender FROM message WHERE id = 2") == [("bob@example.com",)]
    kept = {one.code: one for one in ran.plan.collections["shop.message"].exceptions}
    assert kept["SHARED_ROW_UNLINKED"].rows == kept["THIRD_PERSON"].rows == 1
    assert "without what names this person" in kept["SHARED_ROW_UNLINKED"].reason


def test_another_persons_row_stays_and_the_link_to_it_goes(shop):
    undecided = ask(shop, YAML + MESSAGE_YAML, "deletion", email=ANN).plan.review_rows
    ran = carried_out(shop, [on("employee", "third", "detach")])
    assert shop.rows("SELECT email, name FROM employee") == [("rep@shop.test", "Rita Rep")]
    assert shop.rows("SELECT rep_id FROM customer ORDER BY id") == [(None,), (1,), (1,)]
    assert found(ran.plan, "employee", "third") == {"detach": 1}
    assert ran.plan.review_rows == undecided - 1


def test_keeping_takes_the_code_and_the_reason_of_the_decision(shop):
    why = {"code": "E17_LEGAL_CLAIMS", "reason": "we need it for a claim"}
    _, ran = decided(shop, [on("address", "shared", "keep", **why)])
    assert [(one.code, one.reason, one.rows) for one in ran.plan.collections["shop.address"].exceptions] == [
        ("E17_LEGAL_CLAIMS", "we need it for a claim", 1)
    ]
    assert found(ran.plan, "address", "shared") == {"keep": 1}


def test_a_decision_makes_another_plan_with_another_hash(shop):
    before, ran = decided(shop, [on("address", "shared", "mask")], salt="00")
    assert ran.plan.hash != before.hash
    assert PlanDocument.from_json(ran.plan.to_json()) == ran.plan


def test_a_row_found_after_the_decision_waits_for_its_own(shop):
    before = ask(shop, YAML, "deletion", email=ANN).plan
    choices = chosen_for(before, [on("address", "shared", "mask", code="", reason="")])
    shop.run("UPDATE customer SET address_id = 3 WHERE id = 2")
    ran = ask(shop, YAML, "deletion", email=ANN, choices=choices, apply=True)
    assert found(ran.plan, "address", "shared") == {"": 1, "mask": 1}
    assert shop.rows("SELECT street FROM address WHERE id = 3") == [("Gamma 3",)]


def test_a_later_decision_replaces_the_earlier_one(shop):
    _, first = decided(shop, [on("address", "shared", "mask"), on("employee", "third", "detach")])
    choices = chosen_for(first.plan, [on("address", "shared", "keep", code="OTHERS_RIGHTS", reason="needed")])
    ran = ask(shop, YAML, "deletion", email=ANN, choices=choices, apply=True)
    assert found(ran.plan, "address", "shared") == {"keep": 1}
    assert found(ran.plan, "employee", "third") == {"detach": 1}
    assert shop.rows("SELECT street FROM address WHERE id = 1") == [("Alpha 1",)]


def test_a_link_that_may_not_be_empty_blocks_the_plan_and_says_what_to_decide(shop):
    shop.run(
        "CREATE TABLE depot (id INTEGER PRIMARY KEY, city VARCHAR(20)); INSERT INTO depot VALUES (1, 'Ulm');"
    )
    shop.run(
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, customer_id INTEGER, depot_id INTEGER NOT NULL);"
        " INSERT INTO visit VALUES (1, 1, 1), (2, 2, 1);"
    )
    yaml = (
        YAML
        + """
      - name: depot
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: city, data_categories: [user.contact.address.city]}
      - name: visit
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: customer_id, fides_meta: {references: [{dataset: shop, field: customer.id, direction: from}]}}
          - {name: depot_id, fides_meta: {references: [{dataset: shop, field: depot.id, direction: to}]}}
"""
    )
    before = ask(shop, yaml, "deletion", email=ANN).plan
    choices = chosen_for(before, [on("depot", "shared", "detach", code="", reason="")])
    (block,) = ask(shop, yaml, "deletion", email=ANN, choices=choices).plan.blocked
    assert (block.collection, block.field, block.code) == ("shop.visit", "depot_id", "DETACH")
    assert block.reason.startswith("Held in shop.depot: 1 of 1 rows. The link cannot be cut: ")
    assert "may not be empty" in block.reason
    assert "keep or mask" in block.reason
    assert (block.line, block.kind, block.rows) == ("shop.depot", "shared", ((1,),))
    assert Blocked.from_json(block.to_json()) == block


def test_carrying_out_twice_changes_nothing_more(shop):
    ran = carried_out(shop, [on("address", "shared", "detach"), on("message", "shared", "detach")])
    before = shop.rows("SELECT * FROM message ORDER BY id")
    again = erase(plan=ran.plan, source=shop.source(YAML + MESSAGE_YAML))
    assert again.status == "already_done", again.error
    assert shop.rows("SELECT * FROM message ORDER BY id") == before


def test_a_link_that_comes_back_is_seen_by_the_proof(shop):
    ran = carried_out(shop, [on("address", "shared", "detach")])
    shop.run("UPDATE customer SET address_id = 1 WHERE id = 1")
    assert not probe(plan=ran.plan, source=shop.source(YAML + MESSAGE_YAML)).clean


PAPERS = ScheduleRule(
    "papers",
    "P7Y",
    "papers, 7 years",
    "E17_LEGAL_OBLIGATION",
    collections=("orders",),
    trigger_field="created",
)


def test_kept_rows_say_until_when(sqlite):
    sqlite.run(SCHEMA)
    sqlite.run("UPDATE orders SET created = '2020-05-01' WHERE id = 'o-2'")
    sqlite.run("INSERT INTO orders VALUES ('o-7', 1, NULL, 'undated', 1.00, NULL)")
    now = datetime(2026, 10, 12, tzinfo=UTC)
    plan = ask(sqlite, YAML, "deletion", email=ANN, schedules=[PAPERS], now=now).plan
    (kept,) = plan.collections["shop.orders"].exceptions
    assert (kept.rows, kept.undated) == (3, 1)
    assert (kept.first_on, kept.last_on) == ("2027-05-01", "2032-01-02")
