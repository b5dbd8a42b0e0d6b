# ruff: noqa: E501 - tables and datasets read better on one line
"""Features of the dataset format, each on SQLite and PostgreSQL."""

import json

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


def test_a_category_matches_only_up_to_a_dot(db):
    db.run(
        "CREATE TABLE device (id INTEGER PRIMARY KEY, email VARCHAR(40), cookie VARCHAR(9), cookie_id VARCHAR(9)); "
        "INSERT INTO device VALUES (1, 'ann@x.de', 'c', 'i')"
    )
    yaml = HEAD + table(
        "device",
        "{name: id}",
        "{name: email, fides_meta: {identity: email}}",
        "{name: cookie, data_categories: [user.device.cookie]}",
        "{name: cookie_id, data_categories: [user.device.cookie_id]}",
    )
    ran = ask(db, yaml, categories=("user.device.cookie",), email="ann@x.de")
    assert ran.filtered == {"d.device": [{"cookie": "c"}]}
    assert ran.raw["d.device"] == [{"id": 1, "email": "ann@x.de", "cookie": "c", "cookie_id": "i"}]


def test_a_category_of_the_collection_covers_the_whole_row(db):
    db.run(
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, email VARCHAR(40), at VARCHAR(20), page VARCHAR(20)); "
        "INSERT INTO visit VALUES (1, 'ann@x.de', 'now', '/a')"
    )
    yaml = HEAD + table(
        "visit", "{name: id}", "{name: email, fides_meta: {identity: email}}", "{name: at}", "{name: page}",
        more="data_categories: [user.behavior]",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", categories=("user.behavior",), email="ann@x.de", apply=True)
    assert ran.filtered == {"d.visit": [{"id": 1, "email": "ann@x.de", "at": "now", "page": "/a"}]}
    assert db.rows("SELECT * FROM visit") == [(1, None, None, None)]


def test_identities_are_coerced_and_may_have_several_values(db):
    db.run(ACCOUNTS)
    ran = ask(db, HEAD + USER, user_id=["1", "3"])
    assert [row["id"] for row in ran.raw["d.account"]] == [1, 3]
    assert ask(db, HEAD + USER, user_id="not a number").raw["d.account"] == []
    assert ask(db, HEAD + USER, phone="1").raw["d.account"] == []
    both = ask(db, HEAD + USER, user_id="1", email="bob@x.de")
    assert [row["id"] for row in both.raw["d.account"]] == [1, 2]


def test_accounts_that_differ_in_case_only_are_not_mixed_up(db):
    db.run(ACCOUNTS + "INSERT INTO account VALUES (4, 'ANN@x.de', 'Another Ann')")
    ran = ask(db, HEAD + USER, "deletion", email="ann@x.de", apply=True)
    assert [row["name"] for row in ran.filtered["d.account"]] == ["Ann"]
    assert db.rows("SELECT name FROM account WHERE id = 4") == [("Another Ann",)]
    assert any("case only" in text for text in ran.plan.warnings)


def test_links_between_text_and_numbers_are_coerced(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE note (ref VARCHAR(10), body VARCHAR(20)); INSERT INTO note VALUES ('1', 'x'), ('2', 'y')"
    )
    yaml = (
        HEAD
        + USER
        + table("note", "{name: ref, " + FROM_ACCOUNT + "}", "{name: body, data_categories: [user]}")
    )
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert db.rows("SELECT body FROM note ORDER BY ref") == [(None,), ("y",)]
    assert ran.proof.clean


def test_a_message_between_two_people_is_shown_without_the_other_and_held(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE message (id INTEGER PRIMARY KEY, sender INTEGER, receiver_email VARCHAR(80), body VARCHAR(80)); "
        "INSERT INTO message VALUES (1, 1, 'bob@x.de', 'hello'), (2, 2, 'ann@x.de', 'answer'), (3, 2, 'cid@x.de', 'no')"
    )
    yaml = HEAD + USER + table(
        "message", "{name: id}", "{name: sender, " + FROM_ACCOUNT + "}",
        "{name: receiver_email, data_categories: [user.contact.email], fides_meta: {identity: email}}",
        "{name: body, data_categories: [user.content]}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert sorted(row["id"] for row in ran.raw["d.message"]) == [1, 2]
    assert "bob" not in str(ran.filtered)
    assert db.rows("SELECT receiver_email FROM message ORDER BY id") == [
        ("bob@x.de",),
        ("ann@x.de",),
        ("cid@x.de",),
    ]
    codes = {one.code for one in ran.plan.collections["d.message"].exceptions}
    assert "SHARED_ROW" in codes


def test_declared_data_subjects_mark_other_people(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE kin (id INTEGER PRIMARY KEY, account_id INTEGER, name VARCHAR(40), relation VARCHAR(20));"
        "INSERT INTO kin VALUES (1, 1, 'Mother Mia', 'mother')"
    )
    yaml = HEAD + USER + table(
        "kin", "{name: id}", "{name: account_id, " + FROM_ACCOUNT + "}",
        "{name: name, data_categories: [user.name], data_subjects: [next_of_kin]}",
        "{name: relation, data_categories: [user.demographic]}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert ran.filtered["d.kin"] == [{"relation": "mother"}]
    assert db.rows("SELECT name, relation FROM kin") == [("Mother Mia", None)]


def test_another_persons_record_is_not_followed(db):
    db.run(
        ACCOUNTS + "CREATE TABLE post (id INTEGER PRIMARY KEY, author INTEGER, body VARCHAR(40));"
        "CREATE TABLE reply (id INTEGER PRIMARY KEY, post INTEGER, author INTEGER, body VARCHAR(40));"
        "CREATE TABLE card (id INTEGER PRIMARY KEY, account_id INTEGER, number VARCHAR(40));"
        "INSERT INTO post VALUES (1, 1, 'post of ann'), (2, 2, 'post of bob');"
        "INSERT INTO reply VALUES (1, 1, 2, 'bob to ann'), (2, 2, 1, 'ann to bob');"
        "INSERT INTO card VALUES (1, 1, 'ann-card'), (2, 2, 'bob-card')"
    )
    both = "fides_meta: {references: [{dataset: d, field: account.id}]}"
    yaml = HEAD + USER
    yaml += table(
        "post", "{name: id}", "{name: author, " + both + "}", "{name: body, data_categories: [user.content]}"
    )
    yaml += table(
        "reply", "{name: id}", "{name: post, fides_meta: {references: [{dataset: d, field: post.id}]}}",
        "{name: author, " + both + "}", "{name: body, data_categories: [user.content]}",
    )  # fmt: skip
    yaml += table(
        "card",
        "{name: id}",
        "{name: account_id, " + both + "}",
        "{name: number, data_categories: [user.financial]}",
    )
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert "bob-card" not in str(ran.raw)
    assert "bob" not in str(ran.filtered).lower().replace("ann to bob", "").replace("post of bob", "")
    assert db.rows("SELECT body FROM reply ORDER BY id") == [("bob to ann",), (None,)]
    assert db.rows("SELECT number FROM card ORDER BY id") == [(None,), ("bob-card",)]
    assert db.rows("SELECT name FROM account ORDER BY id") == [(None,), ("Bob",), ("Cid",)]


def test_documents_and_lists_keep_their_shape(db):
    kind = "JSONB" if db.kind == "postgresql" else "TEXT"
    document = {
        "contact": {"mail": "ann@x.de", "city": "Ulm"},
        "kids": [{"name": "K1", "age": 4}, {"name": "K2"}],
        "n": 1,
    }
    emails = ["other@x.de", "ann@x.de"]
    db.run(f"CREATE TABLE profile (id INTEGER PRIMARY KEY, doc {kind}, mails {kind})")
    db.fill(
        "profile",
        [
            {"id": 1, "doc": json.dumps(document), "mails": json.dumps(emails)},
            {"id": 2, "doc": "{}", "mails": "[]"},
        ],
    )
    yaml = HEAD + table(
        "profile", "{name: id}",
        """{name: doc, fides_meta: {data_type: object}, fields: [
             {name: contact, fields: [{name: mail, fides_meta: {identity: email}}, {name: city, data_categories: [user.contact.address.city]}]},
             {name: kids, fides_meta: {data_type: "object[]"}, fields: [{name: name, data_categories: [user.childrens]}, {name: age}]},
             {name: n}]}""",
        """{name: mails, data_categories: [user.contact.email], fides_meta: {data_type: "string[]", identity: email}}""",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="Ann@x.de", apply=True)
    assert ran.filtered["d.profile"] == [
        {"doc": {"contact": {"city": "Ulm"}, "kids": [{"name": "K1"}, {"name": "K2"}]}, "mails": ["ann@x.de"]}
    ]
    ((doc, mails),) = db.rows("SELECT doc, mails FROM profile WHERE id = 1")
    doc, mails = (json.loads(one) if isinstance(one, str) else one for one in (doc, mails))
    assert doc == {
        "contact": {"mail": "ann@x.de", "city": None},
        "kids": [{"name": None, "age": 4}, {"name": None}],
        "n": 1,
    }
    assert mails == ["other@x.de", None]
    assert ran.proof.clean


@pytest.mark.services
def test_native_arrays_match_by_element_and_keep_positions(postgresql):
    postgresql.run(
        "CREATE TABLE p (id INTEGER PRIMARY KEY, mails TEXT[], nums INTEGER[]); "
        "INSERT INTO p VALUES (1, '{b@x.de,ann@x.de}', '{1,2}'), (2, '{c@x.de}', '{3}')"
    )
    meta = 'fides_meta: {data_type: "string[]", identity: email}'
    yaml = HEAD + table(
        "p",
        "{name: id}",
        "{name: mails, data_categories: [user.contact.email], " + meta + "}",
        '{name: nums, data_categories: [user], fides_meta: {data_type: "integer[]"}}',
    )
    ran = ask(postgresql, yaml, "deletion", email="ann@x.de", apply=True)
    assert ran.filtered["d.p"] == [{"mails": ["ann@x.de"], "nums": [1, 2]}]
    assert postgresql.rows("SELECT mails, nums FROM p ORDER BY id") == [
        (["b@x.de", None], None),
        (["c@x.de"], [3]),
    ]
    assert ran.proof.clean


def test_skipped_collections_and_broken_references(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE note (id INTEGER PRIMARY KEY, account_id INTEGER, body VARCHAR(20)); INSERT INTO note VALUES (1, 1, 'x')"
    )
    fields = (
        "{name: id}",
        "{name: account_id, " + FROM_ACCOUNT + "}",
        "{name: body, data_categories: [user.content]}",
    )
    skipped = ask(
        db,
        HEAD + USER + table("note", *fields, meta="{skip_processing: true}"),
        "deletion",
        email="ann@x.de",
        apply=True,
    )
    assert "d.note" not in skipped.raw
    assert not skipped.plan.blocked
    assert db.rows("SELECT body FROM note") == [("x",)]
    missing = (
        "{name: account_id, fides_meta: {references: [{dataset: d, field: nowhere.id, direction: from}]}}"
    )
    blocked = ask(db, HEAD + USER + table("note", fields[0], missing, fields[2]), email="ann@x.de").plan
    assert [(one.collection, one.code) for one in blocked.blocked] == [("d.note", "BROKEN_REFERENCE")]
    assert any("nowhere" in text for text in blocked.warnings)
    other = ask(db, HEAD + USER + table("note", fields[0], missing, "{name: body}"), email="ann@x.de").plan
    assert not other.blocked


def test_what_no_identity_reaches_is_named(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE loyalty (id VARCHAR(9) PRIMARY KEY, name VARCHAR(9)); INSERT INTO loyalty VALUES ('L', 'x')"
    )
    yaml = (
        HEAD
        + USER
        + table(
            "loyalty",
            "{name: id, fides_meta: {identity: loyalty_id}}",
            "{name: name, data_categories: [user.name]}",
        )
    )
    assert [gap["collection"] for gap in ask(db, yaml, email="ann@x.de").plan.unreachable] == ["d.loyalty"]
    assert ask(db, yaml, loyalty_id="L").filtered["d.loyalty"] == [{"name": "x"}]


def test_the_dataset_orders_row_deletion_and_its_order(db):
    db.run(
        "CREATE TABLE address (id INTEGER PRIMARY KEY, street VARCHAR(20));"
        "CREATE TABLE customer (id INTEGER PRIMARY KEY, email VARCHAR(40), address_id INTEGER REFERENCES address(id), name VARCHAR(20));"
        "INSERT INTO address VALUES (1, 'Alpha'); INSERT INTO customer VALUES (1, 'ann@x.de', 1, 'Ann')"
    )
    yaml = HEAD + table(
        "address", "{name: id}", "{name: street, data_categories: [user.contact.address.street]}",
        meta="{masking_strategy_override: {strategy: delete}}",
    ) + table(
        "customer", "{name: id}", "{name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}",
        "{name: address_id, fides_meta: {references: [{dataset: d, field: address.id, direction: to}]}}",
        "{name: name, data_categories: [user.name]}", meta="{erase_after: [d.address]}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de", apply=True)
    assert [(step.op, step.collection) for step in ran.plan.sources["source"].steps] == [
        ("detach", "d.customer"), ("delete", "d.address"), ("mask", "d.customer")
    ]  # fmt: skip
    assert db.rows("SELECT * FROM address") == []
    assert db.rows("SELECT * FROM customer") == [(1, None, None, None)]
    assert ran.plan.collections["d.customer"].fields["address_id"].action == "null"
    assert ran.proof.clean


def test_rows_that_others_still_need_are_masked_instead_of_deleted(db):
    db.run(
        ACCOUNTS
        + "CREATE TABLE audit (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account(id));"
        "INSERT INTO audit VALUES (1, 1)"
    )
    ran = ask(db, HEAD + USER, "deletion", email="ann@x.de", mask="delete", apply=True)
    assert [one.code for one in ran.plan.collections["d.account"].exceptions] == ["STILL_REFERENCED"]
    assert db.rows("SELECT name FROM account WHERE id = 1") == [(None,)]


def test_rows_in_a_circle_of_foreign_keys_are_deleted(db):
    db.run(
        "CREATE TABLE team (id INTEGER PRIMARY KEY, lead INTEGER, title VARCHAR(20));"
        "CREATE TABLE member (id INTEGER PRIMARY KEY, email VARCHAR(40), team_id INTEGER NOT NULL REFERENCES team(id), "
        "boss INTEGER REFERENCES member(id));"
        "INSERT INTO team VALUES (1, 1, 'T'); INSERT INTO member VALUES (1, 'ann@x.de', 1, 1), (2, 'ann@x.de', 1, 1)"
    )
    if db.kind == "postgresql":
        db.run("ALTER TABLE team ADD FOREIGN KEY (lead) REFERENCES member(id)")
    yaml = HEAD + table(
        "team", "{name: id}", "{name: lead, fides_meta: {references: [{dataset: d, field: member.id, direction: from}]}}",
        "{name: title, data_categories: [user]}",
    ) + table(
        "member", "{name: id}", "{name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}",
        "{name: team_id, fides_meta: {references: [{dataset: d, field: team.id, direction: to}]}}", "{name: boss}",
    )  # fmt: skip
    ran = ask(db, yaml, "deletion", email="ann@x.de", mask="delete", apply=True)
    assert ran.proof.clean
    assert db.rows("SELECT COUNT(*) FROM member") == db.rows("SELECT COUNT(*) FROM team") == [(0,)]
