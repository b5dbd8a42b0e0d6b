# ruff: noqa: E501 - tables and datasets read better on one line
"""The command for people who write datasets: its document, its exit codes, and two real databases."""

import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from dsar.management.commands.try_dataset import Command
from platforms.connectors.sql.urls import parse_url
from tests.dsar.engine.databases import fresh
from tests.dsar.engine.test_engine_shop import SCHEMA, YAML

ROOT = Path(__file__).resolve().parents[2]
CHINOOK = ROOT.parent / "shared" / "data" / "chinook"
needs_chinook = pytest.mark.skipif(not CHINOOK.is_dir(), reason=f"the Chinook scripts are not at {CHINOOK}")


def run(*arguments, code=0):
    """Run the command with --json and return its document."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(Command(stdout=out, stderr=err, no_color=True), *map(str, arguments), "--json")
        found = 0
    except CommandError as fault:
        found, err = fault.returncode, io.StringIO(str(fault))
    assert found == code, err.getvalue()
    document = json.loads(out.getvalue())
    if code:
        document["message"] = err.getvalue()
    return document


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def shop(request, tmp_path):
    for database in fresh(request.param, tmp_path):
        database.run(SCHEMA)
        (tmp_path / "shop.yml").write_text(YAML)
        database.file = tmp_path / "shop.yml"
        yield database


def asked(shop, *more, code=0, right="access", email="ann@example.com"):
    return run(
        shop.file, "--url", shop.url, "--identity", f"email={email}", "--right", right, *more, code=code
    )


def test_the_document_has_every_part(shop):
    document = asked(shop)
    assert set(document) == {"raw", "filtered", "plan", "applied", "proof", "blocked", "warnings", "stats"}
    assert set(document["stats"]) == {
        "source_connections", "source_statements", "portal_statements", "cpu_seconds", "wall_seconds",
    }  # fmt: skip
    assert document["stats"]["source_connections"] == 1
    assert document["stats"]["portal_statements"] == 0
    assert set(document["plan"]["shop.customer"]) == {"found", "to_change", "fields", "exceptions"}
    assert (document["applied"], document["proof"]) == ({}, {})


def test_without_apply_nothing_is_written(shop):
    document = asked(shop, right="deletion")
    assert document["plan"]["shop.customer"]["to_change"] == 1
    assert document["applied"] == {}
    assert shop.rows("SELECT name FROM customer WHERE id = 1") == [("Ann",)]


def test_apply_reports_rows_written_and_proof(shop):
    document = asked(shop, "--apply", right="deletion")
    assert document["applied"]["shop.customer"] == {"rows": 1}
    assert document["proof"]["shop.orders"] == {"checked": 2, "remaining": 0}
    assert set(document["proof"]) == set(document["applied"])
    again = asked(shop, "--apply", right="deletion")
    assert again["plan"]["shop.customer"]["found"] == 0
    assert again["applied"] == {}


def test_categories_and_empty_collections(shop):
    document = asked(shop, "--category", "user.name", "--category", "user.behavior")
    assert document["filtered"]["shop.customer"] == [{"name": "Ann", "vip": "y"}]
    nobody = asked(shop, email="nobody@example.com")
    assert nobody["raw"]["shop.customer"] == []
    assert nobody["filtered"] == {}


def test_a_missing_column_is_named_with_table_and_candidate(shop):
    shop.file.write_text(YAML.replace("{name: vip,", "{name: nmae,"))
    document = asked(shop, code=2)
    assert "customer" in document["error"]
    assert "nmae" in document["error"]
    assert "nearest column is name" in document["error"]
    shop.file.write_text(YAML.replace("- name: order_item", "- name: order_itms"))
    assert "nearest table is order_item" in asked(shop, code=2)["error"]


def test_a_blocked_plan_prints_the_document_and_changes_nothing(shop):
    shop.run(
        "CREATE TABLE pay (id INTEGER PRIMARY KEY, customer_id INTEGER, kind VARCHAR(4) NOT NULL CHECK (kind IN ('card', 'cash')))"
    )
    shop.run("INSERT INTO pay VALUES (1, 1, 'card')")
    shop.file.write_text(
        YAML
        + """      - name: pay
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: customer_id, fides_meta: {references: [{dataset: shop, field: customer.id, direction: from}]}}
          - {name: kind, data_categories: [user.financial]}
"""
    )
    document = asked(shop, "--apply", right="deletion", code=3)
    assert [(one["collection"], one["field"]) for one in document["blocked"]] == [("shop.pay", "kind")]
    assert document["applied"] == {}
    assert shop.rows("SELECT name FROM customer WHERE id = 1") == [("Ann",)]


@pytest.mark.parametrize(
    "text",
    [
        "dataset: [",
        "",
        "a: 1",
        "dataset: !!python/object:os.system {}",
        "dataset: [{fides_key: 'a b', collections: []}]",
    ],
)
def test_broken_and_hostile_files_end_with_2_and_name_the_line(sqlite_shop, text):
    sqlite_shop.file.write_text(text)
    assert "shop.yml" in asked(sqlite_shop, code=2)["error"]


@pytest.fixture
def sqlite_shop(tmp_path):
    for database in fresh("sqlite", tmp_path):
        database.run(SCHEMA)
        (tmp_path / "shop.yml").write_text(YAML)
        database.file = tmp_path / "shop.yml"
        yield database


def test_an_unreachable_url_is_one_clear_sentence(sqlite_shop):
    for url in (
        "postgresql://u:topsecret@127.0.0.1:1/x",
        "sqlite:////nowhere/at.db",
        "oracle://x",
        "nonsense",
    ):
        sqlite_shop.url = url
        document = asked(sqlite_shop, code=1)
        assert "Traceback" not in document["error"]
        assert "topsecret" not in document["error"]


def test_a_wrong_identity_says_how_to_write_it(sqlite_shop):
    document = run(
        sqlite_shop.file, "--url", sqlite_shop.url, "--identity", "ann", "--right", "access", code=2
    )
    assert "KEY=VALUE" in document["error"]


def test_it_runs_from_the_shell_without_a_portal_database(sqlite_shop, tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "config.settings.test", "HOME": str(tmp_path),
                   "DATABASE_URL": "sqlite:////nowhere/portal.db"}  # fmt: skip
    command = [sys.executable, str(ROOT / "manage.py"), "try_dataset", str(sqlite_shop.file), "--url", sqlite_shop.url,
               "--identity", "email=ann@example.com", "--right", "access", "--json"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["filtered"]["shop.customer"][0]["name"] == "Ann"


def test_people_can_read_it(sqlite_shop):
    out = io.StringIO()
    call_command(
        Command(stdout=out),
        str(sqlite_shop.file),
        "--url",
        sqlite_shop.url,
        "--identity",
        "email=ann@example.com",
        "--right",
        "deletion",
    )
    assert "shop.customer: 1 found, 1 to change" in out.getvalue()
    assert "SHARED_ROW" in out.getvalue()


# Chinook: three customers, both databases.

CUSTOMERS = {
    2: ("leonekohler@surfeu.de", "Köhler", 5, "Steve"),
    5: ("frantisekw@jetbrains.com", "Wichterlová", 4, "Margaret"),
    42: ("wyatt.girard@yahoo.fr", "Girard", 3, "Jane"),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def chinook(request, tmp_path):
    for database in fresh(request.param, tmp_path):
        if database.kind == "sqlite":
            with sqlite3.connect(database.url.removeprefix("sqlite:///")) as connection:
                connection.executescript((CHINOOK / "chinook_sqlite.sql").read_text("utf-8-sig"))
            database.file, database.names = (
                ROOT / "tests/data/chinook_sqlite.yml",
                ("Customer", "Employee", "Invoice", "InvoiceLine", "Track"),
            )
        else:
            script = (CHINOOK / "chinook_postgresql.sql").read_text("utf-8-sig").partition("\\c chinook;")[2]
            engine = sa.create_engine(parse_url(database.url))
            with engine.begin() as connection:
                connection.connection.driver_connection.execute(script)
            engine.dispose()
            database.file, database.names = (
                ROOT / "tests/data/chinook.yml",
                ("customer", "employee", "invoice", "invoice_line", "track"),
            )
        yield database


@needs_chinook
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_chinook_access(chinook, customer):
    email, last, _, rep_name = CUSTOMERS[customer]
    document = asked(chinook, email=email.upper())
    found = [document["plan"][f"chinook.{name}"]["found"] for name in chinook.names]
    lines = len(document["raw"][f"chinook.{chinook.names[3]}"])
    assert found == [1, 1, 7, lines, lines]
    assert lines == 38
    assert last in json.dumps(document["filtered"], ensure_ascii=False)
    assert f"chinook.{chinook.names[1]}" not in document["filtered"]
    assert rep_name not in json.dumps(document["filtered"])
    assert rep_name in json.dumps(document["raw"])
    assert document["stats"]["source_connections"] == 1


@needs_chinook
@pytest.mark.parametrize("customer", CUSTOMERS)
def test_chinook_deletion_keeps_invoices_only_with_the_profile(chinook, customer):
    email = CUSTOMERS[customer][0]
    names = [f"chinook.{name}" for name in chinook.names]
    with time_machine.travel("2026-06-01T12:00:00Z", tick=True):
        held = asked(chinook, "--profile", "mediux_ai", right="deletion", email=email)
        plain = asked(chinook, "--apply", right="deletion", email=email)
    invoice = held["plan"][names[2]]
    assert (invoice["found"], invoice["to_change"]) == (7, 0)
    assert {one["code"] for one in invoice["exceptions"]} == {"E17_LEGAL_OBLIGATION"}
    assert "7 years" in invoice["exceptions"][0]["reason"]
    assert held["plan"][names[0]]["to_change"] == 1
    assert plain["applied"][names[2]] == {"rows": 7}
    assert names[1] not in plain["applied"]
    assert all(one["remaining"] == 0 for one in plain["proof"].values())
    key = "CustomerId" if chinook.kind == "sqlite" else "customer_id"
    table = chinook.names[0]
    assert email not in str(chinook.rows(f"SELECT * FROM {table} WHERE {key} = {customer}"))
    assert len(chinook.rows(f"SELECT * FROM {table}")) == 59
    assert "Peacock" in str(chinook.rows(f"SELECT * FROM {chinook.names[1]}"))


@needs_chinook
def test_chinook_deletion_with_the_profile_applied(chinook):
    email = CUSTOMERS[2][0]
    with time_machine.travel("2026-06-01T12:00:00Z", tick=True):
        document = asked(
            chinook, "--profile", "mediux_ai", "--mask", "delete", "--apply", right="deletion", email=email
        )
    names = [f"chinook.{name}" for name in chinook.names]
    assert set(document["applied"]) == {names[0]}
    assert document["plan"][names[0]]["exceptions"][0]["code"] == "STILL_REFERENCED"
    assert len(chinook.rows(f"SELECT * FROM {chinook.names[0]}")) == 59
    assert "Theodor-Heuss" in str(chinook.rows(f"SELECT * FROM {chinook.names[2]}"))
