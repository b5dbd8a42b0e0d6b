"""Drift: the real schema and content of a system against its dataset. Values go nowhere."""

import logging
import secrets

import pytest

from accounts.models import AuditEvent
from platforms.connectors.sql import SqlConnector
from platforms.enums import FindingKind
from platforms.models import Finding
from platforms.rules.found import NEXT
from platforms.services import findings
from retention.rules.recognising import luhn, recognised
from retention.services import drift
from tests.retention.conftest import NOW

CARD = "4111 1111 1111 1111"


def found(system) -> dict[tuple[str, str], str]:
    """What drifted: kind and element → what is said."""
    return {(one.kind, one.element): str(one.detail) for one in drift.look(system)}


# What values look like.


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        (["jana@example.org"], ["email"]),
        (["Jana Novak <jana@example.org>"], ["email"]),
        (["+49 30 901820", "+1 212-555-0123"], ["phone"]),
        (["030 / 90182-0", "(212) 555-0123"], ["phone"]),
        ([CARD], ["card"]),
        (["please charge 5555555555554444 today"], ["card"]),
        (["378282246310005"], ["card"]),
        (["ya29.a0AfH6SMBx8Qk2v-LongTokenValue"], ["token"]),
        (["gT7pQ2xW9vLr4KbN8sYc3ZdM6hJf5AeU1oXi"], ["token"]),
        (['{"contact": "jana@example.org"}'], ["email"]),
        ([["jana@example.org"]], ["email"]),
    ],
)
def test_what_is_one_is_recognised(values, looks):
    assert recognised(values, []) == looks


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["Write to jana@example.org, she knows."],  # text that mentions one is text
        ["2026-11-24", "2026-11-24T10:00:00Z", "12.5", "1732448400"],
        ["4111 1111 1111 1112"],  # the check digit is wrong
        ["https://x.example/status/4111111111111111"],
        ["550e8400-e29b-41d4-a716-446655440000"],
        ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
        ["/srv/media/2026/11/brand-one/picture-of-the-day.jpg"],
        ["{not json", "[neither"],
        [None, 4111111111111111, b"bytes"],
    ],
)
def test_what_is_none_is_not(values):
    assert recognised(values, []) == []


def test_one_address_among_many_names_is_no_drift():
    assert recognised(["Jana"] * 19 + ["jana@example.org"], []) == []
    assert recognised(["Jana"] * 9 + ["jana@example.org"], []) == ["email"]


def test_long_numbers_that_are_no_cards_are_not_taken_for_cards():
    """One number in sixty passes by chance: a column of identifiers is not a column of cards."""
    numbers = [str(4_000_000_000_000_000 + n * 7_919) for n in range(200)]
    assert any(map(luhn, numbers))
    assert recognised(numbers, []) == []


@pytest.mark.parametrize(
    ("declared", "looks"),
    [
        (["user.contact.email"], []),
        (["user.contact"], []),
        (["user"], ["email"]),
        (["user.name"], ["email"]),
    ],
)
def test_a_declared_category_or_a_broader_one_says_it(declared, looks):
    assert recognised(["jana@example.org"], declared) == looks


# Schema.


def test_a_company_that_is_as_declared_has_no_drift(product):
    assert found(product) == {}


def test_an_undeclared_column_and_table_are_found(product, company):
    company.run("ALTER TABLE users ADD COLUMN shoe_size TEXT")
    company.run("CREATE TABLE leads (id INTEGER PRIMARY KEY, email TEXT)")
    assert found(product) == {
        ("undeclared", "users.shoe_size"): "The column users.shoe_size stands in no dataset.",
        ("undeclared", "leads"): "The table leads stands in no dataset.",
    }


def test_a_vanished_column_and_table_are_found(product, company):
    company.run("ALTER TABLE users DROP COLUMN photo_url")
    company.run("DROP TABLE survey_responses")
    assert set(found(product)) == {("vanished", "users.photo_url"), ("vanished", "survey_responses")}


# Content.


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("users.job_title", "jana@example.org", "email"),
        ("users.locale", "+49 30 901820", "phone"),
        ("users.company", CARD, "card"),
        ("users.company", "ya29.a0AfH6SMBx8Qk2v-LongTokenValue", "token"),
    ],
)
def test_content_that_the_dataset_does_not_say_is_found(product, company, column, value, kind):
    table, _, name = column.partition(".")
    company.run(f"UPDATE {table} SET {name} = :v", v=value)
    assert set(found(product)) == {("content", f"{column} ({kind})")}


def test_an_undeclared_column_is_looked_into(product, company):
    company.run("ALTER TABLE users ADD COLUMN backup TEXT")
    company.run("UPDATE users SET backup = email")
    assert set(found(product)) == {("undeclared", "users.backup"), ("content", "users.backup (email)")}


def test_a_column_that_is_nearly_empty_is_looked_into_too(product, company):
    company.run("ALTER TABLE users ADD COLUMN note TEXT")
    company.run("UPDATE users SET note = :v WHERE id = (SELECT min(id) FROM users)", v=CARD)
    assert ("content", "users.note (card)") in found(product)


def test_no_value_leaves_the_function(product, company, caplog):
    """Neither in a finding nor in the log nor in the audit trail."""
    mark = f"{secrets.token_hex(8)}@example.org"
    company.run("UPDATE users SET job_title = :v", v=mark)
    with caplog.at_level(logging.DEBUG):
        findings.sweep(NOW)
    assert Finding.objects.filter(kind=FindingKind.CONTENT).count() == 1
    told = [caplog.text, *(str(row.detail) + row.element for row in Finding.objects.all())]
    told += [str(event.details) for event in AuditEvent.objects.all()]
    assert not any(mark in text for text in told)


def test_at_most_two_hundred_values_of_a_column_are_read(product, monkeypatch):
    asked: list[int] = []
    real = drift.recognised
    monkeypatch.setattr(
        drift, "recognised", lambda values, said: asked.append(len(values)) or real(values, said)
    )
    assert found(product) == {}
    assert max(asked) == drift.SAMPLE


# The sweep.


def drifting() -> list[str]:
    """The elements of the open findings about drift."""
    return sorted(Finding.objects.open().filter(kind__in=drift.KINDS).values_list("element", flat=True))


def test_the_sweep_opens_a_finding_and_ends_it_when_the_dataset_says_it(product, company):
    company.run("ALTER TABLE users ADD COLUMN shoe_size TEXT")
    findings.sweep(NOW)
    assert drifting() == ["users.shoe_size"]
    company.run("ALTER TABLE users DROP COLUMN shoe_size")
    findings.sweep(NOW)
    assert drifting() == []


def test_a_system_that_does_not_answer_keeps_its_findings(product, company, monkeypatch):
    company.run("UPDATE users SET job_title = 'jana@example.org'")
    findings.sweep(NOW)
    before = Finding.objects.get(kind=FindingKind.CONTENT)
    company.path.unlink()
    assert findings.sweep(NOW).failed == []
    after = Finding.objects.get(pk=before.pk)
    assert (after.ended_at, after.detail) == (None, before.detail)


def test_every_kind_says_what_to_do_next():
    assert all(NEXT[kind] for kind in drift.KINDS)


def test_a_sample_is_bounded_and_without_empty_values(company):
    company.run("UPDATE users SET phone = NULL WHERE id % 2 = 0")
    with SqlConnector(company.url).session() as session, session.transaction(write=False):
        from platforms.connectors import TableRef

        session.inspect([TableRef("users")])
        values = session.sample(TableRef("users"), "phone", 7)
    assert len(values) == 7
    assert None not in values
