# ruff: noqa: E501 - tables and datasets read better on one line
"""Masks against what real columns allow: NOT NULL, length, unique, enum, check, generated, types, views."""

import uuid

import pytest

from tests.dsar.engine.databases import ask

HEAD = """
dataset:
  - fides_key: d
    collections:
"""


def person(fields: str, name: str = "person", meta: str = "") -> str:
    rows = "".join(f"          - {line}\n" for line in fields.strip().splitlines())
    extra = f"        fides_meta: {meta}\n" if meta else ""
    return f"""      - name: {name}
{extra}        fields:
          - {{name: id, fides_meta: {{primary_key: true}}}}
          - {{name: email, data_categories: [user.contact.email], fides_meta: {{identity: email}}}}
{rows}"""


def test_not_null_columns_of_every_type_get_a_legal_value(database):
    database.run(
        """CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(40) NOT NULL, code CHAR(2) NOT NULL,
        n INTEGER NOT NULL, small SMALLINT NOT NULL, d DATE NOT NULL, t TIMESTAMP NOT NULL, b BOOLEAN NOT
        NULL, p DECIMAL(8,2) NOT NULL, r REAL NOT NULL, x VARCHAR(5) NOT NULL);
        INSERT INTO person VALUES (1, 'a@x.de', 'DE', 7, 3, '1990-02-03', '2020-01-02 03:04:05', TRUE, 9.99, 1.5, 'ann')"""
    )
    yaml = HEAD + person(
        "\n".join(
            f"{{name: {n}, data_categories: [user.name]}}"
            for n in ["code", "n", "small", "d", "t", "b", "p", "r", "x"]
        )
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert ran.proof.clean
    assert not ran.plan.blocked
    fields = ran.plan.collections["d.person"].fields
    assert {one.action for name, one in fields.items() if name != "id"} == {"rewrite"}
    ((_, email, code, n, small, d, t, b, p, r, x),) = database.rows("SELECT * FROM person")
    assert (n, small, float(p), float(r), bool(b)) == (0, 0, 0, 0, False)
    assert (str(d)[:10], str(t)[:10]) == ("1970-01-01", "1970-01-02")
    assert code.strip() == "-"
    assert x == "-"
    assert email == "erased@erased.invalid"


def test_unique_columns_get_distinct_values(database):
    rows = ", ".join(f"({i}, 'a@x.de', 'name{i}', {i + 100}, 'p{i}')" for i in range(1, 6))
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(40), nick VARCHAR(30) NOT NULL UNIQUE, "
        f"num INTEGER NOT NULL UNIQUE, pin VARCHAR(8) UNIQUE); INSERT INTO person VALUES {rows}, "
        "(9, 'z@x.de', 'other', 1, 'zz')"
    )
    yaml = HEAD + person(
        "{name: nick, data_categories: [user.name]}\n{name: num, data_categories: [user]}\n"
        "{name: pin, data_categories: [user]}"
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", mask="rewrite", apply=True)
    assert ran.proof.clean
    found = database.rows("SELECT nick, num, pin FROM person WHERE id < 9")
    assert (
        len({row[0] for row in found})
        == len({row[1] for row in found})
        == len({row[2] for row in found})
        == 5
    )
    assert all("name" not in row[0] for row in found)
    assert all(len(row[2]) <= 8 for row in found)


def test_a_column_without_any_legal_mask_blocks_and_nothing_is_written(database):
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(40), sex VARCHAR(6) NOT NULL, "
        "CONSTRAINT sexes CHECK (sex IN ('male', 'female'))); INSERT INTO person VALUES (1, 'a@x.de', 'male')"
    )
    yaml = HEAD + person("{name: sex, data_categories: [user.demographic.gender]}")
    ran = ask(database, yaml, "deletion", email="a@x.de")
    assert [(one.collection, one.field, one.code) for one in ran.plan.blocked] == [
        ("d.person", "sex", "CHECK")
    ]


def test_checks_over_several_columns_are_kept(database):
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60), phone VARCHAR(20), age INTEGER NOT NULL, "
        "CHECK (email IS NOT NULL OR phone IS NOT NULL), CHECK (age >= 1)); "
        "INSERT INTO person VALUES (1, 'a@x.de', '123', 40), (2, 'b@x.de', NULL, 41)"
    )
    yaml = HEAD + person(
        "{name: phone, data_categories: [user.contact.phone_number]}\n{name: age, data_categories: [user.demographic]}"
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert ran.proof.clean
    ((_, email, phone, age),) = database.rows("SELECT * FROM person WHERE id = 1")
    assert email != "a@x.de"
    assert "123" not in str(phone)
    assert (email, phone) != (None, None)
    assert age == 1


def test_overrides_of_the_dataset(database):
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60), a VARCHAR(40), b VARCHAR(4), c VARCHAR(40), "
        "d VARCHAR(40) NOT NULL, e VARCHAR(40)); INSERT INTO person VALUES (1, 'a@x.de', 'A', 'B', 'C', 'D', 'E')"
    )
    yaml = HEAD + person(
        """{name: a, data_categories: [user], fides_meta: {masking_strategy_override: {strategy: string_rewrite, configuration: {rewrite_value: GONE, format_preservation: {suffix: -x}}}}}
{name: b, data_categories: [user], fides_meta: {masking_strategy_override: {strategy: string_rewrite, configuration: {rewrite_value: LONGER}}}}
{name: c, data_categories: [user], fides_meta: {masking_strategy_override: {strategy: random_string_rewrite, configuration: {length: 5, format_preservation: {suffix: "@e.com"}}}}}
{name: d, data_categories: [user], fides_meta: {masking_strategy_override: {strategy: null_rewrite}}}
{name: e, data_categories: [user], fides_meta: {read_only: true}}"""
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", mask="hash", apply=True)
    assert ran.proof.clean
    ((_, email, a, b, c, d, e),) = database.rows("SELECT * FROM person")
    assert (a, b, d, e) == ("GONE-x", "LONG", "[erased]", "E")
    assert c.endswith("@e.com")
    assert len(c) == 11
    assert len(email) == 60
    assert "read-only" in ran.plan.collections["d.person"].fields["e"].reason


def test_generated_columns_and_views_are_not_written(database):
    stored = "" if database.kind == "sqlite" else "STORED"
    database.run(
        f"CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60), first VARCHAR(20), "
        f"full_name VARCHAR(60) GENERATED ALWAYS AS (first) {stored}); "
        "INSERT INTO person (id, email, first) VALUES (1, 'a@x.de', 'Ann'); "
        "CREATE VIEW people AS SELECT id, email, first FROM person"
    )
    fields = "{name: first, data_categories: [user.name]}"
    yaml = (
        HEAD + person(fields + "\n{name: full_name, data_categories: [user.name]}") + person(fields, "people")
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert ran.proof.clean
    assert ran.plan.collections["d.person"].fields["full_name"].action == "keep"
    assert ran.plan.collections["d.people"].to_change == 0
    assert database.rows("SELECT first, full_name FROM person") == [(None, None)]


def test_keys_and_links_are_masked_last_when_the_dataset_orders_it(database):
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60)); "
        "CREATE TABLE item (id INTEGER PRIMARY KEY, owner INTEGER, text VARCHAR(40)); "
        "INSERT INTO person VALUES (1, 'a@x.de'); INSERT INTO item VALUES (5, 1, 'secret')"
    )
    yaml = (
        HEAD
        + person("")
        + """      - name: item
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - name: owner
            data_categories: [user.unique_id]
            fides_meta:
              references: [{dataset: d, field: person.id, direction: from}]
              masking_strategy_override: {strategy: null_rewrite}
          - {name: text, data_categories: [user.content]}
"""
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert [step.op for step in ran.plan.sources["source"].steps][-1] == "links"
    assert database.rows("SELECT * FROM item") == [(5, None, None)]
    assert ran.proof.clean
    from dsar.engine import erase

    assert erase(plan=ran.plan, source=database.source(yaml)).status == "already_done"


def test_rows_without_a_key_are_found_and_masked_by_all_their_values(database):
    database.run(
        "CREATE TABLE log (email VARCHAR(60), ip VARCHAR(40), hits INTEGER); "
        "INSERT INTO log VALUES ('a@x.de', '1.1.1.1', 1), ('a@x.de', '1.1.1.1', 1), ('a@x.de', NULL, 2), "
        "('b@x.de', '1.1.1.1', 1)"
    )
    yaml = (
        HEAD
        + """      - name: log
        fields:
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: ip, data_categories: [user.device.ip_address]}
          - {name: hits}
"""
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert ran.proof.clean
    assert sorted(database.rows("SELECT email, ip, hits FROM log"), key=str) == sorted(
        [(None, None, 1), (None, None, 1), (None, None, 2), ("b@x.de", "1.1.1.1", 1)], key=str
    )


def test_mixed_case_and_reserved_names(database):
    database.run(
        'CREATE TABLE "User Data" ("Select" INTEGER PRIMARY KEY, "eMail" VARCHAR(60), "per%cent" VARCHAR(20)); '
        "INSERT INTO \"User Data\" VALUES (1, 'a@x.de', 'Ann')"
    )
    yaml = (
        HEAD
        + """      - name: User Data
        fields:
          - {name: Select, fides_meta: {primary_key: true}}
          - {name: eMail, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: per%cent, data_categories: [user.name]}
"""
    )
    ran = ask(database, yaml, "deletion", email="a@x.de", apply=True)
    assert ran.proof.clean
    assert ran.filtered["d.User Data"] == [{"eMail": "a@x.de", "per%cent": "Ann"}]
    assert database.rows('SELECT * FROM "User Data"') == [(1, None, None)]


@pytest.mark.parametrize("mask", [None, "hash", "rewrite"])
def test_deleted_or_masked_with_composite_keys_and_unicode(database, mask):
    database.run(
        "CREATE TABLE person (id INTEGER PRIMARY KEY, email VARCHAR(60)); "
        "CREATE TABLE seat (person_id INTEGER NOT NULL, place VARCHAR(20) NOT NULL, label VARCHAR(60), "
        "PRIMARY KEY (person_id, place)); INSERT INTO person VALUES (1, 'ünï@x.de'); "
        "INSERT INTO seat VALUES (1, 'ä', '日本 🙂'), (1, 'b', 'x'), (2, 'ä', 'other')"
    )
    yaml = (
        HEAD
        + person("")
        + """      - name: seat
        fields:
          - {name: person_id, fides_meta: {references: [{dataset: d, field: person.id, direction: from}]}}
          - {name: place}
          - {name: label, data_categories: [user.name]}
"""
    )
    ran = ask(database, yaml, "deletion", email="ÜNÏ@x.de", mask=mask, apply=True)
    assert ran.plan.collections["d.seat"].found == 2
    assert ran.proof.clean
    assert database.rows("SELECT label FROM seat WHERE person_id = 2") == [("other",)]
    assert ("日本 🙂",) not in database.rows("SELECT label FROM seat")


@pytest.mark.services
def test_postgresql_types(postgresql):
    postgresql.run(
        """CREATE SCHEMA crm;
        CREATE TYPE mood AS ENUM ('sad', 'Unknown', 'happy'); CREATE TYPE sex AS ENUM ('m', 'f');
        CREATE DOMAIN zip AS VARCHAR(5) CHECK (length(VALUE) >= 2);
        CREATE TABLE crm."Person" (id UUID PRIMARY KEY, email TEXT NOT NULL, m mood NOT NULL, s sex, ip INET
        NOT NULL, raw BYTEA NOT NULL, doc JSONB NOT NULL, tags TEXT[] NOT NULL, z zip NOT NULL, span INTERVAL
        NOT NULL, price MONEY NOT NULL, u UUID NOT NULL UNIQUE, at TIMESTAMPTZ NOT NULL, n NUMERIC(3,0) NOT
        NULL UNIQUE, seq INTEGER GENERATED ALWAYS AS IDENTITY);
        CREATE UNIQUE INDEX one_email ON crm."Person" (lower(email))"""
    )
    one = uuid.uuid4()
    postgresql.run(
        f"""INSERT INTO crm."Person" VALUES ('{one}', 'Ann@x.de', 'happy', 'f', '10.0.0.1', 'abc', '{{"a": 1}}',
        '{{a,b}}', '12345', '1 day', 5, '{uuid.uuid4()}', now(), 5)"""
    )
    names = ["m", "s", "ip", "raw", "doc", "tags", "z", "span", "price", "u", "at", "n", "seq"]
    yaml = """
dataset:
  - fides_key: d
    fides_meta: {namespace: {schema: crm}}
    collections:
      - name: Person
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {identity: user_id}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
""" + "".join(f"          - {{name: {name}, data_categories: [user]}}\n" for name in names)
    ran = ask(postgresql, yaml, "deletion", user_id=str(one), apply=True)
    assert not ran.plan.blocked
    assert ran.proof.clean
    ((_, email, m, s, ip, raw, doc, tags, z, _, _, _, _, n, seq),) = postgresql.rows(
        'SELECT * FROM crm."Person"'
    )
    assert email.endswith("@erased.invalid")
    assert (m, s, str(ip), bytes(raw), doc, tags, seq) == ("Unknown", None, "0.0.0.0", b"", {}, [], 1)
    assert z == "[eras"[:5] or len(z) <= 5
    assert n != 5
    assert isinstance(ran.raw["d.Person"][0]["at"], str)
