"""The page of a callback says what became of our copies; staff try again or say that they did it by hand."""

import pytest

from accounts.enums import Role
from platforms.models import ContentDeletion
from tests import desk
from tests.factories import SystemFactory
from tests.platforms.content.conftest import named, worked

pytestmark = pytest.mark.django_db
LIST = "/staff/platforms/callbackreceipt/"


@pytest.fixture
def client():
    """The officer's browser."""
    return desk.signed_in(desk.staff("Amara Okafor", Role.DPO))


def text(client, job):
    answer = client.get(f"{LIST}{job.receipt_id}/change/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_the_work_it_says_until_when(client, shop):
    [job] = named("100", "200")
    said = text(client, job)
    for words in (
        "Our copies of the deleted content",
        "Shop",
        "Not looked at yet",
        "2 items named",
        "Must be gone by",
    ):
        assert words in said
    assert "Delete the copies again" not in said


def test_after_it_that_they_are_gone(client, shop):
    said = text(client, worked(named("100")[0]))
    for words in ("Copies deleted", "1 row deleted", "gone."):
        assert words in said
    assert "Deleted by hand" not in said


def test_what_is_kept_is_said_at_the_top_with_the_reason(client, shop):
    shop.note(1)
    said = text(client, worked(named("100")[0]))
    for words in (
        "Copies of content that was deleted at the platform are still here.", "Other rows still point at it",
        "1 row kept", "Rows of notes still point at them", "Delete the copies again",
    ):  # fmt: skip
        assert words in said


def test_it_is_listed_under_needs_attention_once(client, shop):
    SystemFactory(connector="manual", options={"platforms": ["x"]})
    shop.note(1)
    for job in named("100"):
        worked(job)
    found = client.get(f"{LIST}?view=attention").context["cl"].result_list
    assert [receipt.pk for receipt in found] == [ContentDeletion.objects.first().receipt_id]


def test_the_acts(client, shop):
    shop.note(1)
    job = worked(named("100")[0])
    assert client.post(f"{LIST}{job.receipt_id}/copies/", {"sure": "1"}).status_code == 302
    job.refresh_from_db()
    worked(job, job.next_attempt_at)
    address = f"{LIST}{job.receipt_id}/by-hand/"
    assert client.post(address, {"how": ""}).status_code == 422
    assert client.post(address, {"how": "Deleted the note, then the post."}).status_code == 302
    job.refresh_from_db()
    assert (job.status, job.outcome) == ("done", "by_hand")
    assert "Deleted the note, then the post." in text(client, job)
    assert client.post(address, {"how": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("role", "answer"),
    [(Role.DPO, 302), (Role.TECHNICAL_ADMIN, 302), (Role.AUDITOR, 403), (Role.HANDLER, 403)],
)
def test_who_may(role, answer, shop):
    shop.note(1)
    job = worked(named("100")[0])
    browser = desk.signed_in(desk.staff("Somebody", role))
    assert browser.post(f"{LIST}{job.receipt_id}/by-hand/", {"how": "So."}).status_code == answer
