# ruff: noqa: E501 - tables and datasets read better on one line
"""A deletion that is about some platforms only: their accounts and what hangs off those, nothing else."""

import pytest

from dsar.engine import Accounts, erase, make_plan, probe
from dsar.engine.document import PlanDocument
from platforms.datasets import DatasetError, parse
from tests.dsar.engine.databases import NOW

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name VARCHAR(40) NOT NULL, main_account_id INTEGER);
CREATE TABLE invoices (id INTEGER PRIMARY KEY, payer_id INTEGER NOT NULL, name VARCHAR(40), FOREIGN KEY (payer_id) REFERENCES users(id));
CREATE TABLE posts (id INTEGER PRIMARY KEY, author_id INTEGER NOT NULL, body VARCHAR(80), FOREIGN KEY (author_id) REFERENCES users(id));
CREATE TABLE accounts (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, network VARCHAR(10) NOT NULL, network_id VARCHAR(20) NOT NULL,
  handle VARCHAR(40) NOT NULL, status VARCHAR(10) NOT NULL, FOREIGN KEY (owner_id) REFERENCES users(id), UNIQUE (network, network_id));
CREATE TABLE schedule (id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL, account_id INTEGER NOT NULL, planner_id INTEGER NOT NULL, at VARCHAR(20),
  FOREIGN KEY (post_id) REFERENCES posts(id), FOREIGN KEY (account_id) REFERENCES accounts(id), FOREIGN KEY (planner_id) REFERENCES users(id));
CREATE TABLE metrics (account_id INTEGER NOT NULL, day VARCHAR(10) NOT NULL, reach INTEGER NOT NULL, PRIMARY KEY (account_id, day), FOREIGN KEY (account_id) REFERENCES accounts(id));
CREATE TABLE threads (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, guest VARCHAR(40) NOT NULL, assigned_to_id INTEGER,
  FOREIGN KEY (account_id) REFERENCES accounts(id), FOREIGN KEY (assigned_to_id) REFERENCES users(id));
CREATE TABLE messages (id INTEGER PRIMARY KEY, thread_id INTEGER NOT NULL, body VARCHAR(80) NOT NULL, FOREIGN KEY (thread_id) REFERENCES threads(id));
CREATE TABLE replies (id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL, sender_id INTEGER NOT NULL, body VARCHAR(80) NOT NULL,
  FOREIGN KEY (message_id) REFERENCES messages(id), FOREIGN KEY (sender_id) REFERENCES users(id));
INSERT INTO users VALUES (1, 'ann@example.com', 'Ann', 11), (2, 'bob@example.com', 'Bob', NULL);
INSERT INTO invoices VALUES (1, 1, 'Ann'), (2, 2, 'Bob');
INSERT INTO posts VALUES (1, 1, 'spring'), (2, 2, 'autumn');
INSERT INTO accounts VALUES (10, 1, 'fb', '900', '@ann', 'on'), (11, 1, 'fb', '901', '@ann2', 'on'), (12, 1, 'x', '900', '@annx', 'on'), (13, 2, 'fb', '902', '@bob', 'on');
INSERT INTO schedule VALUES (1, 1, 10, 1, 'monday'), (2, 1, 11, 2, 'tuesday'), (3, 1, 12, 1, 'friday'), (4, 2, 13, 2, 'monday');
INSERT INTO metrics VALUES (10, 'd1', 5), (10, 'd2', 6), (11, 'd1', 7), (12, 'd1', 8), (13, 'd1', 9);
INSERT INTO threads VALUES (1, 10, 'Guest One', 2), (2, 11, 'Guest Two', NULL), (3, 12, 'Guest Three', 1), (4, 13, 'Guest Four', 2);
INSERT INTO messages VALUES (1, 1, 'hello fb'), (2, 2, 'hello fb2'), (3, 3, 'hello x'), (4, 4, 'hello bob');
INSERT INTO replies VALUES (1, 1, 2, 'answer of bob'), (2, 3, 1, 'answer on x'), (3, 4, 2, 'answer')
"""
YAML = """
dataset:
  - fides_key: social
    name: Social
    data_subjects: [customer]
    collections:
      - name: users
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true, data_type: integer, identity: user_id}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {data_type: string, identity: email}}
          - {name: name, data_categories: [user.name]}
          - {name: main_account_id, data_categories: [user.social],
             fides_meta: {references: [{dataset: social, field: accounts.id, direction: from}]}}
      - name: invoices
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: payer_id, fides_meta: {references: [{dataset: social, field: users.id, direction: from}]}}
          - {name: name, data_categories: [user.name]}
      - name: posts
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: author_id, fides_meta: {references: [{dataset: social, field: users.id, direction: from}]}}
          - {name: body, data_categories: [user.content]}
      - name: accounts
        fides_meta:
          platform_scope: {platform_field: network, id_field: network_id, values: {fb: meta_facebook, x: x}}
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: owner_id, fides_meta: {references: [{dataset: social, field: users.id, direction: from}]}}
          - {name: network, data_categories: [user.social]}
          - {name: network_id, data_categories: [user.social]}
          - {name: handle, data_categories: [user.account.username]}
          - {name: status, data_categories: [system.operations]}
      - name: schedule
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: post_id, data_categories: [system.operations]}
          - {name: account_id, data_categories: [system.operations]}
          - {name: planner_id, fides_meta: {references: [{dataset: social, field: users.id, direction: from}]}}
          - {name: at, data_categories: [user.content]}
      - name: metrics
        fields:
          - {name: account_id, fides_meta: {primary_key: true, references: [{dataset: social, field: accounts.id, direction: from}]}}
          - {name: day, data_categories: [user.social]}
          - {name: reach, data_categories: [user.social]}
      - name: threads
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: account_id, fides_meta: {references: [{dataset: social, field: accounts.id, direction: from}]}}
          - {name: guest, data_categories: [user.name], data_subjects: [visitor]}
          - {name: assigned_to_id, data_categories: [system.operations]}
      - name: messages
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: thread_id, fides_meta: {references: [{dataset: social, field: threads.id, direction: from}]}}
          - {name: body, data_categories: [user.content.private], data_subjects: [visitor]}
      - name: replies
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: message_id, data_categories: [system.operations]}
          - {name: sender_id, fides_meta: {references: [{dataset: social, field: users.id, direction: from}]}}
          - {name: body, data_categories: [user.content.private]}
"""
TABLES = ("users", "invoices", "posts", "accounts", "schedule", "metrics", "threads", "messages", "replies")


@pytest.fixture
def social(database):
    database.run(SCHEMA)
    return database


def everything(database):
    return {table: sorted(database.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES}


def plan_for(database, *accounts, **identities):
    plan = make_plan(
        sources=[database.source(YAML)], identities=identities, right="deletion", now=NOW, platforms=accounts
    )
    assert plan.sources["source"].status == "ready", plan.sources["source"].reason
    return PlanDocument.from_json(plan.to_json())


def carried_out(database, *accounts, **identities):
    plan = plan_for(database, *accounts, **identities)
    assert not plan.blocked
    result = erase(plan=plan, source=database.source(YAML))
    assert result.ok, result.error
    assert probe(plan=plan, source=database.source(YAML)).clean
    return plan


def gone(before, after):
    return {
        table: len(before[table]) - len(after[table]) for table in TABLES if before[table] != after[table]
    }


def test_one_of_two_accounts_of_a_platform_goes_with_all_that_hangs_off_it(social):
    before = everything(social)
    carried_out(social, Accounts("meta_facebook", ("900",)))
    after = everything(social)
    assert gone(before, after) == {
        "accounts": 1, "schedule": 1, "metrics": 2, "threads": 1, "messages": 1, "replies": 1,
    }  # fmt: skip
    assert [row[0] for row in after["accounts"]] == [11, 12, 13]
    assert [row[0] for row in after["threads"]] == [2, 3, 4]


def test_the_same_id_at_another_platform_is_another_account(social):
    carried_out(social, Accounts("x", ("900",)))
    assert sorted(row[0] for row in everything(social)["accounts"]) == [10, 11, 13]


def test_without_a_named_account_all_accounts_of_that_person_at_the_platform_go(social):
    social.run("UPDATE users SET main_account_id = NULL")
    carried_out(social, Accounts("meta_facebook"), email=["ann@example.com"])
    after = everything(social)
    assert [row[0] for row in after["accounts"]] == [12, 13]
    assert [row[1] for row in after["messages"]] == [3, 4]
    assert [len(after[table]) for table in ("users", "invoices", "posts")] == [2, 2, 2]


def test_the_plan_knows_no_row_outside_the_scope(social):
    plan = plan_for(social, Accounts("x"), email=["ann@example.com"])
    found = {key.partition(".")[2]: part.found for key, part in plan.collections.items() if part.found}
    assert found == {"accounts": 1, "schedule": 1, "metrics": 1, "threads": 1, "messages": 1, "replies": 1}
    assert not {"social.users", "social.invoices", "social.posts"} & set(plan.collections)
    assert plan.review_rows == 0


def test_an_account_nobody_has_is_nothing_found(social):
    plan = plan_for(social, Accounts("meta_facebook", ("404",)))
    assert plan.found == 0


def test_the_same_account_linked_again_is_found_by_looking_again(social):
    plan = carried_out(social, Accounts("meta_facebook", ("900",)))
    assert probe(plan=plan, source=social.source(YAML)).clean
    social.run("INSERT INTO accounts VALUES (21, 1, 'fb', '900', '@again', 'on')")
    assert probe(plan=plan, source=social.source(YAML)).remaining["social.accounts"] == 1


def test_a_message_that_came_since_the_plan_stops_the_run(social):
    plan = plan_for(social, Accounts("meta_facebook", ("900",)))
    social.run("INSERT INTO messages VALUES (9, 1, 'late')")
    result = erase(plan=plan, source=social.source(YAML))
    assert result.status == "drifted"
    assert len(everything(social)["accounts"]) == 4


def test_another_platforms_news_do_not_stop_the_run(social):
    plan = plan_for(social, Accounts("meta_facebook", ("900",)))
    social.run("INSERT INTO messages VALUES (9, 3, 'late on x')")
    assert erase(plan=plan, source=social.source(YAML)).status == "done"


def test_what_hangs_off_two_accounts_is_held_for_a_decision(social):
    social.run(
        "CREATE TABLE copies (id INTEGER PRIMARY KEY, from_id INTEGER NOT NULL, to_id INTEGER NOT NULL)"
    )
    social.run("INSERT INTO copies VALUES (1, 10, 12), (2, 10, 10)")
    more = """
      - name: copies
        fields:
          - {name: id, data_categories: [user.content], fides_meta: {primary_key: true}}
          - {name: from_id, data_categories: [user.social], fides_meta: {references: [{dataset: social, field: accounts.id, direction: from}]}}
          - {name: to_id, data_categories: [user.social], fides_meta: {references: [{dataset: social, field: accounts.id, direction: from}]}}
"""
    plan = make_plan(
        sources=[social.source(YAML + more)], identities={}, right="deletion", now=NOW,
        platforms=[Accounts("meta_facebook", ("900",))],
    )  # fmt: skip
    groups = plan.collections["social.copies"].groups
    assert sorted((group.shared, group.delete, len(group.keys)) for group in groups) == [
        (False, True, 1),
        (True, False, 1),
    ]


def test_where_something_must_keep_pointing_at_the_account_it_is_masked_instead(social):
    social.run(
        "CREATE TABLE ledger (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, FOREIGN KEY (account_id) REFERENCES accounts(id))"
    )
    social.run("INSERT INTO ledger VALUES (1, 10)")
    plan = plan_for(social, Accounts("meta_facebook", ("900",)))
    part = plan.collections["social.accounts"]
    assert [one.code for one in part.exceptions] == ["STILL_REFERENCED"]
    assert not any(group.delete for group in part.groups)
    assert all(group.delete for group in plan.collections["social.messages"].groups)


def test_the_plan_of_a_whole_deletion_is_spelled_as_before(social):
    plan = make_plan(
        sources=[social.source(YAML)], identities={"email": ["ann@example.com"]}, right="deletion", now=NOW
    )
    assert "platforms" not in plan.to_json()
    assert not any("only" in part for part in plan.to_json()["collections"].values())


@pytest.mark.parametrize(
    "scope",
    [
        "{id_field: nope, platform: x}",
        "{id_field: network_id}",
        "{id_field: network_id, platform: x, platform_field: network, values: {a: x}}",
        "{id_field: network_id, platform_field: network}",
        "[]",
        "{id_field: network_id, platform_field: nope, values: {a: x}}",
    ],
)  # fmt: skip
def test_a_scope_that_says_too_little_is_refused_with_its_line(scope):
    text = YAML.replace(
        "{platform_field: network, id_field: network_id, values: {fb: meta_facebook, x: x}}", scope
    )
    with pytest.raises(DatasetError, match="platform_scope"):
        parse(text)


def test_an_unknown_word_in_the_scope_is_warned_about():
    text = YAML.replace("id_field: network_id, values", "id_fild: a, id_field: network_id, values")
    assert ["id_fild" in str(one) for one in parse(text).warnings] == [True]


def test_a_collection_that_is_of_one_platform_needs_no_field_for_it(social):
    text = YAML.replace(
        "{platform_field: network, id_field: network_id, values: {fb: meta_facebook, x: x}}",
        "{id_field: network_id, platform: meta_facebook}",
    )
    plan = make_plan(
        sources=[social.source(text)], identities={}, right="deletion", now=NOW,
        platforms=[Accounts("meta_facebook", ("901",)), Accounts("x")],
    )  # fmt: skip
    assert plan.collections["social.accounts"].found == 1
