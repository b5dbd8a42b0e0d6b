"""“Why is this still here?” and the board of limits at the desk."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import AuditEvent
from retention.models import Sweep, SweepProblem
from retention.services import coverage, deciding, running
from retention.services.planning import plan_sweep
from tests import desk
from tests import factories as make
from tests.retention.conftest import NOW

WHY, BOARD = "/staff/retention/why/", "/staff/retention/coverage/"


@pytest.fixture
def client(db):
    """The data protection officer's browser."""
    return desk.signed_in(desk.staff("Leonie Hartwig", Role.DPO))


def asked(product, record, collection="server_logs"):
    return {"where": f"{product.key}/social_product.{collection}", "record": str(record)}


def test_the_page_answers_and_the_key_is_in_no_address(client, product, company):
    assert client.get(WHY).status_code == 200
    assert not AuditEvent.objects.filter(action="retention.looked_up").exists()
    record = company.one("SELECT max(id) FROM invoices")
    answer = client.post(WHY, asked(product, record, "invoices"))
    html = answer.content.decode()
    for text in (
        "It stays: it must be kept through",
        "Payment records",
        "At least 7 years",
        "Nobody holds it.",
    ):
        assert text in html
    assert "no-store" in answer["Cache-Control"]
    assert AuditEvent.objects.filter(action="retention.looked_up").count() == 1


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE server_logs SET at = '2020-01-01T12:00:00Z'", "the next sweep removes it"),
        ("UPDATE server_logs SET at = '2026-11-01T12:00:00Z'", "It is in time"),
    ],
)
def test_the_answer_is_one_sentence(client, product, company, sql, says):
    company.run(sql)
    record = company.one("SELECT min(id) FROM server_logs")
    assert says in client.post(WHY, asked(product, record)).content.decode()


def test_a_hold_comes_first(client, product, company):
    make.HoldFactory(scope="system", subject=None, system=product)
    record = company.one("SELECT min(id) FROM server_logs")
    html = client.post(WHY, asked(product, record)).content.decode()
    assert "It stays: somebody holds it." in html


def test_what_is_not_there_and_what_cannot_be_asked(client, product):
    assert "no sweep of this portal removed it" in client.post(WHY, asked(product, 99999999)).content.decode()
    refused = client.post(WHY, asked(product, "1,2"))
    assert refused.status_code == 422
    assert "1,2" in refused.content.decode()
    assert client.post(WHY, {"where": "x/y", "record": "1"}).status_code == 422


def test_a_system_that_fails_is_told(client, product, company):
    company.path.unlink()
    answer = client.post(WHY, asked(product, 1))
    assert answer.status_code == 422
    assert "The system could not be read." in answer.content.decode()


def test_the_proof_is_a_file(client, product, company, officer, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    before = {row[0] for row in company.all()["server_logs"]}
    sweep = plan_sweep(now=NOW, system=product)
    step = sweep.steps.get(collection="social_product.server_logs")
    sweep.steps.exclude(pk=step.pk).delete()
    deciding.approve(sweep=sweep, plan_sha256=sweep.plan_sha256, note="Right.", actor=officer, now=NOW)
    running.work(sweep_id=str(sweep.pk), now_fn=lambda: NOW)
    gone = min(before - {row[0] for row in company.all()["server_logs"]})
    html = client.post(WHY, asked(product, gone)).content.decode()
    assert "It is not there: a sweep removed it on" in html
    answer = client.post(f"{WHY}proof/", asked(product, gone))
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)[0]["format"] == "portal-removal-1"
    assert client.post(f"{WHY}proof/", asked(product, 99999999)).status_code == 404
    assert client.get(f"{WHY}proof/").status_code == 405


def test_who_may_not_is_refused(product):
    clerk = desk.signed_in(desk.staff("Fiona MacAuslan", Role.CLERK))
    for address in (WHY, f"{WHY}proof/", BOARD):
        assert clerk.post(address).status_code == 403


# --- the board ----------------------------------------------------------------------------------------------


def lines(now=NOW):
    return {line.place.collection.name: line for line in coverage.board(now=now).lines}


def test_the_board_says_what_is_covered_and_where_gaps_are(client, product):
    found = lines()
    assert found["server_logs"].state == "fine"
    assert found["support_tickets"].state == "gap"
    html = client.get(BOARD).content.decode()
    for text in ("Server logs", "Categories by system", "none with a longest period", "No sweep looked into"):
        assert text in html


def test_figures_are_those_of_the_last_sweep_and_nothing_is_read(client, product, company):
    company.run("UPDATE server_logs SET at = '2020-01-01T12:00:00Z'")
    plan_sweep(now=NOW, system=product)
    cover = next(one for one in lines()["server_logs"].covers if one.schedule.key == "logs")
    assert cover.oldest_on == date(2020, 1, 1)
    assert cover.share > 5
    assert lines()["server_logs"].state == "over"
    company.path.unlink()
    html = client.get(BOARD).content.decode()
    assert "Over the limit" in html
    assert "Figures of the sweep of" in html


def test_what_cannot_be_carried_out_is_not_covered(product):
    sweep = make.SweepFactory()
    SweepProblem.objects.create(
        sweep=sweep, system=product, collection="social_product.server_logs", schedule="logs", kind="no_key"
    )
    assert lines()["server_logs"].state == "blocked"
    assert Sweep.objects.count() == 1


def test_the_board_takes_the_same_few_statements_however_many_sweeps_there_were(client, product):
    counts = []
    for _round in range(2):
        for _ in range(3):
            make.SweepStepFactory(system=product)
        with CaptureQueriesContext(connection) as captured:
            client.get(BOARD)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_without_a_dataset_it_says_so(client):
    assert "No dataset yet" in client.get(BOARD).content.decode()
