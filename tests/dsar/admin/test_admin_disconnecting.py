"""Staff end a linked account for somebody who asked: said first, then done, with its case."""

from datetime import timedelta

import pytest

from accounts.enums import Role
from dsar.enums import Right
from dsar.models import Case
from platforms.enums import ConnectionStatus
from platforms.models import Disconnection
from tests import desk
from tests import factories as make
from tests.people import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def handler():
    return desk.staff("Jonas Feld", Role.HANDLER)


@pytest.fixture
def client(handler):
    return desk.signed_in(handler)


@pytest.fixture
def linked():
    return make.ConnectionFactory(platform="reddit", subject=make.IdentityFactory().subject)


def address(row):
    return f"/staff/platforms/connection/{row.pk}/disconnect/"


def given(**more):
    at = make.NOW - timedelta(days=1)
    words = "She called from the number that we have."
    return {"channel": "phone", "received_at": at.strftime("%Y-%m-%dT%H:%M"), "words": words} | more


def test_the_page_says_what_happens_and_until_when_and_does_nothing(client, linked):
    assert address(linked) in client.get(f"/staff/platforms/connection/{linked.pk}/change/").content.decode()
    text = text_of(client.get(address(linked)))
    assert "The data must be gone by" in text
    assert "Reddit" in text
    assert not Disconnection.objects.exists()


def test_it_ends_the_account_and_opens_the_case_whose_clock_runs_from_the_call(client, handler, linked):
    answer = client.post(address(linked), given())
    job = Disconnection.objects.get()
    assert answer.headers["Location"] == f"/staff/platforms/disconnection/{job.pk}/change/"
    case = Case.objects.get()
    assert (case.right, case.channel, case.subject) == (Right.PLATFORM_DELETION, "phone", linked.subject)
    assert case.words == "She called from the number that we have."
    assert job.clock_from == case.received_at < make.NOW
    assert case.verification_method == "staff who disconnected the account"
    linked.refresh_from_db()
    assert linked.status == ConnectionStatus.REVOKING


def test_a_second_time_is_refused_and_changes_nothing(client, linked):
    client.post(address(linked), given())
    answer = client.post(address(linked), given())
    assert Disconnection.objects.count() == Case.objects.count() == 1
    assert answer.status_code in (302, 409)
    assert "This account is being disconnected, or was." in text_of(client.get(address(linked)))


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"words": "short"}, 422, "at least 10"),
        ({"channel": "dashboard"}, 422, "not one of the available choices"),
        ({"received_at": "2999-01-01T10:00"}, 409, "in the future"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(client, linked, wrong, status, says):
    answer = client.post(address(linked), given(**wrong))
    assert answer.status_code == status
    assert says in text_of(answer)
    assert not Case.objects.exists()
    linked.refresh_from_db()
    assert linked.status == ConnectionStatus.ACTIVE


def test_an_account_that_ended_offers_no_end(client):
    ended = make.ConnectionFactory(status=ConnectionStatus.ENDED, ended_at=make.NOW)
    assert (
        address(ended) not in client.get(f"/staff/platforms/connection/{ended.pk}/change/").content.decode()
    )
