"""Connectors: registry, the HTTP contract with a fake partner, manual work, URLs and values."""

import json
import uuid
from datetime import date
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.connectors import (
    Deferred,
    Order,
    Reply,
    SourceFailed,
    SourceUnreachable,
    WrongSettings,
    connector_for,
    known_kinds,
    registry,
)
from platforms.connectors.http import HttpConnector, signature, verify
from platforms.connectors.schema import Column, TableRef
from platforms.connectors.sql.checks import extract_checks
from platforms.connectors.sql.naming import resolve
from platforms.connectors.sql.urls import parse_url, shown
from platforms.connectors.sql.values import canon, coerce, fitting

SECRET = "a shared key of some length"
ORDER = Order("case-1", {"email": ["ann@x.de"]}, ["user"], "once-1")


def partner(handler) -> HttpConnector:
    """A connector whose HTTP client talks to a handler instead of the network."""
    return HttpConnector(
        "https://crm.test/privacy",
        SECRET,
        client=lambda: httpx.Client(transport=httpx.MockTransport(handler)),
    )


def test_a_signed_order_and_an_answer_at_once():
    seen = {}

    def answer(request: httpx.Request) -> httpx.Response:
        seen.update(body=json.loads(request.content), headers=request.headers, raw=request.content)
        return httpx.Response(
            200, json={"rows": {"contact": [{"mail": "ann@x.de"}]}, "counts": {"contact": 1}}
        )

    with partner(answer).session() as session:
        reply = session.collect(ORDER)
    assert isinstance(reply, Reply)
    assert reply.rows == {"contact": [{"mail": "ann@x.de"}]}
    assert seen["body"]["verb"] == "collect"
    assert seen["headers"]["Idempotency-Key"] == "once-1:collect"
    stamp = seen["headers"]["Portal-Timestamp"]
    assert seen["headers"]["Portal-Signature"] == signature(SECRET, stamp, seen["raw"])


def test_an_answer_later_gives_a_reference():
    with partner(
        lambda _: httpx.Response(202, json={"reference": "job-7", "retry_after_seconds": 600})
    ).session() as s:
        found = s.erase(ORDER)
    assert isinstance(found, Deferred)
    assert found.reference == "job-7"
    assert found.check_after is not None


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (httpx.Response(503), SourceUnreachable),
        (httpx.Response(403), SourceFailed),
        (httpx.Response(302, headers={"Location": "http://elsewhere"}), SourceFailed),
        (httpx.Response(200, content=b"<html>"), SourceFailed),
        (httpx.Response(200, json=[1]), SourceFailed),
        (httpx.Response(200, json={"rows": {"a": [1]}}), SourceFailed),
        (httpx.Response(200, json={"counts": {"a": -1}}), SourceFailed),
        (httpx.Response(202, json={}), SourceFailed),
    ],
)
def test_wrong_answers_are_errors_and_never_results(response, error):
    with partner(lambda _: response).session() as session, pytest.raises(error):
        session.erase(ORDER)


def test_a_partner_that_is_away_is_unreachable():
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("late")

    with partner(away).session() as session, pytest.raises(SourceUnreachable):
        session.probe(ORDER)


def test_callbacks_are_verified_by_signature_and_age():
    body = b'{"reference": "job-7"}'
    good = signature(SECRET, "1000", body)
    assert verify(SECRET, "1000", body, good, now=1200)
    assert not verify(SECRET, "1000", body, good, now=1301)
    assert not verify(SECRET, "1000", body + b" ", good, now=1000)
    assert not verify(SECRET, "1001", body, good, now=1000)
    assert not verify(SECRET, "soon", body, good, now=1000)
    assert not verify(SECRET, "1000", body, "ä", now=1000)


def test_manual_work_is_deferred_with_instructions_and_a_stable_reference():
    with connector_for("manual", {"instructions": "Ask the archive."}).session() as session:
        first, again, other = session.erase(ORDER), session.erase(ORDER), session.probe(ORDER)
    assert first == again
    assert first.reference != other.reference
    assert "Ask the archive." in first.instructions


def test_wrong_settings_say_what_to_write():
    with pytest.raises(WrongSettings, match=r"Known: .*manual"):
        connector_for("ftp", {})
    with pytest.raises(WrongSettings, match="https://"):
        connector_for("http", {"url": "ftp://x"}, SECRET)
    with pytest.raises(WrongSettings, match="16 characters"):
        connector_for("http", {"url": "https://x"}, "short")
    with pytest.raises(WrongSettings, match="database URL"):
        connector_for("sql", {})


def test_other_packages_register_by_entry_point(monkeypatch):
    class Entry:
        name = "paper"

        @staticmethod
        def load():
            return lambda settings, secret: connector_for("manual", settings, secret)

    monkeypatch.setattr(registry, "entry_points", lambda group: [Entry] if group == registry.GROUP else [])
    assert "paper" in known_kinds()
    assert connector_for("paper", {}).kind == "manual"
    monkeypatch.setattr(Entry, "load", staticmethod(lambda: lambda settings, secret: object()))
    with pytest.raises(WrongSettings, match="protocol"):
        connector_for("paper", {})


def test_urls_get_our_drivers_and_are_shown_without_secrets():
    assert parse_url("postgresql://u:p@h:1/db").drivername == "postgresql+psycopg"
    assert parse_url("postgres://h/db").drivername == "postgresql+psycopg"
    assert parse_url("mariadb://h/db").drivername == "mysql+pymysql"
    assert "p4ss" not in shown(parse_url("mysql://u:p4ss@h:3306/db"))
    with pytest.raises(WrongSettings, match="not supported"):
        parse_url("mongodb://h/db")


def column(family: str, **more) -> Column:
    return Column("c", family, family, **more)


def test_values_are_coerced_to_what_a_column_holds():
    one = uuid.uuid4()
    assert fitting(["1", 1, "x", "1.0", None], column("integer")) == [1]
    assert fitting([2**40], column("integer", bits=32)) == []
    assert fitting([5, "5"], column("text")) == ["5"]
    assert fitting([str(one)], column("uuid")) == [one]
    assert coerce("2025-01-02", column("date")) == date(2025, 1, 2)
    assert coerce("true", column("boolean")) is True
    assert coerce("1.50", column("number")) == Decimal("1.50")
    with pytest.raises(ValueError):
        coerce("a\x00b", column("text"))
    assert set(fitting(["7"], column("other", strict=False))) == {"7", 7}


@given(st.integers(-(10**12), 10**12))
def test_equal_numbers_compare_equal_whatever_their_type(number):
    assert canon(number) == canon(str(number)) == canon(Decimal(number)) == canon(float(number))


def test_checks_are_found_in_a_create_statement():
    text = """CREATE TABLE t (a INT CHECK (a > 0), b TEXT DEFAULT 'CHECK (no)', -- CHECK (never)
    "check" INT, CONSTRAINT c CHECK (b IN ('x', 'y)') AND (a < 9)), [x] INT check(x <> ')'))"""
    assert extract_checks(text) == ["a > 0", "b IN ('x', 'y)') AND (a < 9)", "x <> ')'"]


def test_names_mean_the_exact_table_first():
    names = {(None, "Order"), (None, "order"), ("crm", "person"), (None, "Thing")}
    assert resolve(TableRef("order"), names, folded=True) == TableRef("order")
    assert resolve(TableRef("ORDER"), names, folded=True) is None
    assert resolve(TableRef("thing"), names, folded=True) == TableRef("Thing")
    assert resolve(TableRef("thing"), names, folded=False) is None
    assert resolve(TableRef("crm.person"), names, folded=False) == TableRef("person", "crm")
