"""Callbacks of platforms in Chromium: the desk's list and page, and the status page of a deletion."""

from datetime import timedelta
from typing import Any

import pytest

from config.sentences import say, stored
from platforms.enums import DeletionStage
from platforms.services import states
from platforms.services.effects import NOTHING_HELD
from platforms.services.states import State
from tests.browser.test_staff_desk import at_ten_thirty, dpo, enter  # noqa: F401
from tests.factories import NOW
from tests.platforms.callbacks.factories import CallbackReceiptFactory

CODE = "abcdefghijklmnopqrstuvwxyz234567"
WAYS = [(1280, False), (1280, True), (360, False), (360, True)]


def _failed() -> Any:
    return CallbackReceiptFactory(
        status="attention", received_at=NOW, attempts=1, last_error="EffectMissing: open_deletion_case"
    )


def _list() -> str:
    _failed()
    rows: list[dict[str, Any]] = [
        {"endpoint": "google_risc", "platform": "google_youtube", "answered": 202, "status": "done",
         "effects": [stored(say("The connection is on hold until somebody has looked at it."))]},
        {"endpoint": "x_webhooks", "platform": "x", "verdict": "rejected", "reason": "signature",
         "answered": 403, "status": "done"},
        {"endpoint": "google_risc", "platform": "google_youtube", "verdict": "unavailable", "reason": "keys",
         "answered": 503, "status": "done"},
        {"verdict": "repeated", "status": "done"},
        {"endpoint": "tiktok_webhooks", "platform": "tiktok"},
    ]  # fmt: skip
    for n, row in enumerate(rows):
        CallbackReceiptFactory(received_at=NOW - timedelta(minutes=n), **row)
    return "/staff/platforms/callbackreceipt/"


def _page() -> str:
    return f"/staff/platforms/callbackreceipt/{_failed().pk}/change/"


def _read() -> str:
    return f"/staff/platforms/callbackreceipt/{_failed().pk}/body/"


DESK = {"callbacks": _list, "callback": _page, "callback-read": _read}


@pytest.mark.parametrize("name", DESK)
@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_the_desk(name, width, dark, at_ten_thirty, dpo, enter, new_page, axe, no_overflow, shot):  # noqa: F811
    page = new_page(width=width, dark=dark)
    enter(page, dpo)
    page.goto(DESK[name]())
    assert page.locator("h1").count() == 1
    shot(page, f"{name}-{width}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)


REASON = stored(say("Invoices must be kept until 31 December 2033 (§ 147 AO)."))
STATES: dict[str, dict[str, Any]] = {
    "received": {"own": {}},
    "processing": {"state": State(DeletionStage.PROCESSING, NOW, NOW + timedelta(days=3))},
    "done": {"own": {"status": "done", "finished_at": NOW, "effects": [stored(NOTHING_HELD)]}},
    "partly": {"state": State(DeletionStage.PART_REFUSED, NOW, reasons=(REASON,))},
}


@pytest.mark.parametrize("name", STATES)
@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_a_person_sees_how_far_it_is(
    name, width, dark, transactional_db, new_page, axe, no_overflow, shot, monkeypatch
):
    told = STATES[name]
    monkeypatch.setattr(states, "_sources", [lambda _receipt: told.get("state")])
    CallbackReceiptFactory(code=CODE, received_at=NOW - timedelta(hours=2), **told.get("own", {}))
    page = new_page(width=width, dark=dark)
    page.goto(f"/deletion-status/{CODE}/")
    assert page.locator("h1").inner_text() == "The deletion you asked Facebook for"
    shot(page, f"deletion-{name}-{width}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)


@pytest.mark.parametrize(("width", "dark"), WAYS)
def test_an_unknown_code(width, dark, transactional_db, watch, new_page, axe, no_overflow, shot):
    watch.allow("status of 404")
    page = new_page(width=width, dark=dark)
    page.goto("/deletion-status/nothing/")
    shot(page, f"deletion-unknown-{width}{'-dark' if dark else ''}")
    axe(page)
    no_overflow(page)
