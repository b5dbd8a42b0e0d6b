"""Why a record is still there: periods, holds, references, and the proof when it went."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from accounts.models import AuditEvent
from retention.services import deciding, explaining, held, holding, running
from retention.services.planning import plan_sweep
from tests.retention.conftest import NOW

BERLIN = ZoneInfo("Europe/Berlin")


def look(product, officer, collection, record, now=NOW):
    return explaining.explain(
        system=product, collection=f"social_product.{collection}", record=str(record), actor=officer, now=now
    )


def by_key(answer):
    return {one.schedule.key: one for one in answer.periods}


def test_a_young_row_says_when_it_has_to_go(product, company, officer):
    record = company.one("SELECT max(id) FROM server_logs")
    answer = look(product, officer, "server_logs", record)
    period = by_key(answer)["logs"]
    assert answer.here
    assert period.gone_by > answer.today
    assert not answer.over
    assert not answer.proofs


def test_an_old_row_is_over(product, company, officer):
    old = company.one("SELECT id FROM server_logs ORDER BY 1 LIMIT 1")
    column = by_key(look(product, officer, "server_logs", old))["logs"].way
    company.run(f"UPDATE server_logs SET {column} = '2020-01-01T12:00:00Z' WHERE id = :id", id=old)
    answer = look(product, officer, "server_logs", old)
    assert [one.schedule.key for one in answer.over] == ["logs"]
    assert by_key(answer)["logs"].began_on == date(2020, 1, 1)


def test_an_invoice_is_kept_for_seven_years(product, company, officer):
    record = company.one("SELECT max(id) FROM invoices")
    answer = look(product, officer, "invoices", record)
    assert [one.schedule.key for one in answer.keeping] == ["payments"]
    assert answer.keeping[0].kept_through.year >= 2030


def test_rows_that_point_at_it_are_counted(product, company, officer):
    thread = company.one("SELECT thread_id FROM inbox_messages LIMIT 1")
    answer = look(product, officer, "inbox_threads", thread)
    assert any(one.table.endswith("inbox_messages") and one.rows for one in answer.pointing)


def test_holds_that_cover_the_row_are_named(product, company, officer):
    record = company.one("SELECT max(id) FROM server_logs")
    other = company.one("SELECT min(id) FROM server_logs")
    holding.place_hold(
        kind="legal", scope="rows", reason="A claim.", owner=officer.user, review_on=date(2027, 3, 1),
        actor=officer, now=NOW, system=product, collection="social_product.server_logs",
        conditions={"id": [str(record)]},
    )  # fmt: skip
    assert len(look(product, officer, "server_logs", record).holds) == 1
    assert look(product, officer, "server_logs", other).holds == []
    holding.place_hold(
        kind="security", scope="system", reason="An intrusion.", owner=officer.user,
        review_on=date(2027, 3, 1), actor=officer, now=NOW, system=product,
    )  # fmt: skip
    assert len(look(product, officer, "server_logs", other).holds) == 1


def test_the_rows_of_a_held_person_are_found_by_their_key(product, company, officer, monkeypatch):
    from tests import factories as make

    record = company.one("SELECT max(id) FROM server_logs")
    monkeypatch.setattr(held, "_locate", [lambda *_: {"social_product.server_logs": [(record,)]}])
    holding.place_hold(
        kind="dispute", scope="person", reason="A dispute.", owner=officer.user, review_on=date(2027, 3, 1),
        actor=officer, now=NOW, subject=make.SubjectFactory(),
    )  # fmt: skip
    assert len(look(product, officer, "server_logs", record).holds) == 1


def test_a_removed_row_has_its_proof(product, company, officer, deputy, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    before = {row[0] for row in company.all()["server_logs"]}
    sweep = plan_sweep(now=NOW, actor=deputy, origin="staff", system=product)
    step = sweep.steps.get(collection="social_product.server_logs")
    sweep.steps.exclude(pk=step.pk).delete()
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="Right.", actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    gone = min(before - {row[0] for row in company.all()["server_logs"]})
    answer = look(product, officer, "server_logs", gone)
    assert not answer.here
    assert answer.proofs[0].document["record"] == str(gone)


def test_that_somebody_looked_is_recorded_without_the_key(product, company, officer):
    look(product, officer, "server_logs", 4711)
    event = AuditEvent.objects.get(action="retention.looked_up")
    assert event.actor == officer.user
    assert event.details["collection"] == "social_product.server_logs"
    assert "4711" not in str(event.details)


def test_only_dates_and_keys_are_read(product, company, officer, monkeypatch):
    from platforms.connectors.sql.session import SqlSession

    asked = set()
    plain = SqlSession.collect

    def collect(self, table, columns, key, keys):
        asked.update(columns)
        return plain(self, table, columns, key, keys)

    monkeypatch.setattr(SqlSession, "collect", collect)
    look(product, officer, "users", company.one("SELECT min(id) FROM users"))
    assert "email" not in asked
    assert "full_name" not in asked


@pytest.mark.parametrize("record", ["", " ", "1,2", "1,"])
def test_what_is_no_key_is_refused(product, officer, record):
    with pytest.raises(explaining.NotExplained):
        look(product, officer, "server_logs", record)


def test_a_key_that_cannot_be_is_not_there(product, officer):
    assert not look(product, officer, "server_logs", "no number").here


def test_an_unknown_collection_is_refused(product, officer):
    with pytest.raises(explaining.NotExplained):
        look(product, officer, "nothing", 1)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-01-31T23:30:00Z", date(2026, 2, 1)),
        ("2026-01-31", date(2026, 1, 31)),
        (date(2026, 1, 31), date(2026, 1, 31)),
        (0, date(1970, 1, 1)),
        ("soon", None),
        (None, None),
    ],
)
def test_moments_become_days_of_the_company(value, day):
    assert explaining.day_of(value, BERLIN) == day
