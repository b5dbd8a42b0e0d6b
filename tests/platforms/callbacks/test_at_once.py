"""Many callbacks at the same moment: one effect, every one of them kept. Needs PostgreSQL."""

import threading
from collections import Counter

import pytest
from django.db import connection, connections  # noqa: F401  (pytest's skipif reads `connection`)
from django.test import Client
from django.urls import reverse

from config.sentences import say
from correspondence.models import Letter
from dsar.enums import Right
from dsar.models import Case
from platforms.models import CallbackReceipt, Disconnection
from platforms.services import effects, working
from tests.factories import IdentityFactory
from tests.platforms.callbacks import signing as sign
from tests.platforms.callbacks.calls import AT, MOMENT, call
from tests.platforms.callbacks.factories import connection as connection_of
from tests.platforms.callbacks.factories import receipt_of

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
    return each(lambda _: function(), range(times))


def each(function, values):
    """Call a function with each of some values, in threads that start at one moment; return its results."""
    gate, found = threading.Barrier(THREADS), []

    def run(mine):
        gate.wait()
        try:
            for value in mine:
                found.append(function(value))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(values[n::THREADS],)) for n in range(THREADS)]
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


@pytest.fixture
def ann():
    """Somebody who linked the account that the callbacks name, and another account at another platform."""
    linked = connection_of("meta_facebook", "7000001", subject=IdentityFactory().subject)
    connection_of("x", "7000001", subject=linked.subject)
    return linked.subject


def _copied(values, copies):
    """Return each value so many times, next to itself: threads take turns, so that copies come at once."""
    return [one for one in values for _ in range(copies)]


@pytest.mark.parametrize("copies", [1, 5, MANY])
def test_a_hundred_deletions_at_once_for_one_person_are_one_case_and_none_is_lost(copies, ann):
    """Each message several times: a receipt for each call, a code for each message, one case."""
    messages = [call("meta_data_deletion", sign.deletion(issued_at=AT + n)) for n in range(MANY // copies)]
    answers = each(lambda sent: (sent.body, sent.sent(Client())), _copied(messages, copies))
    codes = {body: {answer.json()["confirmation_code"] for sent, answer in answers if sent == body}
             for body, _ in answers}  # fmt: skip
    assert {answer.status_code for _, answer in answers} == {200}
    assert {len(found) for found in codes.values()} == {1}
    assert len(set.union(*codes.values())) == len(messages)
    verdicts = Counter(CallbackReceipt.objects.values_list("verdict", flat=True))
    assert verdicts == Counter(accepted=len(messages), repeated=MANY - len(messages))

    receipts = list(CallbackReceipt.objects.accepted().values_list("pk", flat=True))
    worked = each(lambda pk: working.work(receipt_id=pk, now=MOMENT), _copied(receipts, copies))
    assert Counter(worked) == Counter({True: len(messages), False: MANY - len(messages)})
    case = Case.objects.get()
    assert (case.subject, case.right) == (ann, Right.PLATFORM_DELETION)
    assert Disconnection.objects.get().connection.platform == "meta_facebook"
    assert {row.receipt_id for row in case.platform_deletions.all()} == set(receipts)
    assert set(Letter.objects.values_list("case_id", "template")) == {(case.pk, "acknowledgement")}
    said = CallbackReceipt.objects.accepted().values_list("effects", flat=True)
    assert {effect["v"]["reference"] for effects_ in said for effect in effects_} == {case.reference}
    for code in set.union(*codes.values()):
        page = Client().get(reverse("deletion_status", args=[code]))
        assert page.status_code == 200
        assert "7000001" not in page.content.decode()


def test_many_complaints_at_once_about_one_address_are_one_objection(ann):
    address = ann.identities.get().value
    receipts = [
        receipt_of(call("email_events", {"id": f"ev{n}", "type": word, "data": {"to": [address]}})).pk
        for n in range(THREADS // 2)
        for word in ("email.complained", "contact.unsubscribed")
    ]
    assert each(lambda pk: working.work(receipt_id=pk, now=MOMENT), receipts) == [True] * THREADS
    case = Case.objects.get()
    assert (case.subject, case.right) == (ann, Right.OBJECTION)
    said = Counter(row["m"] for (row,) in CallbackReceipt.objects.values_list("effects", flat=True))
    assert said == {
        "Case %(reference)s stops marketing to this address.": 1,
        "Marketing to this address is stopped already.": THREADS - 1,
    }


def test_refused_ones_are_all_kept(done):
    sent = call("meta_data_deletion", secret="somebody else's")
    together(lambda: sent.sent(Client()), MANY)
    assert CallbackReceipt.objects.filter(verdict="rejected").count() == MANY
