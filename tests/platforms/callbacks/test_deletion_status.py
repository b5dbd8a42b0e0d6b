"""The page of a confirmation code: says how far it is, names nobody, and stays."""

from datetime import timedelta

import pytest

from config.jobs import JobStatus
from config.sentences import say, stored
from platforms.enums import DeletionStage
from platforms.services import states
from platforms.services.effects import NOTHING_HELD
from platforms.services.states import State
from tests.platforms.callbacks.calls import MOMENT, call
from tests.platforms.callbacks.factories import CallbackReceiptFactory

pytestmark = pytest.mark.django_db
CODE = "abcdefghijklmnopqrstuvwxyz234567"


@pytest.fixture
def sources(monkeypatch):
    """Take away whoever else knows states."""
    monkeypatch.setattr(states, "_sources", [])
    monkeypatch.setattr(states, "_code_sources", [])


def page(client, code=CODE, **headers):
    return client.get(f"/deletion-status/{code}/", headers=headers)


def test_the_address_in_the_answer_leads_to_the_page(doors, client, sources, settings):
    said = call("meta_data_deletion").sent(client).json()
    answer = client.get(said["url"].removeprefix(settings.SITE_URL))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "The deletion you asked Facebook for" in text
    assert said["confirmation_code"] in text
    assert "7000001" not in text
    assert "Received" in text


@pytest.mark.parametrize("code", ["", "a", CODE[:-1], CODE[::-1], "é", "%00", "x" * 2000])
def test_a_code_that_was_never_given_out_is_not_known(code, client):
    CallbackReceiptFactory(code=CODE)
    assert page(client, code or "-").status_code == 404


def test_codes_are_read_in_capitals_too(client, sources):
    CallbackReceiptFactory(code=CODE)
    assert page(client, CODE.upper()).status_code == 200


OWN = {
    "received": ({}, "Received", "Your request has arrived."),
    "being tried": ({"attempts": 2}, "In progress", "We are deleting what we hold."),
    "running": ({"status": "running", "started_at": MOMENT}, "In progress", "The deletion began"),
    "failed": ({"status": "attention", "last_error": "Traceback"}, "In progress", "We are deleting"),
    "nobody known": (
        {"status": "done", "finished_at": MOMENT, "effects": [stored(NOTHING_HELD)]}, "Done",
        "We hold no data of this account.",
    ),
    "handed on": ({"status": "done", "effects": [stored(say("x"))]}, "In progress", "We are deleting"),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN)
def test_a_receipt_alone_says_what_it_knows(case, client, sources):
    fields, badge, sentence = OWN[case]
    CallbackReceiptFactory(code=CODE, **fields)
    text = page(client).content.decode()
    assert badge in text
    assert sentence in text
    assert "Traceback" not in text


def test_who_knows_the_case_says_more(client, sources):
    CallbackReceiptFactory(code=CODE, status=JobStatus.DONE)
    states.register(lambda _receipt: None)
    states.register(lambda _receipt: State(DeletionStage.PROCESSING, MOMENT, MOMENT + timedelta(days=3)))
    text = page(client).content.decode()
    assert "By Saturday 21 November 2026 at the latest" in text


def test_codes_of_other_ways_lead_to_the_same_page(client, sources):
    state = State(DeletionStage.PROCESSING, MOMENT, MOMENT + timedelta(days=3))
    known = {"a" * 40: states.Deletion("x", MOMENT, state), "b" * 40: states.Deletion("", MOMENT, state)}
    states.register_codes(known.get)
    assert "The deletion you asked X (Twitter) for" in page(client, "a" * 40).content.decode()
    assert "<h1>Your deletion request</h1>" in page(client, "b" * 40).content.decode()
    assert page(client, "c" * 40).status_code == 404


def test_a_part_refusal_says_why(client, sources):
    CallbackReceiptFactory(code=CODE, status=JobStatus.DONE)
    reason = stored(say("Invoices must be kept until 2033."))
    states.register(lambda _receipt: State(DeletionStage.PART_REFUSED, MOMENT, reasons=(reason,)))
    text = page(client).content.decode()
    for words in ("Partly refused", "What we had to keep, and why", "Invoices must be kept until 2033.",
                  "complain to a supervisory authority"):  # fmt: skip
        assert words in text


def test_the_end_stays_and_a_repeat_leads_to_the_same_page(client, sources):
    CallbackReceiptFactory(code=CODE, status="done", effects=[stored(NOTHING_HELD)])
    for days in (1, 400):
        CallbackReceiptFactory(code=CODE, verdict="repeated", status="done",
                               received_at=MOMENT + timedelta(days=days))  # fmt: skip
    answer = page(client)
    assert "We hold no data of this account." in answer.content.decode()


def test_it_is_not_kept_by_anybody_and_asks_for_no_account(client, sources):
    CallbackReceiptFactory(code=CODE)
    answer = page(client)
    assert "no-store" in answer["Cache-Control"]
    assert b'name="robots" content="noindex"' in answer.content
    assert b"login" not in answer.content
    assert client.post(f"/deletion-status/{CODE}/").status_code == 405


def test_it_speaks_german(client, sources):
    CallbackReceiptFactory(code=CODE, status="done", effects=[stored(NOTHING_HELD)])
    text = page(client, **{"Accept-Language": "de"}).content.decode()
    assert "Zu diesem Konto haben wir keine Daten." in text
