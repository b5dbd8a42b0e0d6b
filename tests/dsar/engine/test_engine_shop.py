# ruff: noqa: E501 - tables and datasets read better on one line
"""A shop with shared addresses, a support employee and a self-referring comment thread, on every database."""

import pytest

from dsar.engine import PlanDocument
from tests.dsar.engine.databases import ask

SCHEMA = """
CREATE TABLE address (id INTEGER PRIMARY KEY, street VARCHAR(100), city VARCHAR(40) NOT NULL);
CREATE TABLE employee (id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL UNIQUE, name VARCHAR(60));
CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(100) NOT NULL UNIQUE, name VARCHAR(40) NOT NULL,
  address_id INTEGER REFERENCES address(id), rep_id INTEGER REFERENCES employee(id), vip CHAR(1),
  FOREIGN KEY (address_id) REFERENCES address(id), FOREIGN KEY (rep_id) REFERENCES employee(id));
CREATE TABLE orders (id VARCHAR(20) PRIMARY KEY, customer_id INTEGER NOT NULL, address_id INTEGER, note VARCHAR(200),
  total DECIMAL(10,2) NOT NULL, created DATE, FOREIGN KEY (customer_id) REFERENCES customer(id));
CREATE TABLE order_item (order_id VARCHAR(20) NOT NULL, item_no INTEGER NOT NULL, quantity INTEGER,
  PRIMARY KEY (order_id, item_no), FOREIGN KEY (order_id) REFERENCES orders(id));
CREATE TABLE comment (id INTEGER PRIMARY KEY, parent_id INTEGER, author_id INTEGER, body VARCHAR(400),
  FOREIGN KEY (parent_id) REFERENCES comment(id), FOREIGN KEY (author_id) REFERENCES customer(id));
INSERT INTO address VALUES (1, 'Alpha 1', 'Ulm'), (2, 'Beta 2', 'Bonn'), (3, 'Gamma 3', 'Kiel');
INSERT INTO employee VALUES (1, 'rep@shop.test', 'Rita Rep');
INSERT INTO customer VALUES (1, 'Ann@Example.com', 'Ann', 1, 1, 'y'), (2, 'bob@example.com', 'Bob', 1, 1, 'n'),
  (3, 'ann@example.com.evil', 'Eve', 2, 1, 'n');
INSERT INTO orders VALUES ('o-1', 1, 1, 'ring twice', 10.10, '2025-01-02'), ('o-2', 1, 3, 'gift', 5.00, '2015-01-02'),
  ('o-3', 2, 1, 'bob order', 7.00, '2025-01-02');
INSERT INTO order_item VALUES ('o-1', 1, 2), ('o-1', 2, 1), ('o-2', 1, 1), ('o-3', 1, 9);
INSERT INTO comment VALUES (1, NULL, 1, 'ann root'), (2, 1, 2, 'bob reply'), (3, 2, 1, 'ann deep'), (4, 3, NULL, 'anon');
"""
YAML = """
dataset:
  - fides_key: shop
    name: Shop
    collections:
      - name: address
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: street, data_categories: [user.contact.address.street]}
          - {name: city, data_categories: [user.contact.address.city]}
      - name: employee
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name]}
      - name: customer
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name]}
          - {name: address_id, data_categories: [system.operations],
             fides_meta: {references: [{dataset: shop, field: address.id, direction: to}]}}
          - {name: rep_id, data_categories: [system.operations],
             fides_meta: {references: [{dataset: shop, field: employee.id}]}}
          - {name: vip, data_categories: [user.behavior]}
      - name: orders
        fields:
          - {name: id, data_categories: [system.operations], fides_meta: {primary_key: true}}
          - {name: customer_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: shop, field: customer.id, direction: from}]}}
          - {name: address_id, data_categories: [system.operations],
             fides_meta: {references: [{dataset: shop, field: address.id, direction: to}]}}
          - {name: note, data_categories: [user.content]}
          - {name: total, data_categories: [user.financial]}
          - {name: created, data_categories: [system.operations]}
      - name: order_item
        fields:
          - {name: order_id, fides_meta: {references: [{dataset: shop, field: orders.id, direction: from}]}}
          - {name: item_no}
          - {name: quantity, data_categories: [user.behavior.purchase_history]}
      - name: comment
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: parent_id, fides_meta: {references: [{dataset: shop, field: comment.id, direction: from}]}}
          - {name: author_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: shop, field: customer.id}]}}
          - {name: body, data_categories: [user.content]}
"""


@pytest.fixture
def shop(database):
    database.run(SCHEMA)
    return database


def ids(rows, name="id"):
    return sorted(row[name] for row in rows)


def test_access_reaches_own_rows_whatever_the_case_of_the_address(shop):
    ran = ask(shop, YAML, email="ANN@example.COM")
    assert ids(ran.raw["shop.customer"]) == [1]
    assert ids(ran.raw["shop.orders"]) == ["o-1", "o-2"]
    assert ids(ran.raw["shop.address"]) == [1, 3]
    assert len(ran.raw["shop.order_item"]) == 3
    assert ran.filtered["shop.customer"] == [{"id": 1, "email": "Ann@Example.com", "name": "Ann", "vip": "y"}]


def test_another_persons_data_are_never_in_the_answer(shop):
    ran = ask(shop, YAML, email="ann@example.com")
    assert ids(ran.raw["shop.employee"]) == [1]
    assert "shop.employee" not in ran.filtered
    text = str(ran.filtered)
    assert "Bob" not in text
    assert "bob reply" not in text
    assert "Rita" not in text
    codes = {one.code for one in ran.plan.collections["shop.employee"].exceptions}
    assert codes == {"THIRD_PERSON"}


def test_a_self_reference_runs_to_the_fixpoint_without_other_peoples_words(shop):
    ran = ask(shop, YAML, email="ann@example.com")
    assert {1, 3, 4} <= set(ids(ran.raw["shop.comment"]))
    assert [row["body"] for row in ran.filtered["shop.comment"] if "body" in row] == [
        "ann root",
        "ann deep",
        "anon",
    ]


def test_deletion_masks_own_rows_keeps_keys_and_links_and_proves_it(shop):
    ran = ask(shop, YAML, "deletion", email="ann@example.com", apply=True)
    assert not ran.plan.blocked
    assert ran.proof.clean
    assert ran.proof.checked["shop.customer"] == 1
    ((ident, email, name, address, rep, vip),) = shop.rows("SELECT * FROM customer WHERE id = 1")
    assert (ident, address, rep, vip) == (1, 1, 1, None)
    assert "Ann" not in (email, name)
    assert email.endswith("@erased.invalid")
    assert shop.rows("SELECT name FROM customer WHERE id = 2") == [("Bob",)]
    assert shop.rows("SELECT note FROM orders WHERE id = 'o-3'") == [("bob order",)]
    assert shop.rows("SELECT note FROM orders WHERE id = 'o-1'") == [(None,)]
    assert shop.rows("SELECT body FROM comment ORDER BY id") == [(None,), ("bob reply",), (None,), (None,)]
    assert shop.rows("SELECT name FROM employee") == [("Rita Rep",)]
    assert ran.plan.collections["shop.customer"].fields["id"].action == "keep"
    assert ran.plan.collections["shop.orders"].fields["customer_id"].action == "keep"


def test_a_shared_row_is_held_and_an_own_one_is_erased(shop):
    ran = ask(shop, YAML, "deletion", email="ann@example.com", apply=True)
    part = ran.plan.collections["shop.address"]
    assert (part.found, part.to_change) == (2, 1)
    assert [(one.code, one.rows) for one in part.exceptions] == [("SHARED_ROW", 1)]
    assert shop.rows("SELECT street FROM address ORDER BY id") == [("Alpha 1",), ("Beta 2",), (None,)]


def test_rows_are_deleted_in_foreign_key_order(shop):
    ran = ask(shop, YAML, "deletion", email="ann@example.com", mask="delete", apply=True)
    assert not ran.plan.blocked
    assert ran.proof.clean
    assert shop.rows("SELECT COUNT(*) FROM orders") == [(1,)]
    assert shop.rows("SELECT COUNT(*) FROM order_item") == [(1,)]
    assert shop.rows("SELECT id FROM customer ORDER BY id") == [(2,), (3,)]


def test_a_category_narrows_the_answer_and_the_erasure(shop):
    ran = ask(shop, YAML, "deletion", email="ann@example.com", categories=("user.contact.email",), apply=True)
    assert ran.filtered == {"shop.customer": [{"email": "Ann@Example.com"}]}
    assert ran.result.rows == {"shop.customer": 1}
    assert shop.rows("SELECT name FROM customer WHERE id = 1") == [("Ann",)]


def test_nothing_found_is_its_own_answer(shop):
    ran = ask(shop, YAML, "deletion", email="nobody@example.com", apply=True)
    assert ran.plan.found == 0
    assert ran.result.status == "nothing_to_do"
    assert ran.filtered == {}
    assert ran.raw["shop.customer"] == []


@pytest.mark.parametrize("mask", [None, "hash", "rewrite", "delete"])
def test_a_second_run_of_the_same_plan_changes_nothing(shop, mask):
    from dsar.engine import erase, probe

    ran = ask(shop, YAML, "deletion", email="ann@example.com", mask=mask, apply=True)
    before = [shop.rows(f"SELECT * FROM {name} ORDER BY 1") for name in ("customer", "orders", "comment")]
    again = erase(plan=ran.plan, source=shop.source(YAML))
    assert again.status == "already_done", again.error
    assert before == [
        shop.rows(f"SELECT * FROM {name} ORDER BY 1") for name in ("customer", "orders", "comment")
    ]
    assert probe(plan=ran.plan, source=shop.source(YAML)).clean


def test_hashes_agree_within_a_plan_and_fit_the_column(shop):
    shop.run("UPDATE orders SET note = 'Ann' WHERE id = 'o-1'")
    ran = ask(shop, YAML, "deletion", email="ann@example.com", mask="hash", apply=True)
    ((name,),) = shop.rows("SELECT name FROM customer WHERE id = 1")
    ((note,),) = shop.rows("SELECT note FROM orders WHERE id = 'o-1'")
    assert len(name) == 40
    assert note.startswith(name)
    assert ran.plan.collections["shop.customer"].fields["name"].action == "hash"


def test_the_plan_survives_json_and_its_hash_names_it(shop):
    plan = ask(shop, YAML, "deletion", email="ann@example.com").plan
    again = PlanDocument.from_json(plan.to_json())
    assert again == plan
    assert again.hash == plan.hash
    again.collections["shop.customer"].groups[0].keys.append((99,))
    assert again.hash != plan.hash


def test_drift_since_the_plan_stops_before_any_write(shop):
    from dsar.engine import erase

    ran = ask(shop, YAML, "deletion", email="ann@example.com")
    shop.run("INSERT INTO orders VALUES ('o-9', 1, 1, 'new', 1.00, '2026-01-01')")
    result = erase(plan=ran.plan, source=shop.source(YAML))
    assert result.status == "drifted"
    assert {one.outcome for one in result.fields} == {"failed"}
    assert shop.rows("SELECT name FROM customer WHERE id = 1") == [("Ann",)]


def test_a_changed_table_is_drift_too(shop):
    from dsar.engine import erase

    ran = ask(shop, YAML, "deletion", email="ann@example.com")
    shop.run("ALTER TABLE customer ADD COLUMN extra VARCHAR(10)")
    assert erase(plan=ran.plan, source=shop.source(YAML)).status == "drifted"
