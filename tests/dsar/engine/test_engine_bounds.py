# ruff: noqa: E501 - tables and datasets read better on one line
"""Schedules, chains, other people's records and refusals of the engine, on real databases."""

import pytest

from tests.dsar.engine.databases import ask

HEAD = "dataset:\n  - fides_key: d\n    collections:\n"
USER = """      - name: account
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true, identity: user_id, data_type: integer}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name]}
"""
ACCOUNTS = """CREATE TABLE account (id INTEGER PRIMARY KEY, email VARCHAR(80) UNIQUE, name VARCHAR(40));
INSERT INTO account VALUES (1, 'ann@x.de', 'Ann'), (2, 'bob@x.de', 'Bob'), (3, 'cid@x.de', 'Cid');
"""
FROM_ACCOUNT = "fides_meta: {references: [{dataset: d, field: account.id, direction: from}]}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def db(request):
    return request.getfixturevalue(request.param)


def table(name: str, *fields: str, meta: str = "", more: str = "") -> str:
    lines = [f"      - name: {name}"]
    lines += [f"        fides_meta: {meta}"] if meta else []
    lines += [f"        {more}"] if more else []
    lines += ["        fields:", *(f"          - {field}" for field in fields)]
    return "\n".join(lines) + "\n"


def test_schedules_hold_rows_until_their_period_is_over(db):
    from retention.rules import ScheduleRule

    db.run(
        ACCOUNTS
        + "CREATE TABLE invoice (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id), "
        "issued_on DATE, payer VARCHAR(40)); INSERT INTO invoice VALUES (1, 1, '2019-06-01', 'old'), "
        "(2, 1, '2018-05-31', 'older'), (3, 1, NULL, 'undated')"
    )
    yaml = HEAD + USER + table(
        "invoice", "{name: id}", "{name: account_id, " + FROM_ACCOUNT + "}", "{name: issued_on}",
        "{name: payer, data_categories: [user.financial]}",
    )  # fmt: skip
    rule = ScheduleRule(
        "pay",
        "P7Y",
        "payment records, 7 years",
        "E17_LEGAL_OBLIGATION",
        ("user.financial",),
        trigger="issued",
    )
    ran = ask(db, yaml, "deletion", email="ann@x.de", schedules=[rule], apply=True)
    part = ran.plan.collections["d.invoice"]
    assert [(one.code, one.rows, one.reason) for one in part.exceptions] == [
        ("E17_LEGAL_OBLIGATION", 2, "payment records, 7 years")
    ]
    assert (part.found, part.to_change) == (3, 1)
    assert db.rows("SELECT payer FROM invoice ORDER BY id") == [("old",), (None,), ("undated",)]
    gone = ask(db, yaml, "deletion", user_id="1", schedules=[rule], mask="delete", apply=True)
    assert gone.plan.collections["d.account"].exceptions[0].code == "STILL_REFERENCED"
    assert db.rows("SELECT id FROM invoice ORDER BY id") == [(1,), (3,)]


def test_a_deep_chain_is_walked_to_its_end_and_each_row_kept_once(db):
    db.run("CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER, email VARCHAR(40), text VARCHAR(20))")
    rows = [
        {"id": n, "parent": n - 1 or None, "email": "ann@x.de" if n == 1 else None, "text": f"t{n}"}
        for n in range(1, 61)
    ]
    db.fill("node", [*rows, {"id": 99, "parent": 98, "email": None, "text": "no"}])
    yaml = HEAD + table(
        "node", "{name: id}", "{name: parent, fides_meta: {references: [{dataset: d, field: node.id}]}}",
        "{name: email, fides_meta: {identity: email}}", "{name: text, data_categories: [user.content]}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de", mask="delete", apply=True)
    assert sorted(row["id"] for row in ran.raw["d.node"]) == list(range(1, 61))
    assert db.rows("SELECT id FROM node") == [(99,)]


def test_customers_are_not_part_of_their_clerks_data(db):
    db.run(
        "CREATE TABLE clerk (id INTEGER PRIMARY KEY, email VARCHAR(40) UNIQUE, name VARCHAR(20), boss INTEGER);"
        "CREATE TABLE client (id INTEGER PRIMARY KEY, email VARCHAR(40), name VARCHAR(20), clerk_id INTEGER);"
        "INSERT INTO clerk VALUES (1, 'kim@x.de', 'Kim', NULL), (2, 'lee@x.de', 'Lee', 1);"
        "INSERT INTO client VALUES (1, 'ann@x.de', 'Ann', 1), (2, 'bob@x.de', 'Bob', 1)"
    )
    yaml = HEAD + table(
        "clerk", "{name: id, data_categories: [user.unique_id], fides_meta: {identity: clerk_id}}",
        "{name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}",
        "{name: name, data_categories: [user.name]}",
        "{name: boss, fides_meta: {references: [{dataset: d, field: clerk.id}]}}",
    ) + table(
        "client", "{name: id}", "{name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}",
        "{name: name, data_categories: [user.name]}",
        "{name: clerk_id, fides_meta: {references: [{dataset: d, field: clerk.id}]}}",
    )  # fmt: skip
    for identity in ({"email": "kim@x.de"}, {"clerk_id": "1"}):
        ran = ask(db, yaml, "deletion", **identity)
        assert list(ran.filtered) == ["d.clerk"]
        assert [row["name"] for row in ran.filtered["d.clerk"]] == ["Kim"]
        assert ran.plan.collections["d.client"].to_change == 0
        assert ran.plan.collections["d.clerk"].to_change == 1


def test_telephone_numbers_are_found_however_they_are_written(db):
    db.run(
        "CREATE TABLE c (id INTEGER PRIMARY KEY, phone VARCHAR(40), name VARCHAR(20)); "
        "INSERT INTO c VALUES (1, '+49 (151) 123-456', 'Ann'), (2, '+49151123457', 'Bob')"
    )
    yaml = HEAD + table(
        "c",
        "{name: id}",
        "{name: phone, data_categories: [user.contact.phone_number], fides_meta: {identity: phone_number}}",
        "{name: name, data_categories: [user.name]}",
    )
    ran = ask(db, yaml, "deletion", phone_number="+49151123456", apply=True)
    assert ran.filtered["d.c"] == [{"phone": "+49 (151) 123-456", "name": "Ann"}]
    assert db.rows("SELECT name FROM c ORDER BY id") == [(None,), ("Bob",)]


def test_an_ordered_mask_that_would_break_a_foreign_key_blocks(db):
    db.run(
        "CREATE TABLE p (id VARCHAR(20) PRIMARY KEY, email VARCHAR(40)); "
        "CREATE TABLE k (id INTEGER PRIMARY KEY, p VARCHAR(20) REFERENCES p(id)); "
        "INSERT INTO p VALUES ('one', 'ann@x.de'); INSERT INTO k VALUES (1, 'one')"
    )
    yaml = HEAD + table(
        "p", "{name: id, data_categories: [user.unique_id], fides_meta: {masking_strategy_override: {strategy: random_string_rewrite}}}",
        "{name: email, fides_meta: {identity: email}}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de")
    assert [one.code for one in ran.plan.blocked] == ["FOREIGN_KEY"]
    db.run("DELETE FROM k")
    done = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert len(db.rows("SELECT id FROM p")[0][0]) == 20
    assert done.proof.clean


@pytest.mark.services
def test_one_table_that_may_not_be_read_does_not_fail_the_others(postgresql):
    from dsar.engine import Source, make_plan
    from platforms.connectors.sql import SqlConnector
    from platforms.connectors.sql.urls import parse_url
    from tests.dsar.engine.databases import NOW

    postgresql.run(
        ACCOUNTS + "CREATE TABLE secret (id INTEGER PRIMARY KEY, account_id INTEGER, body VARCHAR(9));"
        "DROP ROLE IF EXISTS eng_half; CREATE ROLE eng_half LOGIN; GRANT SELECT ON account TO eng_half"
    )
    try:
        yaml = (
            HEAD
            + USER
            + table(
                "secret",
                "{name: id}",
                "{name: account_id, " + FROM_ACCOUNT + "}",
                "{name: body, data_categories: [user]}",
            )
        )
        url = parse_url(postgresql.url).set(username="eng_half").render_as_string(hide_password=False)
        source = Source("s", postgresql.source(yaml).datasets, SqlConnector(url))
        plan = make_plan(sources=[source], identities={"email": ["ann@x.de"]}, right="access", now=NOW)
        assert plan.collections["d.account"].found == 1
        assert [(gap["collection"], gap["code"]) for gap in plan.unreachable] == [("d.secret", "UNREADABLE")]
    finally:
        postgresql.run("DROP OWNED BY eng_half; DROP ROLE eng_half")
