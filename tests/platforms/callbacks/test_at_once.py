"""Many callbacks at the same moment: one effect, every one of them kept. Needs PostgreSQL."""

import threading
from collections import Counter

import pytest
from django.db import connection, connections  # noqa: F401  (pytest's skipif reads `connection`)
from django.test import Client

from config.sentences import say
from platforms.models import CallbackReceipt
from platforms.services import effects, working
from tests.platforms.callbacks.calls import MOMENT, call

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="many connections are PostgreSQL's"),
    pytest.mark.usefixtures("doors"),
]
MANY, THREADS = 100, 20


@pytest.fixture
def done(monkeypatch):
    """Count the effects."""
    found = []
    monkeypatch.setitem(
        effects._effects, "open_deletion_case", lambda **given: found.append(given) or say("Done.")
    )
    return found


def together(function, times):
    """Call a function so many times in threads that start at one moment; return what it returned."""
    gate, found = threading.Barrier(THREADS), []

    def run():
        gate.wait()
        try:
            for _ in range(times // THREADS):
                found.append(function())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_hundred_at_once_for_one_person_have_one_effect(done):
    sent = call("meta_data_deletion")
    answers = together(lambda: sent.sent(Client()), MANY)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    verdicts = Counter(CallbackReceipt.objects.values_list("verdict", flat=True))
    assert verdicts == {"accepted": 1, "repeated": MANY - 1}
    receipt = CallbackReceipt.objects.accepted().get()
    worked = together(lambda: working.work(receipt_id=receipt.pk, now=MOMENT), MANY)
    assert Counter(worked) == {True: 1, False: MANY - 1}
    assert len(done) == 1


def test_refused_ones_are_all_kept(done):
    sent = call("meta_data_deletion", secret="somebody else's")
    together(lambda: sent.sent(Client()), MANY)
    assert CallbackReceipt.objects.filter(verdict="rejected").count() == MANY
