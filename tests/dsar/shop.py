"""A little shop: customers, their posts, mail with a support employee in it, invoices.

And one for driving cases.
"""

import sqlite3
from datetime import timedelta
from pathlib import Path

from accounts.services.audit import SYSTEM, Actor
from dsar.enums import Channel, Right
from dsar.models import Case, Run
from dsar.services import fulfilment, intake, planning
from platforms.models import System
from platforms.services import create_system, import_dataset
from tests.dsar import sqlite_file
from tests.factories import NOW

SCHEMA = """
CREATE TABLE employees (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL);
CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, phone TEXT,
  rep_id INTEGER REFERENCES employees(id));
CREATE TABLE posts (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), text TEXT);
CREATE TABLE messages (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  sender_name TEXT, body TEXT);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id),
  invoice_date TEXT NOT NULL, billing_name TEXT, total REAL NOT NULL);
CREATE TABLE changes (at TEXT DEFAULT CURRENT_TIMESTAMP, what TEXT);
CREATE TRIGGER t1 AFTER DELETE ON posts BEGIN
  INSERT INTO changes (what) VALUES ('delete posts ' || old.id); END;
CREATE TRIGGER t2 AFTER UPDATE ON posts BEGIN
  INSERT INTO changes (what) VALUES ('update posts ' || old.id); END;
CREATE TRIGGER t3 AFTER UPDATE ON customers BEGIN
  INSERT INTO changes (what) VALUES ('update customers ' || old.id); END;
INSERT INTO employees VALUES (1, 'rita@shop.example', 'Rita Rep');
INSERT INTO customers VALUES (1, 'Leonie@Example.org', 'Leonie Hartwig', '+49 170 1', 1),
  (2, 'bob@example.org', 'Bob', NULL, 1);
INSERT INTO posts VALUES (1, 1, '=cmd()|x'), (2, 1, 'Hallo 👋🏽'), (3, 2, 'Bob was here');
INSERT INTO messages VALUES (1, 1, 'Carla Third', 'Hello Leonie');
INSERT INTO invoices VALUES (1, 1, '2025-03-01', 'Leonie Hartwig', 9.5), (2, 2, '2025-03-01', 'Bob', 1.0);
"""
YAML = """
dataset:
  - fides_key: shop
    name: Shop
    collections:
      - name: employees
        data_subjects: [employee]
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true, data_type: integer}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name], fides_meta: {data_type: string}}
      - name: customers
        data_subjects: [customer]
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true, data_type: integer}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name], fides_meta: {data_type: string}}
          - {name: phone, data_categories: [user.contact.phone_number], fides_meta: {data_type: string}}
          - name: rep_id
            data_categories: [system.operations]
            fides_meta: {references: [{dataset: shop, field: employees.id, direction: to}]}
      - name: posts
        fides_meta: {masking_strategy_override: {strategy: delete}}
        fields:
          - {name: id, fides_meta: {primary_key: true, data_type: integer}}
          - name: customer_id
            fides_meta: {references: [{dataset: shop, field: customers.id, direction: from}]}
          - {name: text, data_categories: [user.content], fides_meta: {data_type: string}}
      - name: messages
        fields:
          - {name: id, fides_meta: {primary_key: true, data_type: integer}}
          - name: customer_id
            fides_meta: {references: [{dataset: shop, field: customers.id, direction: from}]}
          - {name: sender_name, data_categories: [user.name], data_subjects: [anonymous_user]}
          - {name: body, data_categories: [user.content.private]}
      - name: invoices
        fields:
          - {name: id, fides_meta: {primary_key: true, data_type: integer}}
          - name: customer_id
            fides_meta: {references: [{dataset: shop, field: customers.id, direction: from}]}
          - {name: invoice_date, data_categories: [user.payment]}
          - {name: billing_name, data_categories: [user.name]}
          - {name: total, data_categories: [user.payment]}
"""


class Shop:
    """The shop's database and its system in the portal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        sqlite_file.make(path, SCHEMA)
        self.system: System = create_system(
            key="shop", name="Shop", connector="sql", secret=f"sqlite:///{path}", actor=SYSTEM, now=NOW
        )
        import_dataset(system=self.system, source=YAML, actor=SYSTEM, now=NOW)

    def rows(self, query: str) -> list[tuple]:
        with sqlite3.connect(self.path) as db:
            return db.execute(query).fetchall()

    def run(self, script: str) -> None:
        with sqlite3.connect(self.path) as db:
            db.executescript(script)


class Clock:
    """A clock that moves on by itself a second at a time."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def open_case(user, right=Right.ACCESS, **more) -> Case:
    """A verified case of the dashboard."""
    return intake.open_case(
        subject=intake.subject_for(user), right=right, channel=Channel.DASHBOARD, received_at=NOW,
        actor=Actor.of(user), now=NOW, **more,
    )  # fmt: skip


def work(clock=None) -> int:
    """Do every run that is due, like a worker; returns how many were done."""
    clock, done = clock or Clock(), 0
    while True:
        due = list(Run.objects.filter(status__in=["ready", "running"]).values_list("pk", flat=True))
        worked = [pk for pk in due if fulfilment.run_case(run_id=pk, now_fn=clock)]
        done += len(worked)
        if not worked:
            return done


def planned(case: Case, actor: Actor):
    """Make the plan of a case and return it."""
    planning.request_plan(case=case, actor=actor, now=NOW)
    work()
    case.refresh_from_db()
    return case.plans.first()


def approved(case: Case, proposer: Actor, approver: Actor):
    """Plan, propose and approve a case; the run waits for a worker."""
    plan = planned(case, proposer)
    planning.propose(plan=plan, actor=proposer, now=NOW)
    planning.decide(plan=plan, plan_hash=plan.hash, approve=True, reason="", actor=approver, now=NOW)
    plan.refresh_from_db()
    case.refresh_from_db()
    return plan
